from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from flows.contracts import Entity
from flows.formats.write_json import write_document, write_json, write_json_lines


def test_json_as_published(frame: pl.DataFrame, entity: Entity, golden: Callable[[str, bytes], None]) -> None:
    golden("formats/sample.json", write_json(frame, entity))


def test_whole_numbers_carry_no_fraction(frame: pl.DataFrame, entity: Entity) -> None:
    first = json.loads(write_json(frame, entity), parse_float=lambda text: text)[0]
    assert (first["amount"], first["shares"]) == (12, ["0.5", 2])


def test_missing_stays_null_and_an_empty_list_an_empty_list(frame: pl.DataFrame, entity: Entity) -> None:
    records = json.loads(write_json(frame, entity))
    assert (records[2]["org_ids"], records[3]["org_ids"], records[4]["text"]) == ([], None, None)


def test_no_records_are_an_empty_document(entity: Entity) -> None:
    assert json.loads(write_json(entity.empty(), entity)) == []
    assert write_json_lines(entity.empty(), entity) == b""


@given(st.data())
def test_both_forms_read_back_equal(
    hostile_frames: st.SearchStrategy[pl.DataFrame], entity: Entity, data: st.DataObject
) -> None:
    frame = data.draw(hostile_frames)
    expected = frame.select(p.name for p in entity.public).to_dicts()
    lines = write_json_lines(frame, entity)
    assert json.loads(write_json(frame, entity)) == expected
    assert [json.loads(line) for line in lines.splitlines()] == expected
    assert lines == write_json_lines(frame.clone(), entity)


def test_a_document_keeps_its_order_and_letters() -> None:
    assert write_document({"b": "ü", "a": 1}) == '{\n  "b": "ü",\n  "a": 1\n}\n'.encode()
