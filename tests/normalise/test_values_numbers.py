"""Numbers, percentages and money as departments write them (deliveries.md 9 to 13 and 51)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.normalise.money import parse_money
from flows.normalise.numbers import number_column, parse_number, parse_percent, percent_column, whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1.234,5", 1234.5),
        ("12 000", 12000),
        ("12\u00a0000", 12000),
        ("1'000", 1000),
        ("1.234.567", 1234567),
        ("1,234.5", 1234.5),
        ("0,56", 0.56),
        ("0.560", 0.56),
        (",5", 0.5),
        ("−5", -5),
        ("+3", 3),
        ("0", 0),
        ("7.0", 7),
        ("1e-05", 0.00001),
    ],
)
def test_numbers(text, value):
    parsed = parse_number(text)
    assert (parsed.value, parsed.rule, parsed.estimated) == (value, "", False)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1. Feb", "excel_date_damage"),
        ("03. Apr", "excel_date_damage"),
        ("MAR1", "excel_date_damage"),
        ("2024-02-01 00:00:00", "excel_date_damage"),
        ("30.06.2024", "excel_date_damage"),
        ("50-60", "range_instead_of_number"),
        (">90", "range_instead_of_number"),
        ("1.23.4", "unreadable_number"),
        ("12 34", "unreadable_number"),
        ("1.234.5", "unreadable_number"),
        ("zwölf", "unreadable_number"),
        ("9" * 30, "unreadable_number"),
        ("#DIV/0!", "formula_error"),
        ("####", "cell_too_narrow"),
        ("wie Vorjahr", "unchanged_marker"),
    ],
)
def test_what_is_no_certain_number_is_refused(text, rule):
    parsed = parse_number(text)
    assert (parsed.value, parsed.rule) == (None, rule)


def test_brackets_do_not_make_a_number_negative():
    parsed = parse_number("(5)")
    assert (parsed.value, parsed.rule) == (5, "bracketed_number")


def test_the_declared_separator_decides_what_nothing_else_can():
    assert (parse_number("1.234").value, parse_number("1.234").rule) == (1234, "ambiguous_number")
    assert parse_number("1.234", decimal=".").value == 1.234
    assert parse_number("1,234").value == 1.234


def test_other_values_of_the_column_decide_without_a_finding():
    german = number_column(["1.234", "12,5"])
    english = number_column(["1.234", "12.5"])
    assert (german["1.234"].value, german["1.234"].rule) == (1234, "")
    assert (english["1.234"].value, english["1.234"].rule) == (1.234, "")


def test_a_column_that_contradicts_itself_decides_nothing():
    assert number_column(["1.234", "12,5", "12.5"])["1.234"].rule == "ambiguous_number"


def test_whole_numbers_only():
    assert whole(parse_number("12,5")).rule == "not_whole_number"
    assert whole(parse_number("12,0")).value == 12


@pytest.mark.parametrize(
    ("text", "value", "estimated"),
    [("56 %", 56, False), ("56", 56, False), ("0,5 %", 0.5, False), ("56 v.H.", 56, False)],
)
def test_percentages(text, value, estimated):
    parsed = parse_percent(text)
    assert (parsed.value, parsed.estimated, parsed.rule) == (value, estimated, "")


def test_an_approximate_number_is_told():
    assert [(p.value, p.estimated, p.rule) for p in (parse_number("rd. 50"), parse_percent("ca. 50%"))] == [
        (50, True, "number_estimated")
    ] * 2


@pytest.mark.parametrize("text", ["50-60 %", ">90", "> 90 %"])
def test_a_range_is_no_percentage(text):
    assert parse_percent(text).rule == "range_instead_of_number"


def test_shares_of_one_count_only_if_the_whole_column_is():
    shares = percent_column(["0,56", "1", "0", "0.5", "73 %", "k.A."])
    assert [shares[text].value for text in ("0,56", "1", "0", "0.5", "73 %")] == [56, 100, 0, 50, 73]
    assert shares["0,56"].rule == "fraction_as_percent"
    assert shares["k.A."].why == "not_stated"


def test_a_share_among_percentages_is_refused():
    mixed = percent_column(["0,56", "56"])
    assert (mixed["0,56"].value, mixed["0,56"].rule) == (None, "ambiguous_percent")
    assert mixed["56"].value == 56


def test_nothing_but_zero_and_one_cannot_be_told():
    column = percent_column(["0", "1"])
    assert column["1"].rule == "ambiguous_percent"
    assert column["0"].value == 0


def test_what_exceeds_a_hundred_is_left_to_the_contract():
    assert (parse_percent("110").value, parse_percent("-5").value) == (110, -5)


@pytest.mark.parametrize(
    ("text", "value", "estimated"),
    [
        ("171 Mio. €", 171_000_000, False),
        ("25.000 TEUR", 25_000_000, False),
        ("rd. 1,2 Mrd.", 1_200_000_000, True),
        ("500 k€", 500_000, False),
        ("12,5 T€", 12_500, False),
        ("ca. 3 Millionen Euro", 3_000_000, True),
        ("1.234 €", 1234, False),
        ("€ 1.234.567,00", 1_234_567, False),
        ("EUR 500", 500, False),
        ("5.000,- €", 5000, False),
        ("12000", 12000, False),
    ],
)
def test_money_is_whole_euros(text, value, estimated):
    parsed = parse_money(text)
    assert (parsed.value, parsed.estimated, parsed.rule) == (value, estimated, "number_estimated" if estimated else "")


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("1.234,56 €", 1235, "money_rounded"),
        ("1.234 Mio. €", 1_234_000_000, "ambiguous_number"),
        ("5 Mio. $", None, "foreign_currency"),
        ("5 m", None, "unreadable_money"),
        ("1-2 Mio. €", None, "range_instead_of_number"),
        ("viel", None, "unreadable_money"),
        ("999999999 Mrd. €", None, "unreadable_money"),
    ],
)
def test_money_with_findings(text, value, rule):
    parsed = parse_money(text)
    assert (parsed.value, parsed.rule) == (value, rule)


TEXT = st.one_of(st.text(max_size=70), st.text("0123456789.,' -+()%€ktMio", max_size=20))


@given(st.lists(TEXT, max_size=6))
def test_any_text_is_a_value_a_reason_or_a_refusal(texts):
    read = [*number_column(texts).values(), *percent_column(texts).values(), *map(parse_money, texts)]
    for parsed in read:
        assert parsed.value is None or (isinstance(parsed.value, int | float) and not parsed.why)
        assert not (parsed.why and parsed.rule)
