"""Write a published table as an Excel workbook: typed cells and, on a second sheet, what every column means."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias, TypeGuard

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from flows.contracts import Entity, Property
from flows.formats.columns import cell_text, public_columns

Cell: TypeAlias = str | float | date | None

MAX_ROWS = 1_048_575
"""Records that fit on one sheet below the heading; a longer table is published without a workbook."""

DATA_SHEET = "Data"
CODEBOOK_SHEET = "Codebook"
# A workbook says when it was made; the clock must not reach the bytes, so it is always the zip format's first day.
CREATED = datetime(1980, 1, 1)
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "dd.mm.yyyy",
}
FIRST_DAY = date(1900, 3, 1)  # Excel counts days from 1900 and believes in 29 February 1900
# A cell takes 32,767 UTF-16 units; a text of no more UTF-8 bytes fits for certain, a character takes up to two units.
CELL_LIMIT, CUT_AT, CUT_MARK = 32_767, 16_000, " […]"
NARROWEST, WIDEST, FILTER_ARROW = 10, 60, 3


def write_workbook(frame: pl.DataFrame, entity: Entity, codebook: Sequence[Mapping[str, str]]) -> bytes:
    """Write the public columns on the sheet `Data` and the rows of `codebook` on the sheet `Codebook`.

    Numbers, booleans and full days are typed cells; all text is written as text, whatever it begins with, and cut
    visibly (`[…]`) where a cell cannot hold it. The keys of the codebook's rows are its headings. Equal arguments give
    equal bytes. Raises ValueError beyond MAX_ROWS records, else as `public_columns` and `cell_text` do.
    """
    if frame.height > MAX_ROWS:
        raise ValueError(f"{frame.height} records do not fit on a sheet of {MAX_ROWS}")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        heading = book.add_format({"bold": True, "valign": "top", "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _write_data(book.add_worksheet(DATA_SHEET), public_columns(frame, entity), entity, heading)
        _write_codebook(book.add_worksheet(CODEBOOK_SHEET), codebook, heading, wrapped)
    return buffer.getvalue()


def _write_data(sheet: Worksheet, table: pl.DataFrame, entity: Entity, heading: Format) -> None:
    for place, prop in enumerate(entity.public):
        cells = _cells(table, prop)
        sheet.set_column(place, place, _width(prop.name, cells))
        _write_column(sheet, place, prop.name, cells, heading)
    _finish(sheet, table.height, table.width)


def _write_codebook(sheet: Worksheet, rows: Sequence[Mapping[str, str]], heading: Format, wrapped: Format) -> None:
    columns = list(rows[0]) if rows else []
    for place, column in enumerate(columns):
        cells = _fitting(pl.Series([row[column] or None for row in rows], dtype=pl.String)).to_list()
        sheet.set_column(place, place, _width(column, cells), wrapped)
        _write_column(sheet, place, column, cells, heading)
    _finish(sheet, len(rows), len(columns))


def _write_column(sheet: Worksheet, place: int, name: str, cells: list[Cell], heading: Format) -> None:
    sheet.write_string(0, place, name, heading)
    sheet.write_column(1, place, [None if _is_rich(cell) else cell for cell in cells])
    for row, cell in enumerate(cells, start=1):
        if _is_rich(cell):
            # The writer takes such a text for its own markup; in pieces it is escaped like any other.
            sheet.write_rich_string(row, place, cell[:1], cell[1:2], cell[2:])


def _is_rich(cell: Cell) -> TypeGuard[str]:
    return isinstance(cell, str) and cell.startswith("<r>") and cell.endswith("</r>")


def _finish(sheet: Worksheet, rows: int, columns: int) -> None:
    sheet.freeze_panes(1, 0)
    if columns:
        sheet.autofilter(0, 0, rows, columns - 1)


def _cells(table: pl.DataFrame, prop: Property) -> list[Cell]:
    if prop.type != "string" and not prop.is_list:
        return table[prop.name].to_list()
    texts = _fitting(table.select(cell_text(prop)).to_series())
    if prop.format not in ("date", "edtf") or prop.is_list:
        return texts.to_list()
    full = texts.str.contains(r"^\d{4}-\d{2}-\d{2}$") & (texts >= FIRST_DAY.isoformat())
    days = texts.set(~full, None).str.to_date("%Y-%m-%d", strict=False)
    return [text if day is None else day for text, day in zip(texts, days, strict=True)]


def _fitting(texts: pl.Series) -> pl.Series:
    too_long = texts.str.len_bytes() > CELL_LIMIT
    return texts.zip_with(~too_long.fill_null(False), texts.str.slice(0, CUT_AT) + CUT_MARK)


def _width(name: str, cells: Sequence[Cell]) -> int:
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(WIDEST, max(NARROWEST, len(name) + FILTER_ARROW, longest + 1))
