"""What a feed says about a dataset as a flat list of facts, so that two feeds of other shapes can be compared.

A portal gives blank nodes where we gave names, leaves out languages and writes times its own way. A fact is a path of
properties and a plain value; what hangs on a part of the dataset (its checksum, its period) is a longer path.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from flows.publish.vocabulary import DCAT, PREFIXES

Facts = Mapping[str, frozenset[tuple[str, str]]]
"""Path of properties (`dct:publisher / foaf:name`) -> values, each with its language or "". """

OF_THEIR_OWN = {DCAT.Dataset, DCAT.DatasetSeries, DCAT.Distribution, DCAT.Catalog, DCAT.CatalogRecord}
DEPTH = 3


def facts(graph: Graph, node: Node) -> Facts:
    """Return everything `graph` says about `node` and about what belongs to it."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path, value in _walk(graph, node, ()):
        found[" / ".join(path)].add(value)
    return {path: frozenset(values) for path, values in found.items()}


def texts(values: frozenset[tuple[str, str]]) -> set[str]:
    """Return values without their languages."""
    return {text for text, _ in values}


def _walk(graph: Graph, node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    for predicate, value in graph.predicate_objects(node):
        if predicate == RDF.type or len(path) == DEPTH:
            continue
        longer = (*path, _short(str(predicate)))
        if isinstance(value, Literal):
            yield longer, (_instant(str(value)), value.language or "")
        elif not _is_part(value):
            yield longer, (str(value), "")
        if not OF_THEIR_OWN & set(graph.objects(value, RDF.type)):
            yield from _walk(graph, value, longer)


def _is_part(value: Node) -> bool:
    """Tell whether a node has no address of its own: a blank one, or one that we name after what it is part of."""
    return isinstance(value, BNode) or (isinstance(value, URIRef) and "/id/" in value and "#" in value)


def _short(predicate: str) -> str:
    prefix, space = max(
        ((prefix, space) for prefix, space in PREFIXES.items() if predicate.startswith(space)),
        key=lambda item: len(item[1]),
        default=("", ""),
    )
    return f"{prefix}:{predicate.removeprefix(space)}" if prefix else f"<{predicate}>"


def _instant(text: str) -> str:
    """Return a time in UTC, whatever its offset was; any other text as it is."""
    if "T" not in text or not text[:4].isdecimal():
        return text
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    return time.astimezone(UTC).isoformat() if time.tzinfo else text
