"""The feed of the example as it is published: the official validators' verdict, its addresses, its three forms."""

from __future__ import annotations

import json
from pathlib import Path

import official_shapes
import pytest
import whole_example as whole
from rdflib import RDF, RDFS, BNode, Graph, URIRef
from rdflib.compare import isomorphic

from flows.publish.vocabulary import DCAT, VCARD

BASE = "https://offenlage.example/"


@pytest.fixture(scope="module")
def graph(published: Path) -> Graph:
    return Graph().parse(published / "public" / "catalog.ttl")


@official_shapes.needed
def test_the_official_shapes_find_nothing_but_the_contributor_an_example_must_not_claim(graph: Graph) -> None:
    found = official_shapes.violations(graph)
    assert found["DCAT-AP.de 3.0"] == []
    assert found["DCAT-AP 3.0.1"] == []
    assert found["GovData"]
    assert [line for line in found["GovData"] if "contributorID" not in line] == []


@official_shapes.needed
@pytest.mark.parametrize("axiom", [False, True], ids=["as it is", "a series is a dataset too"])
def test_with_a_contributor_nothing_is_left(graph: Graph, axiom: bool) -> None:
    claimed = official_shapes.as_contributor(graph)
    if axiom:  # DCAT 3 says so, and a validator that knows DCAT judges every series as a dataset
        claimed.add((DCAT.DatasetSeries, RDFS.subClassOf, DCAT.Dataset))
    found = official_shapes.violations(claimed)
    assert [(profile, line) for profile, lines in found.items() for line in lines] == []


def test_nothing_is_without_a_name(graph: Graph) -> None:
    nameless = {term for triple in graph for term in triple if isinstance(term, BNode)}
    assert nameless == set()


def test_the_three_forms_say_the_same(graph: Graph, published: Path) -> None:
    for name, form in (("catalog.rdf", "xml"), ("catalog.jsonld", "json-ld")):
        assert isomorphic(graph, Graph().parse(published / "public" / name, format=form)), name


def test_every_file_the_feed_names_is_in_the_release(graph: Graph, published: Path) -> None:
    named = {str(target) for kind in (DCAT.downloadURL, DCAT.accessURL) for target in graph.objects(None, kind)}
    own = {target for target in named if target.startswith(BASE)}
    assert own == named
    assert len(own) > 100
    missing = {target for target in own if not _there(published / "public", target.removeprefix(BASE))}
    assert missing == set()


def test_every_identifier_and_page_of_the_feed_answers(graph: Graph, published: Path) -> None:
    named = {str(term).partition("#")[0] for triple in graph for term in triple if isinstance(term, URIRef)}
    contact = {str(page) for page in graph.objects(None, VCARD.hasURL)}  # configured, it may be anywhere
    own = {term for term in named - contact if term.startswith(BASE)}
    missing = {term for term in own if not _there(published / "public", term.removeprefix(BASE))}
    assert missing == set()


def _there(public: Path, path: str) -> bool:
    places = (path or "index.html", f"{path}.html", f"{path.rstrip('/')}/index.html")
    return any((public / place).is_file() for place in places)


def test_every_dataset_is_in_the_feed(graph: Graph, published: Path) -> None:
    described = set(graph.subjects(RDF.type, DCAT.Dataset)) | set(graph.subjects(RDF.type, DCAT.DatasetSeries))
    names = {str(subject).rsplit("/", 1)[1] for subject in described}
    assert {dataset["name"] for dataset in whole.manifest(published)["datasets"]} <= names


def test_the_data_package_names_files_that_are_there_with_their_checksums(published: Path) -> None:
    listed = {file["path"]: file for file in whole.manifest(published)["files"]}
    package = json.loads((published / "public/data/datapackage.json").read_bytes())
    assert len(package["resources"]) == len(whole.manifest(published)["datasets"])
    for resource in package["resources"]:
        assert f"data/{resource['path']}" in listed
        if "hash" in resource:
            assert resource["hash"].removeprefix("sha256:") == listed[f"data/{resource['path']}"]["sha256"]
