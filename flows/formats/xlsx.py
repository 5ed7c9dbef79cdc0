"""What calamine does not tell about a sheet in an XLSX file, taken from its XML by regular expressions.

A parser with callbacks takes seconds for the cells of one large sheet; these expressions see tags only (`<` cannot
occur in text or in attributes), so no text of a supplier is ever touched.
"""

from __future__ import annotations

import re

from flows.formats.limits import MAX_CELLS, MAX_COLUMNS
from flows.formats.places import column_number
from flows.formats.refusal import oversized

NO_VALUE = "\ue000no cached value\ue000"
"""Stands in a cell whose formula was never computed, until the reader has found it (private use: in no file)."""

MAX_ROWS = 1_048_576
PREFIX = rb"(?:[A-Za-z_][\w.-]*:)?"
TAG = re.compile(rb"<" + PREFIX + rb"(row|c)(?=[\s>/])([^>]*)>")
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
    if b"t" in xml and ERROR_TYPE.search(xml):
        xml = ERROR_TYPE.sub(rb'\1"str"', xml)
    return FORMULA_ONLY.sub(_mark, xml) if re.search(rb"<" + PREFIX + rb"f\b", xml) else xml


def _check_range(xml: bytes) -> None:
    """Follow the places of all cells that are not empty, given or implied, as calamine does."""
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
    if last_row > MAX_ROWS or last_column > MAX_COLUMNS or last_row * last_column > MAX_CELLS:
        raise oversized(f"xlsx: used range of {last_row} rows and {last_column} columns", MAX_CELLS)


def _mark(cell: re.Match[bytes]) -> bytes:
    prefix, attributes = cell[1], NUMBER_TYPE.sub(b"", cell[2])
    value = NO_VALUE.encode()
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (prefix, attributes, prefix, value, prefix, prefix)
