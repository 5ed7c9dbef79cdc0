"""The catalogue: built and written, read back, and checked; by us, by rdflib alone, by ckanext-dcat.

Each case runs in a process of its own: python -m bench.catalogue CASE DATASETS FILE
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import polars as pl
import pyshacl
from rdflib import Graph

from flows.contracts import Entity, parse_entity
from flows.model import Dataset, PublishedFile, Release
from flows.publish.catalogue import build_catalogue, catalogue_pages
from flows.publish.conformance import check_pages
from flows.publish.paging import page_path, page_paths
from flows.publish.rdf import write
from flows.publish.reading import read_rdf
from flows.publish.vocabulary import FILE_FORMS
from flows.settings import load

ROOT = Path(__file__).resolve().parents[1]
FEED = "catalog.ttl"
TIME = "2026-03-31T08:00:00+02:00"
SCHEMA = {
    "$id": "measure/1.0",
    "x-label": {"de": "Maßnahme", "en": "Measure"},
    "properties": {"id": {"type": "string", "x-key": True, "x-public": True}},
}


def made(count: int) -> tuple[Release, Mapping[str, object], Mapping[str, Entity]]:
    """Return a release of `count` datasets with six files each, the example's catalogue, and the schema."""
    datasets = tuple(_dataset(number) for number in range(count))
    files = {
        path: PublishedFile(path, form.media_type, 1000 + number, f"{number:064x}", "c", TIME)
        for number, (dataset, form) in enumerate((d, f) for d in datasets for f in FILE_FORMS)
        for path in [f"data/{dataset.name}.{form.suffix}"]
    }
    release = Release("2026-03-31", TIME, "2026-03-31", datasets, files)
    return release, load(ROOT, environ={}).catalogue, {"measure": parse_entity(SCHEMA, {})}


def _dataset(number: int) -> Dataset:
    title = {"de": f"Maßnahmen der Stelle {number}", "en": f"Measures of unit {number}"}
    description = {
        "title": title,
        "description": {lang: f"{text}: {'Text ' * 30}" for lang, text in title.items()},
        "keywords": {"de": ["Digitalisierung", "Verwaltung"], "en": ["digitalisation", "administration"]},
        "themes": ["GOVE", "TECH"],
        "frequency": "ANNUAL",
        "type": "STATISTICAL",
    }
    return Dataset(
        name=f"measures_of_unit_{number}x",
        entity="measure",
        frame=pl.DataFrame({"id": ["1"]}),
        description=description,
        digest="d",
        metadata_digest="m",
        issued=TIME,
        modified=TIME,
        data_modified=TIME,
        version="2026-03-31",
        temporal=("2024-01-01", "2025-12-31"),
        deliveries=("D-000001",),
    )


def write_ours(count: int, file: Path) -> Iterator[str]:
    """Build the pages and write each as Turtle."""
    release, catalogue, entities = made(count)
    yield "ready"
    for number, page in enumerate(catalogue_pages(release, catalogue, entities), 1):
        (file / page_path(FEED, number)).write_bytes(write(page, "turtle"))
    yield "done"


def write_rdflib(count: int, file: Path) -> Iterator[str]:
    """Build one graph of the same statements and let rdflib write it as Turtle."""
    release, catalogue, entities = made(count)
    yield "ready"
    build_catalogue(release, catalogue, entities).serialize(file / "rdflib.ttl", format="turtle")
    yield "done"


def write_rdflib_nt(count: int, file: Path) -> Iterator[str]:
    """Build one graph and let rdflib write it in its fastest form, N-Triples."""
    release, catalogue, entities = made(count)
    yield "ready"
    build_catalogue(release, catalogue, entities).serialize(file / "rdflib.nt", format="nt", encoding="utf-8")
    yield "done"


def _written(file: Path) -> list[bytes]:
    names = {path.name for path in file.iterdir()}
    return [(file / name).read_bytes() for name in page_paths(FEED, names)]


def parse_ours(_count: int, file: Path) -> Iterator[str]:
    """Read the pages as descriptions, one after the other."""
    pages = _written(file)
    yield "ready"
    for page in pages:
        read_rdf(page, "turtle")
    yield "done"


def parse_rdflib(_count: int, file: Path) -> Iterator[str]:
    """Read the pages into rdflib's graph, one after the other."""
    pages = _written(file)
    yield "ready"
    for page in pages:
        Graph().parse(data=page, format="turtle")
    yield "done"


def check_ours(_count: int, file: Path) -> Iterator[str]:
    """Judge the pages by our shapes as the gate does."""
    pages, shapes = [read_rdf(page, "turtle") for page in _written(file)], _shapes()
    yield "ready"
    found = check_pages(pages, shapes)
    yield "done"
    if found:
        raise ValueError(f"the catalogue of the benchmark is wrong: {found[0]}")


def check_pyshacl(_count: int, file: Path) -> Iterator[str]:
    """Judge the pages by our shapes with pyshacl alone."""
    pages, shapes = [Graph().parse(data=page, format="turtle") for page in _written(file)], _shapes()
    yield "ready"
    for page in pages:
        pyshacl.validate(page, shacl_graph=shapes, inference="none", advanced=False, inplace=True)
    yield "done"


def _shapes() -> Graph:
    return Graph().parse(data=load(ROOT, environ={}).shapes, format="turtle")


CASES: Mapping[str, Callable[[int, Path], Iterator[str]]] = {
    "write ours": write_ours,
    "write rdflib": write_rdflib,
    "write rdflib-nt": write_rdflib_nt,
    "parse ours": parse_ours,
    "parse rdflib": parse_rdflib,
    "check ours": check_ours,
    "check pyshacl": check_pyshacl,
}


def main(case: str, count: str, file: str) -> None:
    """Run one case and print its seconds of CPU (without what it needs beforehand) and the peak of its memory in MB."""
    steps = CASES[case](int(count), Path(file))
    next(steps)
    start = time.process_time()
    next(steps)
    seconds = time.process_time() - start
    next(steps, None)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": memory}))


if __name__ == "__main__":
    main(*sys.argv[1:])
