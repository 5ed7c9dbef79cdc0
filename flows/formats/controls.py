"""Characters that no text of a department holds: NUL, bell, C1 controls."""

from __future__ import annotations

from dataclasses import replace

from flows.formats.encoding import CONTROL
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
