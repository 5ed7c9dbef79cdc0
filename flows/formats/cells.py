"""The cells of a delivery without its files: what stays of it when they must not be kept (decision 0027)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from flows.model import Finding, Marks, Table

FORMAT = "offenlage-cells/1"


@dataclass(frozen=True)
class Cells:
    """What the files of one delivery were read as: tables, what the reader said of them, and the kind of each file."""

    tables: tuple[Table, ...]
    findings: tuple[Finding, ...]
    kinds: tuple[str, ...]


def write_cells(cells: Cells) -> bytes:
    """Return the cells as a JSON document; `read_cells` gives them back as they are."""
    document = {
        "format": FORMAT,
        "kinds": cells.kinds,
        "tables": [_table(table) for table in cells.tables],
        "findings": [[f.rule, f.level, f.sheet, f.row, f.column] for f in cells.findings],
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_cells(content: bytes) -> Cells:
    """Read what `write_cells` wrote; findings come without the values they were about."""
    document = json.loads(content)
    findings = [Finding(rule, level, "", *place) for rule, level, *place in document["findings"]]
    tables = [_parsed(table) for table in document["tables"]]
    return Cells(tuple(tables), tuple(findings), tuple(document["kinds"]))


def _table(table: Table) -> dict[str, object]:
    return {
        "sheet": table.sheet,
        "layout": table.layout,
        "merged": table.merged,
        "places": [str(place) for place in table.cells.columns],
        "rows": [int(row) for row in table.cells.index],
        "cells": _rows(table.cells),
        "marks": _marks(table.marks),
    }


def _marks(marks: Marks) -> Mapping[str, Any]:
    """Return the marks as lists: colours as row, place and colour."""
    fills = [[*spot, colour] for spot, colour in sorted(marks.fills.items())]
    return {name: sorted(spots) for name, spots in vars(marks).items() if name != "fills"} | {"fills": fills}


def _parsed_marks(marks: Mapping[str, Any]) -> Marks:
    comments, struck = (frozenset((row, place) for row, place in marks[name]) for name in ("comments", "struck"))
    fills = {(row, place): colour for row, place, colour in marks["fills"]}
    return Marks(frozenset(marks["hidden_rows"]), frozenset(marks["hidden_columns"]), comments, struck, fills)


def _rows(cells: pd.DataFrame) -> list[Sequence[str | None]]:
    texts = cells.astype(object).where(cells.notna(), None)
    return [list(row) for row in texts.itertuples(index=False, name=None)]


def _parsed(table: Mapping[str, Any]) -> Table:
    kind = "str" if table["layout"] == "grid" else "object"
    places = pd.Index(table["places"], dtype="str")
    cells = pd.DataFrame(table["cells"], index=table["rows"], columns=places, dtype=kind)
    marks, merged = _parsed_marks(table["marks"]), tuple(tuple(span) for span in table["merged"])
    return Table(table["sheet"], cells, table["layout"], merged, marks)
