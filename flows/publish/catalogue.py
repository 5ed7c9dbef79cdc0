"""Describe a release as a DCAT-AP.de 3.0 catalogue: one graph, every node with an IRI, and its serialisations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS

from flows.contracts import Entity
from flows.model import Dataset, Release
from flows.publish.describe import (
    Statements,
    availability,
    both,
    classification,
    describe_dataset,
    languages,
    moment,
    period,
    stewardship,
)
from flows.publish.naming import (
    Config,
    contact_identifier,
    described,
    identifier,
    portal_id,
    publisher_identifier,
    rights_identifier,
    schema_identifier,
    titled,
)
from flows.publish.rdf import Format, empty_graph, serialise
from flows.publish.vocabulary import (
    AUTHORITY,
    DATA_THEMES,
    DCAT,
    DCATAP,
    FILE_FORMS,
    MEDIA_TYPE,
    PROFILE,
    PUBLISHER_TYPE,
    VCARD,
)

Series = tuple[Dataset, Sequence[Dataset]]

__all__ = ["Format", "build_catalogue", "serialise"]

MEMBER = re.compile(r"(?P<whole>.+)_\d{4}")


def build_catalogue(release: Release, catalogue: Config, entities: Mapping[str, Entity]) -> Graph:
    """Describe every dataset of `release`, its files and its series.

    `catalogue` is mappings/catalogue.toml plus `example` (bool): in example mode titles and descriptions say that this
    is reconstructed and not official, and no contributor id is claimed. A dataset `<name>_<year>` beside a dataset
    `<name>` is a member of the series of that name. `entities` holds the schema of every dataset; KeyError where one
    lacks. The graph holds no blank node and nothing of today: the same arguments give the same triples.
    """
    series = _series(release.datasets)
    graph = empty_graph()
    for statements in (
        _catalogue(catalogue, release.datasets, series),
        _publisher(catalogue),
        _contact(catalogue),
        _rights(catalogue),
        _foreign_nodes(catalogue),
        *(describe_dataset(catalogue, each, entities[each.entity], release.files) for each in release.datasets),
        *(_record(catalogue, dataset) for dataset in release.datasets),
        *(_schema(catalogue, entities[name]) for name in sorted({dataset.entity for dataset in release.datasets})),
        *(_describe_series(catalogue, whole, members) for whole, members in series),
        *(_membership(catalogue, whole, members) for whole, members in series),
    ):
        for triple in statements:
            graph.add(triple)
    return graph


def _catalogue(catalogue: Config, datasets: Sequence[Dataset], series: Sequence[Series]) -> Statements:
    node = identifier(catalogue, "catalogue", "measures")
    yield node, RDF.type, DCAT.Catalog
    yield from both(node, DCTERMS.title, titled(catalogue, catalogue["title"]))
    yield from both(node, DCTERMS.description, described(catalogue, catalogue["description"]))
    yield node, DCTERMS.publisher, publisher_identifier(catalogue)
    yield node, DCTERMS.license, URIRef(catalogue["license"])
    yield node, DCTERMS.spatial, URIRef(catalogue["spatial"])
    yield node, FOAF.homepage, URIRef(catalogue["base_url"])
    yield node, DCAT.themeTaxonomy, DATA_THEMES
    yield node, DCATAP.availability, availability(catalogue)
    yield from languages(catalogue, node)
    for dataset in datasets:
        yield node, DCAT.dataset, identifier(catalogue, "dataset", dataset.name)
        yield node, DCAT.record, identifier(catalogue, "record", dataset.name)
    for whole, _ in series:
        yield node, DCAT.dataset, identifier(catalogue, "series", whole.name)
    yield from _first_and_last_change(node, datasets)


def _publisher(catalogue: Config) -> Statements:
    node, settings = publisher_identifier(catalogue), catalogue["publisher"]
    yield node, RDF.type, FOAF.Agent
    yield node, DCTERMS.type, PUBLISHER_TYPE[settings["type"]]
    yield node, FOAF.homepage, URIRef(settings["homepage"])
    yield from both(node, FOAF.name, settings["name"])


def _contact(catalogue: Config) -> Statements:
    node, settings = contact_identifier(catalogue), catalogue["contact"]
    yield node, RDF.type, VCARD.Kind
    yield node, VCARD.fn, Literal(settings["name"])
    yield node, VCARD.hasEmail, URIRef(f"mailto:{settings['email']}")
    yield node, VCARD.hasURL, URIRef(settings["url"])


def _rights(catalogue: Config) -> Statements:
    node = rights_identifier(catalogue)
    yield node, RDF.type, DCTERMS.RightsStatement
    yield from both(node, RDFS.label, catalogue["attribution"])


def _foreign_nodes(catalogue: Config) -> Statements:
    """Say of what kind the pages, media types and the profile are: no code list a validator loads knows them."""
    for page in (catalogue["base_url"], catalogue["publisher"]["homepage"]):
        yield URIRef(page), RDF.type, FOAF.Document
    for form in FILE_FORMS:
        yield MEDIA_TYPE[form.media_type], RDF.type, DCTERMS.MediaType
    yield PROFILE, RDF.type, DCTERMS.Standard
    yield from both(PROFILE, DCTERMS.title, {"de": "DCAT-AP.de 3.0", "en": "DCAT-AP.de 3.0"})


def _record(catalogue: Config, dataset: Dataset) -> Statements:
    node = identifier(catalogue, "record", dataset.name)
    yield node, RDF.type, DCAT.CatalogRecord
    yield node, FOAF.primaryTopic, identifier(catalogue, "dataset", dataset.name)
    yield node, DCTERMS.issued, moment(dataset.issued)
    yield node, DCTERMS.modified, moment(dataset.modified)
    yield node, DCTERMS.conformsTo, PROFILE
    yield from languages(catalogue, node)


def _schema(catalogue: Config, entity: Entity) -> Statements:
    node, label = schema_identifier(catalogue, entity), entity.schema["x-label"]
    yield node, RDF.type, DCTERMS.Standard
    yield node, DCAT.version, Literal(entity.version)
    de, en = f"Schema „{label['de']}“, Fassung {entity.version}", f"Schema “{label['en']}”, version {entity.version}"
    yield from both(node, DCTERMS.title, {"de": de, "en": en})


def _series(datasets: Sequence[Dataset]) -> list[Series]:
    """Pair every table that has yearly members with them, the oldest first."""
    by_name = {dataset.name: dataset for dataset in datasets}
    members: dict[str, list[Dataset]] = {}
    for name in sorted(by_name):
        match = MEMBER.fullmatch(name)
        if match and match["whole"] in by_name:
            members.setdefault(match["whole"], []).append(by_name[name])
    return [(by_name[name], found) for name, found in members.items()]


def _describe_series(catalogue: Config, whole: Dataset, members: Sequence[Dataset]) -> Statements:
    node = identifier(catalogue, "series", whole.name)
    title, description = whole.description["title"], whole.description["description"]
    yield node, RDF.type, DCAT.DatasetSeries
    named = {"de": f"{title['de']} nach Jahren", "en": f"{title['en']} by year"}
    yield from both(node, DCTERMS.title, titled(catalogue, named))
    yield from both(node, DCTERMS.description, described(catalogue, description))
    yield node, DCTERMS.identifier, Literal(portal_id(catalogue, "series", whole.name))
    yield node, DCTERMS.accrualPeriodicity, AUTHORITY["frequency/ANNUAL"]
    yield from stewardship(catalogue, node)
    yield from classification(node, whole)
    yield from _first_and_last_change(node, members)
    spans = [member.temporal for member in members if member.temporal]
    if spans:
        yield from period(node, min(first for first, _ in spans), max(last for _, last in spans))


def _membership(catalogue: Config, whole: Dataset, members: Sequence[Dataset]) -> Statements:
    nodes = [identifier(catalogue, "dataset", member.name) for member in members]
    for node in nodes:
        yield node, DCAT.inSeries, identifier(catalogue, "series", whole.name)
        # Harvesters of the older profile drop series; the relation to the whole table survives there.
        yield node, DCTERMS.relation, identifier(catalogue, "dataset", whole.name)
    for earlier, later in pairwise(nodes):
        yield later, DCAT.prev, earlier


def _first_and_last_change(node: URIRef, datasets: Sequence[Dataset]) -> Statements:
    """State times taken from the datasets: the time of the run would make every run a change to harvesters."""
    if datasets:
        first = min((dataset.issued for dataset in datasets), key=datetime.fromisoformat)
        last = max((dataset.modified for dataset in datasets), key=datetime.fromisoformat)
        yield node, DCTERMS.issued, moment(first)
        yield node, DCTERMS.modified, moment(last)
