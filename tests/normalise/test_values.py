"""A column of text becomes a column of values."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.contracts import Property, parse_codelist
from flows.normalise.values import COUNCIL_PATTERN, clean_text, parse_column, parse_period_column

FLOWS = Path(__file__).parents[2] / "flows" / "normalise"
SCHEMAS = Path(__file__).parents[2] / "schemas"


def prop(name="p", kind="string", **schema):
    is_list = kind == "array"
    declared = {"type": [kind, "null"], **({"items": {"type": "string"}} if is_list else {}), **schema}
    return Property(name, "string" if is_list else kind, is_list, nullable=True, schema=declared)


def read(texts, declared, **options):
    return parse_column(pl.Series(texts, dtype=pl.String), declared, **options)


def test_text_is_cleaned_but_not_rewritten():
    frame = pl.DataFrame(
        {"t": ["\ufeff A\u00a0B \r\n C ", "Bu\u0308rger*innen", "a\x00b", "👩\u200d💻", "=HYPERLINK(1)"]}
    )
    cleaned = frame.select(clean_text(pl.col("t"))).to_series().to_list()
    assert cleaned == ["A B\nC", "Bürger*innen", "ab", "👩\u200d💻", "=HYPERLINK(1)"]


def test_rows_stay_aligned_and_empty_cells_say_nothing():
    frame = read(["30.06.2024", "", None, "k.A.", "30.06.2024", "nie"], prop("due", format="edtf"))
    assert frame["value"].to_list() == ["2024-06-30", None, None, None, "2024-06-30", None]
    assert frame["why"].to_list() == ["", "", "", "not_stated", "", ""]
    assert frame["rule"].to_list() == ["", "", "", "", "", "unreadable_date"]
    assert frame["precision"].to_list() == ["day", "", "", "", "day", ""]


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        (prop("planned_end", format="edtf"), "bis 2025", "2025"),
        (prop("planned_start", format="edtf"), "ab 2024", "2024"),
        (prop(format="date"), "30.06.2024", "2024-06-30"),
        (prop(kind="number"), "12,5", 12.5),
        (prop(kind="integer"), "12", 12),
        (prop(kind="number", **{"x-unit": "percent"}), "56 %", 56.0),
        (prop(kind="integer", **{"x-unit": "EUR"}), "2 TEUR", 2000),
        (prop(kind="boolean"), "ja", True),
        (prop(pattern=COUNCIL_PATTERN), "Nr. 14-20/V14953", "14-20 / V 14953"),
        (prop(**{"x-ref": "council_resolution"}), "14-20/V14953", "14-20 / V 14953"),
        (prop(**{"x-ref": "council_resolution"}), "BV-14-20-V-14953", "BV-14-20-V-14953"),
        (prop(kind="array", **{"x-ref": "organisation"}), "PLAN, KR u. RIT", ["PLAN", "KR", "RIT"]),
        (
            prop(kind="array", **{"x-ref": "field_of_action"}),
            "Klima und Umwelt | Bildung",
            ["Klima und Umwelt", "Bildung"],
        ),
        (prop(format="uri"), "https://muenchen.de/", "https://muenchen.de/"),
        (prop(), "E-Akte,\nStufe 1", "E-Akte,\nStufe 1"),
    ],
)
def test_the_property_decides_how_a_text_is_read(declared, text, value):
    frame = read([text], declared)
    assert frame["value"].to_list() == [value]
    assert frame["value"].dtype == declared.dtype
    assert frame["rule"].to_list()[0] in ("", "resolution_number_normalised")


def test_words_become_codes():
    frame = read(["Läuft", "???x"], prop(**{"x-codelist": "status"}), words={"läuft": "in_progress"})
    assert frame["value"].to_list() == ["in_progress", None]
    assert frame["rule"].to_list() == ["", "unknown_code"]


def test_a_list_with_one_bad_item_is_refused_whole():
    frame = read(["läuft|bald"], prop(kind="array", **{"x-codelist": "status"}), words={"läuft": "in_progress"})
    assert (frame["value"].to_list(), frame["rule"].to_list()) == ([None], ["unknown_code"])


def test_a_fraction_is_no_whole_number():
    assert read(["12,5"], prop(kind="integer"))["rule"].to_list() == ["not_whole_number"]


def test_free_text_is_told_where_it_is_broken_or_cut():
    frame = read(["Ma\ufffdnahme", "a" * 255, "-", "a" * 254], prop())
    assert frame["value"].is_not_null().to_list() == [False, True, False, True]
    assert frame["rule"].to_list() == ["characters_lost", "text_truncated", "", ""]
    assert frame["why"].to_list() == ["", "", "not_stated", ""]


def test_a_period_column_becomes_two():
    start, end = parse_period_column(pl.Series(["2021-2025", None, "laufend"], dtype=pl.String))
    assert start["value"].to_list() == ["2021", None, None]
    assert end["value"].to_list() == ["2025", None, None]
    assert end["why"].to_list() == ["", "", "ongoing"]


def test_an_empty_column_keeps_its_type():
    assert read([], prop(kind="integer"))["value"].dtype == pl.Int64


def test_a_contract_names_council_numbers_by_this_pattern():
    number = json.loads((SCHEMAS / "council_resolution.schema.json").read_text())["properties"]["number"]
    assert number["pattern"] == COUNCIL_PATTERN


def test_every_rule_raised_is_in_the_catalogue():
    files = ("date_forms", "dates", "links", "missing", "money", "numbers", "values", "words")
    source = "".join((FLOWS / f"{name}.py").read_text() for name in files)
    raised = set(re.findall(r'(?:refused\(|rule=|rule or )"([a-z]+_[a-z_]+)"', source))
    catalogue = parse_codelist("finding_rule", (SCHEMAS / "codelists" / "finding_rule.csv").read_text())
    assert len(raised) > 20
    assert sorted(raised - set(catalogue.codes)) == []


PROPERTIES = [
    prop("planned_end", format="edtf"),
    prop(format="date"),
    prop(kind="number", **{"x-unit": "percent"}),
    prop(kind="integer", **{"x-unit": "EUR"}),
    prop(kind="integer"),
    prop(kind="boolean"),
    prop(kind="array", **{"x-ref": "organisation"}),
    prop(),
]


@given(st.lists(st.one_of(st.none(), st.text(max_size=50)), max_size=6), st.sampled_from(PROPERTIES))
def test_any_column_is_read_without_an_error(texts, declared):
    frame = read(texts, declared)
    assert len(frame) == len(texts)
    assert frame["value"].dtype == declared.dtype
    assert frame.filter(pl.col("value").is_not_null() & (pl.col("why") != "")).is_empty()
