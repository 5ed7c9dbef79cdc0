"""Describe a release as a DCAT-AP.de 3.0 catalogue: as one graph, or page by page; every node has an IRI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import Graph

from flows.contracts import Entity
from flows.model import Dataset, Release
from flows.publish.describe import describe_dataset
from flows.publish.descriptions import Descriptions, arrange, graph_of
from flows.publish.distributions import describe_files
from flows.publish.naming import (
    Config,
    address,
    contact_identifier,
    described,
    identifier,
    iri,
    publisher_identifier,
    rights_identifier,
    schema_identifier,
    titled,
)
from flows.publish.paging import pages_of
from flows.publish.provenance import Known, describe_provenance, known_records
from flows.publish.rdf import Format, serialise
from flows.publish.series import MEMBER, Series, covered, describe_series, first_and_last_change, series_of
from flows.publish.statements import Statement, Statements, availability, both, languages, literal, moment, page
from flows.publish.vocabulary import (
    DATA_THEMES,
    DCAT,
    DCATAP,
    DCTERMS,
    FILE_FORMS,
    FOAF,
    MEDIA_TYPE,
    PROFILE,
    PROV,
    PUBLISHER_TYPE,
    RDF,
    RDFS,
    VCARD,
)

__all__ = ["Format", "build_catalogue", "serialise"]

VERSIONS_FILE = "catalog-versions.ttl"


def build_catalogue(release: Release, catalogue: Config, entities: Mapping[str, Entity]) -> Graph:
    """Describe every dataset of `release`, its files and its series, however many they are, in one graph.

    `catalogue` is mappings/catalogue.toml plus `example` (bool): in example mode titles and descriptions say that this
    is reconstructed and not official, and no contributor id is claimed. A dataset `<name>_<year>` beside a dataset
    `<name>` is a member of the series of that name. `entities` holds the schema of every dataset; KeyError where one
    lacks. The graph holds no blank node and nothing of today: the same arguments give the same triples.
    """
    return graph_of(arrange(_page(_whole(release, catalogue, entities), release.datasets)))


def catalogue_pages(release: Release, catalogue: Config, entities: Mapping[str, Entity]) -> Iterator[Descriptions]:
    """Yield what `build_catalogue` describes page by page (`pages_of`), each complete in itself.

    A page describes its datasets, and what they share with those of other pages: the catalogue, publisher, contact.
    """
    whole = _whole(release, catalogue, entities)
    for datasets in pages_of(release.datasets):
        yield arrange(_page(whole, datasets))


@dataclass(frozen=True)
class _Whole:
    """What a page has to know of all datasets: which holds an entity's records, and when the catalogue changed."""

    release: Release
    catalogue: Config
    entities: Mapping[str, Entity]
    holders: Mapping[str, str]
    known: Known
    span: tuple[Statement, ...]


def _whole(release: Release, catalogue: Config, entities: Mapping[str, Entity]) -> _Whole:
    holders = {dataset.entity: dataset.name for dataset in release.datasets if not MEMBER.fullmatch(dataset.name)}
    node = identifier(catalogue, "catalogue", "measures")
    own = [release.catalogue["modified"]] if release.catalogue else []
    span = (*first_and_last_change(node, release.datasets, own), *covered(node, release.datasets))
    return _Whole(release, catalogue, entities, holders, known_records(release.datasets), span)


def _page(whole: _Whole, datasets: Sequence[Dataset]) -> Statements:
    catalogue, entities = whole.catalogue, whole.entities
    series = series_of(datasets)
    yield from _catalogue(catalogue, whole.release, datasets, series)
    yield from whole.span
    yield from _publisher(catalogue)
    yield from _contact(catalogue)
    yield from _rights(catalogue)
    yield from _foreign_nodes(catalogue)
    for dataset in datasets:
        yield from describe_dataset(catalogue, dataset, entities[dataset.entity], whole.holders)
        yield from describe_files(catalogue, dataset, entities[dataset.entity], whole.release.files)
        yield from _record(catalogue, dataset)
    for name in sorted({dataset.entity for dataset in datasets}):
        yield from _schema(catalogue, entities[name])
    for table, members in series:
        yield from describe_series(catalogue, table, members)
    yield from describe_provenance(catalogue, datasets, whole.known)


