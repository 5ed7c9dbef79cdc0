"""Write a published table as CSV: one file for machines, one that a German Excel opens by a double click."""

from __future__ import annotations

import io

import polars as pl

from flows.contracts import Entity, Property
from flows.formats.columns import cell_text, public_columns

LINE_END = "\r\n"
DAY_FORMATS = ("date", "edtf")
# What spreadsheet programs take for the start of a formula, full-width forms included (OWASP, "CSV Injection").
FORMULA_START = r"^([=+\-@\t\r\n＝＋－＠])"


def write_csv(frame: pl.DataFrame, entity: Entity) -> bytes:
    """Write the public columns as RFC 4180: UTF-8 without BOM, comma, CRLF, one header row.

    Decimal point, ISO dates, `true`/`false`, lists joined by `|`, a missing value is an empty cell; text is kept to
    the character. Equal frames give equal bytes. Raises as `public_columns` and `cell_text` do.
    """
    cells = public_columns(frame, entity).select(cell_text(p) for p in entity.public)
    return _delimited(cells, separator=",", bom=False)


def write_excel_csv(frame: pl.DataFrame, entity: Entity) -> bytes:
    """Write the public columns for a German Excel: UTF-8 with BOM, semicolon, decimal comma, days as TT.MM.JJJJ.

    A date that is not a full day (`2024-06`, an interval) stays as it is. Text that a spreadsheet would run as a
    formula gets a leading apostrophe; numbers never do. Raises as `write_csv` does.
    """
    cells = public_columns(frame, entity).select(_excel_text(p) for p in entity.public)
    return _delimited(cells, separator=";", bom=True)


def _excel_text(prop: Property) -> pl.Expr:
    text = cell_text(prop)
    if prop.type == "number":
        return text.str.replace(".", ",", literal=True)
    if prop.type != "string":
        return text
    if prop.format in DAY_FORMATS and not prop.is_list:
        text = text.str.replace(r"^(\d{4})-(\d{2})-(\d{2})$", "$3.$2.$1")
    return text.str.replace(FORMULA_START, "'$1")


def _delimited(cells: pl.DataFrame, *, separator: str, bom: bool) -> bytes:
    buffer = io.BytesIO()
    cells.write_csv(buffer, separator=separator, line_terminator=LINE_END, include_bom=bom)
    return buffer.getvalue()
