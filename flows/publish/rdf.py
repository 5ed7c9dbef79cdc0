"""Write a graph without blank nodes so that equal graphs give equal bytes, whatever order they were built in.

rdflib's writers of RDF/XML and JSON-LD walk through sets, whose order differs from process to process; these sort.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any
from typing import Literal as OneOf
from xml.sax.saxutils import escape, quoteattr

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from flows.publish.vocabulary import PREFIXES

Format = OneOf["turtle", "xml", "json-ld"]


def empty_graph() -> Graph:
    """Return a graph that knows the prefixes of the feed and no others."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def serialise(graph: Graph, form: Format) -> bytes:
    """Write the graph as Turtle, RDF/XML or JSON-LD (UTF-8, sorted).

    Raises ValueError for a predicate outside the known prefixes, which RDF/XML could not write.
    """
    return WRITERS[form](graph).strip().encode() + b"\n"


def _turtle(graph: Graph) -> str:
    return str(graph.serialize(format="turtle"))


def _xml(graph: Graph) -> str:
    names = "".join(f"\n  xmlns:{prefix}={quoteattr(namespace)}" for prefix, namespace in PREFIXES.items())
    nodes = (
        f"  <rdf:Description rdf:about={quoteattr(subject)}>\n"
        + "".join(_element(predicate, value) for predicate, values in statements.items() for value in values)
        + "  </rdf:Description>\n"
        for subject, statements in _by_subject(graph)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names}>\n{"".join(nodes)}</rdf:RDF>\n'


def _element(predicate: URIRef, value: Node) -> str:
    name = _compact(predicate)
    if not isinstance(value, Literal):
        return f"    <{name} rdf:resource={quoteattr(str(value))}/>\n"
    about = ""
    if value.language:
        about = f' xml:lang="{value.language}"'
    elif value.datatype:
        about = f" rdf:datatype={quoteattr(value.datatype)}"
    return f"    <{name}{about}>{escape(value)}</{name}>\n"


def _json_ld(graph: Graph) -> str:
    nodes = [_node(subject, statements) for subject, statements in _by_subject(graph)]
    return json.dumps({"@context": dict(PREFIXES), "@graph": nodes}, ensure_ascii=False, indent=1)


def _node(subject: str, statements: Mapping[URIRef, list[Node]]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": subject}
    for predicate, values in statements.items():
        if predicate == RDF.type:
            node["@type"] = [_compact(URIRef(str(value))) for value in values]
        else:
            node[_compact(predicate)] = [_value(value) for value in values]
    return node


def _value(value: Node) -> dict[str, str] | str:
    if not isinstance(value, Literal):
        return {"@id": str(value)}
    if value.language:
        return {"@value": str(value), "@language": value.language}
    return {"@value": str(value), "@type": _compact(value.datatype)} if value.datatype else str(value)


def _by_subject(graph: Graph) -> Iterator[tuple[str, dict[URIRef, list[Node]]]]:
    ordered = sorted(graph, key=lambda triple: tuple(term.n3() for term in triple))
    for subject, about in groupby(ordered, key=lambda triple: triple[0]):
        statements: dict[URIRef, list[Node]] = {}
        for _, predicate, value in about:
            statements.setdefault(URIRef(str(predicate)), []).append(value)
        yield str(subject), statements


def _compact(iri: URIRef) -> str:
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.isidentifier():
            return f"{prefix}:{local}"
    raise ValueError(f"no prefix for {iri}")


WRITERS: Mapping[Format, Callable[[Graph], str]] = {"turtle": _turtle, "xml": _xml, "json-ld": _json_ld}
