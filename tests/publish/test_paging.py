"""A large feed is one feed in pages: complete, each readable alone, and no dataset is missed across a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import feed_example as feed
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, Graph
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from flows.model import Dataset, Release
from flows.publish import paging
from flows.publish.catalogue import build_catalogue, catalogue_pages
from flows.publish.conformance import check_catalogue, check_pages
from flows.publish.descriptions import Value, arrange, described_as
from flows.publish.paging import HYDRA, next_page, page_path, page_paths, pages_of
from flows.publish.rdf import write
from flows.publish.vocabulary import DCAT

KINDS = ("measures", "organisations", "status_reports", "status_reports_2024", "status_reports_2025")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be so small that a test fills some."""
    monkeypatch.setattr(paging, "LARGEST_SINGLE", 3)
    monkeypatch.setattr(paging, "LARGEST_PAGE", 4)


def release(count: int) -> Release:
    made = feed.release()
    more = [replace(made.datasets[0], name=f"table_{number:03d}") for number in range(count)]
    return replace(made, datasets=(*made.datasets, *more))


def written(of: Release) -> list[Graph]:
    """Return the pages as a harvester reads them."""
    pages = list(catalogue_pages(of, feed.CATALOGUE, feed.entities()))
    total = len(of.datasets)
    views = [
        arrange(paging.paging(feed.CATALOGUE, "catalog.ttl", number, len(pages), total))
        for number in range(1, len(pages) + 1)
    ]
    return [Graph().parse(data=write({**view, **page}, "turtle")) for view, page in zip(views, pages, strict=True)]


def datasets(graph: Graph) -> set[Node]:
    return set(graph.subjects(RDF.type, DCAT.Dataset))


def names(pages: Sequence[Sequence[Dataset]]) -> list[set[str]]:
    return [{dataset.name for dataset in page} for page in pages]


def test_a_small_feed_is_one_page_and_says_nothing_of_pages() -> None:
    (page,) = written(release(0))
    assert isomorphic(page, build_catalogue(release(0), feed.CATALOGUE, feed.entities()))
    assert next_page(arrange(page)) == ""


@pytest.mark.usefixtures("small")
def test_pages_together_say_what_the_feed_says_and_no_more() -> None:
    together = Graph()
    for page in written(release(30)):
        together += page
    for view in set(together.subjects(RDF.type, HYDRA.PartialCollectionView)):
        together.remove((view, None, None))
    assert isomorphic(together, build_catalogue(release(30), feed.CATALOGUE, feed.entities()))


@pytest.mark.usefixtures("small")
def test_a_harvester_that_follows_the_links_sees_each_dataset_once() -> None:
    pages = written(release(30))
    base = feed.CATALOGUE["base_url"]
    by_address = {f"{base}{page_path('catalog.ttl', number)}": page for number, page in enumerate(pages, 1)}
    address, seen = f"{base}catalog.ttl", []
    while address:
        seen += datasets(by_address.pop(address))
        address = next_page(arrange(pages[len(pages) - len(by_address) - 1]))
    assert not by_address
    assert len(seen) == len(set(seen)) == 35


@pytest.mark.usefixtures("small")
def test_both_generations_of_harvesters_find_the_next_page() -> None:
    first, *_, last = written(release(30))
    for kind, name in ((HYDRA.PartialCollectionView, HYDRA["next"]), (HYDRA.PagedCollection, HYDRA.nextPage)):
        (view,) = first.subjects(RDF.type, kind)
        assert str(first.value(view, name)).endswith("/catalog-2.ttl")
        (view,) = last.subjects(RDF.type, kind)
        assert last.value(view, name) is None


@pytest.mark.usefixtures("small")
def test_a_series_is_on_one_page_with_its_members() -> None:
    family = {"status_reports", "status_reports_2024", "status_reports_2025"}
    assert [page & family for page in names(pages_of(release(60).datasets)) if page & family] == [family]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 3000), st.integers(0, 3000), st.data())
