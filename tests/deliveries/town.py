"""A department that hands in whole files, with all its city knows before: what became of them, cell by cell."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import xlsxwriter
from deliveries_example import configuration, examples
from xlsxwriter.worksheet import Worksheet

from flows.collect.deliveries import Fetched, new_deliveries
from flows.history.ledger import current
from flows.model import Feed, Finding
from flows.replay import State, replay

COLUMNS = {
    "Nr.": "measure.key",
    "Maßnahme": "measure.title_de",
    "Federführung": "measure.lead_org_ids",
    "Handlungsfeld": "measure.field_id",
    "Beginn": "measure.planned_start",
    "Ende": "measure.planned_end",
    "Status": "status_report.status_code",
    "Fortschritt": "status_report.progress_pct",
    "Stand": "status_report.reporting_date",
}
HEAD = tuple(COLUMNS)
ROW = ("1", "Werkstatt der Töne", "Kulturreferat", "Bildung", "2023", "2026", "in Umsetzung", "40", "2024-12-31")
RECEIVED = "2025-01-31"
File = tuple[str, bytes]


def row(number: object = "1", **said: str) -> tuple[str, ...]:
    """Return ROW under another number and with other values, named by property."""
    named = {target.split(".")[1]: place for place, target in enumerate(COLUMNS.values())}
    cells = [str(number), f"{ROW[1]} {number}", *ROW[2:]]
    for name, text in said.items():
        cells[named[name]] = text
    return tuple(cells)


def csv(*rows: Sequence[str], head: Sequence[str] = HEAD, mark: str = ";") -> bytes:
    """Return lines as Excel writes them where it is asked for UTF-8, without a byte order mark."""
    return "".join(mark.join(cells) + "\r\n" for cells in (head, *rows)).encode()


def xlsx(*rows: Sequence[object], head: Sequence[object] = HEAD, sheet: str = "Tabelle1") -> bytes:
    """Return a workbook of one sheet, every text as a text."""
    return book({sheet: (head, *rows)})


def book(sheets: Mapping[str, Sequence[Sequence[object]]], also: Any = None) -> bytes:
    """Return a workbook of these sheets; `also` may do more with the book and its sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as made:
        pages: dict[str, Worksheet] = {}
        for name, rows in sheets.items():
            pages[name] = made.add_worksheet(name)
            for number, cells in enumerate(rows):
                pages[name].write_row(number, 0, ["" if cell is None else cell for cell in cells])
        if also:
            also(made, pages)
    return buffer.getvalue()


def feed(columns: Mapping[str, str] = COLUMNS, unit: str = "kult", **table: Any) -> Feed:
    """Return a feed of one table; `read`, `expect` and `reports_for` belong to the mapping, the rest to the table."""
    of_all = {name: table.pop(name) for name in ("read", "expect", "reports_for") if name in table}
    title = {"de": "Vorhaben", "en": "Projects"}
    tables = table.pop("tables", [{"columns": columns, **table}])
    return Feed(unit, "projects", {"unit": unit, "title": title, "tables": tables, "reports_for": "*", **of_all})


@dataclass(frozen=True)
class Taken:
    """What became of the last of some deliveries."""

    state: State

    @property
    def delivery(self) -> str:
        return self.state.deliveries[-1].id

    @property
    def findings(self) -> list[Finding]:
        return [finding for finding in self.state.findings if finding.delivery == self.delivery]

    def rules(self, *levels: str) -> set[str]:
        """Return the rules that have something to say, of these levels only if any are named."""
        return {f.rule for f in self.findings if not levels or f.level in levels}

    def found(self, rule: str) -> Finding:
        """Return the only finding of this rule."""
        (finding,) = [finding for finding in self.findings if finding.rule == rule]
        return finding

    def cells(self, rule: str) -> list[str]:
        """Return where the findings of a rule are, as Excel names it."""
        return [f"{f.column}{f.row or ''}" for f in self.findings if f.rule == rule]

    @property
    def outcomes(self) -> dict[int, tuple[str, str]]:
        """Return by row what became of it, and the rule that says why."""
        own = self.state.outcomes.filter(self.state.outcomes["delivery"] == self.delivery)
        return {row: (outcome, rule) for row, outcome, rule in own.select("row", "outcome", "rule").rows()}

    def records(self, entity: str) -> list[dict[str, Any]]:
        """Return the present records of an entity that came from this department, in the order of their rows."""
        own = [delivery.id for delivery in self.state.deliveries if delivery.feed != REFERENCE]
        frame = current(self.state.ledger, entity)
        return frame.filter(frame["_delivery"].is_in(own)).sort("id").to_dicts()

    def values(self, target: str) -> list[Any]:
        """Return a property (`entity.property`) of all these records."""
        entity, name = target.split(".")
        return [record[name] for record in self.records(entity)]

    def reasons(self, target: str) -> list[str | None]:
        """Return why a property is missing, as a code."""
        entity, name = target.split(".")
        return [record[f"_why_{name}"] for record in self.records(entity)]


REFERENCE = "strategie/reference"


@cache
def _reference() -> tuple[Feed, Fetched]:
    last = [one for one in examples() if one.feed.id == REFERENCE][-1]
    return last.feed, Fetched(REFERENCE, "2022-12-31", "reference", last.parts)


def delivered(content: bytes, of: Feed, name: str = "vorhaben.csv", received: str = RECEIVED) -> Fetched:
    """Return one file as it was handed in."""
    return Fetched(of.id, received, name, ((name, content),))


def take(content: bytes, name: str = "vorhaben.csv", of: Feed | None = None, received: str = RECEIVED) -> Taken:
    """Hand in one file, after the reference data of the city."""
    own = of or feed()
    return take_all(delivered(content, own, name, received), of=own)


def take_all(*fetched: Fetched, of: Feed | tuple[Feed, ...], more: Sequence[Mapping[str, Any]] = ()) -> Taken:
    """Hand in one file after another; `more` are further events of the journal."""
    feeds = of if isinstance(of, tuple) else (of,)
    reference_feed, reference = _reference()
    files = [*reference.files, *(file for one in fetched for file in one.files)]
    kept = {hashlib.sha256(content).hexdigest(): content for _, content in files}
    city = replace(configuration(), feeds=(reference_feed, *feeds))
    events = [*new_deliveries([reference, *fetched], []), *more]
    return Taken(replay(events, city, kept.__getitem__))
