"""Dates and periods as departments write them (deliveries.md 14 to 16 and 18)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.edtf import is_edtf
from flows.normalise.dates import parse_date, parse_day, parse_end, parse_period, parse_start


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("30.06.2024", "2024-06-30", "day"),
        ("1.2.2024", "2024-02-01", "day"),
        ("01. 02. 2024", "2024-02-01", "day"),
        ("2024-06-30", "2024-06-30", "day"),
        ("2024/06/30", "2024-06-30", "day"),
        ("2024-06-30T00:00:00", "2024-06-30", "day"),
        ("2024-06-30 00:00:00", "2024-06-30", "day"),
        ("2024-06-30T22:00:00Z", "2024-07-01", "day"),
        ("2024-06-30+02:00", "2024-06-30", "day"),
        ("30/06/2024", "2024-06-30", "day"),
        ("30. Juni 2024", "2024-06-30", "day"),
        ("June 30, 2024", "2024-06-30", "day"),
        ("05/2022", "2022-05", "month"),
        ("5.2022", "2022-05", "month"),
        ("2022-05", "2022-05", "month"),
        ("Mai 2022", "2022-05", "month"),
        ("Mrz. 2022", "2022-03", "month"),
        ("October 2022", "2022-10", "month"),
        ("Q2/2024", "2024-04/2024-06", "quarter"),
        ("2024-Q2", "2024-04/2024-06", "quarter"),
        ("II. Quartal 2024", "2024-04/2024-06", "quarter"),
        ("4. Quartal 2024", "2024-10/2024-12", "quarter"),
        ("4° trimestre 2024", "2024-10/2024-12", "quarter"),
        ("1. Halbjahr 2024", "2024-01/2024-06", "half_year"),
        ("H2/2024", "2024-07/2024-12", "half_year"),
        ("KW 14/2024", "2024-04-01/2024-04-07", "interval"),
        ("2024", "2024", "year"),
        ("2024 ff.", "2024/..", "interval"),
        ("ab 2024", "2024/..", "interval"),
        ("seit 2019", "2019/..", "interval"),
        ("bis 2025", "../2025", "interval"),
        ("bis Q2/2025", "../2025-06", "interval"),
        ("2024-04/2024-06", "2024-04/2024-06", "quarter"),
        ("2024-01/2024-06", "2024-01/2024-06", "half_year"),
        ("2025~", "2025~", "vague"),
        ("../2025", "../2025", "interval"),
    ],
)
def test_certain_dates_become_edtf(text, value, precision):
    parsed = parse_date(text)
    assert (parsed.value, parsed.precision, parsed.rule, parsed.why) == (value, precision, "", "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Anfang 2024", "2024-01/2024-03"),
        ("Mitte 2024", "2024-04/2024-09"),
        ("Ende 2025", "2025-10/2025-12"),
        ("Ende des Jahres 2025", "2025-10/2025-12"),
        ("Frühjahr 25", "2025-03/2025-05"),
        ("Winter 2024/25", "2024-12/2025-02"),
        ("Ende Juni 2025", "2025-06"),
        ("ca. 2024", "2024~"),
        ("voraussichtlich Q1/2026", "2026-01/2026-03"),
    ],
)
def test_vague_dates_are_taken_and_told(text, value):
    parsed = parse_date(text)
    assert (parsed.value, parsed.precision, parsed.rule) == (value, "vague", "vague_date")


@pytest.mark.parametrize(
    ("text", "value"), [("1.2.24", "2024-02-01"), ("Dez. 23", "2023-12"), ("Q2/24", "2024-04/2024-06")]
)
def test_a_year_of_two_digits_is_told(text, value):
    parsed = parse_date(text)
    assert (parsed.value, parsed.rule) == (value, "two_digit_year")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("31.11.2022", "impossible_date"),
        ("30.02.2024", "impossible_date"),
        ("2023-13", "impossible_date"),
        ("KW 54/2024", "impossible_date"),
        ("Winter 2024/27", "impossible_date"),
        ("0000", "impossible_date"),
        ("30.02.", "incomplete_date"),
        ("1. Feb", "incomplete_date"),
        ("KW 14", "incomplete_date"),
        ("4° trimestre", "incomplete_date"),
        ("Mitte", "incomplete_date"),
        ("01.01.00", "implausible_year"),
        ("1900", "implausible_year"),
        ("01.01.2205", "implausible_year"),
        ("5/6/2024", "ambiguous_date"),
        ("45292", "unreadable_date"),
        ("2021-2025", "unreadable_date"),
        ("2024-06/2024-04", "unreadable_date"),
        ("demnächst", "unreadable_date"),
        ("s.o.", "ditto_mark"),
        ("#BEZUG!", "formula_error"),
        ("########", "cell_too_narrow"),
    ],
)
def test_what_cannot_be_read_with_certainty_is_refused(text, rule):
    parsed = parse_date(text)
    assert (parsed.value, parsed.why, parsed.rule) == (None, "", rule)


@pytest.mark.parametrize("text", ["laufend", "dauerhaft", "fortlaufend", "Jährlich"])
def test_what_goes_on_has_no_date_for_that_reason(text):
    parsed = parse_date(text)
    assert (parsed.value, parsed.why, parsed.rule) == (None, "ongoing", "")


def test_an_empty_text_says_nothing():
    parsed = parse_date(" ")
    assert (parsed.value, parsed.why, parsed.rule) == (None, "", "")


def test_plausible_years_are_a_parameter():
    assert parse_date("1995", (1990, 2000)).value == "1995"


def test_a_day_must_be_a_day():
    assert parse_day("30.06.2024").value == "2024-06-30"
    assert parse_day("06/2024").rule == "not_a_day"
    assert parse_day("k.A.").why == "not_stated"


def test_prepositions_mean_nothing_more_in_their_own_column():
    assert parse_start("ab 2024").value == "2024"
    assert parse_start("2024 ff.").value == "2024"
    assert parse_end("bis 12/2025").value == "2025-12"
    assert parse_end("ab 2026").value == "2026/.."


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2021-2025", "2021", "2025"),
        ("2021 – 2025", "2021", "2025"),
        ("2019/2020", "2019", "2020"),
        ("2021-25", "2021", "2025"),
        ("05/2022 bis Ende 2024", "2022-05", "2024-10/2024-12"),
        ("von 2021 bis 2025", "2021", "2025"),
        ("01.01.-31.12.2024", "2024-01-01", "2024-12-31"),
        ("Mai bis September 2024", "2024-05", "2024-09"),
        ("01.2024-06.2024", "2024-01", "2024-06"),
        ("2024-05", "2024-05", "2024-05"),
        ("2023", "2023", "2023"),
        ("2024-04/2024-06", "2024-04/2024-06", "2024-04/2024-06"),
    ],
)
def test_a_period_in_one_cell_is_split(text, start, end):
    first, last = parse_period(text)
    assert (first.value, last.value) == (start, end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("bis 2025", (None, "not_stated"), ("2025", "")),
        ("ab 2024", ("2024", ""), (None, "not_stated")),
        ("seit 2019", ("2019", ""), (None, "not_stated")),
        ("2019 - laufend", ("2019", ""), (None, "ongoing")),
        ("laufend", (None, ""), (None, "ongoing")),
        ("tbd", (None, "not_decided"), (None, "not_decided")),
    ],
)
def test_a_half_open_period_says_what_is_missing(text, start, end):
    first, last = parse_period(text)
    assert ((first.value, first.why), (last.value, last.why)) == (start, end)


def test_what_is_no_period_is_refused_on_both_sides():
    first, last = parse_period("in Abstimmung mit allen")
    assert (first.rule, last.rule) == ("unreadable_period", "unreadable_period")


FRAGMENTS = st.sampled_from(
    ["ca. ", "bis ", "ab ", "Ende ", "Q2/", "2024", "1.", "02.", "-", "/", "~", " ", "ff.", "Mai ", "kw 9 ", "..", "24"]
)


@given(st.one_of(st.text(max_size=80), st.lists(FRAGMENTS, max_size=12).map("".join), st.just("~" * 5000)))
def test_any_text_is_a_value_a_reason_or_a_refusal(text):
    for parsed in (parse_date(text), *parse_period(text)):
        assert not (parsed.value is None and parsed.rule and parsed.why)
        assert parsed.value is None or is_edtf(parsed.value)
        assert parsed.value is None or not parsed.why
