"""Write descriptions as Turtle, RDF/XML and JSON-LD so that equal ones give equal bytes, in every process.

rdflib's own writers of RDF/XML and JSON-LD walk through sets, whose order differs from process to process, and its
writer of Turtle takes a hundred times as long for a large catalogue (docs/decisions/0016).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from typing import Literal as OneOf
from xml.sax.saxutils import escape, quoteattr

from flows.publish.descriptions import BLANK, TYPE, Descriptions, Triple, Value, arrange
from flows.publish.vocabulary import PREFIXES

Format = OneOf["turtle", "xml", "json-ld"]
NO_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
IN_TURTLE = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def serialise(statements: Iterable[Triple], form: Format) -> bytes:
    """Write statements (a graph is an iterable of them) as `write` does."""
    return write(arrange(statements), form)


def write(descriptions: Descriptions, form: Format) -> bytes:
    """Write descriptions as Turtle, RDF/XML or JSON-LD (UTF-8).

    Raises ValueError for a predicate outside the known prefixes, which RDF/XML could not write, for an IRI with
    characters that no IRI has, and for a blank node: it would have another name, and another place, in every harvest.
    """
    return "".join(WRITERS[form](descriptions)).encode()


def _turtle(descriptions: Descriptions) -> Iterator[str]:
    yield from (f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    for subject, about in descriptions.items():
        said = " ;\n    ".join([_said(predicate, values) for predicate, values in about.items()])
        yield f"\n<{_checked(subject)}> {said} .\n"


def _said(predicate: str, values: Sequence[Value]) -> str:
    if predicate == TYPE:
        return f"a {', '.join([_compact(value.text) for value in values])}"
    objects = _object(values[0]) if len(values) == 1 else ",\n        ".join(map(_object, values))
    return f"{_compact(predicate)} {objects}"


@lru_cache(maxsize=4096)
def _object(value: Value) -> str:
    if not value.is_literal:
        return f"<{_checked(value.text)}>"
    text = f'"{value.text.translate(IN_TURTLE)}"'
    if value.language:
        return f"{text}@{value.language}"
    return f"{text}^^{_compact(value.datatype)}" if value.datatype else text


def _checked(iri: str) -> str:
    if NO_IRI.search(iri) or iri.startswith(BLANK):
        raise ValueError(f"{iri!r} is no IRI")
    return iri


def _xml(descriptions: Descriptions) -> Iterator[str]:
    names = "".join(f"\n  xmlns:{prefix}={quoteattr(namespace)}" for prefix, namespace in PREFIXES.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names}>\n'
    for subject, about in descriptions.items():
        yield f"  <rdf:Description rdf:about={quoteattr(_checked(subject))}>\n"
        yield from (_element(predicate, value) for predicate, values in about.items() for value in values)
        yield "  </rdf:Description>\n"
    yield "</rdf:RDF>\n"


def _element(predicate: str, value: Value) -> str:
    name = _compact(predicate)
    if not value.is_literal:
        return f"    <{name} rdf:resource={quoteattr(_checked(value.text))}/>\n"
    about = ""
    if value.language:
        about = f' xml:lang="{value.language}"'
    elif value.datatype:
        about = f" rdf:datatype={quoteattr(value.datatype)}"
    return f"    <{name}{about}>{escape(value.text)}</{name}>\n"


def _json_ld(descriptions: Descriptions) -> Iterator[str]:
    yield f'{{\n "@context": {_json(PREFIXES)},\n "@graph": ['
    for number, (subject, about) in enumerate(descriptions.items()):
        yield f"{',' if number else ''}\n  {_json(_node(subject, about))}"
    yield "\n ]\n}\n"


def _json(document: Any) -> str:  # noqa: ANN401 (any JSON)
    return json.dumps(document, ensure_ascii=False)


def _node(subject: str, about: Mapping[str, Sequence[Value]]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _checked(subject)}
    for predicate, values in about.items():
        if predicate == TYPE:
            node["@type"] = [_compact(value.text) for value in values]
        else:
            node[_compact(predicate)] = [_json_value(value) for value in values]
    return node


def _json_value(value: Value) -> dict[str, str] | str:
    if not value.is_literal:
        return {"@id": _checked(value.text)}
    if value.language:
        return {"@value": value.text, "@language": value.language}
    return {"@value": value.text, "@type": _compact(value.datatype)} if value.datatype else value.text


@lru_cache(maxsize=1024)
def _compact(iri: str) -> str:
    """Return an IRI of a known vocabulary with its prefix; the program names a few hundred of them."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.isidentifier():
            return f"{prefix}:{local}"
    raise ValueError(f"no prefix for {iri}")


WRITERS: Mapping[Format, Callable[[Descriptions], Iterator[str]]] = {
    "turtle": _turtle,
    "xml": _xml,
    "json-ld": _json_ld,
}
