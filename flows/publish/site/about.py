"""What the pages of measures and services tell search engines: the same facts in the words of schema.org.

https://schema.org/Project, https://schema.org/GovernmentService; of datasets see flows/publish/schema_org.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flows.publish.naming import address, identifier
from flows.publish.schema_org import in_page
from flows.publish.site.facts import Facts, Record
from flows.publish.site.texts import topics
from flows.publish.site.words import Lang
from flows.publish.vocabulary import LANGUAGES

CONTEXT = "https://schema.org/"


def about_measure(measure: Record, facts: Facts, lang: Lang) -> str:
    """Return the script element that says what a measure is, who leads it, and when it ran; safe HTML."""
    about = {
        "@type": "Project",
        **_named("measure", measure, facts),
        "identifier": measure["id"],
        "url": str(address(facts.catalogue, f"{'en/' if lang == 'en' else ''}measures/{measure['id']}/")),
        "description": measure["short_text_de"],
        "parentOrganization": list(_units(measure["lead_org_ids"], facts)),
        "foundingDate": _day(measure["actual_start"]),
        "dissolutionDate": _day(measure["actual_end"]),
    }
    return _script(about)


def about_services(facts: Facts, lang: Lang) -> str:
    """Return the script element that lists the services, who offers them and where they are online; safe HTML."""
    services = [_told(_service(service, facts)) for service in facts.all("service")]
    name = topics()["base"]["services"][lang]
    return _script({"@type": "ItemList", "name": name, "itemListElement": services})


def _service(service: Record, facts: Facts) -> dict[str, Any]:
    return {
        "@type": "GovernmentService",
        **_named("service", service, facts),
        "serviceOperator": list(_units(service["responsible_org_ids"], facts)),
        "availableChannel": {"@type": "ServiceChannel", "serviceUrl": service["url"]} if service["url"] else None,
    }


def _named(kind: str, record: Record, facts: Facts) -> dict[str, Any]:
    titles = [(lang, record.get(f"title_{lang}")) for lang in LANGUAGES]
    texts = [{"@language": lang, "@value": title} for lang, title in titles if title]
    return {"@id": str(identifier(facts.catalogue, kind, record["id"])), "name": texts}


def _units(names: Sequence[str] | None, facts: Facts) -> Iterable[dict[str, str]]:
    known = facts.by_id("organisation")
    for name in names or ():
        if name in known:
            node = str(identifier(facts.catalogue, "organisation", name))
            yield {"@type": "GovernmentOrganization", "@id": node, "name": known[name]["name_de"]}


def _day(value: str | None) -> str | None:
    """Return a date as ISO 8601 knows it; vague dates (EDTF) have no place in schema.org."""
    return value if value and value.replace("-", "").isdecimal() else None


def _told(about: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in about.items() if value}


def _script(about: Mapping[str, Any]) -> str:
    document = in_page({"@context": CONTEXT, **_told(about)})
    return f'<script type="application/ld+json">{document}</script>'
