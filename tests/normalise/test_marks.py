"""Hidden rows and columns, notes, struck-through text and colours: never taken for values unless declared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grids import ENTITIES, Spec, grid

from flows.model import Marks
from flows.normalise.mapping import Located, locate

SPEC: Spec = {
    "columns": {"Nr.": "measure.key", "Maßnahme": "measure.title_de", "Status": "status_report.status_code"},
}
HEADER = ["Nr.", "Maßnahme", "Status"]


def located(*rows: list[str], spec: Spec = SPEC, **marks: Any) -> Located:
    return locate(replace(grid(*rows), marks=Marks(**marks)), [spec], ENTITIES)


def told(found: Located) -> list[tuple[str, str, int | None, str, str]]:
    return [(f.rule, f.level, f.row, f.column, f.value) for f in found.findings]


def test_hidden_rows_are_quarantined_and_told_once() -> None:
    rows = [[str(number), f"Titel {number}", ""] for number in range(1, 8)]
    found = located(HEADER, *rows, ["", "", ""], hidden_rows=frozenset({3, 4, 7, 9}))
    assert told(found) == [("hidden_rows", "ERROR", 3, "", "3-4, 7")]
    ends = {row: (outcome, rule) for row, outcome, rule in found.outcomes.select("row", "outcome", "rule").rows()}
    assert {row: ends[row] for row in (3, 4, 7)} == dict.fromkeys((3, 4, 7), ("quarantined", "hidden_rows"))
    assert ends[9] == ("not_a_record", "blank_row")
    assert found.raw["_row"].to_list() == [2, 5, 6, 8]


def test_what_stands_in_a_hidden_title_row_is_not_read() -> None:
    found = located(["Stand: 2019"], HEADER, ["1", "E-Akte", ""], hidden_rows=frozenset({1}))
    assert found.title == ""


def test_hidden_columns_are_not_taken_and_told() -> None:
    found = located(HEADER, ["1", "E-Akte", "läuft"], hidden_columns=frozenset({"C"}))
    assert told(found) == [("hidden_columns", "ERROR", 1, "C", "")]
    assert "status_report.status_code" not in found.raw.columns


def test_notes_and_struck_through_text_of_records_are_told() -> None:
    at = frozenset({(1, "A"), (2, "A"), (2, "C")})
    found = located(HEADER, ["1", "E-Akte", "läuft"], comments=at, struck=frozenset({(2, "C"), (1, "C")}))
    assert told(found) == [
        ("cell_comment_ignored", "WARN", 2, "A", ""),
        ("cell_comment_ignored", "WARN", 2, "C", ""),
        ("struck_through", "WARN", 2, "C", ""),
    ]


COLOURED = [HEADER, ["1", "E-Akte", ""], ["2", "OZG", ""], ["3", "RIS", "läuft"]]


def test_colours_that_are_not_declared_are_no_value() -> None:
    found = located(*COLOURED, fills={(2, "C"): "92D050", (3, "C"): "FF0000", (3, "B"): "FF0000"})
    assert told(found) == [
        ("colour_as_value", "ERROR", 2, "C", "92D050"),
        ("colour_as_value", "ERROR", 3, "C", "FF0000"),
    ]
    assert found.raw["status_report.status_code"].to_list() == ["", "", "läuft"]


def test_stripes_say_nothing() -> None:
    assert told(located(*COLOURED, fills={(2, "C"): "EEEEEE", (3, "C"): "EEEEEE"})) == []


def test_a_declared_colour_is_the_word_it_stands_for() -> None:
    spec = {**SPEC, "colours": {"Status": {"92D050": "abgeschlossen"}}}
    found = located(*COLOURED, spec=spec, fills={(2, "C"): "92D050", (3, "C"): "FFC000", (4, "C"): "92D050"})
    assert found.raw["status_report.status_code"].to_list() == ["abgeschlossen", "", "läuft"]
    assert told(found) == [("colour_as_value", "ERROR", 3, "C", "FFC000")]


def test_text_that_looks_like_a_formula_is_kept_and_told() -> None:
    texts = ['=HYPERLINK("http://x.example")', "@SUM(A1)", "+SUM(A1)", "+49 89 233-0", "-3", "- erledigt", "1=1"]
    found = located(HEADER, *[[str(n), text, ""] for n, text in enumerate(texts)])
    assert told(found) == [("formula_like_text", "INFO", 2, "B", "3")]
    assert found.raw["measure.title_de"].to_list() == texts
