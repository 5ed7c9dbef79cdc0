"""Statements of the feed about series: a table that has a member per year besides the whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from rdflib import URIRef

from flows.model import Dataset
from flows.publish.describe import classification, legislation, stewardship
from flows.publish.naming import Config, described, identifier, portal_id, titled
from flows.publish.statements import Statements, both, literal, moment, period
from flows.publish.vocabulary import AUTHORITY, DCAT, DCTERMS, RDF

Series = tuple[Dataset, Sequence[Dataset]]
MEMBER = re.compile(r"(?P<whole>.+)_\d{4}")


def series_of(datasets: Sequence[Dataset]) -> list[Series]:
    """Pair every table that has yearly members with them, the oldest first."""
    by_name = {dataset.name: dataset for dataset in datasets}
    members: dict[str, list[Dataset]] = {}
    for name in sorted(by_name):
        match = MEMBER.fullmatch(name)
        if match and match["whole"] in by_name:
            members.setdefault(match["whole"], []).append(by_name[name])
    return [(by_name[name], found) for name, found in members.items()]


def describe_series(catalogue: Config, whole: Dataset, members: Sequence[Dataset]) -> Statements:
    """State what the series of `whole` is, and how its members (the oldest first) follow each other."""
    node = identifier(catalogue, "series", whole.name)
    title, description = whole.description["title"], whole.description["description"]
    yield node, RDF.type, DCAT.DatasetSeries
    named = {"de": f"{title['de']} nach Jahren", "en": f"{title['en']} by year"}
    yield from both(node, DCTERMS.title, titled(catalogue, named))
    yield from both(node, DCTERMS.description, described(catalogue, description))
    yield node, DCTERMS.identifier, literal(portal_id(catalogue, "series", whole.name))
    yield node, DCTERMS.accrualPeriodicity, AUTHORITY["frequency/ANNUAL"]
    yield from stewardship(catalogue, node)
    yield from classification(node, whole)
    yield from legislation(node, whole)
    yield from first_and_last_change(node, members)
    yield from covered(node, members)
    yield from _membership(catalogue, node, whole, members)


def _membership(catalogue: Config, series: URIRef, whole: Dataset, members: Sequence[Dataset]) -> Statements:
    nodes = [identifier(catalogue, "dataset", member.name) for member in members]
    yield series, DCAT["first"], nodes[0]
    yield series, DCAT["last"], nodes[-1]
    for node in nodes:
        yield node, DCAT.inSeries, series
        # Harvesters of the older profile drop series; the relation to the whole table survives there.
        yield node, DCTERMS.relation, identifier(catalogue, "dataset", whole.name)
        # The rows of a year are taken from it.
        yield node, DCTERMS.source, identifier(catalogue, "dataset", whole.name)
    for earlier, later in pairwise(nodes):
        yield later, DCAT.prev, earlier


def covered(node: URIRef, datasets: Sequence[Dataset]) -> Statements:
    """State the period from the first to the last day that any of the datasets covers."""
    spans = [dataset.temporal for dataset in datasets if dataset.temporal]
    if spans:
        yield from period(node, min(first for first, _ in spans), max(last for _, last in spans))


def first_and_last_change(node: URIRef, datasets: Sequence[Dataset], own: Sequence[str] = ()) -> Statements:
    """State times taken from the datasets, and from changes of the node's `own` words (RFC 3339).

    The time of the run would make every run a change to harvesters.
    """
    if datasets:
        first = min((dataset.issued for dataset in datasets), key=datetime.fromisoformat)
        last = max((*own, *(dataset.modified for dataset in datasets)), key=datetime.fromisoformat)
        yield node, DCTERMS.issued, moment(first)
        yield node, DCTERMS.modified, moment(last)
