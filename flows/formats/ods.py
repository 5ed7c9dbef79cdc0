"""What calamine does not tell about the sheets of an ODS file: how far cells reach, merged cells, error values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.formats.limits import MAX_CELLS
from flows.formats.refusal import oversized

MAX_REPEATED = 1_048_576
"""Rows of a sheet; no program writes a cell or row more often."""

TAG = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s>/])([^>]*)>")
NUMBER = re.compile(rb"""\stable:number-(columns|rows)-(repeated|spanned)\s*=\s*["'](\d+)["']""")
ERROR_CELL = re.compile(rb"""<table:table-cell\s[^<>]*\scalcext:value-type\s*=\s*["']error["'][^<>]*>""")
EMPTY_STRING = re.compile(rb"""\soffice:string-value\s*=\s*["']["']""")

Span = tuple[int, int, int, int]


@dataclass
class _Sheet:
    """The walk through one sheet: where we are, how far values reach, and the merged ranges so far."""

    row: int = 0
    height: int = 1
    column: int = 0
    last_row: int = 0
    last_column: int = 0
    merged: list[Span] = field(default_factory=list)

    def start_row(self, repeated: int) -> None:
        self.row += self.height
        self.height, self.column = repeated, 0

    def add_cell(self, numbers: dict[tuple[bytes, bytes], int], filled: bool) -> None:
        first, width = self.column + 1, numbers.get((b"columns", b"repeated"), 1)
        self.column += width
        rows, columns = numbers.get((b"rows", b"spanned"), 1), numbers.get((b"columns", b"spanned"), 1)
        if rows > 1 or columns > 1:
            self.merged.append((self.row, first, self.row + rows - 1, first + columns - 1))
        if filled:
            self.last_row = max(self.last_row, self.row + self.height - 1)
            self.last_column = max(self.last_column, self.column)


def prepare_content(xml: bytes) -> tuple[bytes, list[tuple[Span, ...]]]:
    """Return `content.xml` with error values shown as text, and the merged ranges of each sheet in order.

    Raises Unreadable where a sheet's values reach over more than MAX_CELLS cells (repeated ones included).
    """
    sheets: list[_Sheet] = []
    for closing, name, attributes in TAG.findall(xml):
        if closing:
            continue
        numbers = {(axis, kind): int(count[:12]) for axis, kind, count in NUMBER.findall(attributes)}
        if max(numbers.values(), default=0) > MAX_REPEATED:
            raise oversized(f"ods: {max(numbers.values())} repetitions", MAX_REPEATED)
        if name == b"table":
            sheets.append(_Sheet(row=0))
        elif sheets and name == b"table-row":
            sheets[-1].start_row(numbers.get((b"rows", b"repeated"), 1))
        elif sheets:
            sheets[-1].add_cell(numbers, filled=not attributes.endswith(b"/") or b"office:value-type" in attributes)
    for sheet in sheets:
        if sheet.last_row * sheet.last_column > MAX_CELLS:
            raise oversized(f"ods: used range of {sheet.last_row} rows and {sheet.last_column} columns", MAX_CELLS)
    content = ERROR_CELL.sub(lambda cell: EMPTY_STRING.sub(b"", cell[0]), xml)
    return content, [tuple(sheet.merged) for sheet in sheets]
