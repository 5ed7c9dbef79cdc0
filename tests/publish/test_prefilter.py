"""The prefilter is quick and never wrong: what it lets through, the complete judge finds nothing wrong with."""

from __future__ import annotations

from pathlib import Path

import feed_example as feed
import mutations
import pytest
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

from flows.publish.catalogue import build_catalogue
from flows.publish.conformance import check_catalogue
from flows.publish.descriptions import arrange
from flows.publish.prefilter import certainly_conforms
from flows.publish.vocabulary import DCAT

SHAPES = Path(__file__).resolve().parents[2] / "schemas" / "shapes"
X = Namespace("urn:x:")
A_DATASET = f"{feed.ID_BASE}id/dataset/measures"


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for path in sorted(SHAPES.glob("*.ttl")):
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def good() -> Graph:
    return mutations.good()


@pytest.mark.parametrize("example", [False, True])
def test_a_good_feed_passes_at_once(shapes: Graph, example: bool) -> None:
    graph = build_catalogue(feed.release(), {**feed.CATALOGUE, "example": example}, feed.entities())
    assert certainly_conforms(arrange(graph), shapes)


def test_a_feed_that_says_all_it_can_passes_at_once(shapes: Graph, good: Graph) -> None:
    assert certainly_conforms(arrange(good), shapes)


def test_what_it_lets_through_the_judge_lets_through(shapes: Graph, good: Graph) -> None:
    made = mutations.mutations(good)
    passed = [mutation for mutation in made if certainly_conforms(arrange(mutation.apply(good)), shapes)]
    assert len(passed) < len(made) / 2
    for mutation in passed:
        broken = [found for found in check_catalogue(mutation.apply(good), shapes) if "described" not in found.shape]
        assert broken == [], mutation.name


def one_shape(*constraints: tuple[URIRef, object], path: URIRef = DCTERMS.title) -> Graph:
    graph = Graph()
    shape = BNode()
    graph.add((X.Shape, SH.targetClass, DCAT.Dataset))
    graph.add((X.Shape, SH.property, shape))
    graph.add((shape, SH.path, path))
    for component, parameter in constraints:
        graph.add((shape, component, parameter if isinstance(parameter, BNode) else Literal(parameter)))
    return graph


@pytest.mark.parametrize(
    ("component", "parameter", "value", "kept"),
    [
        (SH.minCount, 1, Literal("a"), True),
        (SH.minCount, 2, Literal("a"), False),
        (SH.pattern, "^b", Literal("ab"), False),
        (SH.pattern, "b", Literal("ab"), True),
        (SH.minLength, 3, Literal("ab"), False),
        (SH.uniqueLang, True, Literal("ab", lang="de"), True),
    ],
)
def test_constraints_on_values(component: URIRef, parameter: object, value: Literal, kept: bool) -> None:
    page = arrange([(X.a, RDF.type, DCAT.Dataset), (X.a, DCTERMS.title, value)])
    assert certainly_conforms(page, one_shape((component, parameter))) is kept


@pytest.mark.parametrize(
    ("datatype", "text", "kept"),
    [
        (XSD.date, "2026-02-28", True),
        (XSD.date, "2026-02-30", False),
        (XSD.date, "20260228", False),
        (XSD.dateTime, "2026-02-28T08:00:00+01:00", True),
        (XSD.dateTime, "2026-02-28T25:00:00+01:00", False),
        (XSD.nonNegativeInteger, "0", True),
        (XSD.nonNegativeInteger, "-1", False),
        (XSD.hexBinary, "0aF1", True),
        (XSD.hexBinary, "0aF", False),
        (XSD.boolean, "true", False),
    ],
)
def test_only_known_forms_of_a_datatype_are_certain(datatype: URIRef, text: str, kept: bool) -> None:
    rules = one_shape()
    (shape,) = rules.subjects(SH.path)
    rules.add((shape, SH.datatype, datatype))
    value = Literal(text, datatype=datatype, normalize=False)
    assert certainly_conforms(arrange([(X.a, RDF.type, DCAT.Dataset), (X.a, DCTERMS.title, value)]), rules) is kept


@pytest.mark.parametrize("component", [SH.sparql, SH.maxLength, SH["not"], SH.deactivated, SH.flags, SH.closed])
def test_what_it_does_not_know_is_never_certain(component: URIRef) -> None:
    page = arrange([(X.a, RDF.type, DCAT.Dataset), (X.a, DCTERMS.title, Literal("a"))])
    assert not certainly_conforms(page, one_shape((component, 1)))
    assert certainly_conforms(page, one_shape())


def test_a_page_with_classes_of_its_own_is_never_certain() -> None:
    page = [(X.a, RDF.type, DCAT.Dataset), (X.Kind, RDFS.subClassOf, DCAT.Dataset)]
    assert not certainly_conforms(arrange(page), one_shape())