def _catalogue(
    catalogue: Config, release: Release, datasets: Sequence[Dataset], series: Sequence[Series]
) -> Statements:
    node = identifier(catalogue, "catalogue", "measures")
    yield node, RDF.type, DCAT.Catalog
    yield from both(node, DCTERMS.title, titled(catalogue, catalogue["title"]))
    yield from both(node, DCTERMS.description, described(catalogue, catalogue["description"]))
    yield node, DCTERMS.publisher, publisher_identifier(catalogue)
    yield node, DCTERMS.creator, publisher_identifier(catalogue)
    yield node, DCTERMS.rights, rights_identifier(catalogue)
    yield node, DCTERMS.license, iri(catalogue["license"])
    yield node, DCTERMS.spatial, iri(catalogue["spatial"])
    yield node, FOAF.homepage, iri(catalogue["base_url"])
    yield node, DCAT.themeTaxonomy, DATA_THEMES
    yield node, DCATAP.availability, availability(catalogue)
    yield from languages(catalogue, node)
    # Old versions are no datasets of the feed: harvesters would import each.
    if any(path.startswith("versions/") for path in release.files):
        yield from page(node, RDFS.seeAlso, address(catalogue, VERSIONS_FILE))
    for dataset in datasets:
        yield node, DCAT.dataset, identifier(catalogue, "dataset", dataset.name)
        yield node, DCAT.record, identifier(catalogue, "record", dataset.name)
    for whole, _ in series:
        yield node, DCAT.dataset, identifier(catalogue, "series", whole.name)


def _publisher(catalogue: Config) -> Statements:
    node, settings = publisher_identifier(catalogue), catalogue["publisher"]
    yield node, RDF.type, FOAF.Agent
    yield node, RDF.type, PROV.Agent
    yield node, DCTERMS.type, PUBLISHER_TYPE[settings["type"]]
    yield node, FOAF.homepage, iri(settings["homepage"])
    yield from both(node, FOAF.name, settings["name"])


def _contact(catalogue: Config) -> Statements:
    node, settings = contact_identifier(catalogue), catalogue["contact"]
    yield node, RDF.type, VCARD.Kind
    yield node, VCARD.fn, literal(settings["name"])
    yield node, VCARD.hasEmail, iri(f"mailto:{settings['email']}")
    yield node, VCARD.hasURL, iri(settings["url"])


def _rights(catalogue: Config) -> Statements:
    node = rights_identifier(catalogue)
    yield node, RDF.type, DCTERMS.RightsStatement
    yield from both(node, RDFS.label, catalogue["attribution"])


def _foreign_nodes(catalogue: Config) -> Statements:
    """Say of what kind the pages, media types and the profile are: no code list a validator loads knows them."""
    for place in (catalogue["base_url"], catalogue["publisher"]["homepage"], catalogue["contact"]["url"]):
        yield iri(place), RDF.type, FOAF.Document
    for form in FILE_FORMS:
        yield MEDIA_TYPE[form.media_type], RDF.type, DCTERMS.MediaType
    yield PROFILE, RDF.type, DCTERMS.Standard
    yield from both(PROFILE, DCTERMS.title, {"de": "DCAT-AP.de 3.0", "en": "DCAT-AP.de 3.0"})


def _record(catalogue: Config, dataset: Dataset) -> Statements:
    node = identifier(catalogue, "record", dataset.name)
    yield node, RDF.type, DCAT.CatalogRecord
    title = dataset.description["title"]
    of = {"de": f"Katalogeintrag zu: {title['de']}", "en": f"Catalogue record of: {title['en']}"}
    yield from both(node, DCTERMS.title, titled(catalogue, of))
    yield node, FOAF.primaryTopic, identifier(catalogue, "dataset", dataset.name)
    yield node, DCTERMS.issued, moment(dataset.issued)
    yield node, DCTERMS.modified, moment(dataset.modified)
    yield node, DCTERMS.conformsTo, PROFILE
    yield from languages(catalogue, node)


def _schema(catalogue: Config, entity: Entity) -> Statements:
    node, label = schema_identifier(catalogue, entity), entity.schema["x-label"]
    yield node, RDF.type, DCTERMS.Standard
    yield node, DCAT.version, literal(entity.version)
    de, en = f"Schema „{label['de']}“, Fassung {entity.version}", f"Schema “{label['en']}”, version {entity.version}"
    yield from both(node, DCTERMS.title, {"de": de, "en": en})