def test_who_reads_across_a_growing_release_misses_no_dataset(few: int, more: int, data: st.DataObject) -> None:
    before, after = sorted((few, few + more))
    old, new = names(pages_of(release(before).datasets)), names(pages_of(release(after).datasets))
    switch = data.draw(st.integers(0, len(old)))
    read = set().union(*old[:switch], *new[switch:])
    assert set().union(*old) <= read


def test_pages_are_neither_many_nor_large() -> None:
    sizes = [len(page) for page in pages_of(release(20_000).datasets)]
    assert len(sizes) == 64
    assert min(sizes) > 200
    assert max(sizes) < 500


def test_pages_are_found_by_their_numbers() -> None:
    files = {"catalog.ttl", "catalog-2.ttl", "catalog-3.ttl", "catalog-5.ttl", "catalog-versions.ttl"}
    assert page_paths("catalog.ttl", files) == ["catalog.ttl", "catalog-2.ttl", "catalog-3.ttl"]
    assert page_paths("catalog.rdf", files) == []


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for path in sorted((Path(__file__).resolve().parents[2] / "schemas" / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


def titled(count: int) -> Release:
    made = release(count)
    named = [
        replace(each, description={**each.description, "title": {"de": f"Tabelle {each.name}", "en": each.name}})
        for each in made.datasets
    ]
    files = {
        file.path.replace("/measures.", f"/{each.name}."): file
        for each in named
        for file in made.files.values()
        if file.path.startswith("data/measures.")
    }
    files = {path: replace(file, path=path) for path, file in files.items()}
    return replace(made, datasets=tuple(named), files={**made.files, **files})


@pytest.mark.usefixtures("small")
def test_pages_are_judged_as_the_whole_would_be(shapes: Graph) -> None:
    of = titled(12)
    pages = list(catalogue_pages(of, feed.CATALOGUE, feed.entities()))
    assert len(pages) > 2
    assert check_pages(pages, shapes) == []
    assert check_catalogue(build_catalogue(of, feed.CATALOGUE, feed.entities()), shapes) == []


@pytest.mark.usefixtures("small")
def test_a_title_of_a_dataset_on_another_page_is_noticed(shapes: Graph) -> None:
    of = titled(12)
    twin = replace(of.datasets[-2], description=of.datasets[-1].description)
    assert {
        name for page in names(pages_of(of.datasets)) for name in page if {twin.name, of.datasets[-1].name} <= page
    } == set()
    wrong = replace(of, datasets=(*of.datasets[:-2], twin, of.datasets[-1]))
    found = check_pages(catalogue_pages(wrong, feed.CATALOGUE, feed.entities()), shapes)
    assert {violation.shape.rpartition(":")[2] for violation in found} == {"titleUse"}
    assert len(found) == 2


@pytest.mark.usefixtures("small")
def test_a_reference_to_nothing_is_noticed_and_one_to_another_page_is_none(shapes: Graph) -> None:
    first, *more = catalogue_pages(titled(12), feed.CATALOGUE, feed.entities())
    dataset = described_as(first, DCAT.Dataset)[0]
    related = next(name for page in more for name in described_as(page, DCAT.Dataset))
    for target, expected in ((related, set()), (f"{feed.ID_BASE}id/dataset/nowhere", {"described"})):
        said = {**first[dataset], str(DCTERMS.relation): [Value(False, target)]}
        found = check_pages([{**first, dataset: said}, *more], shapes)
        assert {violation.shape.rpartition(":")[2] for violation in found} == expected


@pytest.mark.usefixtures("small")
def test_a_mistake_on_a_page_is_told_as_for_the_whole(shapes: Graph) -> None:
    of = titled(12)
    *others, last = of.datasets
    wrong = replace(of, datasets=(*others, replace(last, version="")))
    found = check_pages(catalogue_pages(wrong, feed.CATALOGUE, feed.entities()), shapes)
    assert found == check_catalogue(build_catalogue(wrong, feed.CATALOGUE, feed.entities()), shapes) != []
