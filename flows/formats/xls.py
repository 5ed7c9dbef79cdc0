"""How far the cells of an XLS file reach, read from its records before calamine fills the range densely.

Sources: [MS-CFB] for the container, [MS-XLS] 2.4 for the records. Only what bounds the range is read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from flows.formats.limits import MAX_CELLS
from flows.formats.refusal import broken, oversized

CELL_RECORDS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
"""FORMULA, MULRK, MULBLANK, RSTRING, LABELSST, BLANK, NUMBER, LABEL, BOOLERR, RK: each starts with row and column."""

MANY_CELLS = frozenset({0x00BD, 0x00BE})
"""MULRK and MULBLANK end with their last column."""

BOF = 0x0809
END_OF_CHAIN = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""

SMALL_STREAM = 4096
MINI_SECTOR = 64
SECTOR_SHIFTS = ((3, 9), (4, 12))
"""Major version and sector size (as power of two) that go together."""

ENTRY_BYTES = 128


def check_range(data: bytes) -> None:
    """Raise Unreadable where a sheet's cells span more than MAX_CELLS, or the container is damaged."""
    try:
        streams = _workbook_streams(data)
    except (struct.error, IndexError) as fault:
        raise broken("xls", str(fault)) from fault
    for stream in streams:
        _check_stream(stream)


def _check_stream(stream: bytes) -> None:
    last_row = last_column = 0
    for kind, body in _records(stream):
        if kind == BOF:
            last_row = last_column = 0
        elif kind in CELL_RECORDS and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            if kind in MANY_CELLS and len(body) >= 6:
                column = max(column, struct.unpack_from("<H", body, len(body) - 2)[0])
            last_row, last_column = max(last_row, row + 1), max(last_column, column + 1)
        if last_row * last_column > MAX_CELLS:
            raise oversized(f"xls: used range of {last_row} rows and {last_column} columns", MAX_CELLS)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        yield kind, stream[position + 4 : position + 4 + length]
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
