"""What no cell of a department holds: NUL, bell, C1 controls, texts of a megabyte."""

from __future__ import annotations

from dataclasses import replace

from flows.formats.encoding import CONTROL
from flows.formats.limits import LONGEST_CELL
from flows.model import Finding, Table


def remove_controls(table: Table) -> tuple[Table, list[Finding]]:
    """Take control characters out of the cells; tab and line ends stay.

    Finding: `control_characters` (FIX), one a column, with the first row and the character found there.
    """
    findings: list[Finding] = []
    cells = table.cells
    for place in table.cells.columns:
        column = table.cells[place]
        # One search through the whole column costs little; the cells are looked at only where it finds something.
        if CONTROL.search("".join(column.dropna())) is None:
            continue
        found = column.str.extract(f"({CONTROL.pattern})", expand=False).dropna()
        row, code = int(str(found.index[0])), f"U+{ord(found.iloc[0]):04X}"
        findings.append(Finding("control_characters", "FIX", "", table.sheet, row, str(place), value=code))
        cells = cells.assign(**{str(place): column.str.replace(CONTROL, "", regex=True).where(column.notna(), None)})
    return (replace(table, cells=cells) if findings else table), findings


def refuse_long(table: Table) -> tuple[Table, list[Finding]]:
    """Empty the cells that hold more than LONGEST_CELL characters: what was said there before still holds.

    Finding: `value_too_long` (ERROR), one a cell, with the number of its characters.
    """
    findings: list[Finding] = []
    cells = table.cells
    for place in table.cells.columns:
        column = table.cells[place]
        if max(map(len, column.dropna()), default=0) <= LONGEST_CELL:
            continue
        long = column.str.len() > LONGEST_CELL
        for row, text in column[long].items():
            found = Finding("value_too_long", "ERROR", "", table.sheet, int(str(row)), str(place))
            findings.append(replace(found, value=f"{len(text)}", expected=f"<= {LONGEST_CELL}"))
        cells = cells.assign(**{str(place): column.mask(long, "")})
    return (replace(table, cells=cells) if findings else table), findings
