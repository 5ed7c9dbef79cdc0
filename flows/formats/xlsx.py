"""What calamine does not tell about a sheet in an XLSX file, taken from its XML by regular expressions.

A parser with callbacks takes seconds for the cells of one large sheet; these expressions see tags only (`<` cannot
occur in text or in attributes), so no text of a supplier is ever touched.
"""

from __future__ import annotations

import re
from itertools import repeat

from flows.formats.limits import MAX_CELLS, MAX_COLUMNS
from flows.formats.places import column_number
from flows.formats.refusal import oversized

NO_VALUE = "\ue000no cached value\ue000"
"""Stands in a cell whose formula was never computed, until the reader has found it (private use: in no file)."""

MAX_ROWS = 1_048_576
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = b"0123456789"
PREFIX = rb"(?:[A-Za-z_][\w.-]*:)?"
TAG = re.compile(rb"<" + PREFIX + rb"(row|c)(?=[\s>/])([^>]*)>")
FILLED_CELL = re.compile(rb"<" + PREFIX + rb"""c(?=[\s>])(?:[^>]*?\sr="([A-Z]{1,4}\d{1,9})")?[^>]*(?<!/)>""")
"""A cell with something in it and its place, or b"" where the place is missing or written in another way."""

PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
ERROR_TYPE = re.compile(rb"(<" + PREFIX + rb"""c\s(?:[^<>]*\s)?t\s*=\s*)["']e["']""")
FORMULA_ONLY = re.compile(
    rb"<(" + PREFIX + rb""")c((?:\s+(?!t\s*=\s*["'](?:str|e)["'])[\w:]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*>"""
    rb"\s*(?:<\1f\b[^<>]*/>|<\1f\b[^<>]*>[^<]*</\1f>)\s*(?:<\1v\s*/>|<\1v>\s*</\1v>)?\s*</\1c>"
)
NUMBER_TYPE = re.compile(rb"""\st\s*=\s*["']\w*["']""")


def prepare_sheet(xml: bytes) -> bytes:
    """Rewrite a sheet so that calamine shows error values and formulas without value, which it leaves empty.

    An error (`#DIV/0!`) becomes a text, a formula that was never computed the text NO_VALUE. Raises Unreadable where
    the used range has more than MAX_CELLS cells: calamine fills it densely, and takes the process down.
    """
    _check_range(xml)
    # Looking for these few bytes costs far less than an expression on a sheet without errors or formulas.
    if b'"e"' in xml or b"'e'" in xml:
        xml = ERROR_TYPE.sub(rb'\1"str"', xml)
    return FORMULA_ONLY.sub(_mark, xml) if b"<f" in xml or b":f" in xml else xml


def _check_range(xml: bytes) -> None:
    filled = FILLED_CELL.findall(xml)
    last_row, last_column = _walk(xml) if b"" in filled else _last_place(filled)
    if last_row > MAX_ROWS or last_column > MAX_COLUMNS or last_row * last_column > MAX_CELLS:
        raise oversized(f"xlsx: used range of {last_row} rows and {last_column} columns", MAX_CELLS)


def _last_place(places: list[bytes]) -> tuple[int, int]:
    """Return the last row and column of places like `AB12`; each row and column is looked at once."""
    rows = set(map(bytes.lstrip, places, repeat(LETTERS)))
    columns = set(map(bytes.rstrip, places, repeat(DIGITS)))
    return max(map(int, rows), default=0), max((column_number(c.decode()) for c in columns), default=0)


def _walk(xml: bytes) -> tuple[int, int]:
    """Return the last row and column of cells of which some do not say their place, counted on as calamine does."""
    row = column = last_row = last_column = 0
    for name, attributes in TAG.findall(xml):
        found = PLACE.search(attributes)
        if name == b"row":
            row, column = int(found[2][:9]) if found else row + 1, 0
            continue
        if found:
            row, column = int(found[2][:9]), column_number(found[1][:4].decode().upper())
        else:
            column += 1
        if not attributes.endswith(b"/"):
            last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column


def _mark(cell: re.Match[bytes]) -> bytes:
    prefix, attributes = cell[1], NUMBER_TYPE.sub(b"", cell[2])
    value = NO_VALUE.encode()
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (prefix, attributes, prefix, value, prefix, prefix)
