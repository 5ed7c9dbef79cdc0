from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.contracts import CodeList, Entity, Property, parse_entity
from flows.edtf import is_edtf
from flows.publish.codebooks import EDTF_PATTERN, codebook, type_name, whole_pattern

STATUS = CodeList(
    "status",
    (
        {"code": "planned", "label_de": "Geplant", "label_en": "Planned"},
        {"code": "completed", "label_de": "Abgeschlossen", "label_en": "Completed"},
    ),
)
TEXTS = {"x-public": True, "x-since": "1.0", "x-definition": {"de": "Was es heißt.", "en": "What it means."}}


def _entity() -> Entity:
    properties = {
        "id": {"type": "string", "x-key": True, "x-label": {"de": "Kennung", "en": "Identifier"}, **TEXTS},
        "status_code": {
            "type": ["string", "null"],
            "x-codelist": "status",
            "x-derived": {"de": "Aus der letzten Meldung.", "en": "From the last report."},
            "x-label": {"de": "Status", "en": "Status"},
            **TEXTS,
        },
        "amount": {"type": ["number", "null"], "x-unit": "EUR", "x-label": {"de": "Betrag", "en": "Amount"}, **TEXTS},
        "note": {"type": ["string", "null"], "x-label": {"de": "Notiz", "en": "Note"}, **TEXTS, "x-public": False},
    }
    return parse_entity({"$id": "sample/1.0", "properties": properties}, {"status": STATUS})


def _property(**schema: object) -> Property:
    return parse_entity({"$id": "sample/1.0", "properties": {"p": schema}}, {})["p"]


def test_a_row_says_what_a_public_column_means() -> None:
    rows = codebook(_entity(), {"status": STATUS})
    assert [row["property"] for row in rows] == ["id", "status_code", "amount"]
    assert rows[1] == {
        "property": "status_code",
        "label_de": "Status",
        "label_en": "Status",
        "definition_de": "Was es heißt.",
        "definition_en": "What it means.",
        "type": "string",
        "unit": "",
        "key": "",
        "refers_to": "",
        "code_list": "status",
        "codes": "planned: Geplant / Planned\ncompleted: Abgeschlossen / Completed",
        "derived_de": "Aus der letzten Meldung.",
        "derived_en": "From the last report.",
        "since": "1.0",
    }
    assert (rows[0]["key"], rows[2]["unit"]) == ("yes", "EUR")


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({"type": ["integer", "null"]}, "integer"),
        ({"type": "string", "format": "edtf"}, "edtf"),
        ({"type": ["array", "null"], "items": {"type": "string", "format": "uri"}}, "list of uri"),
    ],
)
def test_types_are_named_for_people(schema: dict[str, object], name: str) -> None:
    assert type_name(_property(**schema)) == name


@pytest.mark.parametrize(
    ("pattern", "whole"),
    [("^M-[0-9]{4,}$", "M-[0-9]{4,}"), ("^https?://", "https?://.*"), ("x$", ".*x"), ("x", ".*x.*")],
)
def test_a_pattern_covers_the_whole_value(pattern: str, whole: str) -> None:
    assert whole_pattern(_property(type="string", pattern=pattern)) == whole


def test_the_items_of_a_list_have_the_pattern() -> None:
    assert whole_pattern(_property(type="array", items={"type": "string", "pattern": "^a$"})) == "a"


@given(st.text("0123456789-/.~", max_size=21) | st.from_regex(EDTF_PATTERN, fullmatch=True))
def test_the_pattern_of_dates_refuses_no_valid_date(text: str) -> None:
    if is_edtf(text):
        assert re.fullmatch(EDTF_PATTERN, text)


@pytest.mark.parametrize("text", ["2024-13", "24", "2024-06-32", "../..", "2024-Q2", "2024/", "morgen"])
def test_the_pattern_of_dates_refuses_what_is_none(text: str) -> None:
    assert not re.fullmatch(EDTF_PATTERN, text)
