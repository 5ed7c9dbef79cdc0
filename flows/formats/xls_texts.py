"""How much text the cells of an XLS file hold: many of them may share one long text."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Sequence

from flows.formats.limits import MAX_TEXT_BYTES
from flows.formats.refusal import oversized

RICH, EXTENDED, WIDE = 0x08, 0x04, 0x01
"""Flags of a text: runs of formats follow it, phonetic data follow it, its characters take two bytes."""


def check_texts(records: Sequence[bytes], uses: Counter[int]) -> None:
    """Raise Unreadable where the cells hold more than MAX_TEXT_BYTES.

    `records` are the table of shared texts and its continuations, `uses` says how many cells hold which of them.
    """
    sizes = _sizes(records)
    # A text that is damaged may be as long as all of them.
    unknown = sum(map(len, records))
    total = sum(count * (sizes[number] if number < len(sizes) else unknown) for number, count in uses.items())
    if total > MAX_TEXT_BYTES:
        raise oversized(f"xls: texts of {total} bytes", MAX_TEXT_BYTES)


def _sizes(records: Sequence[bytes]) -> list[int]:
    """Return the bytes of each shared text ([MS-XLS] 2.5.293), up to the first that is damaged."""
    found: list[int] = []
    record, at = 0, 8
    try:
        while record < len(records):
            if at >= len(records[record]):
                record, at = record + 1, at - len(records[record])
                continue
            characters, flags = struct.unpack_from("<HB", records[record], at)
            runs = struct.unpack_from("<H", records[record], at + 3)[0] if flags & RICH else 0
            phonetic_at = at + 3 + (2 if flags & RICH else 0)
            phonetic = struct.unpack_from("<I", records[record], phonetic_at)[0] if flags & EXTENDED else 0
            at = phonetic_at + (4 if flags & EXTENDED else 0)
            record, at = _skip_characters(records, record, at, characters, flags)
            at += 4 * runs + phonetic
            found.append(2 * characters)
    except (struct.error, IndexError):
        return found
    return found


def _skip_characters(records: Sequence[bytes], record: int, at: int, left: int, flags: int) -> tuple[int, int]:
    """Return the place behind `left` characters; where they go on in the next record, new flags come first."""
    while True:
        width = 2 if flags & WIDE else 1
        here = min(left, (len(records[record]) - at) // width)
        left, at = left - here, at + here * width
        if not left:
            return record, at
        record, at = record + 1, 1
        flags = records[record][0]
