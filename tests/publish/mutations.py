"""Every way a good feed can go wrong in one place: a property missing, doubled, of a wrong type or vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import feed_example as feed
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from flows.publish.catalogue import build_catalogue
from flows.publish.vocabulary import PREFIXES

NAMES = ("measures", "status_reports", "status_reports_2024", "status_reports_2025")
ELSEWHERE = URIRef("https://anderswo.example/etwas")
OWN = f"{feed.ID_BASE}id/"
# One node of each kind that the feed describes; what holds for one holds for its like.
NODES = (
    "catalogue/measures",
    "record/measures",
    "organisation/ORG-it",
    "organisation/ORG-bau",
    "contact/ORG-it",
    "rights/attribution",
    "dataset/measures",
    "dataset/measures#temporal",
    "dataset/measures#provenance",
    "dataset/status_reports_2025",
    "series/status_reports",
    "distribution/measures.csv",
    "distribution/measures.csv#checksum",
    "schema/measure/1.0",
    "activity/2026-03-31",
    "delivery/D-000001",
)


@dataclass(frozen=True)
class Mutation:
    """One change to the good feed: the values of `subject` and `predicate` become `values`."""

    kind: str
    subject: URIRef
    predicate: URIRef
    values: tuple[Node, ...]

    @property
    def name(self) -> str:
        """Return `<node> <property> <kind>`, the property as `prefix:name`."""
        prefix, space = next(item for item in PREFIXES.items() if self.predicate.startswith(item[1]))
        return f"{self.subject.removeprefix(OWN)} {prefix}:{self.predicate.removeprefix(space)} {self.kind}"

    def apply(self, graph: Graph) -> Graph:
        """Return a copy of the feed with this mistake in it."""
        wrong = Graph() + graph
        wrong.remove((self.subject, self.predicate, None))
        for value in self.values:
            wrong.add((self.subject, self.predicate, value))
        return wrong


def good() -> Graph:
    """Return a feed that says everything it can say: every optional property too."""
    release = feed.release(NAMES, ("csv",))
    law = "http://data.europa.eu/eli/dir/2019/1024/oj"
    extra = {"temporal_resolution": "P1Y", "legislation": [law], "type": "STATISTICAL"}
    datasets = tuple(replace(each, description={**each.description, **extra}) for each in release.datasets)
    whole = feed.supplied(replace(release, datasets=datasets))
    return build_catalogue(whole, feed.CATALOGUE, feed.entities())


def mutations(graph: Graph) -> list[Mutation]:
    """Return every mutation of `graph`, in a fixed order."""
    found = []
    for name in NODES:
        subject = URIRef(f"{OWN}{name}")
        for predicate in sorted(set(graph.predicates(subject))):
            values = tuple(sorted(graph.objects(subject, predicate), key=lambda value: value.n3()))
            found += list(_mutations(subject, URIRef(str(predicate)), values))
    return found


def _mutations(subject: URIRef, predicate: URIRef, values: tuple[Node, ...]) -> Iterator[Mutation]:
    yield Mutation("missing", subject, predicate, ())
    if predicate == RDF.type:
        return
    first, rest = values[0], values[1:]
    if isinstance(first, Literal):
        twin = Literal(_other(first), lang=first.language, datatype=first.datatype, normalize=False)
        yield Mutation("doubled", subject, predicate, (*values, twin))
        yield Mutation("as IRI", subject, predicate, (ELSEWHERE, *rest))
        if first.datatype or not first.language:
            yield Mutation("as boolean", subject, predicate, (Literal(True),))
    else:
        yield Mutation("doubled", subject, predicate, (*values, _sibling(first)))
        yield Mutation("as text", subject, predicate, (Literal(str(first)), *rest))
        yield Mutation("blank", subject, predicate, (BNode("b"), *rest))
        yield Mutation("outside its list", subject, predicate, (_sibling(first, "NICHT-DABEI"), *rest))
        yield Mutation("elsewhere", subject, predicate, (ELSEWHERE, *rest))


def _other(value: Literal) -> str:
    """Return another value of the same form."""
    text = str(value)
    digit = next((place for place in reversed(range(len(text))) if text[place].isdecimal()), None)
    if digit is None:
        return f"{text} anders"
    return text[:digit] + str((int(text[digit]) + 1) % 10) + text[digit + 1 :]


def _sibling(value: Node, name: str = "zweites") -> URIRef:
    return URIRef(f"{str(value).rpartition('/')[0]}/{name}")
