"""The template of a feed: an Excel workbook with the present state, to be corrected and handed in again.

It follows from the schemas: columns, explanations, drop-downs, what may be changed. Above the headings a small row says
what each column holds; by it the reader knows the template again (see `flows.normalise.template_form`).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from flows.contracts import CodeList, Entity, Property
from flows.feedback.spelling import YES_NO, Cell, labels_of, names_of, spell
from flows.feedback.template_words import FORMATS, WORDS
from flows.formats.mark_workbook import LINE, lines_of
from flows.formats.write_workbook import CREATED, OPTIONS
from flows.model import Feed
from flows.normalise.identity import Aliases, is_minted
from flows.normalise.mapping import table_entities
from flows.normalise.template_form import IGNORED

BAND, EXPLANATION, TECHNICAL, HEADING, FIRST = 2, 3, 4, 5, 6
"""Rows of a sheet, from 0: bands, explanations, what the columns hold, headings, the first record."""
SPARE_ROWS = 40
NOT_ASKED = ("missing_reasons", "report_state", "supersedes_report_id")
"""Properties of a report that follow from how it came."""
LIST_WIDTHS = (26, 48)
ENDED = ("successor_ids", "applies_to", "dissolved_on")
"""What a record has that holds no more."""
COMPANIONS = ("_precision", "_estimated")
FIRST_SHEETS = ("status_report", "measure")
PROTECTION = {
    "sort": True,
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
}


@dataclass(frozen=True)
class Known:
    """What a template is made from: the records of the feed by entity, and all names and references by entity."""

    records: Mapping[str, pl.DataFrame]
    references: Mapping[str, pl.DataFrame]
    aliases: Aliases
    as_of: str


@dataclass(frozen=True)
class _Column:
    prop: Property | None
    target: str
    heading: str
    band: str
    locked: bool


def write_template(
    feed: Feed, known: Known, entities: Mapping[str, Entity], codelists: Mapping[str, CodeList], lang: str
) -> bytes:
    """Return the template of a feed in German or English; equal arguments give equal bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"created": CREATED, "title": str(feed.mapping["title"][lang])})
        writer = _Writer(book, feed, known, entities, codelists, lang)
        names = [name for spec in feed.mapping["tables"] for name in table_entities(spec)]
        order = sorted(dict.fromkeys(names), key=lambda n: FIRST_SHEETS.index(n) if n in FIRST_SHEETS else 9)
        sheets = {name: book.add_worksheet(writer.title_of(name)) for name in order}
        writer.lists = book.add_worksheet(WORDS[lang]["lists"])
        for name, sheet in sheets.items():
            writer.write(sheet, entities[name])
        writer.finish()
    return buffer.getvalue()


