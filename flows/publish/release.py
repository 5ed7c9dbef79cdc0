"""What a release consists of: every file with what it is made from, so that an unchanged one is kept as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from rdflib import Graph

from flows.contracts import CodeList, Entity
from flows.formats.write_csv import write_csv, write_excel_csv
from flows.formats.write_json import write_document, write_json, write_json_lines
from flows.formats.write_parquet import write_parquet
from flows.formats.write_workbook import write_workbook
from flows.model import Dataset, PublishedFile, Release
from flows.publish.catalogue import VERSIONS_FILE, catalogue_pages
from flows.publish.codebooks import codebook
from flows.publish.concepts import codelist_graph, is_taxonomy, taxonomy_graph
from flows.publish.csvw import csvw
from flows.publish.datapackage import datapackage
from flows.publish.datasets import document_digest
from flows.publish.descriptions import arrange
from flows.publish.earlier_versions import build_versions
from flows.publish.paging import page_path, pages_of, paging
from flows.publish.provenance import records_of
from flows.publish.rdf import Format, serialise
from flows.publish.rdf import write as write_rdf
from flows.publish.retractions import RETRACTIONS_FILE, retractions_document
from flows.publish.schema_org import schema_org
from flows.publish.site.codelists import codelist_files
from flows.publish.site.concepts import concept_pages
from flows.publish.site.conventions import conventions
from flows.publish.site.facts import Facts
from flows.publish.site.pages import site_files
from flows.publish.site.rendering import Drawn, File
from flows.publish.site.stubs import identifier_stubs
from flows.publish.site.versions import version_page

WRITERS = "1"
"""Raised when a writer changes what it makes of the same content, so that kept files are written anew."""
MANIFEST = "manifest.json"
JSON = "application/json"
JSON_LD = "application/ld+json"
TURTLE = "text/turtle"
CATALOGUE_FILES: tuple[tuple[str, str, Format], ...] = (
    ("catalog.ttl", TURTLE, "turtle"),
    ("catalog.rdf", "application/rdf+xml", "xml"),
    ("catalog.jsonld", JSON_LD, "json-ld"),
)
Earlier = Mapping[str, PublishedFile]


@dataclass(frozen=True)
class Planned:
    """A file that belongs to a release: where, what it is, the digest of its content, and how to make its bytes."""

    path: str
    media_type: str
    content_digest: str
    render: Callable[[], bytes]


@dataclass(frozen=True)
class Contents:
    """The contracts a release is made with."""

    catalogue: Mapping[str, Any]
    theme: Mapping[str, Any]
    rules: Mapping[str, Any]
    entities: Mapping[str, Entity]
    codelists: Mapping[str, CodeList]
    schemas: Mapping[str, Mapping[str, Any]]


Keep = Callable[[PublishedFile], None]
Write = Callable[[PublishedFile, bytes], None]


def compose(release: Release, contents: Contents, earlier: Earlier, keep: Keep, write: Write) -> Release:
    """Make every file of a release: `keep` is called for one with the content of the `earlier` release, else `write`.

    First the tables, schemas and code lists, then what describes them (catalogue, data package), the pages, what lists
    the pages, last the manifest. Returns the release with its files.
    """
    files: dict[str, PublishedFile] = {}

    def settle(planned: Iterable[Planned]) -> None:
        for plan in planned:
            files[plan.path] = _settle(plan, release.time, earlier, keep, write)

    settle(_tables(release, contents))
    settle(_contracts(contents))
    settle(_concepts(release, contents))
    for path, file in earlier.items():
        if path.startswith("versions/") and not path.startswith(f"versions/{release.id}/"):
            keep(file)
            files[path] = file
    settle(_versions(release, contents))
    settle(_descriptions(_with(release, files), contents))
    settle(_site(_with(release, files), contents))
    settle(_pages(conventions(dict(sorted(files.items())), contents.catalogue, contents.theme)))
    finished = _with(release, files)
    manifest = write_document(_manifest(finished))
    write(_published(MANIFEST, JSON, manifest, _sha256(manifest), release.time), manifest)
    return finished


def _with(release: Release, files: Mapping[str, PublishedFile]) -> Release:
    return replace(release, files=dict(sorted(files.items())))


def _settle(plan: Planned, time: str, earlier: Earlier, keep: Keep, write: Write) -> PublishedFile:
    digest = document_digest([WRITERS, plan.media_type, plan.content_digest])
    before = earlier.get(plan.path)
    if before is not None and before.content_digest == digest:
        keep(before)
        return before
    content = plan.render()
    file = _published(plan.path, plan.media_type, content, digest, time)
    write(file, content)
    return file


def _published(path: str, media_type: str, content: bytes, digest: str, time: str) -> PublishedFile:
    return PublishedFile(path, media_type, len(content), _sha256(content), digest, time)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _tables(release: Release, contents: Contents) -> Iterator[Planned]:
    """Plan the forms of each dataset (interface.md, output)."""
    for dataset in release.datasets:
        entity = contents.entities[dataset.entity]
        yield from _forms(dataset, entity, contents)


def _forms(dataset: Dataset, entity: Entity, contents: Contents) -> Iterator[Planned]:
    base, frame = f"data/{dataset.name}", dataset.frame
    rows, described = dataset.digest, document_digest([dataset.digest, dataset.metadata_digest])
    yield Planned(f"{base}.csv", "text/csv", rows, lambda: write_csv(frame, entity))
    yield Planned(f"{base}.excel.csv", "text/csv", rows, lambda: write_excel_csv(frame, entity))
    yield Planned(f"{base}.json", JSON, rows, lambda: write_json(frame, entity))
    yield Planned(f"{base}.jsonl", "application/x-ndjson", rows, lambda: write_json_lines(frame, entity))
    yield Planned(f"{base}.parquet", "application/vnd.apache.parquet", described, lambda: write_parquet(frame, entity))
    meanings = codebook(entity, contents.codelists)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    yield Planned(f"{base}.xlsx", sheet, described, lambda: write_workbook(frame, entity, meanings))
    yield _document(f"{base}.csv-metadata.json", "application/csvm+json", csvw(dataset, entity, contents.catalogue))


def _document(path: str, media_type: str, document: Mapping[str, Any]) -> Planned:
    return Planned(path, media_type, document_digest(document), lambda: write_document(document))


def _bytes(path: str, media_type: str, content: bytes) -> Planned:
    return Planned(path, media_type, _sha256(content), lambda: content)


def _contracts(contents: Contents) -> Iterator[Planned]:
    for name, schema in sorted(contents.schemas.items()):
        yield _document(f"schemas/{name}.schema.json", "application/schema+json", schema)
    for codelist in contents.codelists.values():
        yield from _pages(codelist_files(codelist))


def _concepts(release: Release, contents: Contents) -> Iterator[Planned]:
    """Plan the code lists and the city's reference tables as SKOS."""
    for codelist in contents.codelists.values():
        yield from _graph(f"codelists/{codelist.name}", codelist_graph(codelist, contents.catalogue))
    versions = records_of(release.datasets, "strategy_version")
    for dataset in filter(is_taxonomy, release.datasets):
        yield from _graph(f"codelists/{dataset.name}", taxonomy_graph(dataset, contents.catalogue, versions))


