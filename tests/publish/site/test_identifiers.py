from __future__ import annotations

from collections.abc import Callable, Mapping

import feed_example
import pytest
from html_page import Page
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef
from release_example import CATALOGUE, CODELISTS, ENTITIES, ROWS, release

from flows.publish.catalogue import build_catalogue
from flows.publish.site.identifiers import Fact, Stub, Value, identifier_stub
from flows.publish.site.stubs import identifier_stubs


def _pages() -> Mapping[str, bytes]:
    return {path: content for path, _, content in identifier_stubs(release(), CATALOGUE, ENTITIES, CODELISTS)}


def test_as_published(golden: Callable[[str, bytes], None]) -> None:
    golden("publish/site/report.html", _pages()["id/report/R-1/index.html"])


def test_every_record_and_description_has_a_page() -> None:
    assert set(_pages()) == {
        f"id/{name}/index.html"
        for name in (
            "catalogue/measures", "contact/ORG-it", "organisation/ORG-it", "rights/attribution",
            "dataset/units", "dataset/reports", "record/units", "record/reports",
            "distribution/units.csv", "distribution/units.excel.csv", "distribution/units.xlsx",
            "distribution/reports.csv", "distribution/reports.excel.csv", "distribution/reports.xlsx",
            "activity/2026-03-31",
            "schema/unit/1.0", "schema/report/1.0", "unit/ORG-it", "unit/ORG-web", "report/R-1", "report/R-2",
        )
    }  # fmt: skip


def test_every_identifier_of_the_feed_answers() -> None:
    published, catalogue = feed_example.release(), feed_example.CATALOGUE
    pages = {path for path, _, _ in identifier_stubs(published, catalogue, feed_example.entities(), {})}
    graph = build_catalogue(published, catalogue, feed_example.entities())
    base = catalogue["id_base"]
    nodes = {str(node).partition("#")[0] for node in graph.subjects() if isinstance(node, URIRef)}
    ours = {node.removeprefix(base) for node in nodes if node.startswith(base)}
    assert ours
    assert {f"{node}/index.html" for node in ours} <= pages


def test_pages_link_only_to_what_is_published() -> None:
    pages = _pages()
    schemas = {f"schemas/{name}.schema.json" for name in ENTITIES}
    own = {f"data/{dataset.name}/index.html" for dataset in release().datasets}
    there = {*pages, *release().files, *schemas, *own, "index.html", "assets/style.css", "assets/theme.css"}
    for path, content in pages.items():
        assert Page(content).inner_links(path) <= there, path


def test_references_lead_to_the_page_of_what_they_name() -> None:
    assert "id/unit/ORG-web/index.html" in Page(_pages()["id/report/R-1/index.html"]).inner_links(
        "id/report/R-1/index.html"
    )


def test_only_public_values_are_shown() -> None:
    assert "remark" not in [p.name for p in ENTITIES["report"].public]
    assert "intern" in ROWS["report"][0]
    assert not [path for path, content in _pages().items() if b"intern" in content]


def test_values_are_written_for_people() -> None:
    page = _pages()["id/report/R-1/index.html"].decode()
    assert "30.06.2024" in page
    assert "12,5" in page
    assert "ja" in page


def test_a_tombstone_says_what_became_of_it() -> None:
    page = identifier_stub(Stub("unit", "ORG-old", "Amt", "Altes Amt", note="Aufgelöst."), example=False)
    assert "<p>Aufgelöst.</p>" in page.decode()


@given(st.text(max_size=40))
def test_hostile_text_never_becomes_markup(text: str) -> None:
    calm = identifier_stub(Stub("unit", "ORG-x", "Amt", "x", (Fact("x", (Value("x"),)),)), example=False)
    wild = identifier_stub(Stub("unit", "ORG-x", "Amt", text or "x", (Fact(text, (Value(text),)),)), example=False)
    assert Page(wild).elements == Page(calm).elements


@pytest.mark.parametrize("name", ["../x", "a/../b", "", ".htaccess", "a//b", "a b", "/etc"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a path"):
        identifier_stub(Stub("unit", name, "Amt", "x"), example=False)


def test_a_script_address_is_no_link() -> None:
    rows = [["ORG-it", "IT-Amt", None, "javascript:alert(1)"]]
    pages = {path: content for path, _, content in identifier_stubs(release(unit=rows), CATALOGUE, ENTITIES, CODELISTS)}
    assert b'href="javascript' not in pages["id/unit/ORG-it/index.html"]
