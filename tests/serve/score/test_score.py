"""The published example scores as well as truth allows, asked over HTTP as the portal would ask."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import official_shapes
import pytest
from rdflib import Graph

from flows.pipeline import shapes
from flows.publish import paging
from flows.publish.descriptions import arrange
from flows.publish.rdf import write
from flows.serve.score import DatasetScore, FeedError, moved, score_feed, score_release
from flows.serve.score.feed import load_pages
from flows.serve.server import make_server
from flows.settings import Configuration, load

ROOT = Path(__file__).resolve().parents[3]
BASE = "https://offenlage.example/"


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    return load(ROOT, environ={})


@pytest.fixture
def docroot(published: Path) -> Path:
    return published / "public"


@pytest.fixture
def served(docroot: Path) -> Iterator[str]:
    with make_server(docroot, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def ask(start: str, base: str, configuration: Configuration, *, links: bool = True) -> list[DatasetScore]:
    return score_feed(start, shapes(configuration), moved(BASE, base), ask=links)


def name(score: DatasetScore) -> str:
    return score.dataset.rpartition("/")[2]


@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld"])
def test_every_dataset_has_all_points_that_would_be_true(
    served: str, suffix: str, configuration: Configuration
) -> None:
    scores = ask(f"{served}catalog.{suffix}", served, configuration)
    assert len(scores) > 20
    about_time = [score for score in scores if score.points == 405]
    rest = [score for score in scores if score.points != 405]
    assert {"measures", "status_reports", "status_reports_2025", "goals", "services"} <= set(map(name, about_time))
    for score in rest:
        assert [(one.metric.name, one.reason) for one in score.missing] == [("temporalAvailability", "no dct:temporal")]
        assert score.points == 385


def test_a_release_is_served_for_as_long_as_it_is_scored(docroot: Path, configuration: Configuration) -> None:
    scores = score_release(docroot, shapes(configuration), BASE)
    assert {score.points for score in scores} == {405, 385}


def test_only_tables_without_a_single_day_lack_a_period(docroot: Path, configuration: Configuration) -> None:
    scores = ask(str(docroot / "catalog.ttl"), BASE, configuration, links=False)
    for score in scores:
        timeless = {one.metric.name for one in score.missing} >= {"temporalAvailability"}
        header = (docroot / "data" / f"{name(score)}.csv").read_text(encoding="utf-8").splitlines()
        days = {"valid_from", "effective_on", "received_at", "as_of"} & set(header[0].split(","))
        assert timeless == (not days or len(header) == 1), name(score)


def test_links_of_a_file_are_not_asked_and_it_says_so(docroot: Path, configuration: Configuration) -> None:
    for score in ask(str(docroot / "catalog.ttl"), BASE, configuration, links=False):
        assert {"accessUrlStatusCode", "downloadUrlStatusCode"} <= {one.metric.name for one in score.missing}
        assert any(one.reason.endswith("was not asked") for one in score.missing)


def test_a_lost_file_costs_its_dataset_the_points_of_its_link(
    docroot: Path, tmp_path: Path, configuration: Configuration
) -> None:
    copy = tmp_path / "public"
    shutil.copytree(docroot, copy)
    for file in (copy / "data").glob("measures.*"):
        file.unlink()
    with make_server(copy, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}/"
        scores = {name(score): score for score in ask(f"{base}catalog.ttl", base, configuration)}
        server.shutdown()
    assert scores["measures"].points == 325
    assert all("answers 404" in one.reason for one in scores["measures"].missing)
    assert scores["goals"].points == 405


@official_shapes.needed
def test_the_official_shapes_call_the_example_compliant_too(docroot: Path) -> None:
    found = official_shapes.violations(Graph().parse(docroot / "catalog.ttl"))
    assert found["DCAT-AP 3.0.1"] == found["DCAT-AP.de 3.0"] == []


def pages(folder: Path, count: int) -> Path:
    for number in range(1, count + 1):
        page = arrange(paging.paging({"base_url": BASE}, "catalog.ttl", number, count, count))
        path = folder / paging.page_path("catalog.ttl", number)
        path.write_bytes(write(page, "turtle"))
    return folder / "catalog.ttl"


def test_a_feed_in_pages_is_read_to_its_end(tmp_path: Path) -> None:
    start = pages(tmp_path, 3)
    assert len(list(load_pages(str(start), str))) == 3
    with make_server(tmp_path, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}/"
        assert len(list(load_pages(f"{base}catalog.ttl", lambda url: url.replace(BASE, base, 1)))) == 3
        server.shutdown()


def test_a_feed_that_lacks_a_page_is_no_feed(tmp_path: Path) -> None:
    start = pages(tmp_path, 3)
    (tmp_path / "catalog-3.ttl").unlink()
    with pytest.raises(FeedError, match=r"catalog-3\.ttl"):
        list(load_pages(str(start), str))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"<html>", b"@prefix", b"{}}"])
@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld"])
def test_what_is_no_rdf_is_said_to_be_none(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"catalog.{suffix}"
    path.write_bytes(content)
    with pytest.raises(FeedError, match="is no RDF"):
        list(load_pages(str(path), str))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="nowhere"):
        list(load_pages(str(tmp_path / "nowhere.ttl"), str))


def test_pages_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    start = pages(tmp_path, 2)
    start.with_name("catalog-2.ttl").write_bytes(start.read_bytes())
    assert len(list(load_pages(str(start), str))) == 2
