"""The timetable: which services are online, with which sign-in, why not, and the way without the internet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flows.publish.site.about import about_services
from flows.publish.site.facts import Facts, foreign, named, reasons
from flows.publish.site.rendering import Alternate, Page
from flows.publish.site.texts import topics
from flows.publish.site.wording import lower
from flows.publish.site.words import Lang


def service_pages(facts: Facts) -> Iterator[Page]:
    """Yield the timetable: what is online first, then what will be, what cannot be, and of what that is not known."""
    said = topics()["services"]
    data = (Alternate("data/services.csv", "text/csv", said["as_data"]),)
    title = topics()["base"]["services"]
    values, head = partial(_values, facts), partial(about_services, facts)
    yield Page("services/index.html", "services.html", title, said["description"], values, alternates=data, head=head)


def _values(facts: Facts, lang: Lang) -> Mapping[str, Any]:
    units, measures = facts.by_id("organisation"), facts.by_id("measure")
    services: list[dict[str, Any]] = [
        {
            "record": service,
            "title": named(service, lang),
            "foreign": foreign(service, lang),
            "why_empty": {name: lower(word) for name, word in reasons(service, lang, facts).items()},
            "units": [(name, named(units.get(name), lang)) for name in service["responsible_org_ids"] or ()],
            "measures": [(name, named(measures.get(name), lang)) for name in service["measure_ids"] or ()],
        }
        for service in facts.all("service")
    ]
    states = facts.codelists["service_state"].codes if "service_state" in facts.codelists else ()
    grouped = [(code, [s for s in services if (s["record"]["state"] or "") == code]) for code in (*states, "")]
    return {
        "services": services,
        "groups": [(code, held) for code, held in grouped if held],
        "label": partial(facts.label, lang=lang),
    }
