from __future__ import annotations

import io
import json
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from flows.contracts import Entity
from flows.formats.write_parquet import write_parquet


def test_columns_are_typed(frame: pl.DataFrame, entity: Entity) -> None:
    read = pl.read_parquet(io.BytesIO(write_parquet(frame, entity)))
    assert read["due_date"].to_list() == [date(2024, 6, 30), date(1899, 1, 31), None, date(2025, 1, 1), None]
    assert read.schema["org_ids"] == pl.List(pl.String)
    assert "secret" not in read.columns


def test_metadata_say_what_a_column_means(frame: pl.DataFrame, entity: Entity) -> None:
    metadata = pl.read_parquet_metadata(io.BytesIO(write_parquet(frame, entity)))
    assert metadata["schema"] == "sample/1.0"
    assert json.loads(metadata["columns"])["amount"]["label"] == {"de": "Betrag", "en": "Amount"}


@given(st.data())
def test_records_read_back_equal(
    hostile_frames: st.SearchStrategy[pl.DataFrame], entity: Entity, data: st.DataObject
) -> None:
    frame = data.draw(hostile_frames)
    content = write_parquet(frame, entity)
    read = pl.read_parquet(io.BytesIO(content)).with_columns(pl.col("due_date").cast(pl.String))
    assert read.equals(frame.select(p.name for p in entity.public))
    assert content == write_parquet(frame.clone(), entity)
