"""The compiled contract says the same as jsonschema, cell by cell."""

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from flows.contracts import parse_codelist, parse_entity
from flows.validate.formats import format_checker, is_email, is_time, is_uri, safe_pattern
from flows.validate.schema import compile_entity, invalid_cells

SCHEMAS = Path(__file__).parents[2] / "schemas"


def entity(properties, **root):
    declared = {"$id": "thing/1.0", "type": "object", "additionalProperties": False, "required": [], **root}
    return parse_entity({**declared, "properties": properties}, {})


def real_entities():
    """Return the contracts of records; those of configuration and journal have no label."""
    codelists = {
        path.stem: parse_codelist(path.stem, path.read_text()) for path in (SCHEMAS / "codelists").glob("*.csv")
    }
    schemas = [json.loads(path.read_text()) for path in sorted(SCHEMAS.glob("*.schema.json"))]
    return [parse_entity(schema, codelists) for schema in schemas if "x-label" in schema]


MADE_UP = entity(
    {
        "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$", "maxLength": 6},
        "word": {"type": ["string", "null"], "enum": ["a", "ä", None]},
        "digits": {"type": ["string", "null"], "pattern": r"^\d+$"},
        "not_x": {"type": ["string", "null"], "pattern": "^(?!x)", "minLength": 2},
        "day": {"type": ["string", "null"], "format": "date"},
        "when": {"type": ["string", "null"], "format": "edtf"},
        "link": {"type": ["string", "null"], "format": "uri", "pattern": "^https?://"},
        "moment": {"type": ["string", "null"], "format": "date-time"},
        "count": {"type": ["integer", "null"], "minimum": 0, "maximum": 100, "multipleOf": 5},
        "share": {"type": ["number", "null"], "exclusiveMinimum": -1, "maximum": 1.5},
        "year": {"type": ["integer", "null"], "enum": [2019, 2020, None]},
        "whole": {"type": ["number", "null"], "multipleOf": 0.5},
        "flag": {"type": ["boolean", "null"], "const": True},
        "names": {
            "type": ["array", "null"],
            "items": {"type": "string", "minLength": 1},
            "uniqueItems": True,
            "minItems": 1,
        },
        "either": {"type": ["string", "null"], "anyOf": [{"maxLength": 1}, {"minLength": 3}]},
        "referred": {"type": ["string", "null"], "$ref": "#/$defs/short"},
    },
    **{"$defs": {"short": {"type": ["string", "null"], "maxLength": 2}}},
)
TRICKY = (
    *("", "a", "ä", "x1", "AB-1", "AB-1\n", "AB-12345", "2024", "2024-02-30", "2024-02-29", "0000-01-01", "0000"),
    *("2024-04/2024-06", "2025~", "2024/..", "2024-13", "12", "١٢", "https://example.org/ä", "https://example.org/"),
    *("2024-06-30T12:00:00Z", "2024-06-30T25:00:00Z", "2024-06-30\n", "20-26 / V 04375", "a\u0308", "👩\u200d💻"),
)
TEXTS = st.one_of(st.none(), st.sampled_from(TRICKY), st.text(max_size=4))
VALUES = {
    pl.String(): TEXTS,
    pl.Int64(): st.one_of(st.none(), st.integers(-10, 110), st.sampled_from([2019, 2**53 + 1, -(2**60)])),
    pl.Float64(): st.one_of(
        st.none(), st.sampled_from([0.0, -0.0, 1.0, 1.5, 1.6, -1.0, 100.0, 2.0**60]), st.floats(-2, 2)
    ),
    pl.Boolean(): st.one_of(st.none(), st.booleans()),
    pl.List(pl.String): st.one_of(st.none(), st.lists(TEXTS, max_size=3)),
}
ENTITIES = [MADE_UP, *real_entities()]


def words_of(prop):
    """Return texts that are valid more often than chance, so that both verdicts occur."""
    codes = [code for code in prop.item.get("enum", []) if isinstance(code, str)]
    return st.sampled_from(codes) if codes else st.sampled_from(["M-0001", "SR-0001", "AB-1", "2024-06-30"])


def column(prop, size):
    values = VALUES[prop.dtype]
    if prop.dtype == pl.String:
        values = st.one_of(values, words_of(prop))
    return st.lists(values, min_size=size, max_size=size).map(
        lambda found: pl.Series(prop.name, found, dtype=prop.dtype)
    )


@st.composite
def cases(draw):
    chosen = draw(st.sampled_from(ENTITIES))
    size = draw(st.integers(0, 3))
    return chosen, pl.DataFrame([draw(column(prop, size)) for prop in chosen.properties])


def judged_row_by_row(chosen, frame):
    validator = Draft202012Validator(chosen.schema, format_checker=format_checker())
    return {
        (row, error.absolute_path[0])
        for row, record in enumerate(frame.to_dicts())
        for error in validator.iter_errors(record)
    }


