"""Statements arranged by what they describe: sorted, without repetition, as plain texts; what writers and checks read.

rdflib's terms are the model everything is said in; its graph is not needed for writing, and takes many times as long.
No node may be blank: a blank node has no place in an order, and another name in every harvest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rdflib import RDF, Literal, URIRef
from rdflib.term import Node

Triple = tuple[Node, Node, Node]
TYPE = str(RDF.type)


class Value(NamedTuple):
    """What a statement says: an IRI, or a text with its language or the IRI of its datatype, or neither."""

    is_literal: bool
    text: str
    language: str = ""
    datatype: str = ""


Descriptions = Mapping[str, Mapping[str, Sequence[Value]]]
"""Subject -> predicate -> values: subjects and values sorted, the type first among the predicates, then sorted."""


def arrange(statements: Iterable[Triple]) -> Descriptions:
    """Return statements (a graph is an iterable of them) by what they describe; raises ValueError for a blank node."""
    found: dict[str, dict[str, set[Value]]] = {}
    for subject, predicate, value in statements:
        found.setdefault(_iri(subject), {}).setdefault(str(predicate), set()).add(_value(value))
    return in_order(found)


def in_order(found: Mapping[str, Mapping[str, Iterable[Value]]]) -> Descriptions:
    """Return descriptions in their order."""
    return {
        subject: {predicate: sorted(about[predicate]) for predicate in sorted(about, key=_type_first)}
        for subject, about in sorted(found.items())
    }


def _type_first(predicate: str) -> tuple[bool, str]:
    return predicate != TYPE, predicate


def _iri(node: Node) -> str:
    if not isinstance(node, URIRef):
        raise ValueError(f"{node!r} is no IRI")  # noqa: TRY004 (the statement is wrong, not the program)
    return str(node)


def _value(node: Node) -> Value:
    if type(node) is URIRef:  # most are, and isinstance takes its time with abstract classes
        return Value(False, str(node))
    if isinstance(node, Literal):
        return Value(True, str(node), node.language or "", str(node.datatype or ""))
    return Value(False, _iri(node))
