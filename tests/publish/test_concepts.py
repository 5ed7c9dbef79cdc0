"""Code lists and reference tables as SKOS: every code defined, mapped only as far as it is true, and answering."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import feed_example as feed
import polars as pl
import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS

from flows.contracts import CodeList, parse_codelist
from flows.model import Dataset
from flows.publish.concepts import codelist_graph, taxonomy_graph
from flows.publish.site.concepts import concept_pages

LISTS = Path(__file__).resolve().parents[2] / "schemas" / "codelists"
ALL = [parse_codelist(path.stem, path.read_text(encoding="utf-8")) for path in sorted(LISTS.glob("*.csv"))]
STATUS = next(codelist for codelist in ALL if codelist.name == "status")


def node(path: str) -> URIRef:
    return URIRef(f"{feed.ID_BASE}id/{path}")


@pytest.fixture(scope="module")
def status() -> Graph:
    return codelist_graph(STATUS, feed.CATALOGUE)


@pytest.mark.parametrize("codelist", ALL, ids=lambda codelist: codelist.name)
def test_every_code_is_a_concept_with_one_label_per_language(codelist: CodeList) -> None:
    graph = codelist_graph(codelist, feed.CATALOGUE)
    for code in codelist.codes:
        concept = node(f"codelist/{codelist.name}/{code}")
        assert (concept, SKOS.inScheme, node(f"codelist/{codelist.name}")) in graph
        assert graph.value(concept, SKOS.notation) == Literal(code)
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        labels = [label.language for label in graph.objects(concept, SKOS.prefLabel) if isinstance(label, Literal)]
        assert sorted(labels, key=str) == ["de", "en"]


@pytest.mark.parametrize("codelist", ALL, ids=lambda codelist: codelist.name)
def test_every_identifier_answers(codelist: CodeList) -> None:
    pages = {path for path, _, _ in concept_pages([codelist], [], feed.CATALOGUE)}
    own = {str(subject) for subject in codelist_graph(codelist, feed.CATALOGUE).subjects()}
    assert {f"{iri.removeprefix(feed.ID_BASE)}/index.html" for iri in own} == pages


def test_what_suppliers_write_is_found_and_not_shown(status: Graph) -> None:
    assert (node("codelist/status/in_progress"), SKOS.hiddenLabel, Literal("läuft", lang="de")) in status


def test_a_code_alone_in_its_mapping_is_close_and_one_of_several_is_narrower(status: Graph) -> None:
    assert (node("codelist/status/planned"), SKOS.closeMatch, node("codelist/status/radar/geplant")) in status
    for code in ("in_progress", "on_hold"):
        radar = node("codelist/status/radar/in_umsetzung")
        assert (node(f"codelist/status/{code}"), SKOS.broadMatch, radar) in status
    assert (node("codelist/status/on_hold"), SKOS.closeMatch, node("codelist/status/iati/6")) in status


def test_a_code_without_counterpart_is_mapped_to_nothing(status: Graph) -> None:
    mapped = {*status.objects(node("codelist/status/unknown"))}
    assert not [target for target in mapped if "/iati/" in target or "/radar/" in target]


def taxonomy(entity: str, columns: dict[str, list[object]]) -> Graph:
    table = replace(feed.release().datasets[0], name=f"{entity}s", entity=entity, frame=pl.DataFrame(columns))
    return taxonomy_graph(table, feed.CATALOGUE, {"SV-0": {"id": "SV-0", "adopted_on": "2019-07-24"}})


def test_fields_of_action_are_ordered_and_lead_to_their_successors() -> None:
    graph = taxonomy(
        "field_of_action",
        {
            "id": ["HF-1", "HF-2"],
            "title_de": ["Kern", "Feld"],
            "parent_id": [None, "HF-1"],
            "strategy_version_id": ["SV-0", "SV-0"],
            "alternative_titles_de": [None, ["Das Feld"]],
            "successor_ids": [None, ["HF-3", "HF-4"]],
            "successor_matches": [None, ["broad", "related"]],
        },
    )
    core, field = node("field_of_action/HF-1"), node("field_of_action/HF-2")
    assert set(graph.objects(node("scheme/field_of_actions"), SKOS.hasTopConcept)) == {core}
    assert (field, SKOS.broader, core) in graph
    assert (field, SKOS.broadMatch, node("field_of_action/HF-3")) in graph
    assert (field, SKOS.relatedMatch, node("field_of_action/HF-4")) in graph
    assert (field, SKOS.altLabel, Literal("Das Feld", lang="de")) in graph
    assert (field, DCTERMS.isPartOf, node("strategy_version/SV-0")) in graph
    assert graph.value(field, DCTERMS.valid) == Literal("2019-07-24/..")


def test_validity_is_said_as_far_as_it_is_known() -> None:
    columns: dict[str, list[object]] = {
        "id": ["P-1", "P-2", "P-3"],
        "title_de": ["a", "b", "c"],
        "applies_from": ["2019", None, None],
        "applies_to": [None, "2025-06", None],
    }
    graph = taxonomy("principle", columns)
    said = [graph.value(node(f"principle/P-{number}"), DCTERMS.valid) for number in (1, 2, 3)]
    assert said == [Literal("2019/.."), Literal("../2025-06"), None]


def test_a_goal_is_narrower_than_its_field_in_the_other_scheme() -> None:
    graph = taxonomy("goal", {"id": ["Z-1"], "title_de": ["Ziel"], "field_id": ["HF-1"]})
    assert (node("goal/Z-1"), SKOS.broadMatch, node("field_of_action/HF-1")) in graph


def test_a_reference_table_has_a_page_as_scheme() -> None:
    table: Dataset = replace(feed.release().datasets[0], name="goals", entity="goal")
    assert [path for path, _, _ in concept_pages([], [table], feed.CATALOGUE)] == ["id/scheme/goals/index.html"]
