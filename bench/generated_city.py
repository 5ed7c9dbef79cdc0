"""A city that is generated, and says so: as many measures and years of quarterly reports as one likes.

Its measures are called "Erzeugte Maßnahme 0001" and more, as long as the titles of the example. Every third end was
moved by a year, each measure has three milestones. All numbers are drawn from digests: they are the same in every run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from flows.model import Release
from flows.publish.datasets import Moment, Terms, catalogue_summary, describe, summary
from flows.settings import Configuration

FIRST_YEAR = 2026
STATUSES = ("planned", "in_progress", "in_progress", "in_progress", "on_hold", "completed", "discontinued", "unknown")
TAILS = (
    "",
    "für alle",
    "mit einem Titel von üblicher Länge",
    "mit einem Titel, der so lang ist wie die langen Titel des Beispiels, also lang",
)
Rows = dict[str, list[dict[str, Any]]]


def release(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], own: Configuration, moment: Moment, earlier: Release | None = None
) -> Release:
    """Return the release of a generated city as its tables come to it, without its files; `earlier` is the one before.

    The tables have the columns of the contracts of `own`; those that are not generated are empty.
    """
    tables = {name: _table(rows.get(name, ()), own, name) for name in own.entities}
    terms = Terms(own.datasets, own.entities, own.codelists, own.catalogue)
    known = {dataset.name: summary(dataset) for dataset in earlier.datasets} if earlier else {}
    itself = earlier.catalogue if earlier else catalogue_summary(own.catalogue, None, moment)
    as_of = max(row["valid_from"] for row in rows["status_report"])
    return Release(moment.release, moment.time, as_of, describe(tables, terms, known, moment), catalogue=itself)


def _table(records: Sequence[Mapping[str, Any]], own: Configuration, entity: str) -> pl.DataFrame:
    columns = {prop.name: prop.dtype for prop in own.entities[entity].public}
    return pl.DataFrame([{name: record.get(name) for name in columns} for record in records], schema=columns)


def generate(measures: int, years: int) -> Rows:
    """Return the rows of each table: nine fields, twenty units, and what each measure reported over the years."""
    rows: Rows = {name: [] for name in ("measure", "status_report", "milestone", "change_event", "history_entry")}
    rows["strategy_version"] = [
        {"id": "SV-1", "strategy_id": "S-1", "title_de": "Erzeugte Fassung", "kind": "original", "ordinal": 0}
    ]
    rows["field_of_action"] = [
        {"id": f"F-{n}", "strategy_version_id": "SV-1", "notation": str(n), "level": "field"}
        | {"title_de": f"Erzeugtes Feld {n} mit einem Namen von üblicher Länge"}
        for n in range(1, 10)
    ]
    rows["organisation"] = [
        {"id": f"ORG-e{n:02}", "abbrev": f"E{n:02}", "name_de": f"Erzeugte Stelle {n:02}", "type": "department"}
        for n in range(1, 21)
    ]
    for number in range(1, measures + 1):
        _measure(rows, number, years)
        for quarter in range(years * 4):
            report(rows, number, quarter, STATUSES[number % len(STATUSES)])
        for step in range(1, 4):
            _milestone(rows, number, step)
    return rows


def _draw(*names: object) -> int:
    """Return a number that looks random and is the same in every run."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:4])


def _title(number: int) -> str:
    return f"Erzeugte Maßnahme {number:04} {TAILS[number % len(TAILS)]}".rstrip()


def _measure(rows: Rows, number: int, years: int) -> None:
    identifier, end = f"M-{number:04}", FIRST_YEAR + 1 + _draw("end", number) % years
    title = _title(number)
    moved, status = _draw("moved", number) % 3 == 0, STATUSES[number % len(STATUSES)]
    planned = str(end + 1 if moved else end)
    rows["measure"].append(
        {
            "id": identifier,
            "title_de": title,
            "short_text_de": "Diese Maßnahme ist erzeugt, um die Seiten zu messen; niemand plant sie.",
            "field_id": f"F-{1 + number % 9}",
            "lead_org_ids": [f"ORG-e{1 + number % 20:02}"],
            "lead_confirmed": True,
            "planned_start": str(FIRST_YEAR),
            "planned_end": planned,
            "baseline_start": str(FIRST_YEAR),
            "baseline_end": str(end),
            "status_code": status,
            "progress_pct": float(_draw("progress", number) % 101),
            "expected_pct": 80.0,
            "latest_report_id": f"SR-{number:04}-{years * 4 - 1:02}",
            "slippage_state": "later" if moved else "none",
            "slippage_months": 12 if moved else 0,
            "overdue_days": 0,
            "schedule_computed": "grey",
            "report_overdue": False,
            "as_of": f"{FIRST_YEAR + years - 1}-12-31",
        }
    )
    for name, value in (("title_de", title), ("planned_end", planned), ("field_id", "F-1")):
        rows["history_entry"].append(_entry("measure", identifier, name, value, f"{FIRST_YEAR}-03-31"))
    if moved:
        rows["change_event"].append(_event(identifier, "planned_end", str(end), planned, "date_slip", "2028-03-31"))


def report(rows: Rows, number: int, quarter: int, status: str) -> None:
    day = f"{FIRST_YEAR + quarter // 4}-{('03-31', '06-30', '09-30', '12-31')[quarter % 4]}"
    identifier = f"M-{number:04}"
    rows["status_report"].append(
        {
            "id": f"SR-{number:04}-{quarter:02}",
            "measure_id": identifier,
            "reporting_date": day,
            "status_code": status,
            "progress_pct": float(min(100, quarter * 5)),
            "achievements_de": "Erzeugter Text einer Meldung, ungefähr so lang, wie eine Stelle zwei Zeilen schreibt.",
            "report_state": "received",
            "valid_from": day,
            "recorded_at": day,
            "source_delivery_id": f"D-{quarter:06}",
        }
    )
    change = _event(identifier, "progress_pct", str(max(0, quarter - 1) * 5), str(quarter * 5), "progress", day)
    rows["change_event"].append({**change, "version": quarter + 2, "delivery_id": f"D-{quarter:06}"})


def _milestone(rows: Rows, number: int, step: int) -> None:
    rows["milestone"].append(
        {
            "id": f"MS-{number:04}-{step}",
            "measure_id": f"M-{number:04}",
            "title_de": f"Erzeugter Meilenstein {step}",
            "type": "delivery",
            "due_date": f"{FIRST_YEAR + step}-06",
            "due_date_baseline": f"{FIRST_YEAR + step}-06",
            "status_code": "scheduled",
        }
    )


def _entry(entity: str, identifier: str, name: str, value: str, day: str) -> dict[str, Any]:
    entry = {"entity": entity, "id": identifier, "property": name, "value": value, "version": 1}
    return {**entry, "valid_from": day, "recorded_at": day, "delivery_id": "D-000000"}


def _event(identifier: str, name: str, old: str, new: str, kind: str, day: str) -> dict[str, Any]:
    event = {"entity": "measure", "id": identifier, "measure_id": identifier, "property": name, "version": 1}
    event |= {"old_value": old, "new_value": new, "change_class": kind, "effective_on": day, "recorded_at": day}
    return {**event, "delivery_id": "D-000000", "release_id": day}
