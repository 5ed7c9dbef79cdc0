"""What a mapping makes of a table: records, rows that are none, places of properties, cells filled from above."""

from __future__ import annotations

from typing import Any

import pytest
from grids import ENTITIES, Spec, grid, listed

from flows.normalise.mapping import Located, known_headings, locate, report_date_text, table_entities

SPEC: Spec = {
    "columns": {
        "Nr.": "measure.key",
        "Maßnahme": "measure.title_de",
        "Beginn": "measure.planned_start",
        "Kontakt": "ignore:personal",
    }
}
HEADER = ["Nr.", "Maßnahme", "Beginn", "Kontakt"]


def located(*rows: list[str], spec: Spec = SPEC, **table: Any) -> Located:
    return locate(grid(*rows, **table), [spec], ENTITIES)


def rows_of(found: Located) -> list[int]:
    return found.raw["_row"].to_list()


def ends(found: Located) -> dict[int, str]:
    return dict(found.outcomes.select("row", "rule").rows())


def rules(found: Located) -> list[tuple[str, str]]:
    return [(finding.rule, finding.heading) for finding in found.findings]


def test_records_keep_their_row_and_say_which_column_held_what() -> None:
    found = located(["Referat X"], HEADER, ["1", "E-Akte", "2020", "Frau X"])
    assert found.raw.rows(named=True) == [
        {"_row": 3, "measure.key": "1", "measure.title_de": "E-Akte", "measure.planned_start": "2020"}
    ]
    assert ends(found) == {1: "title_row", 2: "header_row"}
    assert found.title == "Referat X"
    assert found.sources.select("property", "place", "heading").rows() == [
        ("key", "A", "Nr."),
        ("title_de", "B", "Maßnahme"),
        ("planned_start", "C", "Beginn"),
    ]
    assert found.findings == ()


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ([], "blank_row"),
        (["Summe", "12"], "total_row"),
        (["Insgesamt"], "total_row"),
        (["* geschätzt"], "remark_row"),
        (["Quelle: Haushaltsplan"], "remark_row"),
        (["Stand 2024"], "remark_row"),
        (HEADER, "header_row"),
    ],
)
def test_rows_that_are_no_records(row: list[str], rule: str) -> None:
    found = located(HEADER, ["1", "E-Akte", "2020"], row, ["2", "OZG", "2021"])
    assert ends(found) == {1: "header_row", 3: rule}
    assert rows_of(found) == [2, 4]


@pytest.mark.parametrize(
    "row",
    [
        ["3", "Summenbericht", "2020"],
        ["", "Gesamtstrategie", "2020", "x"],
        ["Gesamtschule", "Neubau", "2020", "Frau X"],
        ["Stand", "Aufbau", "2020"],
    ],
)
def test_rows_that_only_look_like_totals_or_remarks(row: list[str]) -> None:
    assert 2 in rows_of(located(HEADER, row))


def test_rows_the_mapping_skips() -> None:
    found = located(HEADER, ["9", "Vorlage", "2020"], ["1", "E-Akte", "2020"], spec={**SPEC, "skip_rows": ["9*"]})
    assert ends(found) == {1: "header_row", 2: "skipped_row"}


def test_a_column_nobody_knows_is_told_and_one_that_is_missing_too() -> None:
    found = located(["Nr.", "Maßnahme", "Farbe"], ["1", "E-Akte", "rot"])
    assert rules(found) == [
        ("unknown_column", "Farbe"),
        ("missing_column", "Beginn"),
        ("missing_column", "Kontakt"),
    ]


def test_of_two_columns_of_one_property_none_is_read_unless_the_mapping_chooses() -> None:
    rows = ["Nr.", "Maßnahme", "Beginn", "Beginn"], ["1", "E-Akte", "2020", "2021"]
    found = located(*rows)
    assert "measure.planned_start" not in found.raw.columns
    assert [place for place in rules(found) if place[0] == "duplicate_column"] == [("duplicate_column", "Beginn")] * 2
    chosen = located(*rows, spec={**SPEC, "position": {"Beginn": 2}})
    assert chosen.raw["measure.planned_start"].to_list() == ["2021"]
    assert "duplicate_column" not in {rule for rule, _ in rules(chosen)}


def test_a_heading_the_contract_knows_needs_no_mapping() -> None:
    found = located(["Nr.", "Maßnahme", "Kurzbeschreibung"], ["1", "E-Akte", "Akten"])
    assert found.raw["measure.short_text_de"].to_list() == ["Akten"]


