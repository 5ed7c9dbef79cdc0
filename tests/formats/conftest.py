"""An entity with every type a schema knows, records of it, and hostile frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest
from hypothesis import strategies as st

from flows.contracts import Entity, parse_entity


def _property(**schema: Any) -> dict[str, Any]:
    annotations = {"x-public": True, "x-since": "1.0", "x-label": {"de": "", "en": ""}}
    return {**annotations, "x-definition": {"de": "", "en": ""}, **schema}


def _nullable(type_: str, **schema: Any) -> dict[str, Any]:
    return _property(type=[type_, "null"], **schema)


PROPERTIES: Mapping[str, Mapping[str, Any]] = {
    "id": _property(type="string", **{"x-key": True}),
    "text": _nullable("string"),
    "amount": _nullable("number", **{"x-unit": "EUR", "x-label": {"de": "Betrag", "en": "Amount"}}),
    "count": _nullable("integer"),
    "done": _nullable("boolean"),
    "due_date": _nullable("string", format="date"),
    "secret": _nullable("string", **{"x-public": False}),
    "planned_end": _nullable("string", format="edtf"),
    "org_ids": _nullable("array", items={"type": "string"}),
    "shares": _nullable("array", items={"type": "number"}),
}


@pytest.fixture(scope="session")
def entity() -> Entity:
    return parse_entity({"$id": "sample/1.0", "title": "sample", "properties": PROPERTIES, "required": ["id"]}, {})


@pytest.fixture(scope="session")
def frame(entity: Entity) -> pl.DataFrame:
    rows = [
        [
            "X-1",
            'say "yes"; no, why',
            12.0,
            3,
            True,
            "2024-06-30",
            "hush",
            "2024-06-30",
            ["ORG-a", "ORG-b"],
            [0.5, 2],
        ],
        ["X-2", "two\r\nlines", -2.5, -1, False, "1899-01-31", "hush", "2024-06", ["ORG-a"], None],
        ["X-3", "=1+1", 1234567.89, 0, None, None, "hush", "2024-04/2024-06", [], []],
        ["X-4", " Grüße, 東京 𝄞 ", 0.1 + 0.2, None, None, "2025-01-01", "hush", "2024-06-30~", None, [1.0]],
        ["X-5", None, None, None, None, None, None, None, None, None],
    ]
    return pl.DataFrame(rows, schema={p.name: p.dtype for p in entity.properties}, orient="row")


HOSTILE_CHARACTERS = st.one_of(
    st.sampled_from(list("\"';,|\t\r\n =+-@＝＋－＠<>&\\{}[]\x00\x0b\x1f\u2028\ufeff𝄞")),
    st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"),
)
HOSTILE_TEXT = st.one_of(
    st.text(HOSTILE_CHARACTERS, min_size=1, max_size=12),
    st.sampled_from(["<r>bold</r>", "<r><t>x</t></r>", "_x000D_", "=cmd|' /C calc'!A0", "{=1}", "http://a.example/ x"]),
)


@pytest.fixture(scope="session")
def hostile_frames(entity: Entity) -> st.SearchStrategy[pl.DataFrame]:
    number = st.one_of(st.none(), st.floats(-1e15, 1e15), st.integers(-9, 9).map(float))
    items = st.lists(HOSTILE_TEXT.map(lambda text: text.replace("|", "/")), min_size=1, max_size=3)
    row = st.tuples(
        st.uuids().map(str), st.none() | HOSTILE_TEXT, number, st.none() | st.integers(-(2**53), 2**53),
        st.none() | st.booleans(), st.none() | st.dates().map(str), st.none() | HOSTILE_TEXT,
        st.none() | st.sampled_from(["2024", "2024-06-30", "2024-01/..", "2025~"]), st.none() | items,
        st.none() | st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3),
    )  # fmt: skip
    schema = {p.name: p.dtype for p in entity.properties}
    return st.lists(row, max_size=5).map(lambda rows: pl.DataFrame(rows, schema=schema, orient="row"))
