"""What the writers write is what rdflib would have written, in an order of its own."""

from __future__ import annotations

import feed_example as feed
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF

from flows.publish.catalogue import build_catalogue
from flows.publish.descriptions import Value, arrange, graph_of
from flows.publish.rdf import Format, serialise
from flows.publish.vocabulary import DCAT

# What a machine is busy with is no matter of these tests.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FORMS: tuple[Format, ...] = ("turtle", "xml", "json-ld")
A, B = URIRef("https://a.example/a"), URIRef("https://a.example/b#Ä(1)")
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t"), max_size=30)
LITERALS = st.one_of(
    TEXT.map(Literal),
    st.tuples(TEXT, st.sampled_from(["de", "en", "de-AT"])).map(lambda pair: Literal(pair[0], lang=pair[1])),
    st.dates().map(lambda day: Literal(day.isoformat(), datatype=XSD.date, normalize=False)),
    st.integers(min_value=0).map(lambda n: Literal(str(n), datatype=XSD.nonNegativeInteger)),
)
PREDICATES = st.sampled_from([DCTERMS.title, DCTERMS.identifier, DCAT.keyword, DCTERMS["format"]])
STATEMENTS = st.lists(
    st.tuples(st.sampled_from([A, B]), PREDICATES, LITERALS | st.sampled_from([A, B]))
    | st.tuples(st.sampled_from([A, B]), st.just(RDF.type), st.sampled_from([DCAT.Dataset, DCAT.Resource])),
    max_size=12,
)


def as_graph(statements: list[tuple[URIRef, URIRef, Literal | URIRef]]) -> Graph:
    graph = Graph()
    for statement in statements:
        graph.add(statement)
    return graph


@pytest.mark.parametrize("form", FORMS)
def test_the_feed_is_isomorphic_to_what_rdflib_writes(form: Format) -> None:
    graph = build_catalogue(feed.release(), feed.CATALOGUE, feed.entities())
    theirs = Graph().parse(data=graph.serialize(format=form), format=form)
    assert isomorphic(Graph().parse(data=serialise(graph, form), format=form), theirs)


@pytest.mark.parametrize("form", FORMS)
@CALM
@given(statements=STATEMENTS)
def test_any_statements_come_back_as_they_were(form: Format, statements) -> None:
    graph = as_graph(statements)
    assert isomorphic(Graph().parse(data=serialise(graph, form), format=form), graph)


@pytest.mark.parametrize("form", FORMS)
@CALM
@given(statements=STATEMENTS)
def test_order_and_repetition_of_statements_do_not_matter(form: Format, statements) -> None:
    assert serialise([*statements[::-1], *statements], form) == serialise(statements, form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("iri", ["https://a.example/a b", "https://a.example/<", 'https://a.example/"', "urn:x:\n"])
def test_what_is_no_iri_is_refused(form: Format, iri: str) -> None:
    for statement in ((URIRef(iri), DCTERMS.title, Literal("x")), (A, DCTERMS.relation, URIRef(iri))):
        with pytest.raises(ValueError, match="no IRI"):
            serialise([statement], form)


@pytest.mark.parametrize("statement", [(BNode(), DCTERMS.title, Literal("x")), (A, DCTERMS.relation, BNode())])
@pytest.mark.parametrize("form", FORMS)
def test_a_blank_node_is_refused(form: Format, statement) -> None:
    with pytest.raises(ValueError, match="no IRI"):
        serialise([statement], form)


@CALM
@given(statements=STATEMENTS)
def test_descriptions_become_the_graph_they_came_from(statements) -> None:
    assert isomorphic(graph_of(arrange(statements)), as_graph(statements))


def test_descriptions_are_sorted_with_the_type_first_and_german_before_english() -> None:
    found = arrange(
        [
            (B, DCAT.keyword, Literal("b", lang="de")),
            (A, DCAT.keyword, Literal("b", lang="de")),
            (A, DCAT.keyword, Literal("a", lang="en")),
            (A, RDF.type, DCAT.Dataset),
        ]
    )
    assert list(found) == [str(A), str(B)]
    assert list(found[str(A)]) == [str(RDF.type), str(DCAT.keyword)]
    assert found[str(A)][str(DCAT.keyword)] == [Value(True, "b", "de"), Value(True, "a", "en")]
