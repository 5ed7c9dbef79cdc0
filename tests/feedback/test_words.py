"""Findings are told in the supplier's words, and never repeat personal data."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.contracts import CodeList, parse_codelist
from flows.feedback.words import discreet, place, worded, wording
from flows.model import Finding

LISTS = Path(__file__).resolve().parents[2] / "schemas" / "codelists"
CODELISTS: dict[str, CodeList] = {
    name: parse_codelist(name, (LISTS / f"{name}.csv").read_text(encoding="utf-8"))
    for name in ("finding_rule", "finding_level")
}
CELL = Finding(
    "unreadable_number",
    "ERROR",
    "D-000001",
    "X",
    8,
    "F",
    "Fortschritt",
    "status_report",
    "progress_pct",
    "bald",
    "0-100",
)


@pytest.mark.parametrize(
    ("finding", "de", "en"),
    [
        (CELL, "Blatt «X», Zelle F8 «Fortschritt»", "sheet «X», cell F8 «Fortschritt»"),
        (Finding("blank_row", "INFO", row=3), "Zeile 3", "row 3"),
        (Finding("unknown_column", "WARN", column="AB", heading="Neu\nes"), "Spalte AB «Neu es»", "column AB «Neu es»"),
        (Finding("missing_column", "WARN", heading="Status"), "«Status»", "«Status»"),
        (
            Finding("unreadable_date", "ERROR", row=2, column="/zeitraum/von", heading="/zeitraum/von"),
            "Datensatz 2, /zeitraum/von",
            "record 2, /zeitraum/von",
        ),
        (Finding("sheet_not_mapped", "INFO", sheet="Hinweise"), "Blatt «Hinweise»", "sheet «Hinweise»"),
        (Finding("empty_file", "BLOCK"), "die ganze Lieferung", "the whole delivery"),
    ],
)
def test_places_are_named_as_excel_names_them(finding: Finding, de: str, en: str) -> None:
    assert (place(finding, "de"), place(finding, "en")) == (de, en)


def test_an_error_says_what_was_found_what_is_expected_and_who_mends_it() -> None:
    told = worded(CELL, CODELISTS, "de")
    assert told.startswith(
        "Fehler: Blatt «X», Zelle F8 «Fortschritt»: Zahl nicht lesbar (gefunden «bald», erwartet 0-100)"
    )
    assert told.endswith("Bitte nur die Zahl eintragen. [zu tun durch: Lieferstelle]")
    assert "[to be done by: supplier]" in worded(CELL, CODELISTS, "en")


def test_where_nothing_is_to_be_done_nobody_is_named() -> None:
    told = worded(Finding("merged_filled", "FIX", row=2, value="k. A."), CODELISTS, "de")
    assert "zu tun durch" not in told


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_rule_can_be_told(lang: str) -> None:
    for row in CODELISTS["finding_rule"].rows:
        said = wording(Finding(row["code"], row["level"]), CODELISTS, lang)  # type: ignore[arg-type]
        assert said.title
        assert said.meaning
        assert said.remedy
        assert said.who


def test_an_unknown_rule_is_our_own_fault() -> None:
    with pytest.raises(KeyError, match="no_such_rule"):
        worded(Finding("no_such_rule", "WARN"), CODELISTS, "de")


def test_the_gravest_come_first_and_equals_keep_their_order() -> None:
    found = [
        Finding("a", "INFO"),
        Finding("b", "BLOCK"),
        Finding("c", "WARN"),
        Finding("d", "ERROR"),
        Finding("e", "WARN"),
    ]
    assert [finding.rule for finding in discreet(found)] == ["b", "d", "c", "e", "a"]


def test_values_at_places_with_personal_data_are_left_out() -> None:
    at = {"delivery": "D-000001", "sheet": "X", "row": 4, "property": "outlook_de"}
    found = [
        Finding("personal_data_in_text", "ERROR", value="Näheres weiß Erika", **at),  # type: ignore[arg-type]
        Finding("value_too_long", "ERROR", value="Näheres weiß Erika", **at),  # type: ignore[arg-type]
        Finding("unknown_code", "ERROR", row=5, value="bitte an erika@stadt.example"),
        Finding("unknown_code", "ERROR", row=6, value="fast fertig"),
    ]
    assert [finding.value for finding in discreet(found)] == ["", "", "", "fast fertig"]
