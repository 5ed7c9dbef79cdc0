"""Statements of the feed about one dataset (DCAT-AP.de 3.0); its files are described in distributions."""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import URIRef

from flows.contracts import Entity
from flows.model import Dataset
from flows.publish.naming import (
    Config,
    activity_identifier,
    address,
    codelist_identifier,
    contact_identifier,
    contributor,
    described,
    identifier,
    iri,
    part,
    portal_id,
    publisher_identifier,
    schema_identifier,
    titled,
)
from flows.publish.statements import Statements, availability, both, languages, literal, moment, page, period, typed
from flows.publish.vocabulary import (
    ADMS,
    AUTHORITY,
    DCAT,
    DCATAP,
    DCATDE,
    DCTERMS,
    ELI,
    FOAF,
    LANGUAGES,
    PROV,
    RDF,
    RDFS,
    SKOS,
    XSD,
)

BY_ENTITY = Mapping[str, str]


def describe_dataset(catalogue: Config, dataset: Dataset, entity: Entity, holders: BY_ENTITY) -> Statements:
    """State what the dataset is; `holders` maps an entity to the dataset that holds all its records."""
    node, description = identifier(catalogue, "dataset", dataset.name), dataset.description
    yield node, RDF.type, DCAT.Dataset
    yield from both(node, DCTERMS.title, titled(catalogue, description["title"]))
    yield from both(node, DCTERMS.description, described(catalogue, description["description"]))
    yield from classification(node, dataset)
    yield from stewardship(catalogue, node)
    yield node, DCTERMS.identifier, literal(portal_id(catalogue, "dataset", dataset.name))
    yield node, DCTERMS.issued, moment(dataset.issued)
    yield node, DCTERMS.modified, moment(dataset.modified)
    yield node, DCTERMS.accrualPeriodicity, AUTHORITY[f"frequency/{description['frequency']}"]
    yield from page(node, DCAT.landingPage, address(catalogue, f"id/dataset/{dataset.name}/"))
    if description.get("type"):
        yield node, DCTERMS.type, AUTHORITY[f"dataset-type/{description['type']}"]
    yield node, ADMS.status, AUTHORITY[f"distribution-status/{_status(dataset)}"]
    yield from _coverage(node, dataset)
    yield from legislation(node, dataset)
    yield from _version(catalogue, node, dataset)
    yield from _provenance(catalogue, node, dataset)
    yield from _relations(catalogue, node, dataset, entity, holders)


def classification(node: URIRef, dataset: Dataset) -> Statements:
    """State what the dataset, or a series of its parts, is about."""
    for lang in LANGUAGES:
        for keyword in dataset.description["keywords"][lang]:
            yield node, DCAT.keyword, literal(keyword, lang)
    for theme in dataset.description["themes"]:
        yield node, DCAT.theme, AUTHORITY[f"data-theme/{theme}"]


def stewardship(catalogue: Config, node: URIRef) -> Statements:
    """State what holds for every dataset and series of the publisher."""
    yield node, DCTERMS.publisher, publisher_identifier(catalogue)
    yield node, DCTERMS.creator, publisher_identifier(catalogue)
    yield node, DCAT.contactPoint, contact_identifier(catalogue)
    yield node, DCTERMS.spatial, iri(catalogue["spatial"])
    yield node, DCATDE.politicalGeocodingLevelURI, iri(catalogue["political_geocoding_level"])
    yield node, DCTERMS.accessRights, AUTHORITY["access-right/PUBLIC"]
    yield node, DCATAP.availability, availability(catalogue)
    yield from languages(catalogue, node)
    if claimed := contributor(catalogue):
        yield node, DCATDE.contributorID, iri(claimed)


def _status(dataset: Dataset) -> str:
    """Return the status of the dataset, which is that of all its files.

    It stands at the dataset (DCAT 3: any resource has one) and not at its files: a portal with ckanext-dcat's own
    schema knows only the list that DCAT-AP 3 gave up, and refuses every dataset that has a file with another status.
    """
    return "WITHDRAWN" if "withdrawn" in dataset.description else "COMPLETED"


def _coverage(node: URIRef, dataset: Dataset) -> Statements:
    if dataset.temporal:
        yield from period(node, *dataset.temporal)
    if dataset.description.get("temporal_resolution"):
        resolution = dataset.description["temporal_resolution"]
        yield node, DCAT.temporalResolution, typed(resolution, XSD.duration)


def legislation(node: URIRef, dataset: Dataset) -> Statements:
    """State which law demands the dataset, or the series of its parts."""
    for law in dataset.description.get("legislation", ()):
        yield node, DCATAP.applicableLegislation, iri(law)
        yield iri(law), RDF.type, ELI.LegalResource


def _version(catalogue: Config, node: URIRef, dataset: Dataset) -> Statements:
    kept = address(catalogue, f"versions/{dataset.version}/")
    yield node, DCAT.version, literal(dataset.version)
    de, en = f"Diese Fassung bleibt abrufbar: {kept}", f"This version remains available: {kept}"
    notes = {lang: f"{dataset.notes.get(lang, '')} {text}".strip() for lang, text in (("de", de), ("en", en))}
    yield from both(node, ADMS.versionNotes, notes)


def _provenance(catalogue: Config, node: URIRef, dataset: Dataset) -> Statements:
    yield node, PROV.wasGeneratedBy, activity_identifier(catalogue, dataset.version)
    if not dataset.deliveries:
        return
    for delivery in dataset.deliveries:
        yield node, PROV.wasDerivedFrom, identifier(catalogue, "delivery", delivery)
    # Harvesters of the older profile drop PROV; the sentence survives there.
    statement, deliveries = part(node, "provenance"), ", ".join(dataset.deliveries)
    yield node, DCTERMS.provenance, statement
    yield statement, RDF.type, DCTERMS.ProvenanceStatement
    de, en = f"Zusammengeführt aus den Lieferungen {deliveries}.", f"Compiled from the deliveries {deliveries}."
    yield from both(statement, RDFS.label, {"de": de, "en": en})


def _relations(catalogue: Config, node: URIRef, dataset: Dataset, entity: Entity, holders: BY_ENTITY) -> Statements:
    """State what the rows refer to: their schema with its page, code lists, and the datasets they point into."""
    schema = schema_identifier(catalogue, entity)
    yield node, DCTERMS.conformsTo, schema
    yield from page(node, FOAF.page, address(catalogue, f"id/schema/{entity.name}/{entity.version}/"))
    for name in sorted({prop.codelist for prop in entity.public if prop.codelist}):
        codes = codelist_identifier(catalogue, name)
        yield node, DCTERMS.relation, codes
        yield codes, RDF.type, SKOS.ConceptScheme
        yield from both(codes, DCTERMS.title, {"de": f"Codeliste „{name}“", "en": f"Code list “{name}”"})
    for name in sorted({holders[prop.ref] for prop in entity.public if prop.ref in holders}):
        if name != dataset.name:
            yield node, DCTERMS.relation, identifier(catalogue, "dataset", name)
