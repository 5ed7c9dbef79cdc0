from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.contracts import Entity
from flows.formats.write_csv import write_csv, write_excel_csv


def _rows(content: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


def test_csv_as_published(frame: pl.DataFrame, entity: Entity, golden: Callable[[str, bytes], None]) -> None:
    golden("formats/sample.csv", write_csv(frame, entity))


def test_excel_csv_as_published(frame: pl.DataFrame, entity: Entity, golden: Callable[[str, bytes], None]) -> None:
    golden("formats/sample.excel.csv", write_excel_csv(frame, entity))


def test_csv_reads_back_equal_with_polars(frame: pl.DataFrame, entity: Entity) -> None:
    types = {p.name: pl.String if p.is_list else p.dtype for p in entity.public}
    read = pl.read_csv(write_csv(frame, entity), schema=types)
    lists = read["org_ids"].str.split("|")
    assert lists.to_list() == [["ORG-a", "ORG-b"], ["ORG-a"], None, None, None]
    same = [p.name for p in entity.public if not p.is_list]
    assert read.select(same).equals(frame.select(same))


def test_csv_reads_back_equal_with_pandas(frame: pl.DataFrame, entity: Entity) -> None:
    read = pd.read_csv(io.BytesIO(write_csv(frame, entity)))
    assert read["amount"].dropna().tolist() == frame["amount"].drop_nulls().to_list()
    assert read["text"].dropna().tolist() == frame["text"].drop_nulls().to_list()
    assert read["done"].tolist()[:2] == [True, False]


def test_a_list_whose_item_holds_the_separator_is_refused(frame: pl.DataFrame, entity: Entity) -> None:
    broken = frame.with_columns(org_ids=pl.lit(["a|b"]))
    with pytest.raises(ValueError, match="org_ids holds the separator"):
        write_csv(broken, entity)


@given(st.data())
def test_hostile_text_is_kept_to_the_character(
    hostile_frames: st.SearchStrategy[pl.DataFrame], entity: Entity, data: st.DataObject
) -> None:
    frame = data.draw(hostile_frames)
    content = write_csv(frame, entity)
    header, *rows = _rows(content, ",")
    assert header == [p.name for p in entity.public]
    texts = [row[header.index("text")] for row in rows]
    lists = [row[header.index("org_ids")] for row in rows]
    assert texts == [text or "" for text in frame["text"]]
    assert lists == ["|".join(items or []) for items in frame["org_ids"].to_list()]
    assert content == write_csv(frame.clone(), entity)


@given(st.data())
def test_no_text_cell_starts_a_formula_in_excel(
    hostile_frames: st.SearchStrategy[pl.DataFrame], entity: Entity, data: st.DataObject
) -> None:
    frame = data.draw(hostile_frames)
    header, *rows = _rows(write_excel_csv(frame, entity), ";")
    for name in ("text", "org_ids", "planned_end", "due_date"):
        cells = [row[header.index(name)] for row in rows]
        assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))]
    shown = [row[header.index("text")] for row in rows]
    assert all(cell in (text or "", f"'{text}") for cell, text in zip(shown, frame["text"], strict=True))
    amounts = [row[header.index("amount")].replace(",", ".") for row in rows]
    assert [float(amount) if amount else None for amount in amounts] == frame["amount"].to_list()
