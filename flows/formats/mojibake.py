"""Text that was UTF-8, was read as cp1252 once and written again: `MaÃŸnahme` (deliveries.md 4)."""

from __future__ import annotations

import re
from dataclasses import replace

from flows.model import Finding, Table

STARTS = "ÂÃâ"
_FOLLOWING = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
_C1 = "".join(map(chr, range(0x80, 0xA0)))
GARBLED = re.compile(f"[ÂÃ][{re.escape(_FOLLOWING + _C1)}]|â[{re.escape(_FOLLOWING + _C1)}]{{2}}")
MEANT = frozenset("äöüÄÖÜßéèêáàâçñ€–—„“”‚‘’…»«§°²³·•©®½¼\xa0")
"""What German texts hold beyond ASCII; anything else that comes out was not garbled, only strange."""


def repair(text: str) -> str:
    """Return the text as it was meant, or as it is where any part of it could have meant something else."""
    found = {match[0]: _meant(match[0]) for match in GARBLED.finditer(text)}
    if not found or not all(found.values()):
        return text
    return GARBLED.sub(lambda match: found[match[0]], text)


def repair_mojibake(table: Table) -> tuple[Table, list[Finding]]:
    """Mend garbled characters in all cells, headings too.

    Finding: `mojibake_repaired` (WARN), one a column, with the first row and what was garbled there.
    """
    findings: list[Finding] = []
    cells = table.cells
    for place in table.cells.columns:
        column = table.cells[place]
        if not any(start in text for text in column.dropna() for start in STARTS):
            continue
        garbled = column[column.str.contains(GARBLED.pattern, na=False)]
        mended = {row: repair(text) for row, text in zip(garbled.index, garbled, strict=True) if repair(text) != text}
        if mended:
            row = next(iter(mended))
            part = next(match[0] for match in GARBLED.finditer(str(column[row])))
            found = Finding("mojibake_repaired", "WARN", "", table.sheet, int(str(row)), str(place))
            findings.append(replace(found, value=part, expected=_meant(part)))
            changed = column.copy()
            changed.loc[list(mended)] = list(mended.values())
            cells = cells.assign(**{str(place): changed})
    return (replace(table, cells=cells) if findings else table), findings


def _meant(garbled: str) -> str:
    """Return the one character that was meant, "" where it is none that is usual."""
    written = b"".join(char.encode("latin-1") if char in _C1 else char.encode("cp1252", "ignore") for char in garbled)
    try:
        found = written.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return found if found in MEANT else ""
