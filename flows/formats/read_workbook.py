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
from flows.formats.limits import LONGEST_GAP
from flows.formats.ods import Seen, prepare_content
from flows.formats.places import column_letters
from flows.formats.refusal import broken, unsupported
from flows.formats.wellformed import plain_xml
from flows.formats.xls import sheet_marks as xls_marks
from flows.formats.xlsx import NO_VALUE, prepare_parts
from flows.formats.xlsx_marks import sheet_marks
from flows.model import Finding, Marks, Table

Cell = str | float | bool | dt.date | dt.time | dt.timedelta
MACROS = "xl/vbaProject.bin"
NOTHING = Seen((), Marks())
SAFE_INTEGER = 10**16
"""Excel keeps 15 digits; whole numbers below this are written out, larger ones as Excel has them (1e+16)."""


def read_workbook(
    data: bytes, kind: Literal["xlsx", "xls", "ods"], hints: Mapping[str, Any]
) -> tuple[list[Table], list[Finding]]:
    """Read every worksheet as one grid from A1 to its last value; hidden ones only if `hints["hidden"]` is true.

    Whole numbers come without `.0`, others in the fewest digits with a point, days as ISO dates (a time only where it
    is not midnight), `true` and `false`, error values as text. A percentage is the number behind it (0.56): formats are
    not read. Hidden rows and columns are in the tables, marked as such unless the hint says that they are meant; a run
    of more than LONGEST_GAP blank rows is left out. Findings: `hidden_sheet` (ERROR; not taken),
    `formula_without_value` (ERROR; the cell is empty), `macro_ignored` (INFO), `empty_file` (BLOCK; no sheet to be
    seen). Raises Unreadable.
    """
    prepared, seen = _prepare(data, kind)
    hidden = bool(hints.get("hidden", False))
    with _verdicts(kind), CalamineWorkbook.from_filelike(io.BytesIO(prepared)) as book:
        metas = book.sheets_metadata
        taken = [number for number, meta in enumerate(metas) if _is_taken(meta, hidden=hidden)]
        tables = [_read_sheet(book.get_sheet_by_index(n), seen[n] if n < len(seen) else NOTHING) for n in taken]
    if hidden:
        tables = [_all_visible(table) for table in tables]
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


def _prepare(data: bytes, kind: str) -> tuple[bytes, list[Seen]]:
    """Return the workbook as calamine shall see it, and what it does not tell of each sheet, in order."""
    if kind == "xls":
        return data, [Seen((), marks) for marks in xls_marks(data)]
    members = {name: plain_xml(xml, kind) if _is_xml(name) else xml for name, xml in unpack_text(data).items()}
    if kind == "ods":
        content, seen = prepare_content(members.get("content.xml", b""))
        return pack({**members, "content.xml": content}), seen
    return pack(prepare_parts(members)), [Seen((), marks) for marks in sheet_marks(members)]


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _read_sheet(sheet: CalamineSheet, seen: Seen) -> Table:
    numbered = _without_gaps(sheet.to_python(skip_empty_area=False))
    rows = [values for _, values in numbered]
    columns = {column_letters(n): _texts(values) for n, values in enumerate(zip(*rows, strict=True), start=1)}
    cells = pd.DataFrame(columns, index=pd.Index([row for row, _ in numbered], dtype="int64"), dtype=str)
    ranges = sheet.merged_cell_ranges or []
    merged = tuple((top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges)
    return Table(sheet.name, cells, "grid", merged or seen.merged, seen.marks)


def _without_gaps(rows: Sequence[Sequence[Cell]]) -> list[tuple[int, Sequence[Cell]]]:
    """Number the rows from 1 to the last that holds a value, without the runs of more than LONGEST_GAP blank ones."""
    kept: list[tuple[int, Sequence[Cell]]] = []
    blank: list[tuple[int, Sequence[Cell]]] = []
    for number, values in enumerate(rows, start=1):
        if not any(value != "" for value in values):
            blank.append((number, values))
            continue
        kept += blank if len(blank) <= LONGEST_GAP else []
        blank = []
        kept.append((number, values))
    return kept


def _all_visible(table: Table) -> Table:
    return replace(table, marks=replace(table.marks, hidden_rows=frozenset(), hidden_columns=frozenset()))


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