@settings(deadline=None)
@given(cases())
def test_compiled_and_jsonschema_agree_cell_by_cell(case):
    chosen, frame = case
    found = invalid_cells(compile_entity(chosen), frame)
    assert {(cell.row, cell.property) for cell in found} == judged_row_by_row(chosen, frame)


@settings(deadline=None)
@given(st.data())
def test_a_column_of_another_type_is_judged_as_such(data):
    """Not what we build, but a frame read back from a file may have inferred another type."""
    prop = data.draw(st.sampled_from(MADE_UP.properties))
    dtype = data.draw(st.sampled_from(list(VALUES)))
    frame = pl.DataFrame([pl.Series(prop.name, data.draw(st.lists(VALUES[dtype], max_size=3)), dtype=dtype)])
    found = invalid_cells(compile_entity(MADE_UP), frame)
    assert {(cell.row, cell.property) for cell in found} == judged_row_by_row(MADE_UP, frame)


def test_failures_are_worded_with_place_keyword_value_and_expectation():
    frame = pl.DataFrame(
        {
            "code": ["AB-1", "ab", "AB-1"],
            "count": [5, 5, 101],
            "word": ["a", "b", None],
            "names": [["x"], ["", "y", ""], None],
        }
    )
    found = [(c.row, c.property, c.keyword, c.value, c.expected) for c in invalid_cells(compile_entity(MADE_UP), frame)]
    assert found == [
        (1, "code", "pattern", "ab", "^[A-Z]{2}-[0-9]+$"),
        (1, "word", "enum", "b", "a, ä"),
        (1, "names", "minLength", "", "1"),
        (1, "names", "minLength", "", "1"),
        (1, "names", "uniqueItems", "['', 'y', '']", ""),
        (2, "count", "maximum", "101", "<= 100"),
    ]


def test_null_where_a_value_is_required_is_a_wrong_type_unless_nothing_is_said():
    frame = pl.DataFrame({"code": [None]}, schema={"code": pl.String})
    checker = compile_entity(MADE_UP)
    assert [(c.property, c.keyword, c.expected) for c in invalid_cells(checker, frame)] == [("code", "type", "string")]
    assert invalid_cells(checker, frame, said_only=True) == []


def test_missing_and_unknown_columns_are_told_in_every_row():
    checker = compile_entity(entity({"id": {"type": "string"}}, required=["id"]))
    frame = pl.DataFrame({"other": ["a", "b"], "_row": [1, 2]})
    found = {(c.row, c.property, c.keyword) for c in invalid_cells(checker, frame)}
    assert found == {(r, p, k) for r in (0, 1) for p, k in (("id", "required"), ("other", "additionalProperties"))}
    assert {c.property for c in invalid_cells(checker, frame, said_only=True)} == {"other"}


def test_keywords_over_several_properties_are_judged_by_row():
    rule = {"if": {"properties": {"a": {"const": "x"}}}, "then": {"properties": {"b": {"type": "string"}}}}
    checker = compile_entity(entity({"a": {"type": "string"}, "b": {"type": ["string", "null"]}}, **rule))
    frame = pl.DataFrame({"a": ["x", "x", "y"], "b": ["1", None, None]})
    assert [(c.row, c.property, c.keyword) for c in invalid_cells(checker, frame)] == [(1, "b", "type")]


def test_a_contract_that_is_no_schema_is_our_own_bug():
    with pytest.raises(SchemaError):
        compile_entity(entity({"a": {"type": "text"}}))


@pytest.mark.parametrize(
    "pattern", ["^M-[0-9]{4,}$", "^https?://", "^(08-14|14-20) / [VAFBE] [0-9]{5}$", "^[a-z0-9_-]{2,100}$"]
)
def test_our_patterns_run_in_columns(pattern):
    assert safe_pattern(pattern) == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d+$",
        r"\w",
        "(?!x)",
        "(?i)a",
        "a++",
        "a{,3}",
        r"\Aa\Z",
        "[a&&b]",
        "[[:alpha:]]",
        "(",
        "a{2",
        "(?P<a>b)",
        "a|*",
    ],
)
def test_patterns_that_engines_read_differently_do_not(pattern):
    assert safe_pattern(pattern) is None


@pytest.mark.parametrize(
    ("check", "text", "valid"),
    [
        (is_time, "2024-06-30T12:00:00Z", True),
        (is_time, "2024-06-30T12:00:00.5+02:00", True),
        (is_time, "2024-06-30T12:00:00", False),
        (is_time, "2024-02-30T12:00:00Z", False),
        (is_uri, "https://example.org/a%20b?c=d#e", True),
        (is_uri, "https://example.org/ä", False),
        (is_uri, "example.org", False),
        (is_uri, "http://[::1", False),
        (is_email, "rolle@example.org", True),
        (is_email, "rolle@example", False),
    ],
)
def test_formats(check, text, valid):
    assert check(text) is valid
