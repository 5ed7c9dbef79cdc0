"""Take delivered values out of the cells of a delivery (decision 0027)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flows.contracts import Entity, Property
from flows.formats.cells import Cells
from flows.model import Feed, Table
from flows.normalise.mapping import REMARK, TOTAL, locate
from flows.normalise.missing import read_mark
from flows.normalise.template_form import template_specs

RETRACTED = "[retracted]"
"""Stands in a cell for the value taken out of it; the code list missing_reason knows it."""
WHOLE_CELL = 4
ANYWHERE = 8
"""From so many characters on a text is looked for as a whole cell, and as a part of one: shorter ones are common."""

FILLED = "·"
"""Stands for any text of which only matters that there is one."""


@dataclass(frozen=True)
class Redacted:
    """A delivery without some of its values, and the texts that stood there."""

    cells: Cells
    removed: frozenset[str]


def redact_field(cells: Cells, feed: Feed, entities: Mapping[str, Entity], field: str) -> Redacted:
    """Take every value of a property (`<entity>.<property>`) out of a delivery.

    Where a record cannot be without it the cell becomes empty, so that an earlier value stays; elsewhere RETRACTED
    stands in it. What stood beside a status word is the reason of the report: with that property it goes too.
    """
    entity, name = field.split(".", 1)
    mark = "" if _is_needed(entities[entity], name) else RETRACTED
    wanted = set(_targets(entity, name))

    def keep(target: str, text: str) -> str:
        if target in wanted:
            return text if read_mark(text) else mark
        if field == "status_report.reason_text_de" and target == "status_report.status_code":
            return re.split(r" ?[,;:(]| -|\\. |\n", text, maxsplit=1)[0]
        return text

    return _redact(cells, feed, entities, keep, wanted)


def redact_texts(cells: Cells, feed: Feed, entities: Mapping[str, Entity], texts: Collection[str]) -> Redacted:
    """Take cells of free text out of a delivery that hold one of these texts; short ones only as a whole cell."""
    whole = {_plain(text) for text in texts if len(text) >= WHOLE_CELL}
    inside = [_plain(text) for text in texts if len(text) >= ANYWHERE]
    texts_of = [(entity, prop.name) for entity in entities.values() for prop in entity.properties if _free(prop)]
    free = {f"{entity.name}.{name}": _is_needed(entity, name) for entity, name in texts_of}

    def keep(target: str, text: str) -> str:
        plain = _plain(text)
        if target not in free or not (plain in whole or any(part in plain for part in inside)):
            return text
        return "" if free[target] else RETRACTED

    return _redact(cells, feed, entities, keep)


def mapped_cells(cells: Cells, feed: Feed, entities: Mapping[str, Entity]) -> Cells:
    """Return the delivery without what its mapping does not take: columns of persons, unknown ones, titles, remarks.

    It is read as before: what is left out is marked as filled.
    """
    specs = _specs(cells, feed, entities)
    tables = [_only_mapped(table, specs, entities) for table in cells.tables]
    return replace(cells, tables=tuple(tables))


def _redact(
    cells: Cells,
    feed: Feed,
    entities: Mapping[str, Entity],
    keep: Callable[[str, str], str],
    colourless: Collection[str] = (),
) -> Redacted:
    """Let `keep` say what stays of each mapped cell; cells of the `colourless` targets lose their colour too."""
    removed: set[str] = set()
    tables = []
    for table in cells.tables:
        changed, fills = table.cells.copy(), dict(table.marks.fills)
        for row, place, target in _mapped(table, _specs(cells, feed, entities), entities):
            if target in colourless:
                fills.pop((row, place), None)
            text = str(changed.at[row, place] or "")
            kept = keep(target, text) if text.strip() else text
            if kept != text:
                changed.at[row, place] = kept
                removed.add(text.removeprefix(kept).strip() if kept and kept != RETRACTED else text.strip())
        tables.append(replace(table, cells=changed, marks=replace(table.marks, fills=fills)))
    return Redacted(replace(cells, tables=tuple(tables)), frozenset(removed) - {RETRACTED})


def _mapped(
    table: Table, specs: Sequence[Mapping[str, Any]], entities: Mapping[str, Entity]
) -> Iterator[tuple[int, str, str]]:
    """Yield row, place and target (`entity.property`) of every cell of a record that the mapping takes."""
    located = locate(table, specs, entities)
    rows = [int(row) for row in located.raw["_row"]] if "_row" in located.raw.columns else []
    for entity, name, place in located.sources.select("entity", "property", "place").rows():
        yield from ((row, place, f"{entity}.{name}") for row in rows)


def _specs(cells: Cells, feed: Feed, entities: Mapping[str, Entity]) -> Sequence[Mapping[str, Any]]:
    return template_specs(cells.tables, entities) or list(feed.mapping["tables"])


def _only_mapped(table: Table, specs: Sequence[Mapping[str, Any]], entities: Mapping[str, Entity]) -> Table:
    located = locate(table, specs, entities)
    kinds = dict(located.outcomes.select("row", "rule").iter_rows())
    taken = set(located.sources["place"])
    pattern = located.spec.get("report_date", {}).get("pattern", "")
    cells = table.cells.copy()
    places = [str(place) for place in cells.columns]
    for row, *texts in table.cells.itertuples(name=None):
        filled = [(place, text) for place, text in zip(places, texts, strict=True) if text]
        for place, text in filled:
            first = place == filled[0][0]
            cells.at[row, place] = _essence(text, kinds.get(row, ""), place in taken, first, pattern)
    return replace(table, cells=cells)


def _essence(text: str, kind: str, taken: bool, first: bool, pattern: str) -> str:
    """Return what must stay of a filled cell for its row to be read as before: at least that it is filled."""
    if kind in ("header_row", "header_not_found"):
        return text
    if kind == "title_row" and pattern:
        match = re.search(pattern, text)
        return match[0] if match else FILLED
    if kind in ("total_row", "remark_row", "skipped_row"):
        match = re.match(TOTAL, text) or re.match(REMARK, text) if first else None
        return match[0] if match else text if first and kind == "skipped_row" else FILLED
    return text if not kind and taken else FILLED


def _targets(entity: str, name: str) -> Iterator[str]:
    yield f"{entity}.{name}"
    stem, _, end = name.rpartition("_")
    if end in ("start", "end"):
        yield f"{entity}.{stem}_period"


def _is_needed(entity: Entity, name: str) -> bool:
    return name == "key" or name in entity.schema["required"]


def _free(prop: Property) -> bool:
    return "x-privacy" in prop.schema


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()
