"""Read XLSX, XLS and ODS workbooks: the values Excel last computed, all as text."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal

import pandas as pd
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from flows.formats.archive import member_names, pack, unpack_text
from flows.formats.exact import exact_number
from flows.formats.ods import Span, prepare_content
from flows.formats.places import column_letters
from flows.formats.refusal import broken, unsupported
from flows.formats.wellformed import check_wellformed
from flows.formats.xls import check_range
from flows.formats.xlsx import NO_VALUE, prepare_sheet
from flows.model import Finding, Table

Cell = str | float | bool | dt.date | dt.time | dt.timedelta
MACROS = "xl/vbaProject.bin"
SAFE_INTEGER = 10**16
"""Excel keeps 15 digits; whole numbers below this are written out, larger ones as Excel has them (1e+16)."""


def read_workbook(
    data: bytes, kind: Literal["xlsx", "xls", "ods"], hints: Mapping[str, Any]
) -> tuple[list[Table], list[Finding]]:
    """Read every worksheet as one grid from A1 to its last value; hidden ones only if `hints["hidden"]` is true.

    Whole numbers come without `.0`, others in the fewest digits with a point, days as ISO dates (a time only where it
    is not midnight), `true` and `false`, error values as text. A percentage is the number behind it (0.56): formats are
    not read. Findings: `hidden_sheet` (ERROR; not taken), `formula_without_value` (ERROR; the
    cell is empty), `macro_ignored` (INFO), `empty_file` (BLOCK; no sheet to
    be seen). Raises Unreadable.
    """
    prepared, spans = _prepare(data, kind)
    hidden = bool(hints.get("hidden", False))
    with _verdicts(kind), CalamineWorkbook.from_filelike(io.BytesIO(prepared)) as book:
        metas = book.sheets_metadata
        taken = [number for number, meta in enumerate(metas) if _is_taken(meta, hidden=hidden)]
        tables = [_read_sheet(book.get_sheet_by_index(n), spans[n] if n < len(spans) else ()) for n in taken]
    findings = [*_hidden(metas, hidden=hidden), *_uncomputed(tables)]
    if not tables:
        findings.append(Finding("empty_file", "BLOCK", value=kind))
    if kind == "xlsx" and MACROS in member_names(data):
        findings.append(Finding("macro_ignored", "INFO"))
    return [_without_marks(table) for table in tables], findings


@contextmanager
def _verdicts(kind: str) -> Iterator[None]:
    """Turn what calamine says about a damaged file into a verdict on it."""
    try:
        yield
    except PasswordError as fault:
        raise unsupported("encrypted") from fault
    except CalamineError as fault:
        raise broken(kind, str(fault)) from fault
    except BaseException as fault:
        # A panic of the Rust library: no Exception, and its class cannot be imported.
        if type(fault).__module__ != "pyo3_runtime":
            raise
        raise broken(kind, str(fault)) from fault


def _is_taken(meta: SheetMetadata, *, hidden: bool) -> bool:
    """Tell whether a sheet holds cells (a chart does not) and is meant to be seen."""
    return meta.typ == SheetTypeEnum.WorkSheet and (hidden or meta.visible == SheetVisibleEnum.Visible)


def _prepare(data: bytes, kind: str) -> tuple[bytes, list[tuple[Span, ...]]]:
    """Return the workbook as calamine shall see it, and the merged ranges of each sheet where it cannot tell them."""
    if kind == "xls":
        check_range(data)
        return data, []
    members = unpack_text(data)
    for name, xml in members.items():
        if name.endswith((".xml", ".rels")):
            check_wellformed(xml, kind)
    if kind == "ods":
        content, spans = prepare_content(members.get("content.xml", b""))
        return pack({**members, "content.xml": content}), spans
    return pack({name: prepare_sheet(xml) if b"sheetData" in xml else xml for name, xml in members.items()}), []


def _read_sheet(sheet: CalamineSheet, spans: tuple[Span, ...]) -> Table:
    rows = sheet.to_python(skip_empty_area=False)
    while rows and not any(value != "" for value in rows[-1]):
        rows.pop()
    columns = {column_letters(n): _texts(values) for n, values in enumerate(zip(*rows, strict=True), start=1)}
    cells = pd.DataFrame(columns, index=pd.RangeIndex(1, len(rows) + 1), dtype=str)
    ranges = sheet.merged_cell_ranges or []
    merged = tuple((top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges)
    return Table(sheet.name, cells, "grid", merged or spans)


def _texts(values: Sequence[Cell]) -> list[str]:
    return [value if type(value) is str else _text(value) for value in values]


def _text(value: Cell) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        whole = float(value).is_integer() and abs(value) < SAFE_INTEGER
        return str(int(value)) if whole else exact_number(repr(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return (
        _duration(value)
        if isinstance(value, dt.timedelta)
        else (value if isinstance(value, str) else value.isoformat())
    )


def _duration(value: dt.timedelta) -> str:
    """Write a duration as Excel's `[h]:mm:ss` shows it."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def _hidden(metas: Sequence[SheetMetadata], *, hidden: bool) -> Iterator[Finding]:
    for meta in metas:
        if meta.typ == SheetTypeEnum.WorkSheet and not _is_taken(meta, hidden=hidden):
            yield Finding("hidden_sheet", "ERROR", sheet=meta.name)


def _uncomputed(tables: Sequence[Table]) -> Iterator[Finding]:
    for table in tables:
        for place in table.cells.columns:
            column = table.cells[place]
            for row in column.index[column == NO_VALUE]:
                yield Finding("formula_without_value", "ERROR", sheet=table.sheet, row=int(row), column=str(place))


def _without_marks(table: Table) -> Table:
    marked = any((table.cells[place] == NO_VALUE).any() for place in table.cells.columns)
    return replace(table, cells=table.cells.replace(NO_VALUE, "")) if marked else table
