"""What calamine does not tell about a sheet in an XLSX file, taken from its XML by regular expressions.

A parser with callbacks takes seconds for the cells of one large sheet; these expressions see tags only (`<` cannot
occur in text or in attributes), so no text of a supplier is ever touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import repeat

from flows.formats.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES
from flows.formats.places import column_number
from flows.formats.refusal import broken, oversized

NO_VALUE = "\ue000no cached value\ue000"
"""Stands in a cell whose formula was never computed, until the reader has found it (private use: in no file)."""

LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = b"0123456789"
PREFIX = rb"(?:[A-Za-z_][\w.-]*:)?"
TAG = re.compile(rb"<" + PREFIX + rb"(row|c)(?=[\s>/])([^>]*)>")
FILLED_CELL = re.compile(rb"<" + PREFIX + rb"""c(?=[\s>])(?:[^>]*?\sr="([A-Z]{1,4}\d{1,9})")?[^>]*(?<!/)>""")
"""A cell with something in it and its place, or b"" where the place is missing or written in another way."""

PLACE = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
PLACE_PARTS = re.compile(rb"([A-Za-z]*)(\d+)")
SHARED_TEXTS = "xl/sharedStrings.xml"
SHARED_END = re.compile(rb"</" + PREFIX + rb"si\s*>")
SHARED_ROOT = re.compile(rb"<" + PREFIX + rb"sst\b[^>]*>")
COUNT = re.compile(rb"""\s(?:count|uniqueCount)\s*=\s*(?:"[^"]*"|'[^']*')""")
HEAD = 2048
"""Bytes in which the root of a part begins."""

SHARED_TYPE = re.compile(rb"""\st\s*=\s*["']s["']""")
SHARED_CELL = re.compile(rb"""\st\s*=\s*["']s["'][^>]*>\s*<""" + PREFIX + rb"v>(\d{1,9})<")
ERROR_TYPE = re.compile(rb"(<" + PREFIX + rb"""c\s(?:[^<>]*\s)?t\s*=\s*)["']e["']""")
FORMULA_ONLY = re.compile(
    rb"<(" + PREFIX + rb""")c((?:\s+(?!t\s*=\s*["'](?:str|e)["'])[\w:]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*>"""
    rb"\s*(?:<\1f\b[^<>]*/>|<\1f\b[^<>]*>[^<]*</\1f>)\s*(?:<\1v\s*/>|<\1v>\s*</\1v>)?\s*</\1c>"
)
NUMBER_TYPE = re.compile(rb"""\st\s*=\s*["']\w*["']""")


def prepare_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Rewrite the parts of a workbook so that calamine shows error values and formulas without value.

    It leaves them empty: an error (`#DIV/0!`) becomes a text, a formula that was never computed the text NO_VALUE.
    Raises Unreadable where the sheets together have used ranges of more than MAX_CELLS cells (calamine fills them
    densely, and takes the process down), or texts of more than MAX_TEXT_BYTES.
    """
    sheets = {name: xml for name, xml in parts.items() if b"sheetData" in xml}
    cells = sum(map(_range_cells, sheets.values()))
    if cells > MAX_CELLS:
        raise oversized(f"xlsx: used ranges of {cells} cells", MAX_CELLS)
    shared = next((xml for name, xml in parts.items() if name.casefold() == SHARED_TEXTS.casefold()), b"")
    _check_texts(shared, list(sheets.values()))
    prepared = {name: _prepare_sheet(xml) if name in sheets else xml for name, xml in parts.items()}
    return {name: _without_count(xml) if b"sst" in xml[:HEAD] else xml for name, xml in prepared.items()}


def _prepare_sheet(xml: bytes) -> bytes:
    # Looking for these few bytes costs far less than an expression on a sheet without errors or formulas.
    if b'"e"' in xml or b"'e'" in xml:
        xml = ERROR_TYPE.sub(rb'\1"str"', xml)
    return FORMULA_ONLY.sub(_mark, xml) if b"<f" in xml or b":f" in xml else xml


def _without_count(xml: bytes) -> bytes:
    """Take out how many texts there are said to be: calamine makes room for as many, and takes the process down."""
    return SHARED_ROOT.sub(lambda root: COUNT.sub(b"", root[0]), xml, count=1)


def _range_cells(xml: bytes) -> int:
    filled = FILLED_CELL.findall(xml)
    last_row, last_column = _walk(xml) if b"" in filled else _last_place(filled)
    if last_row > MAX_ROWS or last_column > MAX_COLUMNS:
        raise oversized(f"xlsx: used range of {last_row} rows and {last_column} columns", MAX_CELLS)
    return last_row * last_column


def _check_texts(shared: bytes, sheets: list[bytes]) -> None:
    """Raise Unreadable where the cells hold too much text, each shared text counted as often as a cell holds it."""
    lengths = [len(text) for text in SHARED_END.split(shared)]
    longest, uses = max(lengths), sum(len(SHARED_TYPE.findall(xml)) for xml in sheets)
    if longest * uses <= MAX_TEXT_BYTES:
        return
    named = Counter(int(number) for xml in sheets for number in SHARED_CELL.findall(xml))
    known = sum(lengths[number] * count for number, count in named.items() if number < len(lengths))
    total = known + (uses - named.total()) * longest
    if total > MAX_TEXT_BYTES:
        raise oversized(f"xlsx: texts of {total} bytes", MAX_TEXT_BYTES)


def _last_place(places: list[bytes]) -> tuple[int, int]:
    """Return the last row and column of places like `AB12`; each row and column is looked at once."""
    rows = set(map(bytes.lstrip, places, repeat(LETTERS)))
    columns = set(map(bytes.rstrip, places, repeat(DIGITS)))
    return max(map(int, rows), default=0), max((column_number(c.decode()) for c in columns), default=0)


def _walk(xml: bytes) -> tuple[int, int]:
    """Return the last row and column of cells of which some do not say their place, counted on as calamine does."""
    row = column = last_row = last_column = 0
    for name, attributes in (found.groups() for found in TAG.finditer(xml)):
        letters, digits = _place(attributes)
        if name == b"row":
            row, column = int(digits) if digits else row + 1, 0
            continue
        if digits:
            row, column = int(digits), column_number(letters.decode().upper())
        else:
            column += 1
        if not attributes.endswith(b"/"):
            last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column


def _place(attributes: bytes) -> tuple[bytes, bytes]:
    """Return the letters and digits of a place, none where there is none; raises Unreadable for any other."""
    found = PLACE.search(attributes)
    if found is None:
        return b"", b""
    parts = PLACE_PARTS.fullmatch(found[1])
    if parts is None:
        raise broken("xlsx", f"the place {found[1].decode(errors='replace')}")
    return parts[1][:4], parts[2][:9]


def _mark(cell: re.Match[bytes]) -> bytes:
    prefix, attributes = cell[1], NUMBER_TYPE.sub(b"", cell[2])
    value = NO_VALUE.encode()
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (prefix, attributes, prefix, value, prefix, prefix)
