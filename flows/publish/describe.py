"""Statements of the feed about one dataset and its files (DCAT-AP.de 3.0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, XSD
from rdflib.term import Node

from flows.contracts import Entity
from flows.model import Dataset, PublishedFile
from flows.publish.naming import (
    Bilingual,
    Config,
    address,
    contact_identifier,
    described,
    identifier,
    part,
    portal_id,
    publisher_identifier,
    rights_identifier,
    schema_identifier,
    titled,
)
from flows.publish.vocabulary import (
    ADMS,
    AUTHORITY,
    DCAT,
    DCATAP,
    DCATDE,
    FILE_FORMS,
    LANGUAGES,
    MEDIA_TYPE,
    SHA256,
    SPDX,
    FileForm,
)

Statements = Iterator[tuple[URIRef, URIRef, Node]]


def both(node: URIRef, predicate: URIRef, texts: Bilingual) -> Statements:
    """State a text in German and in English."""
    for lang in LANGUAGES:
        yield node, predicate, Literal(texts[lang], lang=lang)


def moment(time: str) -> Literal:
    """Return an RFC 3339 time as it was written, so that its offset survives."""
    return Literal(time, datatype=XSD.dateTime, normalize=False)


def availability(catalogue: Config) -> URIRef:
    """Return how long the data can be counted on: an example may vanish any day, what a city publishes stays."""
    return AUTHORITY["planned-availability/EXPERIMENTAL" if catalogue["example"] else "planned-availability/AVAILABLE"]


def languages(catalogue: Config, node: URIRef) -> Statements:
    """State the languages of the catalogue, which are those of every table in it."""
    for code in catalogue["languages"]:
        yield node, DCTERMS.language, AUTHORITY[f"language/{code}"]


def period(node: URIRef, first: str, last: str) -> Statements:
    """State the first and the last day covered (ISO days)."""
    covered = part(node, "temporal")
    yield node, DCTERMS.temporal, covered
    yield covered, RDF.type, DCTERMS.PeriodOfTime
    yield covered, DCAT.startDate, Literal(first, datatype=XSD.date)
    yield covered, DCAT.endDate, Literal(last, datatype=XSD.date)


def describe_dataset(
    catalogue: Config, dataset: Dataset, entity: Entity, files: Mapping[str, PublishedFile]
) -> Statements:
    """State what the dataset is, and describe each of its files that `files` (path -> file) holds."""
    node, description = identifier(catalogue, "dataset", dataset.name), dataset.description
    yield node, RDF.type, DCAT.Dataset
    yield from both(node, DCTERMS.title, titled(catalogue, description["title"]))
    yield from both(node, DCTERMS.description, described(catalogue, description["description"]))
    yield from classification(node, dataset)
    yield from stewardship(catalogue, node)
    yield node, DCTERMS.identifier, Literal(portal_id(catalogue, "dataset", dataset.name))
    yield node, DCTERMS.issued, moment(dataset.issued)
    yield node, DCTERMS.modified, moment(dataset.modified)
    yield node, DCTERMS.accrualPeriodicity, AUTHORITY[f"frequency/{description['frequency']}"]
    yield node, DCTERMS.conformsTo, schema_identifier(catalogue, entity)
    yield node, DCAT.landingPage, URIRef(catalogue["base_url"])
    if description.get("type"):
        yield node, DCTERMS.type, AUTHORITY[f"dataset-type/{description['type']}"]
    if dataset.temporal:
        yield from period(node, *dataset.temporal)
    yield from _version(catalogue, node, dataset)
    yield from _provenance(node, dataset)
    for form in FILE_FORMS:
        published = files.get(f"data/{dataset.name}.{form.suffix}")
        if published:
            yield from _distribution(catalogue, dataset, entity, form, published)


def classification(node: URIRef, dataset: Dataset) -> Statements:
    """State what the dataset, or a series of its parts, is about."""
    for lang in LANGUAGES:
        for keyword in dataset.description["keywords"][lang]:
            yield node, DCAT.keyword, Literal(keyword, lang=lang)
    for theme in dataset.description["themes"]:
        yield node, DCAT.theme, AUTHORITY[f"data-theme/{theme}"]


def stewardship(catalogue: Config, node: URIRef) -> Statements:
    """State what holds for every dataset and series of the publisher."""
    yield node, DCTERMS.publisher, publisher_identifier(catalogue)
    yield node, DCAT.contactPoint, contact_identifier(catalogue)
    yield node, DCTERMS.spatial, URIRef(catalogue["spatial"])
    yield node, DCATDE.politicalGeocodingLevelURI, URIRef(catalogue["political_geocoding_level"])
    yield node, DCTERMS.accessRights, AUTHORITY["access-right/PUBLIC"]
    yield node, DCATAP.availability, availability(catalogue)
    yield from languages(catalogue, node)
    # An example claims no contributor: the listed ids belong to those who deliver to the national portal.
    if catalogue.get("contributor_id") and not catalogue["example"]:
        yield node, DCATDE.contributorID, URIRef(catalogue["contributor_id"])


def _version(catalogue: Config, node: URIRef, dataset: Dataset) -> Statements:
    kept = address(catalogue, f"versions/{dataset.version}/")
    yield node, DCAT.version, Literal(dataset.version)
    de, en = f"Diese Fassung bleibt abrufbar: {kept}", f"This version remains available: {kept}"
    yield from both(node, ADMS.versionNotes, {"de": de, "en": en})


def _provenance(node: URIRef, dataset: Dataset) -> Statements:
    if not dataset.deliveries:
        return
    statement, deliveries = part(node, "provenance"), ", ".join(dataset.deliveries)
    yield node, DCTERMS.provenance, statement
    yield statement, RDF.type, DCTERMS.ProvenanceStatement
    de, en = f"Zusammengeführt aus den Lieferungen {deliveries}.", f"Compiled from the deliveries {deliveries}."
    yield from both(statement, RDFS.label, {"de": de, "en": en})


def _distribution(
    catalogue: Config, dataset: Dataset, entity: Entity, form: FileForm, published: PublishedFile
) -> Statements:
    node = identifier(catalogue, "distribution", f"{dataset.name}.{form.suffix}")
    yield identifier(catalogue, "dataset", dataset.name), DCAT.distribution, node
    yield node, RDF.type, DCAT.Distribution
    title = {lang: f"{dataset.description['title'][lang]}: {form.label[lang]}" for lang in LANGUAGES}
    yield from both(node, DCTERMS.title, titled(catalogue, title))
    yield from both(node, DCTERMS.description, described(catalogue, form.description))
    # Whoever downloads needs no page in between, so both addresses are the file's own (DCAT-AP.de convention 39).
    yield node, DCAT.accessURL, address(catalogue, published.path)
    yield node, DCAT.downloadURL, address(catalogue, published.path)
    yield node, DCTERMS.issued, moment(dataset.issued)
    yield node, DCTERMS.modified, moment(dataset.data_modified)
    yield node, DCTERMS["format"], AUTHORITY[f"file-type/{form.file_type}"]
    yield node, DCAT.mediaType, MEDIA_TYPE[form.media_type]
    yield node, ADMS.status, AUTHORITY["distribution-status/COMPLETED"]
    yield node, DCATAP.availability, availability(catalogue)
    yield from languages(catalogue, node)
    if form.follows_schema:
        yield node, DCTERMS.conformsTo, schema_identifier(catalogue, entity)
    yield from _licence(catalogue, node)
    yield from _content(node, published)


def _licence(catalogue: Config, node: URIRef) -> Statements:
    yield node, DCTERMS.license, URIRef(catalogue["license"])
    yield node, DCTERMS.rights, rights_identifier(catalogue)
    yield from both(node, DCATDE.licenseAttributionByText, catalogue["attribution"])


def _content(node: URIRef, published: PublishedFile) -> Statements:
    checksum = part(node, "checksum")
    yield node, DCAT.byteSize, Literal(published.bytes, datatype=XSD.nonNegativeInteger)
    yield node, SPDX.checksum, checksum
    yield checksum, RDF.type, SPDX.Checksum
    yield checksum, SPDX.algorithm, SHA256
    yield checksum, SPDX.checksumValue, Literal(published.sha256, datatype=XSD.hexBinary)
