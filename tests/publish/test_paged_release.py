"""The whole way with pages so small that the example fills some: same gate, same feed, and nothing lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import official_shapes
import pytest
from rdflib import RDF, Graph
from rdflib.compare import isomorphic

from flows.pipeline import run, shapes
from flows.publish import paging
from flows.publish.descriptions import graph_of
from flows.publish.paging import HYDRA
from flows.publish.verification import verify
from flows.serve.score import score_release
from flows.serve.score.feed import load_pages
from flows.settings import Configuration, load, now
from flows.store import Store

ROOT = Path(__file__).resolve().parents[2]
LATER = {"SOURCE_DATE_EPOCH": "1795219200"}


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    return load(ROOT, environ={}, output=tmp_path_factory.mktemp("paged") / "output")


@pytest.fixture(scope="module")
def public(published: Path, configuration: Configuration) -> Path:
    """Return a release in pages that took the place of one in a single file."""
    shutil.copytree(published, configuration.output, symlinks=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "LARGEST_SINGLE", 10)
        patch.setattr(paging, "LARGEST_PAGE", 8)
        run(Store(configuration.output, configuration.archive), configuration, now(LATER), lambda: ([], []), str)
    return configuration.output / "public"


def test_the_feed_has_pages_in_every_form(public: Path) -> None:
    for form in ("ttl", "rdf", "jsonld"):
        assert len(list(load_pages(str(public / f"catalog.{form}"), str))) == 4


@pytest.mark.parametrize("form", ["ttl", "rdf", "jsonld"])
def test_its_pages_say_what_the_single_file_said(public: Path, published: Path, form: str) -> None:
    together = Graph()
    for page in load_pages(str(public / f"catalog.{form}"), str):
        together += graph_of(page)
    for view in set(together.subjects(RDF.type, HYDRA.PagedCollection)):
        together.remove((view, None, None))
    assert isomorphic(together, Graph().parse(published / "public" / "catalog.ttl"))


def test_it_verifies_and_notices_a_lost_page(public: Path, configuration: Configuration) -> None:
    rules = shapes(configuration)
    assert verify(lambda path: (public / path).read_bytes(), configuration.entities, rules) == []

    def without_the_last(path: str) -> bytes:
        if path == "catalog-4.ttl":
            raise FileNotFoundError(path)
        return (public / path).read_bytes()

    (problem,) = verify(without_the_last, configuration.entities, rules)
    assert problem.path == "catalog-4.ttl"


def test_every_dataset_keeps_its_score(public: Path, configuration: Configuration) -> None:
    base = str(configuration.catalogue["base_url"])
    scores = score_release(public, shapes(configuration), base)
    assert len({score.dataset for score in scores}) == len(scores) > 20
    assert {score.points for score in scores} == {405, 385}


@official_shapes.needed
def test_each_page_alone_passes_the_official_shapes(public: Path) -> None:
    for path in sorted(public.glob("catalog*.ttl")):
        if path.name != "catalog-versions.ttl":
            found = official_shapes.violations(Graph().parse(path))
            assert found["DCAT-AP 3.0.1"] == found["DCAT-AP.de 3.0"] == [], path.name
