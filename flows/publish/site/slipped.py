"""What slipped, what fell silent, what vanished: one page, and each of its tables as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from flows.history.changes import FORECAST
from flows.publish.site.charts import csv_file
from flows.publish.site.events import Change, Entry, entries
from flows.publish.site.facts import Facts, Record, named
from flows.publish.site.fields import current_fields
from flows.publish.site.listing import organisations, sorting
from flows.publish.site.rendering import LANGUAGES, Alternate, File, Page
from flows.publish.site.texts import topics, words
from flows.publish.site.wording import STOPPED, has_slipped, is_overdue, reason, slippage
from flows.publish.site.words import Lang

QUARTER = timedelta(days=91)
MOVES = ("status", "date_slip", "date_gain", "discontinued", "merged")
LISTED = 100
"""Rows of a table on the page; the CSV has them all."""
PARTS = ("slipped", "silent", "vanished")


def slipped_pages(facts: Facts) -> Iterator[Page | File]:
    """Yield the page and the CSV of its tables (`slipped/<part>.csv`)."""
    said = topics()["slipped"]
    told = {lang: entries(facts, lang) for lang in LANGUAGES}
    for part, rows in (("slipped", _slipped), ("silent", _silent), ("vanished", _vanished)):
        table = rows(facts, "en")
        columns = tuple((name, False) for name in (table[0] if table else _COLUMNS[part]))
        yield csv_file(f"slipped/{part}.csv", columns, [tuple(row.values()) for row in table])
    moved = [(e.subject, e.title, c.label, c.old, c.new, e.day) for e, c in _recent(facts, told["en"])]
    yield csv_file("slipped/recent.csv", tuple((name, False) for name in _COLUMNS["recent"]), moved)
    forms = tuple(Alternate(f"slipped/{part}.csv", "text/csv", said[part]) for part in PARTS)
    values = partial(_values, facts, told)
    yield Page("slipped/index.html", "slipped.html", said["title"], said["description"], values, alternates=forms)


_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "slipped": ("id", "title", "units", "promised", "slippage", "overdue_since", "reason"),
    "silent": ("id", "title", "units", "last_report", "missing", "explanation"),
    "vanished": ("id", "title", "kind", "became", "page"),
    "recent": ("id", "title", "property", "before", "after", "received"),
}


def _values(facts: Facts, told: Mapping[Lang, list[Entry]], lang: Lang) -> Mapping[str, Any]:
    slipped, silent = _slipped(facts, lang), _silent(facts, lang)
    counts = {"slipped": len(slipped), "silent": len(silent), "all": len(facts.all("measure"))}
    return {
        "lead": words(lang, facts.theme)["slipped"]["lead"].format(**counts),
        "as_of": facts.release.as_of,
        "since": _since(facts),
        "recent": _recent(facts, told[lang]),
        "slipped": slipped[:LISTED],
        "silent": silent[:LISTED],
        "cut": LISTED,
        "counts": counts,
        "vanished": _vanished(facts, lang),
        "foreign": lang != "de",
    }


def _since(facts: Facts) -> str:
    return (date.fromisoformat(facts.release.as_of) - QUARTER).isoformat()


def _recent(facts: Facts, told: list[Entry]) -> list[tuple[Entry, Change]]:
    """Return what was received in the last quarter about statuses and dates, the latest first."""
    since = _since(facts)
    return [(entry, change) for entry in reversed(told) for change in entry.changes if _moved(entry, change, since)]


def _moved(entry: Entry, change: Change, since: str) -> bool:
    moved = change.kind in MOVES or change.property in FORECAST
    return entry.is_measure and entry.day > since and moved


def _slipped(facts: Facts, lang: Lang) -> list[dict[str, Any]]:
    found = []
    for measure in _by_title(filter(has_slipped, facts.all("measure")), lang):
        report = _report(measure, facts)
        found.append(
            {
                "id": measure["id"],
                "title": named(measure, lang),
                "units": _units(measure, facts),
                "promised": measure["baseline_end"],
                "slippage": slippage(measure, facts, lang),
                "overdue_since": measure["planned_end"] if is_overdue(measure) else None,
                "reason": reason(report, facts, lang),
            }
        )
    return found


def _silent(facts: Facts, lang: Lang) -> list[dict[str, Any]]:
    say = words(lang, facts.theme)["slipped"]
    found = []
    for measure in _by_title(facts.all("measure"), lang):
        unknown = (measure["status_code"] or "unknown") == "unknown"
        missing = [
            say[n] for n, is_so in (("status_unknown", unknown), ("report_overdue", measure["report_overdue"])) if is_so
        ]
        if missing:
            report = _report(measure, facts)
            found.append(
                {
                    "id": measure["id"],
                    "title": named(measure, lang),
                    "units": _units(measure, facts),
                    "last_report": (report["reporting_date"] or report["recorded_at"]) if report else None,
                    "missing": ", ".join(missing),
                    "explanation": _explanation(measure, facts, lang) if measure["report_overdue"] else "",
                }
            )
    return found


def _explanation(measure: Record, facts: Facts, lang: Lang) -> str:
    given = (facts.where("punctuality", "organisation_id", unit) for unit in measure["lead_org_ids"] or ())
    said = (row[f"explanation_{lang}"] or row["explanation_de"] for rows in given for row in rows)
    return "; ".join(text for text in said if text)


def _vanished(facts: Facts, lang: Lang) -> list[dict[str, Any]]:
    """Return ended measures, parts of the strategy that no longer apply, earlier fields, and what became of them."""
    found = []
    for measure in _by_title(facts.all("measure"), lang):
        if measure["status_code"] in STOPPED[1:]:
            into = [
                r["to_measure_id"]
                for r in facts.where("measure_relation", "from_measure_id", measure["id"])
                if r["type"] == "merged_into"
            ]
            status = facts.label("status", measure["status_code"], lang)
            became = [named(facts.by_id("measure").get(name), lang) or name for name in into]
            found.append(_gone("measure", measure, status, became, facts, lang))
    for entity in ("goal", "principle", "guideline"):
        ended = (record for record in facts.all(entity) if record["applies_to"])
        found += [_gone(entity, record, _kind(entity, facts, lang), [], facts, lang) for record in ended]
    current = {field["strategy_version_id"] for field in current_fields(facts)}
    for field in facts.all("field_of_action"):
        if field["strategy_version_id"] not in current:
            known = facts.by_id("field_of_action")
            became = [named(known.get(name), lang) or name for name in field["successor_ids"] or ()]
            found.append(
                _gone("field_of_action", field, facts.label("field_level", field["level"], lang), became, facts, lang)
            )
    return found


def _gone(entity: str, record: Record, kind: str, became: list[str], facts: Facts, lang: Lang) -> dict[str, Any]:
    pages = {"measure": "measures/", "field_of_action": "fields/"}
    page = f"{pages[entity]}{record['id']}/" if entity in pages else f"strategy/#{record['id']}"
    none = words(lang, facts.theme)["slipped"]["no_successor"]
    return {
        "id": record["id"],
        "title": named(record, lang),
        "kind": kind,
        "became": ", ".join(became) or none,
        "page": page,
    }


def _kind(entity: str, facts: Facts, lang: Lang) -> str:
    return str(facts.entities[entity].schema["x-label"][lang])


def _by_title(measures: Iterable[Record], lang: Lang) -> list[Record]:
    return sorted(measures, key=lambda measure: (sorting(named(measure, lang)), measure["id"]))


def _report(measure: Record, facts: Facts) -> Record | None:
    return facts.by_id("status_report").get(measure["latest_report_id"] or "")


def _units(measure: Record, facts: Facts) -> str:
    return ", ".join(abbreviation for _, abbreviation in organisations(measure["lead_org_ids"], facts))
