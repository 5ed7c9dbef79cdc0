"""Statements arranged by what they describe: sorted, without repetition, as plain texts; what writers and checks read.

rdflib's terms are the model everything is said in; its graph is not needed for writing, and takes many times as long
(docs/decisions/0016).
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from flows.publish.vocabulary import PREFIXES, RDF

TYPE = str(RDF.type)
BLANK = "_:"
"""What the name of a blank node begins with; the feed of others has some, ours has none."""


class Value(NamedTuple):
    """What a statement says: an IRI, or a text with its language or the IRI of its datatype, or neither."""

    is_literal: bool
    text: str
    language: str = ""
    datatype: str = ""


Triple = tuple[Node, Node, Node | Value]
Descriptions = Mapping[str, Mapping[str, Sequence[Value]]]
"""Subject -> predicate -> values: subjects and values sorted, the type first among the predicates, then sorted."""

# German before English: where a portal keeps one text of several, it may be the first.
_IN_ORDER = attrgetter("is_literal", "language", "text", "datatype")


def arrange(statements: Iterable[Triple]) -> Descriptions:
    """Return statements (a graph is an iterable of them) by what they describe."""
    with uncollected():
        found: dict[str, dict[str, list[Value]]] = {}
        last, about = None, dict[str, list[Value]]()
        values = _Values()
        names = _Names()
        for subject, predicate, value in statements:
            if subject is not last:  # most statements are about the same as the one before
                last, about = subject, found.setdefault(_name(subject), {})
            about.setdefault(names[predicate], []).append(value if isinstance(value, Value) else values[value])
        return in_order(found)


class _Names(dict[Node, str]):
    """The predicates as texts, each made once: a few are said a million times."""

    def __missing__(self, node: Node) -> str:
        name = self[node] = str(node)
        return name


class _Values(dict[Node, Value]):
    """The terms as values, each made once."""

    def __missing__(self, node: Node) -> Value:
        value = self[node] = value_of(node)
        return value


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python from looking for circles of objects meanwhile.

    Statements have none, and to look through a million of them again and again takes longer than making them.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def in_order(found: Mapping[str, Mapping[str, Collection[Value]]]) -> Descriptions:
    """Return descriptions in their order."""
    return {
        subject: {predicate: _sorted(about[predicate]) for predicate in _predicates(tuple(about))}
        for subject, about in sorted(found.items())
    }


def _sorted(values: Collection[Value]) -> Sequence[Value]:
    return sorted(set(values), key=_IN_ORDER) if len(values) > 1 else list(values)


@lru_cache(maxsize=4096)
def _predicates(names: tuple[str, ...]) -> list[str]:
    """Return predicates in their order; nodes of a kind have the same ones, so the order is found once."""
    return sorted(names, key=lambda name: (name != TYPE, name))


def value_of(node: Node) -> Value:
    """Return a term of rdflib as a value."""
    if type(node) is URIRef:  # not isinstance, which takes its time with abstract classes
        return Value(False, str(node))
    if type(node) is Literal:
        return Value(True, str(node), node.language or "", str(node.datatype or ""))
    return Value(False, _name(node))


def _name(node: Node) -> str:
    return f"{BLANK}{node}" if type(node) is BNode else str(node)


def described_as(descriptions: Descriptions, kind: URIRef) -> list[str]:
    """Return the subjects of a type, in order."""
    wanted = Value(False, str(kind))
    return [subject for subject, about in descriptions.items() if wanted in about.get(TYPE, ())]


def graph_of(descriptions: Descriptions) -> Graph:
    """Return descriptions as a graph of rdflib, which knows the prefixes of the feed and no others."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for subject, about in descriptions.items():
        for predicate, values in about.items():
            for value in values:
                graph.add((_node(subject), URIRef(predicate), _term(value)))
    return graph


def _node(name: str) -> URIRef | BNode:
    return BNode(name.removeprefix(BLANK)) if name.startswith(BLANK) else URIRef(name)


def _term(value: Value) -> Node:
    if not value.is_literal:
        return _node(value.text)
    datatype = URIRef(value.datatype) if value.datatype else None
    return Literal(value.text, lang=value.language or None, datatype=datatype, normalize=False)
