"""A cell as it was delivered: where it stands, as the supplier would name the place, and what is written in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from flows.collect.deliveries import parse_deliveries
from flows.formats.places import column_number
from flows.model import Delivery, Feed, Table
from flows.normalise.headings import normal_heading
from flows.normalise.opening import Content
from flows.normalise.opening import open_delivery as open_delivery_cells
from flows.validate.discreet import discreet_names


@dataclass(frozen=True)
class Cell:
    """One delivered cell; `name` is the place in the supplier's words: `F8`, a JSON pointer, an XPath."""

    sheet: str
    row: int
    name: str
    heading: str
    text: str


@dataclass(frozen=True)
class Opened:
    """A delivery of the archive, read again as its feed says."""

    delivery: Delivery
    feed: Feed
    kinds: tuple[str, ...]
    tables: Mapping[str, Table]

    def cell(self, sheet: str, row: int, place: str, heading: str = "") -> Cell | None:
        """Return the cell at a row and place of a sheet, or None where the delivery has none there."""
        table = self.tables.get(sheet)
        if table is None or row not in table.cells.index or place not in table.cells.columns:
            return None
        return Cell(sheet, row, self._name(table, row, place), heading, str(table.cells.at[row, place] or ""))

    def _name(self, table: Table, row: int, place: str) -> str:
        if table.layout == "grid":
            return f"{place}{row}"
        part = re.fullmatch(r"part (\d+)", table.sheet)
        kind = self.kinds[int(part[1]) - 1 if part else 0]
        return record_place(kind, self.feed.mapping.get("read", {}).get("records"), row, place)

    def source_of_blank(self, sheet: str, row: int, place: str, heading: str) -> tuple[int, str] | None:
        """Return the row an empty cell took its text from, and how: from a merged cell, or filled from above."""
        table = self.tables[sheet]
        column = column_number(place) if table.layout == "grid" else 0
        for first_row, first_column, last_row, _last_column in table.merged:
            if first_row < row <= last_row and first_column == column:
                return first_row, "merged_cell"
        declared = {normal_heading(text) for spec in self.specs(sheet) for text in spec.get("fill_down", [])}
        above = table.cells.loc[: row - 1, place]
        said = above[above != ""]
        if normal_heading(heading) in declared and len(said):
            return int(str(said.index[-1])), "fill_down"
        return None

    def specs(self, sheet: str) -> list[Mapping[str, Any]]:
        """Return the mapping's tables that are meant for a sheet."""
        specs = self.feed.mapping["tables"]
        return [
            spec
            for spec in specs
            if any(fnmatchcase(self.tables[sheet].sheet, glob) for glob in spec.get("sheets", ["*"]))
        ]

    def find_text(self, sheet: str, pattern: str) -> Cell | None:
        """Return the first cell of a sheet in which the pattern is found."""
        for row, cells in self.tables[sheet].cells.iterrows():
            for place, text in cells.items():
                if text and re.search(pattern, str(text)):
                    return self.cell(sheet, int(str(row)), str(place))
        return None


def record_place(kind: str, records: str | None, row: int, place: str) -> str:
    """Return the full name of a place in a record: a JSON pointer, an XPath, or the line of JSON lines and a pointer.

    `records` is where the mapping says that the records are, `row` counts them from 1 (lines, in JSON lines).
    """
    if kind == "json" and records is not None:
        return f"{records}/{row - 1}{place}"
    if kind == "xml" and records is not None:
        return f"({records})[{row}]" if place == "." else f"({records})[{row}]/{place}"
    return f"line {row}: {place}" if kind == "jsonl" else f"record {row}: {place}"


Library = Callable[[str], Opened]
"""Opens a delivery by its id."""


def library(events: Sequence[Mapping[str, Any]], feeds: Sequence[Feed], content: Content) -> Library:
    """Return what opens the deliveries of a journal, each read once; it raises KeyError for what it does not know."""
    deliveries = {delivery.id: delivery for delivery in parse_deliveries(events)}
    mappings = {feed.id: feed for feed in feeds}

    @cache
    def open_delivery(identifier: str) -> Opened:
        delivery = deliveries[identifier]
        feed = mappings[delivery.feed]
        read = open_delivery_cells(delivery, feed, content)
        shown = discreet_names(table.sheet for table in read.tables)
        return Opened(delivery, feed, read.kinds, {shown[table.sheet]: table for table in read.tables})

    return open_delivery
