"""The annual report: what was known of a year at its end, as content that a page and a PDF say alike.

Everything is taken from the published tables: of each measure the last status report that holds on 31 December, and the
changes that hold from a day of the year. A later correction of that year corrects its report too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.contracts import Property
from flows.history.changes import REPORTED
from flows.publish.site.dates import write_edtf
from flows.publish.site.events import in_words
from flows.publish.site.facts import Facts, German, Record, named
from flows.publish.site.texts import words
from flows.publish.site.words import Lang, write_number, write_percent

NOTHING = "–"


@dataclass(frozen=True)
class Table:
    """A table of the report: heading and whether its cells are numbers, by column; all cells are texts."""

    caption: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A part of the report: its heading, its paragraphs, and its table if it has one."""

    title: str
    paragraphs: tuple[str, ...]
    table: Table | None = None


@dataclass(frozen=True)
class Report:
    """The report on a year in a language; `received` is the day the last of its statements came in (ISO)."""

    year: int
    lang: Lang
    title: str
    lead: str
    received: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class _Year:
    """What holds at the end of a year: its measures, the last report on each, and the reports made in it."""

    year: int
    measures: Sequence[Record]
    last: Mapping[str, Record]
    during: Sequence[Record]
    changes: Sequence[Record]

    @property
    def codes(self) -> Counter[str]:
        return Counter(self.status(measure) for measure in self.measures)

    def status(self, measure: Record) -> str:
        report = self.last.get(measure["id"])
        return (report["status_code"] if report else None) or "unknown"


def reported_years(facts: Facts) -> list[int]:
    """Return the years from which there is a status report, the latest first."""
    return sorted({int(report["valid_from"][:4]) for report in facts.all("status_report")}, reverse=True)


def annual_report(year: int, facts: Facts, lang: Lang) -> Report:
    """Return the report on a year of `reported_years`."""
    held, say = _year(year, facts), words(lang, facts.theme)["annual"]
    received = max(record["recorded_at"] for record in (*held.last.values(), *held.changes))
    counts = {"measures": len(held.measures), "reported": len({report["measure_id"] for report in held.during})}
    lead = say["lead"].format(year=year, **{name: write_number(count, lang) for name, count in counts.items()})
    sections = (
        _by_status(held, facts, lang),
        _by_field(held, facts, lang),
        _changes(held, facts, lang),
        _measures(held, facts, lang),
        Section(say["reading"], (say["reading_text"], say["basis"].format(day=write_edtf(received, lang)))),
    )
    title = say["title"].format(year=year, site=facts.theme["name"][lang])
    return Report(year, lang, title, lead, received, sections)


def _year(year: int, facts: Facts) -> _Year:
    first, end = f"{year}-01-01", f"{year}-12-31"
    reports = [report for report in facts.all("status_report") if report["valid_from"] <= end]
    last = {report["measure_id"]: report for report in sorted(reports, key=lambda r: (r["valid_from"], r["id"]))}
    changes = [event for event in facts.all("change_event") if first <= (event["effective_on"] or "") <= end]
    known = {
        e["id"] for e in facts.all("change_event") if e["entity"] == "measure" and (e["effective_on"] or "") <= end
    }
    measures = [measure for measure in facts.all("measure") if measure["id"] in known]
    return _Year(year, measures, last, [r for r in reports if r["valid_from"] >= first], changes)


def _by_status(held: _Year, facts: Facts, lang: Lang) -> Section:
    say, codes = words(lang, facts.theme)["annual"], held.codes
    rows = tuple(
        (facts.label("status", code, lang), write_number(codes[code], lang), facts.definition("status", code, lang))
        for code in facts.codelists["status"].codes
        if codes[code]
    )
    columns = ((say["status"], False), (say["count"], True), (say["meaning"], False))
    caption = say["status_caption"].format(year=held.year)
    return Section(say["by_status"], (say["by_status_text"],), Table(caption, columns, rows))


def _by_field(held: _Year, facts: Facts, lang: Lang) -> Section:
    say = words(lang, facts.theme)["annual"]
    shown = [code for code in facts.codelists["status"].codes if held.codes[code]]
    rows = []
    for field in facts.all("field_of_action"):
        codes = Counter(held.status(measure) for measure in held.measures if measure["field_id"] == field["id"])
        if codes:
            numbers = (write_number(codes[code], lang) for code in shown)
            rows.append((named(field, lang), write_number(codes.total(), lang), *numbers))
    statuses = tuple((facts.label("status", code, lang), True) for code in shown)
    columns = ((say["field"], False), (say["all"], True), *statuses)
    return Section(say["by_field"], (), Table(say["field_caption"].format(year=held.year), columns, tuple(rows)))


