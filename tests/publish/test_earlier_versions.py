"""Old versions are described, in order and with their files, where no harvester takes them for datasets."""

from __future__ import annotations

from dataclasses import replace

import feed_example as feed
import pytest
from rdflib import RDF, Graph, Literal, URIRef

from flows.model import PublishedFile
from flows.publish.catalogue import VERSIONS_FILE, build_catalogue, serialise
from flows.publish.earlier_versions import build_versions
from flows.publish.vocabulary import DCAT

MEASURES = URIRef(f"{feed.ID_BASE}id/dataset/measures")
TIMES = {"2025-12-31": "2025-12-31T08:00:00+01:00", "2026-02-01": "2026-02-01T08:00:00+01:00"}


def version(release: str, name: str = "measures") -> URIRef:
    return URIRef(f"{feed.ID_BASE}id/version/{name}/{release}")


@pytest.fixture(scope="module")
def graph() -> Graph:
    files = [
        PublishedFile(f"versions/{release}/measures.{suffix}", "text/csv", 7, "ab" * 32, "c", time)
        for release, time in TIMES.items()
        for suffix in ("csv", "jsonl", "csv-metadata.json")
    ]
    release = replace(feed.release(), files={file.path: file for file in files})
    return build_versions(release, feed.CATALOGUE)


def test_a_dataset_has_all_its_versions_and_the_last_is_current(graph: Graph) -> None:
    assert set(graph.objects(MEASURES, DCAT.hasVersion)) == {version("2025-12-31"), version("2026-02-01")}
    assert graph.value(MEASURES, DCAT.hasCurrentVersion) == version("2026-02-01")
    assert list(graph.subject_objects(DCAT.previousVersion)) == [(version("2026-02-01"), version("2025-12-31"))]
    assert graph.value(version("2025-12-31"), DCAT.version) == Literal("2025-12-31")


def test_a_version_leads_to_its_files(graph: Graph) -> None:
    urls = {graph.value(file, DCAT.downloadURL) for file in graph.objects(version("2025-12-31"), DCAT.distribution)}
    base = "https://abruf.example/offen/versions/2025-12-31/measures"
    assert urls == {URIRef(f"{base}.csv"), URIRef(f"{base}.jsonl")}


def test_nothing_in_it_is_a_dataset_to_a_harvester(graph: Graph) -> None:
    assert (None, RDF.type, DCAT.Dataset) not in graph
    assert (None, RDF.type, DCAT.Catalog) not in graph


def test_it_can_be_written(graph: Graph) -> None:
    assert set(Graph().parse(data=serialise(graph, "turtle"), format="turtle")) == set(graph)


def test_the_feed_leads_to_it_once_there_are_versions() -> None:
    release = feed.release()
    kept = PublishedFile("versions/2026-03-31/measures.csv", "text/csv", 7, "ab" * 32, "c", release.time)
    page = URIRef(f"https://abruf.example/offen/{VERSIONS_FILE}")
    with_versions = replace(release, files={**release.files, kept.path: kept})
    assert (None, None, page) in build_catalogue(with_versions, feed.CATALOGUE, feed.entities())
    assert (None, None, page) not in build_catalogue(release, feed.CATALOGUE, feed.entities())
