"""One small page per identifier, so that every IRI we give out answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flows.contracts import CodeList, Entity, Property
from flows.publish.site.rendering import render
from flows.publish.site.words import WORDS, write_day, write_number

# An identifier becomes a folder; what could lead elsewhere is refused.
SAFE_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


@dataclass(frozen=True)
class Value:
    """A text and where it leads: under the docroot, out into the web (`external`), or nowhere ("")."""

    text: str
    href: str = ""
    external: bool = False


@dataclass(frozen=True)
class Fact:
    """What is published about one property: its label and its values, more than one in a list."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Stub:
    """What the page of one identifier says: `<kind>/<name>` in the words of people, its values, where to go on.

    `note` is for an identifier that lives on as a tombstone; `about` is JSON-LD for search engines, safe in a script.
    """

    kind: str
    name: str
    kind_label: str
    label: str
    facts: tuple[Fact, ...] = ()
    links: tuple[Value, ...] = ()
    note: str = ""
    about: str = ""

    @property
    def path(self) -> str:
        """Return `id/<kind>/<name>/index.html`; raises ValueError where the name cannot be a path."""
        if not SAFE_PATH.fullmatch(f"{self.kind}/{self.name}"):
            raise ValueError(f"identifier {self.kind}/{self.name} cannot be a path")
        return f"id/{self.kind}/{self.name}/index.html"


def identifier_stub(stub: Stub, *, example: bool) -> bytes:
    """Return the German page of an identifier; in example mode it says so. Raises ValueError as `Stub.path` does."""
    return render("identifier.html", stub.path, "de", example=example, stub=stub)


def record_facts(
    record: Mapping[str, Any], entity: Entity, codelists: Mapping[str, CodeList], known: Collection[str] = ()
) -> tuple[Fact, ...]:
    """Return what a record says: its public properties that are not empty, in the order of the schema, codes in words.

    A reference links to its page where `known`, the pages there are, has it; a web address links to itself.
    """
    facts = []
    for prop in entity.public:
        given = record[prop.name]
        values = given if prop.is_list else [given]
        if given is not None and values:
            label = _words(prop, entity, codelists)
            facts.append(Fact(prop.text("label", "de"), tuple(_value(label(v), prop, known) for v in values)))
    return tuple(facts)


def _words(prop: Property, entity: Entity, codelists: Mapping[str, CodeList]) -> Callable[[Any], Any]:
    """Return how the values of a property are said: a code by its word, a reason with the property it is for."""
    if prop.name == "missing_reasons":
        return lambda value: _reason(value, entity, codelists)
    words = {row["code"]: row["label_de"] for row in codelists[prop.codelist].rows} if prop.codelist else {}
    return lambda value: words.get(value, value)


def _reason(value: str, entity: Entity, codelists: Mapping[str, CodeList]) -> str:
    name, _, code = value.partition("=")
    words = {row["code"]: row["label_de"] for row in codelists["missing_reason"].rows}
    label = entity[name].text("label", "de") if name in entity else name
    return f"{label}: {words.get(code, code)}"


def _value(value: Any, prop: Property, known: Collection[str]) -> Value:  # noqa: ANN401
    if isinstance(value, bool):
        return Value(WORDS["de"]["yes" if value else "no"])
    if isinstance(value, float):
        return Value(write_number(value, "de"))
    text = str(value)
    if prop.ref and f"id/{prop.ref}/{text}/index.html" in known:
        return Value(text, f"id/{prop.ref}/{text}/")
    if prop.format == "uri" and text.startswith(("https://", "http://")):
        return Value(text, text, external=True)
    return Value(write_day(text, "de") if prop.format == "date" else text)