class _Writer:
    """One workbook while it is written: its looks, and the lists its drop-downs lead to."""

    lists: Worksheet

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        feed: Feed,
        known: Known,
        entities: Mapping[str, Entity],
        codelists: Mapping[str, CodeList],
        lang: str,
    ) -> None:
        self.feed, self.known, self.entities, self.codelists, self.lang = feed, known, entities, codelists, lang
        self.words = WORDS[lang]
        self.ranges: dict[str, str] = {}
        self.heights: dict[int, int] = {}
        self.names, self.listed = (
            {name: names_of(frame, known.aliases, name, listed=listed) for name, frame in known.references.items()}
            for listed in (False, True)
        )
        measures = known.references["measure"]
        self.titles = dict(measures.select("id", "title_de").iter_rows())
        self.looks = {name: book.add_format(look) for name, look in FORMATS.items()}

    def title_of(self, entity: str) -> str:
        """Return the name of an entity's sheet."""
        return str(self.entities[entity].schema["x-label"][self.lang])[:31]

    def write(self, sheet: Worksheet, entity: Entity) -> None:
        """Write one sheet: what it is, its columns, the records, room for new ones."""
        columns = self._columns(entity)
        rows = self._rows(entity)
        last = FIRST + len(rows) + SPARE_ROWS - 1
        self._head(sheet, columns)
        for place, column in enumerate(columns):
            self._column(sheet, place, column, rows)
            self._validate(sheet, place, column, last)
        for number, row in enumerate(rows, start=FIRST):
            lines = max(lines_of(str(self._value(c, row) or ""), _width(c)) for c in columns)
            sheet.set_row(number, LINE * lines)
        sheet.hide_gridlines(2)
        pinned = next((n for n, column in enumerate(columns) if not column.locked), 1)
        sheet.freeze_panes(FIRST, min(pinned, 2))
        sheet.autofilter(HEADING, 0, FIRST + max(len(rows), 1) - 1, len(columns) - 1)
        sheet.protect("", PROTECTION)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(2, 0)
        sheet.repeat_rows(HEADING)
        sheet.repeat_columns(0, 2)

    def _columns(self, entity: Entity) -> list[_Column]:
        """Return what is asked: who it is about, what this department reports, then what it may add."""
        asked = [p for p in entity.properties if not p.derived and p.name not in NOT_ASKED]
        asked = [p for p in asked if not (p.name.endswith(COMPANIONS) and _base(p.name) in entity)]
        about = [p for p in asked if p.name in ("id", "measure_id")]
        mapped = {target for spec in self.feed.mapping["tables"] for target in _mapped(spec)}
        needed = {*entity.schema["required"], *entity.schema.get("x-natural-key", [])}
        named = [p for p in asked if p not in about and (f"{entity.name}.{p.name}" in mapped or p.name in needed)]
        more = [p for p in asked if p not in about and p not in named]
        columns = [self._asked(entity, p, "about") for p in about]
        if "measure_id" in entity and entity.name != "measure":
            columns.append(_Column(None, IGNORED, self.words["measure_title"], self.words["about"], locked=True))
        columns += [self._asked(entity, p, "named") for p in named]
        return columns + [self._asked(entity, p, "more") for p in more]

    def _asked(self, entity: Entity, prop: Property, band: str) -> _Column:
        locked = prop.name == "id" and is_minted(entity)
        return _Column(prop, f"{entity.name}.{prop.name}", prop.text("label", self.lang), self.words[band], locked)

    def _rows(self, entity: Entity) -> list[dict[str, Any]]:
        """Return the records, and for reports an empty row for each measure that has none yet."""
        rows = self.known.records[entity.name].to_dicts()
        if entity.name == "status_report" and "measure" in self.known.records:
            reported = {row["measure_id"] for row in rows}
            rows += [{"measure_id": i} for i in self.known.records["measure"]["id"] if i not in reported]
            rows.sort(key=lambda row: row["measure_id"])
        return rows

    def _head(self, sheet: Worksheet, columns: Sequence[_Column]) -> None:
        title = f"{self.words['template']}: {self.feed.mapping['title'][self.lang]}"
        sheet.set_row(0, None, self.looks["title"])
        sheet.set_row(1, None, self.looks["hint"])
        sheet.write_string(0, 0, f"{title} – {sheet.get_name()}", self.looks["title"])
        sheet.write_string(1, 0, self.feed.id, self.looks["small"])
        sheet.write_string(1, 1, self.words["hint"].format(day=_day(self.known.as_of, self.lang)), self.looks["hint"])
        start = 0
        for place, column in enumerate(columns):
            ends = place + 1 == len(columns) or columns[place + 1].band != column.band
            if ends and place > start:
                sheet.merge_range(BAND, start, BAND, place, column.band, self.looks["band"])
            elif ends:
                sheet.write_string(BAND, place, column.band, self.looks["band"])
            start = place + 1 if ends else start
        sheet.set_row(EXPLANATION, 96)
        sheet.set_row(TECHNICAL, 9)
        sheet.set_row(HEADING, 32)

    def _column(self, sheet: Worksheet, place: int, column: _Column, rows: Sequence[Mapping[str, Any]]) -> None:
        locked = self.looks["locked"]
        open_look = self.looks["text"]
        sheet.set_column(place, place, _width(column), open_look)
        sheet.write_string(EXPLANATION, place, self._explanation(column), self.looks["explanation"])
        sheet.write_string(TECHNICAL, place, column.target, self.looks["technical"])
        sheet.write_string(HEADING, place, column.heading, self.looks["locked_heading" if column.locked else "heading"])
        for number, row in enumerate(rows, start=FIRST):
            known = column.locked or (column.prop is not None and column.prop.name in ("id", "measure_id"))
            self._cell(sheet, number, place, self._value(column, row), known=known)
        for number in range(FIRST + len(rows), FIRST + len(rows) + SPARE_ROWS):
            sheet.write_blank(number, place, None, locked if column.locked else open_look)

    def _value(self, column: _Column, row: Mapping[str, Any]) -> Cell:
        if column.prop is None:
            return self.titles.get(row["measure_id"])
        prop = column.prop
        known = self.listed if prop.is_list else self.names
        names = {} if prop.ref == "measure" else known.get(prop.ref, {})
        labels = labels_of(self.codelists[prop.codelist], self.lang) if prop.codelist else {}
        return spell(row.get(prop.name), row, prop, names, labels, self.lang)

    def _cell(self, sheet: Worksheet, row: int, place: int, cell: Cell, *, known: bool) -> None:
        if cell is None:
            sheet.write_blank(row, place, None, self.looks["locked" if known else "text"])
        elif isinstance(cell, date):
            sheet.write_datetime(row, place, datetime(cell.year, cell.month, cell.day), self.looks["day"])
        elif isinstance(cell, float):
            sheet.write_number(row, place, cell, self.looks["number"])
        else:
            sheet.write_string(row, place, cell, self.looks["locked" if known else "text"])

    def _explanation(self, column: _Column) -> str:
        if column.prop is None:
            return self.words["shown_only"]
        prop = column.prop
        said = [self.words["assigned"] if column.locked else prop.text("definition", self.lang)]
        said += [self.words["dates"]] * (prop.format == "edtf") + [self.words["day"]] * (prop.format == "date")
        said += [self.words["several"]] * prop.is_list
        said += [self.words["percent"]] * (prop.schema.get("x-unit") == "percent")
        return " ".join(said)

    def _validate(self, sheet: Worksheet, place: int, column: _Column, last: int) -> None:
        """Offer what a cell may hold, and say what it means when it is entered."""
        if column.prop is None or column.locked:
            return
        prop = column.prop
        rule: dict[str, Any] = {"validate": "any", "input_title": column.heading[:32]}
        rule["input_message"] = self._explanation(column)[:255]
        if prop.type == "boolean":
            rule |= {"validate": "list", "source": list(YES_NO[self.lang])}
        elif prop.codelist and not prop.is_list:
            rule |= {"validate": "list", "source": self._list(prop.codelist, column.heading)}
        elif prop.ref in self.names and prop.ref != "measure" and self.names[prop.ref] and not prop.is_list:
            rule |= {"validate": "list", "source": self._list(prop.ref, column.heading), "error_type": "warning"}
        elif prop.schema.get("x-unit") == "percent":
            rule |= {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": 100,
                "error_type": "warning",
            }
        rule |= {"error_title": column.heading[:32], "error_message": self.words["not_listed"]}
        sheet.data_validation(FIRST, place, last, place, rule)

    def _list(self, name: str, heading: str) -> str:
        """Return where the words of a list stand; a list is written once, with what its words mean."""
        if name not in self.ranges:
            place = 3 * len(self.ranges)
            if name in self.codelists:
                rows = [
                    (row[f"label_{self.lang}"], row[f"definition_{self.lang}"]) for row in self.codelists[name].rows
                ]
            else:
                rows = [
                    (self.names[name][row["id"]], self._meaning(row)) for row in _offered(self.known.references[name])
                ]
            self.lists.write_string(0, place, heading, self.looks["heading"])
            self.lists.write_string(0, place + 1, self.words["meaning"], self.looks["heading"])
            for number, (text, meaning) in enumerate(rows, start=1):
                lines = max(lines_of(text, LIST_WIDTHS[0]), lines_of(meaning, LIST_WIDTHS[1]))
                self.heights[number] = max(self.heights.get(number, 1), lines)
                self.lists.write_string(number, place, text, self.looks["plain"])
                self.lists.write_string(number, place + 1, meaning, self.looks["plain"])
            self.lists.set_column(place, place, LIST_WIDTHS[0])
            self.lists.set_column(place + 1, place + 1, LIST_WIDTHS[1])
            self.lists.set_column(place + 2, place + 2, 3)
            column = xlsxwriter.utility.xl_col_to_name(place)
            self.ranges[name] = f"='{self.words['lists']}'!${column}$2:${column}${len(rows) + 1}"
        return self.ranges[name]

    def _meaning(self, row: Mapping[str, Any]) -> str:
        """Say which record a name of the drop-down means: its title, and the version of the strategy it belongs to."""
        version = row.get("strategy_version_id")
        titles = self.known.references["strategy_version"]
        of_version = titles.filter(pl.col("id") == version)["title_de"].to_list() if version else []
        return " – ".join(str(part) for part in (row.get("title_de") or row.get("name_de"), *of_version) if part)

    def finish(self) -> None:
        """Close the sheet of lists."""
        for number, lines in self.heights.items():
            self.lists.set_row(number, LINE * lines)
        self.lists.freeze_panes(1, 0)
        self.lists.set_landscape()
        self.lists.set_paper(8)
        self.lists.fit_to_pages(2, 0)
        self.lists.protect("", PROTECTION)


def _offered(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the records a drop-down offers: those that hold today, or all where none does."""
    rows = frame.to_dicts()
    today = [row for row in rows if not any(row.get(name) for name in ENDED)]
    return today or rows


def _base(name: str) -> str:
    return name.rsplit("_", 1)[0]


def _mapped(spec: Mapping[str, Any]) -> list[str]:
    """Return the properties a table of the feed holds; a period stands for its two ends."""
    targets = [*spec["columns"].values(), *spec.get("constants", {}), spec.get("field_from_sheet", "")]
    ends = [f"{t.removesuffix('period')}{end}" for t in targets if t.endswith("_period") for end in ("start", "end")]
    return [*targets, *ends]


def _width(column: _Column) -> int:
    prop = column.prop
    if prop is None:
        return 34
    if prop.name in ("id", "measure_id"):
        return 12
    if prop.name.startswith("title_"):
        return 38
    if prop.type == "string" and not (prop.codelist or prop.ref or prop.format or prop.is_list):
        return 44
    return 24 if prop.codelist or prop.ref or prop.is_list else 18


def _day(text: str, lang: str) -> str:
    return f"{date.fromisoformat(text):%d.%m.%Y}" if lang == "de" and text else text
