"""The metrics are those of the portal: names, dimensions, points and lists."""

from __future__ import annotations

from collections import Counter

import official_shapes
import pytest
from rdflib import OWL, RDF, SKOS, Graph, Namespace

from flows.serve.score import lists
from flows.serve.score.metrics import MAXIMUM, OF_DATASETS, OF_DISTRIBUTIONS, rating

DQV = Namespace("http://www.w3.org/ns/dqv#")
MQA = official_shapes.STANDARDS / "mqa"
METRICS = {metric.name: metric for metric in OF_DATASETS + OF_DISTRIBUTIONS}


def test_the_sums_are_those_of_the_portal() -> None:
    sums = Counter[str]()
    for metric in METRICS.values():
        sums[metric.dimension] += metric.points
    assert sums == {
        "findability": 100,
        "accessibility": 100,
        "interoperability": 110,
        "reusability": 75,
        "contextuality": 20,
    }
    assert MAXIMUM == 405


@pytest.mark.parametrize(
    ("points", "word"),
    [(405, "excellent"), (351, "excellent"), (350, "good"), (221, "good"), (220, "sufficient"), (121, "sufficient"),
     (120, "bad"), (0, "bad"), (-10, "bad")],
)  # fmt: skip
def test_the_words_for_the_sums(points: int, word: str) -> None:
    assert rating(points) == word


@official_shapes.needed
class TestOfficialVocabularies:
    def test_every_metric_has_the_points_of_the_vocabulary(self) -> None:
        graph = Graph().parse(MQA / "piveau-dqv-vocabulary.ttl")
        namespace = next(str(node) for node in graph.subjects(RDF.type, DQV.Metric)).rpartition("#")[0] + "#"
        pv = Namespace(namespace)
        true = {str(node).removeprefix(namespace): int(str(points)) for node, points in graph[: pv.trueScore]}
        false = {str(node).removeprefix(namespace): int(str(points)) for node, points in graph[: pv.falseScore]}
        assert {name: metric.points for name, metric in METRICS.items()} == true
        assert {name: metric.otherwise for name, metric in METRICS.items() if metric.otherwise} == false

    def test_every_metric_is_in_the_dimension_of_the_vocabulary(self) -> None:
        graph = Graph().parse(MQA / "piveau-dqv-vocabulary.ttl")
        for node, dimension in graph[: DQV.inDimension]:
            name = str(node).rpartition("#")[2]
            if name in METRICS:
                # The vocabulary spells one of them in two ways.
                said = str(dimension).rpartition("#")[2].replace("reusablity", "reusability")
                assert METRICS[name].dimension == said

    @pytest.mark.parametrize(
        ("name", "ours"),
        [("machine-readable", lists.MACHINE_READABLE), ("non-proprietary", lists.NON_PROPRIETARY)],
    )
    def test_formats(self, name: str, ours: frozenset[str]) -> None:
        graph = Graph().parse(MQA / f"edp-{name}-format.rdf")
        theirs = {str(node).rpartition("/")[2] for node, _, value in graph if str(value) == "true"}
        assert ours == theirs

    def test_licences(self) -> None:
        graph = Graph().parse(MQA / "edp-licences-skos.rdf")
        concepts = set(graph.subjects(RDF.type, SKOS.Concept))
        same = {*graph.objects(None, OWL.sameAs), *graph.objects(None, SKOS.exactMatch)}
        assert {str(node) for node in concepts | same} == lists.KNOWN_LICENCES

    @pytest.mark.parametrize(
        ("table", "ours"), [("file-type", lists.FILE_TYPES), ("access-right", lists.ACCESS_RIGHTS)]
    )
    def test_tables(self, table: str, ours: frozenset[str]) -> None:
        graph = Graph().parse(official_shapes.STANDARDS / official_shapes.VOCABULARIES)
        start = f"http://publications.europa.eu/resource/authority/{table}/"
        theirs = {str(node).removeprefix(start) for node in graph.subjects() if str(node).startswith(start)}
        assert ours == theirs


def test_the_lists_hold_codes_and_not_addresses() -> None:
    for codes in (lists.FILE_TYPES, lists.MACHINE_READABLE, lists.NON_PROPRIETARY, lists.ACCESS_RIGHTS):
        assert codes
        assert not any("/" in code for code in codes)
    assert all("://" in iri for iri in lists.KNOWN_LICENCES)
