"""What is told of a table as a whole: sub-units, sheets nobody knows, merged cells, totals, a missing reporting day."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from deliveries_example import configuration, state

from flows.history.ledger import current
from flows.model import Delivery, Feed, Finding
from flows.normalise.opening import read_parts
from flows.replay import Known, assess

COLUMNS = {
    "Nr.": "measure.key",
    "Titel": "measure.title_de",
    "FF": "measure.lead_org_ids",
    "Status": "status_report.status_code",
    "Stand": "status_report.reporting_date",
}
ROW = ("1", "Beispielmaßnahme", "RIT", "in Umsetzung", "2024-06-30")
HEAD = tuple(COLUMNS)


def told(*rows: tuple[str, ...], sheet: str = "Tabelle", merge: tuple[int, ...] = (), **spec: object) -> list[Finding]:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, cells in enumerate((HEAD, *rows)):
            page.write_row(number, 0, cells)
        if merge:
            page.merge_range(*merge, rows[merge[0] - 1][merge[1]])
    feed = Feed("rit", "test", {"unit": "rit", "reports_for": "*", "tables": [{"columns": COLUMNS, **spec}]})
    records = {name: current(state().ledger, name) for name in state().ledger.versions}
    delivery = Delivery("D-000900", feed.id, "2025-12-31", "0" * 64, (), "")
    cells = read_parts([("a.xlsx", buffer.getvalue())], feed)
    return list(assess(delivery, cells, feed, Known(records, (), frozenset()), configuration()).findings)


def rules(found: list[Finding]) -> set[str]:
    return {finding.rule for finding in found}


@pytest.mark.parametrize(
    ("unit", "rule"),
    [
        ("RIT", None),
        ("KVR-II/12", "subunit_normalised"),
        ("MOR-GB7", "subunit_normalised"),
        ("XYZ-1", "unknown_reference"),
        ("POR/RIT", None),
        ("PLAN, KR u. RIT", None),
        ("RGU", "abolished_organisation"),
    ],
)
def test_units_as_departments_write_them(unit: str, rule: str | None) -> None:
    found = rules(told((*ROW[:2], unit, *ROW[3:]))) & {
        "subunit_normalised",
        "unknown_reference",
        "abolished_organisation",
    }
    assert found == ({rule} if rule else set())


def test_a_sheet_by_the_name_of_no_field_is_told() -> None:
    found = told(ROW, sheet="Gesundheit u. Sport", field_from_sheet="measure.field_id")
    assert "field_from_sheet_unknown" in rules(found)
    assert "field_from_sheet_unknown" not in rules(told(ROW, sheet="Bildung", field_from_sheet="measure.field_id"))


def test_a_merged_cell_counts_for_all_it_spans() -> None:
    second = ("2", "Anderes Beispiel", "", "geplant", "2024-06-30")
    (finding,) = [f for f in told(ROW, second, merge=(1, 2, 2, 2)) if f.rule == "merged_filled"]
    assert (finding.row, finding.property, finding.value) == (3, "lead_org_ids", "1")


@pytest.mark.parametrize(("line", "wrong"), [("Gesamt: 27", True), ("Gesamt: 1", False), ("Summe", False)])
def test_a_total_is_checked_against_the_rows(line: str, wrong: bool) -> None:
    assert ("total_mismatch" in rules(told(ROW, (line,)))) is wrong


@pytest.mark.parametrize(("day", "missing"), [("", True), ("k. A.", False), ("irgendwann", False), ("2024", False)])
def test_reports_without_a_reporting_day_are_told_once(day: str, missing: bool) -> None:
    found = [f.rule for f in told((*ROW[:4], day), ("2", "Anderes", "RIT", "geplant", day))]
    assert found.count("reporting_date_missing") == missing


def test_what_waits_for_its_embargo_is_told() -> None:
    columns = {**COLUMNS, "Stand": "measure.embargo_until", "Status": "measure.visibility"}
    assert "embargoed" in rules(told((*ROW[:3], "öffentlich", "2026-12-16"), columns=columns))
    assert "not_published" in rules(told((*ROW[:3], "intern", ""), columns=columns))