def _changes(held: _Year, facts: Facts, lang: Lang) -> Section:
    say = words(lang, facts.theme)["annual"]
    rows = tuple(_change_rows(held, facts, lang))
    columns = tuple((say[name], False) for name in ("measure", "what", "before", "after", "reason"))
    table = Table(say["changes_caption"].format(year=held.year), columns, rows) if rows else None
    return Section(say["changes"], (say["changes_text"] if rows else say["no_changes"],), table)


def _change_rows(held: _Year, facts: Facts, lang: Lang) -> Iterator[tuple[str, ...]]:
    for event in held.changes:
        measure = facts.by_id("measure").get(event["measure_id"])
        if event["entity"] != "measure" or event["change_class"] == "added" or measure is None:
            continue
        owner = "status_report" if event["property"] in REPORTED else "measure"
        prop = facts.entities[owner][event["property"]]
        said = (facts.label("reason", event["reason_code"], lang), event["reason_text_de"] or "")
        yield (
            named(measure, lang),
            prop.text("label", lang),
            *(_value(event[side], prop, facts, lang) for side in ("old_value", "new_value")),
            ": ".join(text for text in said if text) or NOTHING,
        )


def _value(value: str | None, prop: Property, facts: Facts, lang: Lang) -> str:
    text = in_words(value, prop, facts, lang)
    return German(text) if value and lang != "de" and prop.name.endswith("_de") else text


def _measures(held: _Year, facts: Facts, lang: Lang) -> Section:
    say = words(lang, facts.theme)["annual"]
    rows = tuple(_measure_row(measure, held, facts, lang) for measure in held.measures)
    columns = tuple(
        (say[name], name == "progress")
        for name in ("measure", "lead_unit", "status", "progress", "promised", "reported_on")
    )
    return Section(say["measures"], (), Table(say["measures_caption"].format(year=held.year), columns, rows))


def _measure_row(measure: Record, held: _Year, facts: Facts, lang: Lang) -> tuple[str, ...]:
    report = held.last.get(measure["id"])
    progress = report["progress_pct"] if report else None
    units = (facts.by_id("organisation").get(unit) for unit in measure["lead_org_ids"] or ())
    return (
        named(measure, lang),
        ", ".join((unit["abbrev"] or named(unit, lang)) for unit in units if unit) or NOTHING,
        facts.label("status", held.status(measure), lang),
        write_percent(progress, lang) if progress is not None else NOTHING,
        write_edtf(measure["baseline_end"], lang) if measure["baseline_end"] else NOTHING,
        write_edtf(report["reporting_date"] or report["valid_from"], lang) if report else NOTHING,
    )


def as_data(report: Report, facts: Facts) -> dict[str, Any]:
    """Return the report as the JSON that its PDF is made from; the words around it are those of the pages."""
    say, catalogue, lang = words(report.lang, facts.theme), facts.catalogue, report.lang
    return {
        "lang": lang,
        "title": report.title,
        "lead": report.lead,
        "author": catalogue["publisher"]["name"][lang],
        "date": [int(part) for part in report.received.split("-")],
        "notice": say["base"]["notice"] if catalogue["example"] else "",
        "contents": say["annual"]["contents"],
        "page": say["annual"]["page"],
        "accent": facts.theme["colours"]["light"],
        "address": f"{catalogue['base_url']}{'en/' if lang == 'en' else ''}reports/{report.year}/",
        "address_text": say["annual"]["web"],
        "attribution": f"{catalogue['attribution'][lang]}. {say['base']['licence']}: {say['base']['licence_name']}",
        "licence": catalogue["license"],
        "sections": [
            {
                "title": section.title,
                "paragraphs": list(section.paragraphs),
                "table": _table_data(section.table) if section.table else None,
            }
            for section in report.sections
        ],
    }


def _table_data(table: Table) -> dict[str, Any]:
    columns = [{"title": title, "number": number} for title, number in table.columns]
    return {"caption": table.caption, "columns": columns, "rows": [[_cell(text) for text in row] for row in table.rows]}


def _cell(text: str) -> str | dict[str, str]:
    return {"lang": text.lang, "text": text} if isinstance(text, German) else text
