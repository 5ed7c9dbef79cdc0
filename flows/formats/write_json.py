"""Write a published table as JSON: one array, or one object a line; and single documents."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import polars as pl

from flows.contracts import Entity, Property
from flows.formats.columns import number_text, public_columns


def write_json(frame: pl.DataFrame, entity: Entity) -> bytes:
    """Write the public columns as one JSON array, a record a line so that a diff shows records.

    Every property is present, missing is null, lists are arrays, whole numbers carry no fraction. Equal frames give
    equal bytes. Raises as `public_columns` does.
    """
    objects = _objects(frame, entity)
    return b"[\n" + b",\n".join(text.encode() for text in objects) + b"\n]\n" if len(objects) else b"[]\n"


def write_json_lines(frame: pl.DataFrame, entity: Entity) -> bytes:
    """Write the public columns as JSON Lines: the records of `write_json`, one a line, each line ended by LF."""
    buffer = io.BytesIO()
    for text in _objects(frame, entity):
        buffer.write(text.encode())
        buffer.write(b"\n")
    return buffer.getvalue()


def write_document(document: Mapping[str, Any]) -> bytes:
    """Write one JSON document for people and machines: indented, UTF-8, keys in the order given, final line end."""
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def _objects(frame: pl.DataFrame, entity: Entity) -> pl.Series:
    """Build each record's JSON text in columns: polars writes 12.0 as `12.0`, so numbers are set in by ourselves."""
    table = public_columns(frame, entity)
    runs = groupby(entity.public, key=lambda p: p.type == "number")
    members = [piece for numeric, run in runs for piece in _members(list(run), numeric=numeric)]
    text = pl.concat_str(pl.lit("{"), pl.concat_str(members, separator=","), pl.lit("}"))
    return table.select(text.alias("json"))["json"]


def _members(run: list[Property], *, numeric: bool) -> list[pl.Expr]:
    if numeric:
        return [pl.concat_str(pl.lit(f"{json.dumps(p.name)}:"), _number_json(p)) for p in run]
    encoded = pl.struct(p.name for p in run).struct.json_encode()
    return [encoded.str.strip_prefix("{").str.strip_suffix("}")]


def _number_json(prop: Property) -> pl.Expr:
    values = pl.col(prop.name)
    if not prop.is_list:
        return number_text(values).fill_null("null")
    items = values.list.eval(number_text(pl.element()).fill_null("null")).list.join(",")
    return pl.concat_str(pl.lit("["), items, pl.lit("]")).fill_null("null")