def test_a_heading_that_may_mean_two_things_is_not_guessed() -> None:
    both = {"columns": {"Nr.": "measure.key", "Art": "budget.amount_type", "Titel": "measure.title_de"}}
    found = located(["Nr.", "Art", "Titel", "Beschluss"], ["1", "Ist", "E-Akte", "x"], spec=both)
    assert ("unknown_column", "Beschluss") in rules(found)


def test_a_merged_cell_holds_for_all_its_rows() -> None:
    found = located(HEADER, ["1", "E-Akte", "2020"], ["2", "OZG", ""], ["3", "MPdZ", ""], merged=((2, 3, 3, 3),))
    assert found.raw["measure.planned_start"].to_list() == ["2020", "2020", ""]
    assert found.filled.select("property", "row", "from_row", "how").rows() == [("planned_start", 3, 2, "merged_cell")]


def test_a_column_is_filled_down_only_where_the_mapping_says_so() -> None:
    body = (HEADER, ["1", "E-Akte", "2020"], ["2", "OZG", ""], ["3", "MPdZ", ""])
    assert located(*body).raw["measure.planned_start"].to_list() == ["2020", "", ""]
    found = located(*body, spec={**SPEC, "fill_down": ["Beginn"]})
    assert found.raw["measure.planned_start"].to_list() == ["2020", "2020", "2020"]
    assert found.filled.select("row", "from_row", "how").rows() == [(3, 2, "fill_down"), (4, 2, "fill_down")]


def test_nothing_is_filled_from_above_the_first_value() -> None:
    found = located(HEADER, ["1", "E-Akte", ""], ["2", "OZG", "2020"], spec={**SPEC, "fill_down": ["Beginn"]})
    assert found.raw["measure.planned_start"].to_list() == ["", "2020"]


def test_a_table_without_its_header_is_quarantined_row_by_row() -> None:
    found = located(["a", "b"], ["1", "2"])
    assert found.outcomes.select("row", "outcome", "rule").rows() == [
        (1, "quarantined", "header_not_found"),
        (2, "quarantined", "header_not_found"),
    ]
    assert [(finding.rule, finding.level) for finding in found.findings] == [("header_not_found", "BLOCK")]


def test_a_blank_table_is_nothing() -> None:
    found = located([""], [""])
    assert (set(found.outcomes["outcome"]), found.findings) == ({"not_a_record"}, ())


def test_a_sheet_without_a_mapping_is_told_and_not_read() -> None:
    found = locate(grid(HEADER, ["1", "E-Akte"], sheet="Hinweise"), [{**SPEC, "sheets": ["Maßnahmen*"]}], ENTITIES)
    assert set(found.outcomes["outcome"]) == {"not_a_record"}
    assert [finding.rule for finding in found.findings] == ["sheet_not_mapped"]


def test_the_first_mapping_whose_header_is_found_is_taken() -> None:
    milestones = {"columns": {"Meilenstein": "milestone.title_de", "Termin": "milestone.due_date"}}
    found = locate(grid(["Meilenstein", "Termin"], ["Start", "2025"]), [SPEC, milestones], ENTITIES)
    assert found.spec is milestones


def test_records_of_a_document_are_mapped_by_their_place() -> None:
    spec = {"columns": {"/nr": "measure.key", "/titel": "measure.title_de"}}
    table = listed({"/nr": "1", "/titel": "E-Akte"}, {"/nr": "2", "/titel": None, "/neu": "x"})
    found = locate(table, [spec], ENTITIES)
    assert found.raw.rows() == [(1, "1", "E-Akte"), (2, "2", "")]
    assert rules(found) == [("unknown_column", "/neu")], "a place that records may lack is not missed"
    assert found.outcomes.is_empty()


def test_the_entities_of_a_table_in_the_order_they_are_named() -> None:
    spec = {
        "columns": {"a": "measure.key", "b": "status_report.status_code", "c": "ignore:personal.data"},
        "constants": {"budget.amount_type": "Ist"},
        "field_from_sheet": "measure.field_id",
    }
    assert table_entities(spec) == ["measure", "status_report", "budget"]
    assert known_headings({"tables": [spec, SPEC]}) == ["a", "b", "c", *SPEC["columns"]]


@pytest.mark.parametrize(
    ("declared", "day"),
    [
        ({}, ""),
        ({"report_date": {"value": "2024-01/2024-03"}}, "2024-01/2024-03"),
        ({"report_date": {"pattern": "Stand:? *(.+)"}}, "30.06.2024"),
        ({"report_date": {"pattern": "Datum: (.+)"}}, ""),
    ],
)
def test_the_reporting_day_of_a_whole_table(declared: Spec, day: str) -> None:
    found = located(["Bericht"], ["Stand: 30.06.2024"], HEADER, ["1", "E-Akte"], spec={**SPEC, **declared})
    assert report_date_text(found) == day