def _graph(base: str, graph: Graph) -> Iterator[Planned]:
    yield _bytes(f"{base}.ttl", TURTLE, serialise(graph, "turtle"))
    yield _bytes(f"{base}.jsonld", JSON_LD, serialise(graph, "json-ld"))


def _versions(release: Release, contents: Contents) -> Iterator[Planned]:
    """Plan what stays for ever: the datasets this release changed, with their description (decision 0006)."""
    base = f"versions/{release.id}"
    changed = [dataset for dataset in release.datasets if dataset.version == release.id]
    for dataset in changed:
        entity = contents.entities[dataset.entity]
        yield from _version(f"{base}/{dataset.name}", dataset, entity)
        table = csvw(dataset, entity, contents.catalogue)
        yield _document(f"{base}/{dataset.name}.csv-metadata.json", "application/csvm+json", table)


def _version(base: str, dataset: Dataset, entity: Entity) -> Iterator[Planned]:
    frame = dataset.frame
    yield Planned(f"{base}.csv", "text/csv", dataset.digest, lambda: write_csv(frame, entity))
    yield Planned(f"{base}.jsonl", "application/x-ndjson", dataset.digest, lambda: write_json_lines(frame, entity))


def _pages(pages: Iterable[File | Drawn]) -> Iterator[Planned]:
    for page in pages:
        if isinstance(page, Drawn):
            yield Planned(page.path, page.media_type, document_digest(page.made_from), page.draw)
        else:
            yield _bytes(*page)


def _descriptions(release: Release, contents: Contents) -> Iterator[Planned]:
    package = datapackage(release, contents.catalogue, contents.entities, contents.codelists)
    yield _document("data/datapackage.json", JSON, package)
    yield from _feed(release, contents)
    if release.retractions:
        yield _document(RETRACTIONS_FILE, JSON, retractions_document(release))
    yield _bytes(VERSIONS_FILE, TURTLE, serialise(build_versions(release, contents.catalogue), "turtle"))
    for dataset in release.datasets:
        about = schema_org(dataset, contents.catalogue, release.files)
        yield _document(f"data/{dataset.name}.schema-org.jsonld", JSON_LD, about)


def _site(release: Release, contents: Contents) -> Iterator[Planned]:
    """Plan the pages; `release.files` are all that they may link to besides each other."""
    facts = Facts(release, contents.catalogue, contents.theme, contents.rules, contents.entities, contents.codelists)
    yield from _pages(site_files(facts))
    if any(dataset.version == release.id for dataset in release.datasets):
        yield from _pages([version_page(release, contents.catalogue)])
    yield from _pages(concept_pages(contents.codelists.values(), release.datasets, contents.catalogue))
    yield from _pages(identifier_stubs(release, contents.catalogue, contents.entities, contents.codelists))


def _feed(release: Release, contents: Contents) -> Iterator[Planned]:
    """Plan the catalogue in its forms, a page at a time, so that a large one never is in memory as a whole."""
    count, total = len(pages_of(release.datasets)), len(release.datasets)
    for number, page in enumerate(catalogue_pages(release, contents.catalogue, contents.entities), 1):
        for path, media_type, form in CATALOGUE_FILES:
            view = arrange(paging(contents.catalogue, path, number, count, total))
            yield _bytes(page_path(path, number), media_type, write_rdf({**view, **page}, form))


def _manifest(release: Release) -> dict[str, Any]:
    return {
        "format": "offenlage-manifest/1",
        "release": release.id,
        "time": release.time,
        "as_of": release.as_of,
        "datasets": [{"name": d.name, "entity": d.entity, "rows": len(d.frame)} for d in release.datasets],
        "files": [asdict(file) for file in release.files.values()],
    }


def parse_manifest(content: bytes) -> dict[str, PublishedFile]:
    """Return the files a manifest lists, by path."""
    return {entry["path"]: PublishedFile(**entry) for entry in json.loads(content)["files"]}
