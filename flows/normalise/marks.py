"""What a sheet shows, or hides, beside its values: what of it is taken, and what the supplier is told (29, 32, 33)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pandas as pd

from flows.contracts import Entity
from flows.model import Finding, Table

LEAST_COLOURS = 2
"""Different colours in the empty cells of a column that must be meant: one alone is a zebra stripe or a layout."""

FORMULA = r"^\s*(?:[=@＝＠]\s*\S|[+\-＋－]\s*[A-Za-z]+\()"
"""What a spreadsheet would take for a formula if it read the text again (OWASP, "CSV Injection"); numbers are none."""

LONGEST_RANGES = 200
"""Characters of a list of row numbers; a longer one is cut visibly."""


def without_hidden(table: Table) -> tuple[Table, list[int]]:
    """Return the table without the rows that are not to be seen, and their numbers."""
    hidden = [int(row) for row in table.cells.index if row in table.marks.hidden_rows]
    return (replace(table, cells=table.cells.drop(index=hidden)) if hidden else table), hidden


def hidden_rows(table: Table, rows: Iterable[int]) -> list[Finding]:
    """Return the finding about hidden rows: one a sheet, with the ranges they form."""
    said = [row for row in rows if (table.cells.loc[row] != "").any()]
    return [Finding("hidden_rows", "ERROR", sheet=table.sheet, row=said[0], value=_ranges(said))] if said else []


def cell_marks(table: Table, body: pd.DataFrame, headings: Mapping[str, str]) -> Iterator[Finding]:
    """Find the cells of records that have a note, and those whose text is struck through; `headings` by place."""
    kinds = (("cell_comment_ignored", table.marks.comments), ("struck_through", table.marks.struck))
    for rule, spots in kinds:
        for row, place in sorted(spots, key=lambda spot: (spot[0], len(spot[1]), spot[1])):
            if row in body.index and (rule == "cell_comment_ignored" or place in headings):
                heading = headings.get(place, "")
                yield Finding(rule, "WARN", "", table.sheet, row, place, heading)


def formula_like(table: Table, body: pd.DataFrame, headings: Mapping[str, str]) -> Iterator[Finding]:
    """Tell once a column where text looks like a formula: it is kept to the character, and never computed (48)."""
    for place in (place for place in headings if place in body.columns):
        rows = body.index[body[place].str.contains(FORMULA, na=False)]
        if len(rows):
            row, count = int(str(rows[0])), str(len(rows))
            yield Finding("formula_like_text", "INFO", "", table.sheet, row, place, headings[place], value=count)


def read_colours(
    table: Table,
    body: pd.DataFrame,
    targets: Mapping[str, str],
    declared: Mapping[str, Mapping[str, str]],
    entities: Mapping[str, Entity],
) -> tuple[pd.DataFrame, list[Finding]]:
    """Write the word a colour stands for into the empty cells of the columns for which the mapping declares it.

    `declared` maps a place to words by colour. Finding: `colour_as_value` (ERROR) for a colour that is not declared,
    where the column holds codes and its empty cells differ in colour.
    """
    findings: list[Finding] = []
    words: list[tuple[int, str, str]] = []
    for place, target in targets.items():
        colours = _colours(table, body, place)
        known = declared.get(place, {})
        meant = place in declared or (_is_code(target, entities) and len(set(colours.values())) >= LEAST_COLOURS)
        words += [(row, place, known[colour]) for row, colour in colours.items() if colour in known]
        unknown = {row: colour for row, colour in colours.items() if meant and colour not in known}
        findings += [_colour_finding(table.sheet, row, place, target, colour) for row, colour in unknown.items()]
    if words:
        body = body.copy()
    for row, place, word in words:
        body.at[row, place] = word
    return body, findings


def _colours(table: Table, body: pd.DataFrame, place: str) -> dict[int, str]:
    spots = ((row, colour) for (row, column), colour in table.marks.fills.items() if column == place)
    return {row: colour for row, colour in spots if row in body.index and body.at[row, place] == ""}


def _is_code(target: str, entities: Mapping[str, Entity]) -> bool:
    entity, name = target.split(".", 1)
    return name in entities[entity] and bool(entities[entity][name].codelist)


def _colour_finding(sheet: str, row: int, place: str, target: str, colour: str) -> Finding:
    entity, name = target.split(".", 1)
    return Finding("colour_as_value", "ERROR", "", sheet, row, place, "", entity, name, colour)


def _ranges(rows: list[int]) -> str:
    """Write row numbers in order as `3-5, 9`."""
    texts: list[str] = []
    first = previous = rows[0]
    for row in [*rows[1:], 0]:
        if row != previous + 1:
            texts.append(str(first) if first == previous else f"{first}-{previous}")
            first = row
        previous = row
    text = ", ".join(texts)
    return text if len(text) <= LONGEST_RANGES else f"{text[:LONGEST_RANGES]} …"
