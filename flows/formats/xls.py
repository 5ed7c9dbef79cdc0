"""What calamine does not tell about an XLS file: how far its cells reach, what is hidden, which cells have a note.

Sources: [MS-CFB] for the container, [MS-XLS] 2.4 for the records. Only what is named here is read.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.formats.limits import MAX_CELLS
from flows.formats.places import column_letters
from flows.formats.refusal import broken, oversized
from flows.formats.xls_texts import check_texts
from flows.model import Marks, Spot

CELL_RECORDS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
"""FORMULA, MULRK, MULBLANK, RSTRING, LABELSST, BLANK, NUMBER, LABEL, BOOLERR, RK: each starts with row and column."""

MANY_CELLS = frozenset({0x00BD, 0x00BE})
"""MULRK and MULBLANK end with their last column."""

BOF = 0x0809
BOUNDSHEET, ROW, COLUMNS, NOTE, TEXT_CELL, SHARED_TEXTS, CONTINUE = (
    0x0085,
    0x0208,
    0x007D,
    0x001C,
    0x00FD,
    0x00FC,
    0x003C,
)
ROW_HIDDEN, COLUMN_HIDDEN = 0x20, 0x01
DIMENSIONS = 0x0200
MAX_BIFF_ROWS, MAX_BIFF_COLUMNS = 65_536, 256
"""[MS-XLS] 2.5.198: calamine makes room for as many cells as a sheet says it has, and takes the process down."""

END_OF_CHAIN = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""

SMALL_STREAM = 4096
MINI_SECTOR = 64
SECTOR_SHIFTS = ((3, 9), (4, 12))
"""Major version and sector size (as power of two) that go together."""

ENTRY_BYTES = 128


@dataclass
class _Sheet:
    """The walk through one sheet: how far its cells reach and what was seen so far."""

    last_row: int = 0
    last_column: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[str] = field(default_factory=set)
    comments: set[Spot] = field(default_factory=set)

    @property
    def cells(self) -> int:
        return self.last_row * self.last_column

    def see(self, kind: int, body: bytes) -> None:
        if kind == DIMENSIONS:
            _check_dimensions(body)
        elif kind in CELL_RECORDS and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            if kind in MANY_CELLS and len(body) >= 6:
                column = max(column, struct.unpack_from("<H", body, len(body) - 2)[0])
            self.last_row, self.last_column = max(self.last_row, row + 1), max(self.last_column, column + 1)
        elif kind == ROW and len(body) >= 14 and body[12] & ROW_HIDDEN:
            self.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == COLUMNS and len(body) >= 10 and body[8] & COLUMN_HIDDEN:
            first, last = struct.unpack_from("<HH", body)
            self.hidden_columns |= {column_letters(n + 1) for n in range(first, min(last, MAX_BIFF_COLUMNS - 1) + 1)}
        elif kind == NOTE and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            self.comments.add((row + 1, column_letters(column + 1)))

    def marks(self) -> Marks:
        return Marks(frozenset(self.hidden_rows), frozenset(self.hidden_columns), frozenset(self.comments))


def sheet_marks(data: bytes) -> list[Marks]:
    """Return the marks of each sheet in the order of the sheets; struck-through text and colours are not looked for.

    Raises Unreadable where the cells of all sheets span more than MAX_CELLS or could hold more than MAX_TEXT_BYTES, or
    the container is damaged.
    """
    try:
        streams = _workbook_streams(data)
    except (struct.error, IndexError) as fault:
        raise broken("xls", str(fault)) from fault
    found = [_stream_marks(stream) for stream in streams]
    return found[0] if found else []


def _stream_marks(stream: bytes) -> list[Marks]:
    sheets: dict[int, _Sheet] = {}
    order: list[int] = []
    texts: list[bytes] = []
    uses: Counter[int] = Counter()
    current = _Sheet()
    for position, kind, body in _records(stream):
        if kind == BOF:
            current = sheets.setdefault(position, _Sheet())
        elif kind == BOUNDSHEET and len(body) >= 4:
            order.append(struct.unpack_from("<I", body)[0])
        elif kind in (SHARED_TEXTS, CONTINUE) and (kind == SHARED_TEXTS or texts):
            texts.append(body)
        else:
            if kind == TEXT_CELL and len(body) >= 10:
                uses[struct.unpack_from("<I", body, 6)[0]] += 1
            current.see(kind, body)
        if current.cells > MAX_CELLS:
            break
    cells = sum(sheet.cells for sheet in (*sheets.values(), current))
    if cells > MAX_CELLS:
        raise oversized(f"xls: used ranges of {cells} cells", MAX_CELLS)
    check_texts(texts, uses)
    return [sheets.get(position, _Sheet()).marks() for position in order]


def _check_dimensions(body: bytes) -> None:
    layout = "<HHHH" if len(body) == 10 else "<IIHH"
    if len(body) < struct.calcsize(layout):
        raise broken("xls", "dimensions of a sheet")
    first_row, end_row, first_column, end_column = struct.unpack_from(layout, body)
    # An empty sheet says that it ends where it begins.
    in_rows = first_row <= end_row <= MAX_BIFF_ROWS
    if not (in_rows and first_column <= end_column <= MAX_BIFF_COLUMNS):
        raise broken("xls", f"dimensions {first_row}, {end_row}, {first_column}, {end_column}")


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    position = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        yield position, kind, stream[position + 4 : position + 4 + length]
        position += 4 + length


def _workbook_streams(data: bytes) -> list[bytes]:
    """Return the streams that may hold the sheets (two in files for Excel 95 and 97 at once)."""
    size = _sector_size(data)
    directory_start, mini_fat_start = struct.unpack_from("<I8xI", data, 48)
    sectors = memoryview(data)[size:]
    fat = _table(b"".join(_sector(sectors, number, size) for number in _fat_sectors(data, sectors, size)))
    directory = _chain(sectors, fat, directory_start, size)
    entries = [directory[at : at + ENTRY_BYTES] for at in range(0, len(directory) - ENTRY_BYTES + 1, ENTRY_BYTES)]
    mini_sectors = memoryview(_chain(sectors, fat, _place(entries[0])[0], size))
    mini_fat = _table(_chain(sectors, fat, mini_fat_start, size))
    places = [_place(entry) for entry in entries if _name(entry) in ("workbook", "book")]
    return [
        _chain(sectors, fat, start, size)[:length]
        if length >= SMALL_STREAM
        else _chain(mini_sectors, mini_fat, start, MINI_SECTOR)[:length]
        for start, length in places
    ]


def _sector_size(data: bytes) -> int:
    version, order, shift, mini_shift = struct.unpack_from("<4H", data, 26)
    if (version, shift) not in SECTOR_SHIFTS or (order, mini_shift) != (0xFFFE, 6):
        raise IndexError(f"version {version}, sectors of 2^{shift} and 2^{mini_shift} bytes")
    return 1 << int(shift)


def _fat_sectors(data: bytes, sectors: memoryview, size: int) -> list[int]:
    """Return the sectors of the allocation table: 109 in the header, further ones in a chain of sectors."""
    numbers = list(struct.unpack_from("<109I", data, 76))
    following, seen = struct.unpack_from("<I", data, 68)[0], 0
    while following < END_OF_CHAIN and seen <= len(sectors) // size:
        *more, following = _table(_sector(sectors, following, size))
        numbers += more
        seen += 1
    return [number for number in numbers if number < END_OF_CHAIN]


def _chain(sectors: memoryview, fat: tuple[int, ...], start: int, size: int) -> bytes:
    found: list[bytes] = []
    number = start
    while number < END_OF_CHAIN and len(found) <= len(fat):
        found.append(_sector(sectors, number, size))
        number = fat[number]
    return b"".join(found)


def _sector(sectors: memoryview, number: int, size: int) -> bytes:
    sector = bytes(sectors[number * size : (number + 1) * size])
    if not sector:
        raise IndexError(f"sector {number} lies behind the end")
    return sector


def _table(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").casefold()


def _place(entry: bytes) -> tuple[int, int]:
    start, length = struct.unpack_from("<II", entry, 116)
    return start, length
