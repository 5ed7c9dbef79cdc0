"""The page of a report says first what became of the delivery, then what to do; it stands alone and repeats nothing."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from deliveries_example import configuration

from flows.feedback.page import MOST_PLACES, Surroundings, report_page
from flows.feedback.report import report, verdict
from flows.feedback.workbook import marked_workbook
from flows.model import Delivery, Feed, Finding, Table

CITY = configuration()
DELIVERY = Delivery("D-000007", "kult/measures", "2024-12-31", "0" * 64, (), "somewhere")
FEED = Feed("kult", "measures", {"title": {"de": "Maßnahmen", "en": "Measures"}, "tables": []})
AROUND = Surroundings(
    "D-000007.xlsx", "vorlage-measures.xlsx", "https://offenlage.example/rules/", CITY.catalogue["contact"]
)
WRONG = Finding(
    "unreadable_number",
    "ERROR",
    "D-000007",
    "X",
    8,
    "F",
    "Fortschritt",
    "status_report",
    "progress_pct",
    "<b>bald</b>",
    "56",
)
CHANGE = {
    "entity": "status_report",
    "id": "SR-0001",
    "title": "E-Akte",
    "property": "status_code",
    "old": "planned",
    "new": "in_progress",
}


def told(*findings: Finding, outcomes: tuple[str, ...] = ("published",), changes=(CHANGE,)):
    return report(DELIVERY, outcomes, findings, CITY.codelists, changes)


def page(lang: str = "de", **arguments) -> str:
    document = told(*arguments.get("findings", (WRONG,)))
    return report_page(document, FEED, CITY.entities, CITY.codelists, AROUND, lang).decode()


class Outline(HTMLParser):
    """Collects what a page leads to and which headings it has."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.headings: list[int] = []
        self.without_scope = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if "src" in found or tag == "link":
            self.loaded.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.without_scope += tag == "th" and "scope" not in found


@pytest.mark.parametrize(
    ("outcomes", "findings", "expected"),
    [
        (["published"], [], "accepted"),
        (["published"], [Finding("merged_filled", "FIX")], "accepted"),
        (["published", "quarantined"], [WRONG], "with_remarks"),
        (["quarantined"], [WRONG], "not_accepted"),
        (["published"], [Finding("rows_halved", "BLOCK")], "not_accepted"),
        (["published"], [Finding("header_not_found", "BLOCK", sheet="X")], "with_remarks"),
        ([], [], "not_accepted"),
    ],
)
def test_the_verdict_follows_from_rows_and_findings(outcomes, findings, expected: str):
    counts = {outcome: outcomes.count(outcome) for outcome in outcomes}
    assert verdict(counts, findings) == expected


def test_the_summary_comes_first_then_changes_then_what_to_do_then_the_next_template():
    text = page()
    places = [text.index(f'id="{name}"') for name in ("summary", "changed", "todo", "next")]
    assert places == sorted(places)
    assert text.index("Angenommen, mit Hinweisen") < places[1]
    assert "vorlage-measures.xlsx" in text[places[3] :]


@pytest.mark.parametrize(
    ("lang", "before", "now"), [("de", "Geplant", "In Umsetzung"), ("en", "Planned", "In progress")]
)
def test_changes_are_told_in_the_words_of_the_department(lang: str, before: str, now: str):
    text = page(lang)
    assert f'<html lang="{lang}">' in text
    assert text.index(before) < text.index(now)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_page_stands_alone_and_is_well_formed_for_readers(lang: str):
    outline = Outline()
    outline.feed(page(lang))
    assert outline.loaded == []
    assert "url(" not in page(lang)
    assert outline.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
    assert outline.without_scope == 0


def test_what_a_supplier_wrote_is_text():
    assert "<b>bald</b>" not in page()
    assert "&lt;b&gt;bald" in page()


def test_who_can_mend_it_is_said():
    text = page(findings=(WRONG, Finding("unknown_column", "WARN", row=3, column="B")))
    assert text.index("Bitte von Ihnen") < text.index("Von der Betreuung der Zuordnung")


def test_a_rule_broken_often_is_told_once_with_its_first_places():
    many = tuple(Finding("unreadable_number", "ERROR", row=n, column="F") for n in range(1, 400))
    text = page(findings=many)
    assert text.count("Zahl nicht lesbar") == 2
    assert text.count('<th scope="row">Zelle F') == MOST_PLACES
    assert "399 Stellen" in text


def unpacked(workbook: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed:
        return [packed.read(name).decode() for name in packed.namelist()]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_workbook_we_write_leaves_out_what_was_taken_for_personal_data(lang: str):
    rows = [["Name", "Text"], ["Müller", "unter 23456"], ["", "gut"], ["", "laut Frau Muster fertig"]]
    cells = pd.DataFrame(rows, index=[1, 2, 3, 4], columns=["A", "B"])
    table = Table("", cells, "grid")
    column = Finding("personal_data_column", "ERROR", column="A")
    field = Finding("personal_data_in_text", "ERROR", row=2, column="B")
    workbook = "".join(unpacked(marked_workbook([], (table,), told(column, field), lang)[1]))
    assert [text for text in ("23456", "Müller", "Muster") if text in workbook] == []
    assert ">gut<" in workbook


def test_the_summary_leads_to_what_the_department_is_asked_for():
    assert '<a href="#todo">Bitte von Ihnen: 1 Stelle</a>' in page()
    assert 'href="#todo"' not in page(findings=(Finding("merged_filled", "FIX"),))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_form_of_the_feedback_repeats_personal_data(lang: str):
    private = Finding("unknown_code", "ERROR", row=4, column="B", value="Frau Erika Müller, Tel. 089 233-12345")
    document = told(private)
    html = report_page(document, FEED, CITY.entities, CITY.codelists, AROUND, lang).decode()
    for text in (json.dumps(document), html, *unpacked(marked_workbook([], (), document, lang)[1])):
        assert "12345" not in text
        assert "Müller" not in text


def test_the_pages_of_the_example_are_there_beside_data_workbook_and_template(published: Path):
    reports = published / "reports"
    for path in reports.glob("*/D-*.json"):
        assert path.with_suffix(".html").is_file()
        assert path.with_suffix(".xlsx").is_file()
    assert {path.parent.name for path in reports.glob("*/vorlage-*.xlsx")} == {feed.unit for feed in CITY.feeds}
