"""Where a header is: below letterheads, in one line or two, however it is written."""

from __future__ import annotations

import pytest
from grids import grid
from hypothesis import given
from hypothesis import strategies as st

from flows.normalise.headings import SEARCHED_ROWS, find_header, normal_heading


@pytest.mark.parametrize(
    "written",
    [
        "Maßnahme",
        "maßnahme",
        "MASSNAHME",
        " Maßnahme : ",
        "Maßnahme*",
        "Maß\u00adnahme",
        "Maß-\nnahme",
        "Maßnahme\u00a0",
    ],
)
def test_one_heading_in_many_spellings(written: str) -> None:
    assert normal_heading(written) == normal_heading("Maßnahme")


@pytest.mark.parametrize(("one", "other"), [("Beginn", "Beginn (Ist)"), ("Soll-Ist", "Soll Ist"), ("Nr.", "Nr")])
def test_headings_that_are_not_the_same(one: str, other: str) -> None:
    assert normal_heading(one) != normal_heading(other)


@given(st.text(max_size=60))
def test_a_normal_heading_is_its_own_normal_form(text: str) -> None:
    normal = normal_heading(text)
    assert normal_heading(normal) == normal


KNOWN = ["Nr.", "Maßnahme", "Status", "Zeitraum / von", "Zeitraum / bis"]


def test_a_header_below_a_letterhead() -> None:
    found = find_header(
        grid(["Referat X"], [], ["Stand: 2024"], ["Nr.", "Maßnahme", "Status"], ["1", "E-Akte", ""]), KNOWN
    )
    assert found is not None
    assert (found.first_row, found.last_row) == (4, 4)
    assert found.texts == {"A": "Nr.", "B": "Maßnahme", "C": "Status"}


def test_a_header_of_two_lines_with_merged_groups() -> None:
    table = grid(
        ["Nr.", "Zeitraum", "", "Status"], ["", "von", "bis", ""], ["1", "2024", "2025"], merged=((1, 2, 1, 3),)
    )
    found = find_header(table, KNOWN)
    assert found is not None
    assert (found.first_row, found.last_row) == (1, 2)
    assert found.texts == {"A": "Nr.", "B": "Zeitraum / von", "C": "Zeitraum / bis", "D": "Status"}


def test_a_group_without_merged_cells_holds_until_the_next() -> None:
    found = find_header(grid(["Nr.", "Zeitraum", "", "Status"], ["", "von", "bis", ""], ["1"]), KNOWN)
    assert found is not None
    assert found.texts["C"] == "Zeitraum / bis"


def test_one_line_is_preferred_to_two_that_say_no_more() -> None:
    found = find_header(grid(["Nr.", "Maßnahme", "Status"], ["1", "E-Akte", "läuft"]), KNOWN)
    assert found is not None
    assert found.last_row == 1


def test_the_first_of_two_equal_headers_counts() -> None:
    table = grid(["Nr.", "Maßnahme"], ["1", "E-Akte"], ["Nr.", "Maßnahme"])
    found = find_header(table, KNOWN)
    assert found is not None
    assert found.first_row == 1


@pytest.mark.parametrize(
    "rows", [[], [["Nr."]], [["1", "E-Akte"]], [["Status", "läuft"]]], ids=["empty", "one", "none", "one of two"]
)
def test_less_than_two_headings_are_no_header(rows: list[list[str]]) -> None:
    assert find_header(grid(*rows), KNOWN) is None


def test_one_heading_is_enough_where_one_is_all_there_is() -> None:
    assert find_header(grid(["Maßnahme"], ["E-Akte"]), ["Maßnahme"]) is not None


def test_nobody_looks_for_a_header_at_the_end_of_a_long_table() -> None:
    rows = [["x", "y"]] * SEARCHED_ROWS
    assert find_header(grid(*rows, ["Nr.", "Maßnahme"]), KNOWN) is None
    assert find_header(grid(*rows[1:], ["Nr.", "Maßnahme"]), KNOWN) is not None
