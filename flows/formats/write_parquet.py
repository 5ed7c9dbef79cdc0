"""Write a published table as Parquet: typed columns, with what they mean in the file's metadata."""

from __future__ import annotations

import io
import json

import polars as pl

from flows.contracts import Entity
from flows.formats.columns import public_columns

ZSTD_LEVEL = 9
ROWS_PER_GROUP = 100_000


def write_parquet(frame: pl.DataFrame, entity: Entity) -> bytes:
    """Write the public columns, days of format `date` as dates; times and EDTF stay text, exactly as in the CSV.

    The file's key-value metadata hold `schema` (name and version) and `columns`: label, definition and unit of every
    column as JSON. Equal frames give equal bytes. Raises as `public_columns` does, and where a day is no date.
    """
    days = [pl.col(p.name).str.to_date("%Y-%m-%d") for p in entity.public if p.format == "date" and not p.is_list]
    buffer = io.BytesIO()
    public_columns(frame, entity).with_columns(days).write_parquet(
        buffer,
        compression="zstd",
        compression_level=ZSTD_LEVEL,
        row_group_size=ROWS_PER_GROUP,
        metadata={"schema": str(entity.schema["$id"]), "columns": _meanings(entity)},
    )
    return buffer.getvalue()


def _meanings(entity: Entity) -> str:
    meanings = {
        p.name: {
            "label": p.schema.get("x-label", {}),
            "definition": p.schema.get("x-definition", {}),
            "unit": p.schema.get("x-unit", ""),
        }
        for p in entity.public
    }
    return json.dumps(meanings, ensure_ascii=False)
