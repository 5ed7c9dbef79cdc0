"""Statements of the feed about the files of a dataset: where they are, what they are, under which licence."""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import URIRef

from flows.contracts import Entity
from flows.model import Dataset, PublishedFile
from flows.publish.naming import (
    Config,
    address,
    described,
    identifier,
    iri,
    part,
    portal_id,
    rights_identifier,
    schema_identifier,
    titled,
)
from flows.publish.statements import Statements, availability, both, languages, literal, moment, page, typed
from flows.publish.vocabulary import (
    AUTHORITY,
    DCAT,
    DCATAP,
    DCATDE,
    DCTERMS,
    FILE_FORMS,
    FOAF,
    LANGUAGES,
    MEDIA_TYPE,
    RDF,
    SHA256,
    SPDX,
    XSD,
    FileForm,
)


def describe_files(
    catalogue: Config, dataset: Dataset, entity: Entity, files: Mapping[str, PublishedFile]
) -> Statements:
    """State what the files of the dataset are: those that `files` (path -> file) holds."""
    for form in FILE_FORMS:
        published = files.get(f"data/{dataset.name}.{form.suffix}")
        if published:
            yield from _distribution(catalogue, dataset, entity, form, published)
    columns = f"data/{dataset.name}.csv-metadata.json"
    if columns in files:
        yield from page(distribution_identifier(catalogue, dataset, "csv"), FOAF.page, address(catalogue, columns))


def distribution_identifier(catalogue: Config, dataset: Dataset, suffix: str) -> URIRef:
    """Return the IRI of the dataset in one of its forms."""
    return identifier(catalogue, "distribution", f"{dataset.name}.{suffix}")


def _distribution(
    catalogue: Config, dataset: Dataset, entity: Entity, form: FileForm, published: PublishedFile
) -> Statements:
    # No adms:status here: describe says why, and says it of the dataset.
    node, description = distribution_identifier(catalogue, dataset, form.suffix), dataset.description
    yield identifier(catalogue, "dataset", dataset.name), DCAT.distribution, node
    yield node, RDF.type, DCAT.Distribution
    title = {lang: f"{description['title'][lang]}: {form.label[lang]}" for lang in LANGUAGES}
    yield from both(node, DCTERMS.title, titled(catalogue, title))
    yield from both(node, DCTERMS.description, described(catalogue, form.description))
    yield node, DCTERMS.identifier, literal(portal_id(catalogue, "distribution", f"{dataset.name}.{form.suffix}"))
    # Whoever downloads needs no page in between, so both addresses are the file's own (DCAT-AP.de convention 39).
    yield node, DCAT.accessURL, address(catalogue, published.path)
    yield node, DCAT.downloadURL, address(catalogue, published.path)
    yield node, DCTERMS.issued, moment(dataset.issued)
    yield node, DCTERMS.modified, moment(dataset.data_modified)
    yield node, DCTERMS["format"], AUTHORITY[f"file-type/{form.file_type}"]
    yield node, DCAT.mediaType, MEDIA_TYPE[form.media_type]
    yield node, DCATAP.availability, availability(catalogue)
    yield from languages(catalogue, node)
    if form.follows_schema:
        yield node, DCTERMS.conformsTo, schema_identifier(catalogue, entity)
    if description.get("temporal_resolution"):
        yield node, DCAT.temporalResolution, typed(description["temporal_resolution"], XSD.duration)
    for law in description.get("legislation", ()):
        yield node, DCATAP.applicableLegislation, iri(law)
    yield from licence(catalogue, node)
    yield from content(node, published)


def licence(catalogue: Config, node: URIRef) -> Statements:
    """State under which licence a file is, and how its source is to be named."""
    yield node, DCTERMS.license, iri(catalogue["license"])
    yield node, DCTERMS.rights, rights_identifier(catalogue)
    yield from both(node, DCATDE.licenseAttributionByText, catalogue["attribution"])


def content(node: URIRef, published: PublishedFile) -> Statements:
    """State the size and the checksum of a file."""
    checksum = part(node, "checksum")
    yield node, DCAT.byteSize, typed(str(published.bytes), XSD.nonNegativeInteger)
    yield node, SPDX.checksum, checksum
    yield checksum, RDF.type, SPDX.Checksum
    yield checksum, SPDX.algorithm, SHA256
    yield checksum, SPDX.checksumValue, typed(published.sha256, XSD.hexBinary)
