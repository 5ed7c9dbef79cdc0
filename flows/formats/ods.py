"""What calamine does not tell about the sheets of an ODS file: how far cells reach, what is merged, hidden, noted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.formats.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES
from flows.formats.places import column_letters
from flows.formats.refusal import broken, oversized
from flows.model import Marks, Spot

TAG = re.compile(rb"<(/?)table:(table|table-column|table-row|table-cell|covered-table-cell)(?=[\s>/])([^>]*)>")
NUMBER = re.compile(rb"""\stable:number-(columns|rows)-(repeated|spanned)\s*=\s*["']([^"']*)["']""")
HIDDEN = re.compile(rb"""\stable:visibility\s*=\s*["'](?:collapse|filter)["']""")
STYLE = re.compile(rb"""\stable:style-name\s*=\s*["']([^"']*)["']""")
CELL_STYLE = re.compile(
    rb"""<style:style\s[^>]*style:name\s*=\s*["']([^"']*)["'][^>]*>(.*?)</style:style>""", re.DOTALL
)
STRUCK = re.compile(rb"""style:text-line-through-(?:style|type)\s*=\s*["'](?!none)""")
FILL = re.compile(rb"""fo:background-color\s*=\s*["']#([0-9A-Fa-f]{6})["']""")
WHITE = "FFFFFF"
SAYS_SOMETHING = re.compile(rb"\s(?:office|calcext):|:formula")
"""Attributes that make calamine keep a cell, also one without any text."""

ERROR_CELL = re.compile(rb"""<table:table-cell\s[^<>]*\scalcext:value-type\s*=\s*["']error["'][^<>]*>""")
EMPTY_STRING = re.compile(rb"""\soffice:string-value\s*=\s*["']["']""")

Span = tuple[int, int, int, int]
Numbers = dict[tuple[bytes, bytes], int]


@dataclass(frozen=True)
class Seen:
    """What one sheet shows beside its values: its merged ranges and its marks."""

    merged: tuple[Span, ...]
    marks: Marks


@dataclass
class _Sheet:
    """The walk through one sheet: where we are, how far values reach, and what was seen so far."""

    row: int = 0
    height: int = 1
    column: int = 0
    described: int = 0
    last_row: int = 0
    last_column: int = 0
    text_bytes: int = 0
    merged: list[Span] = field(default_factory=list)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: set[str] = field(default_factory=set)
    comments: set[Spot] = field(default_factory=set)
    struck: set[Spot] = field(default_factory=set)
    fills: dict[Spot, str] = field(default_factory=dict)

    @property
    def spot(self) -> Spot:
        """Return the place of the cell that was added last."""
        return self.row, column_letters(self.column)

    def describe_columns(self, numbers: Numbers, *, hidden: bool) -> None:
        first, width = self.described + 1, numbers.get((b"columns", b"repeated"), 1)
        self.described += width
        if hidden:
            self.hidden_columns |= {column_letters(n) for n in range(first, min(self.described, MAX_COLUMNS) + 1)}

    def start_row(self, numbers: Numbers, *, hidden: bool) -> None:
        self.row += self.height
        self.height, self.column = numbers.get((b"rows", b"repeated"), 1), 0
        if hidden:
            self.hidden_rows.append((self.row, self.row + self.height - 1))

    def add_cell(self, numbers: Numbers, text_bytes: int, *, filled: bool) -> None:
        first, width = self.column + 1, numbers.get((b"columns", b"repeated"), 1)
        self.column += width
        rows, columns = numbers.get((b"rows", b"spanned"), 1), numbers.get((b"columns", b"spanned"), 1)
        if rows > 1 or columns > 1:
            self.merged.append((self.row, first, self.row + rows - 1, first + columns - 1))
        if filled:
            self.last_row = max(self.last_row, self.row + self.height - 1)
            self.last_column = max(self.last_column, self.column)
            self.text_bytes += text_bytes * width * self.height

    def seen(self) -> Seen:
        rows = (row for first, last in self.hidden_rows for row in range(first, min(last, self.last_row) + 1))
        marks = Marks(
            frozenset(rows),
            frozenset(self.hidden_columns),
            frozenset(self.comments),
            frozenset(self.struck),
            self.fills,
        )
        return Seen(tuple(self.merged), marks)


def prepare_content(xml: bytes) -> tuple[bytes, list[Seen]]:
    """Return `content.xml` with error values shown as text, and what else each sheet shows, in order.

    Raises Unreadable where the values of all sheets reach over more than MAX_CELLS cells or hold more than
    MAX_TEXT_BYTES (repeated ones counted as often as they are repeated).
    """
    sheets = _walk(xml)
    for sheet in sheets:
        if sheet.last_row > MAX_ROWS or sheet.last_column > MAX_COLUMNS:
            raise oversized(f"ods: used range of {sheet.last_row} rows and {sheet.last_column} columns", MAX_CELLS)
    cells = sum(sheet.last_row * sheet.last_column for sheet in sheets)
    if cells > MAX_CELLS:
        raise oversized(f"ods: used ranges of {cells} cells", MAX_CELLS)
    text_bytes = sum(sheet.text_bytes for sheet in sheets)
    if text_bytes > MAX_TEXT_BYTES:
        raise oversized(f"ods: texts of {text_bytes} bytes", MAX_TEXT_BYTES)
    content = ERROR_CELL.sub(lambda cell: EMPTY_STRING.sub(b"", cell[0]), xml)
    return content, [sheet.seen() for sheet in sheets]


def _walk(xml: bytes) -> list[_Sheet]:
    sheets: list[_Sheet] = []
    struck, fills = _styles(xml)
    found = TAG.search(xml)
    while found:
        following = TAG.search(xml, found.end())
        closing, name, attributes = found.groups()
        if not closing and name == b"table":
            sheets.append(_Sheet())
        elif not closing and sheets:
            # A cell ends where the next tag of a cell or row begins; what lies between is at least its text.
            content = xml[found.end() : following.start()] if following else xml[found.end() :]
            _see(sheets[-1], name, attributes, content)
            _see_style(sheets[-1], name, attributes, struck, fills)
        found = following
    return sheets


def _see(sheet: _Sheet, name: bytes, attributes: bytes, content: bytes) -> None:
    numbers, hidden = _numbers(attributes), HIDDEN.search(attributes) is not None
    if name == b"table-column":
        sheet.describe_columns(numbers, hidden=hidden)
    elif name == b"table-row":
        sheet.start_row(numbers, hidden=hidden)
    else:
        filled = not attributes.endswith(b"/") or SAYS_SOMETHING.search(attributes) is not None
        sheet.add_cell(numbers, len(attributes) + len(content), filled=filled)
        if b"<office:annotation" in content:
            sheet.comments.add(sheet.spot)


def _see_style(
    sheet: _Sheet, name: bytes, attributes: bytes, struck: frozenset[bytes], fills: Mapping[bytes, str]
) -> None:
    """Note how the cell is shown that was added last; one that is repeated is a format, not a statement."""
    style = STYLE.search(attributes) if name == b"table-cell" and (struck or fills) else None
    if style is None or b"-repeated" in attributes:
        return
    empty = attributes.endswith(b"/") and SAYS_SOMETHING.search(attributes) is None
    if empty and style[1] in fills:
        sheet.fills[sheet.spot] = fills[style[1]]
    if not empty and style[1] in struck:
        sheet.struck.add(sheet.spot)


def _styles(xml: bytes) -> tuple[frozenset[bytes], dict[bytes, str]]:
    """Return the names of the cell styles whose text is struck through, and the colours of those that are filled."""
    struck: set[bytes] = set()
    fills: dict[bytes, str] = {}
    for style in CELL_STYLE.finditer(xml):
        if STRUCK.search(style[2]):
            struck.add(style[1])
        if (fill := FILL.search(style[2])) and (colour := fill[1].decode().upper()) != WHITE:
            fills[style[1]] = colour
    return frozenset(struck), fills


def _numbers(attributes: bytes) -> Numbers:
    """Return how often a cell or row is repeated and how far it spans; refuses what no program writes."""
    if b"number-" not in attributes:
        return {}
    found = {(axis, kind): count for axis, kind, count in NUMBER.findall(attributes)}
    for count in found.values():
        # bytes.isdigit takes ASCII digits only; calamine would also take a plus sign or a character reference.
        if not count.isdigit():
            raise broken("ods", f"{count[:40].decode(errors='replace')} repetitions")
        if len(count) > 9 or int(count) > MAX_ROWS:
            raise oversized(f"ods: {count[:40].decode()} repetitions", MAX_ROWS)
    return {place: int(count) for place, count in found.items()}
