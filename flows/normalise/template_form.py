"""Our own template, recognised by the row in which it says what each column holds; no mapping is needed for it.

A template comes back in whatever feed it was made for. Above its headings stands a row of `entity.property`; what a
sheet without such a row holds (the explanations) says nothing. A blank cell keeps what is known, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from flows.contracts import Entity
from flows.model import Table
from flows.normalise.headings import SEARCHED_ROWS, Header

IGNORED = "ignore:shown_only"
"""Stands in the technical row over a column that only helps the reader."""
ABOUT = {"de": "(ungefähr)", "en": "(approximate)"}
"""Stands behind a date that is vague or a number that is estimated, although its text does not show it."""
_ABOUT = re.compile(r"\s*\((?:ungefähr|approximate)\)\s*$")
FEEDBACK = {"de": ("Rückmeldung", "Rückmeldung: alle Befunde"), "en": ("Feedback", "Feedback: all findings")}
"""Name and first cell of the sheet that feedback adds to a supplier's file; it is not read when the file comes back."""
TARGET = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z][a-z0-9_]*")
LEAST = 2


def template_specs(tables: Sequence[Table], entities: Mapping[str, Entity]) -> list[dict[str, Any]]:
    """Return how each sheet of a template is read, as a mapping would say it; none where it is no template.

    Measures come first: what else is new may belong to a new one.
    """
    specs = []
    for table in tables:
        row = technical_row(table, entities)
        if row is not None:
            targets = _targets(table, row)
            specs.append(
                {"sheets": [_literally(table.sheet)], "template": row, "columns": _columns(table, row, targets)}
            )
    return sorted(specs, key=lambda spec: not any(t.startswith("measure.") for t in spec["columns"].values()))


def technical_row(table: Table, entities: Mapping[str, Entity]) -> int | None:
    """Return the number of the row that says what the columns hold, or None."""
    if table.layout != "grid":
        return None
    for row, *cells in table.cells.head(SEARCHED_ROWS).itertuples(name=None):
        said = [str(cell) for cell in cells if cell]
        if len(said) >= LEAST and all(_is_target(text, entities) for text in said):
            return int(row)
    return None


def is_feedback(table: Table) -> bool:
    """Tell whether a sheet is the list of findings we added to the file."""
    first = str(table.cells.iat[0, 0]) if table.cells.size else ""
    return any(table.sheet.startswith(name) and first == title for name, title in FEEDBACK.values())


def template_header(table: Table, spec: Mapping[str, Any]) -> Header:
    """Return the header of a template's sheet: the technical row and the headings below it."""
    row = int(spec["template"])
    targets = _targets(table, row)
    return Header(row, row + 1, dict(_headings(table, row, targets)))


def is_blank_form(header: Header, spec: Mapping[str, Any], row: Mapping[str, str]) -> bool:
    """Tell whether a row says nothing: only what we filled in ourselves, to say which record it is for."""
    own = (place for place, text in header.texts.items() if not _ours(spec["columns"].get(text, "")))
    return all(not row[place].strip() for place in own)


def split_about(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return a column without the words for "approximate", and where they stood."""
    marked = raw.fill_null("").str.contains(_ABOUT.pattern)
    return raw.str.replace(_ABOUT.pattern, ""), marked


def _is_target(text: str, entities: Mapping[str, Entity]) -> bool:
    if text == IGNORED:
        return True
    entity, _, name = text.partition(".")
    return bool(TARGET.fullmatch(text)) and entity in entities and name in entities[entity]


def _targets(table: Table, row: int) -> dict[str, str]:
    return {str(place): str(text) for place, text in table.cells.loc[row].items() if text}


def _headings(table: Table, row: int, targets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the heading of each column, also of those a supplier added; one that is doubled is called by its target."""
    below = (
        {str(place): str(text) for place, text in table.cells.loc[row + 1].items()}
        if row + 1 in table.cells.index
        else {}
    )
    seen: set[str] = set()
    for place in map(str, table.cells.columns):
        text = below.get(place, "")
        if place in targets and (not text or text.casefold() in seen):
            text = targets[place] if targets[place] != IGNORED else f"{targets[place]} {place}"
        if text:
            seen.add(text.casefold())
            yield place, text


def _columns(table: Table, row: int, targets: Mapping[str, str]) -> dict[str, str]:
    headings = dict(_headings(table, row, targets))
    return {headings[place]: target for place, target in targets.items()}


def _ours(target: str) -> bool:
    return target == IGNORED or target.endswith((".id", ".measure_id"))


def _literally(sheet: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", sheet)
