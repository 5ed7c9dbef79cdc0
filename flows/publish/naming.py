"""How what is published is named: identifiers, addresses, portal ids, and the words that mark an example.

`catalogue` is mappings/catalogue.toml as a mapping, plus `example` (bool).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from rdflib import URIRef

from flows.contracts import Entity
from flows.publish.vocabulary import LANGUAGES

Config = Mapping[str, Any]
Bilingual = Mapping[str, str]

# What a text must say in example mode; {} of a pattern is where these phrases go if it does not say so yet.
NOTICE: Mapping[str, tuple[str, str]] = {
    "de": ("aus öffentlichen Quellen rekonstruiert", "keine amtliche Veröffentlichung"),
    "en": ("reconstructed from public sources", "not an official publication"),
}
IN_TITLE: Bilingual = {"de": " ({}, {})", "en": " ({}, {})"}
IN_DESCRIPTION: Bilingual = {"de": " Beispiel: {}, {}.", "en": " Example: {}, {}."}


@lru_cache(maxsize=4096)
def iri(text: str) -> URIRef:
    """Return an IRI as a term; the writers refuse what is none, so rdflib need not look too."""
    return str.__new__(URIRef, text)


def identifier(catalogue: Config, kind: str, name: str) -> URIRef:
    """Return the IRI `<id_base>id/<kind>/<name>`, which never changes."""
    return iri(f"{catalogue['id_base']}id/{kind}/{name}")


def schema_identifier(catalogue: Config, entity: Entity) -> URIRef:
    """Return the IRI of the entity's schema in its version."""
    return identifier(catalogue, "schema", f"{entity.name}/{entity.version}")


def publisher_identifier(catalogue: Config) -> URIRef:
    """Return the IRI of the publishing organisation."""
    return identifier(catalogue, "organisation", catalogue["publisher"]["id"])


def contact_identifier(catalogue: Config) -> URIRef:
    """Return the IRI of the publisher's contact point."""
    return identifier(catalogue, "contact", catalogue["publisher"]["id"])


def rights_identifier(catalogue: Config) -> URIRef:
    """Return the IRI of the statement whom a re-user has to name."""
    return identifier(catalogue, "rights", "attribution")


def activity_identifier(catalogue: Config, release: str) -> URIRef:
    """Return the IRI of the activity that made a release."""
    return identifier(catalogue, "activity", release)


def codelist_identifier(catalogue: Config, name: str) -> URIRef:
    """Return the IRI of a code list; a code of it is `<this>/<code>`."""
    return identifier(catalogue, "codelist", name)


def contributor(catalogue: Config) -> str | None:
    """Return the IRI the city contributes to the national portal under; None for an example, which must claim none."""
    return None if catalogue["example"] else catalogue.get("contributor_id")


def part(node: URIRef, name: str) -> URIRef:
    """Return the IRI of a node that exists only as a part of another, so that no node is blank."""
    return iri(f"{node}{'-' if '#' in node else '#'}{name}")


def address(catalogue: Config, path: str) -> URIRef:
    """Return where the file at `path` under the docroot is reached today."""
    return iri(f"{catalogue['base_url']}{path}")


def portal_id(catalogue: Config, kind: str, name: str) -> str:
    """Return the UUID (version 5) of `<kind>/<name>` in the catalogue's namespace: dct:identifier and portal id."""
    return str(uuid5(UUID(catalogue["uuid_namespace"]), f"{kind}/{name}"))


def titled(catalogue: Config, title: Bilingual) -> dict[str, str]:
    """Return the title by language; in example mode it says so."""
    return {lang: _marked(catalogue, title[lang], lang, IN_TITLE) for lang in LANGUAGES}


def described(catalogue: Config, description: Bilingual) -> dict[str, str]:
    """Return the description by language; in example mode a sentence says so."""
    return {lang: _marked(catalogue, description[lang], lang, IN_DESCRIPTION) for lang in LANGUAGES}


def _marked(catalogue: Config, text: str, lang: str, pattern: Bilingual) -> str:
    if not catalogue["example"] or all(phrase in text for phrase in NOTICE[lang]):
        return text
    return text + pattern[lang].format(*NOTICE[lang])
