"""Make the pages of a generated city: how long it takes, how heavy they are, how many a small change touches.

    python -m bench.pages [--measures N] [--years N]

Everything in it is made up and says so: the measures are called "Erzeugte Maßnahme 0001". Quarterly
reports, every third end moved by a year, three milestones each.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from flows.model import Dataset, Release
from flows.publish.site.facts import Facts
from flows.publish.site.pages import site_files
from flows.settings import Configuration, load

ROOT = Path(__file__).resolve().parents[1]
TIME, AS_OF, FIRST_YEAR = "2031-01-02T08:00:00+01:00", "2030-12-31", 2026
STATUSES = ("planned", "in_progress", "in_progress", "in_progress", "on_hold", "completed", "discontinued", "unknown")
Rows = dict[str, list[dict[str, Any]]]


def main() -> None:
    """Make the pages twice, the second time with one more report, and print what was measured."""
    options = _options()
    own = load(ROOT, environ={})
    rows = generate(options.measures, options.years)
    facts = _facts(rows, own)
    started = time.process_time()
    first = _made(facts)
    seconds = time.process_time() - started
    sizes = {path: len(content) for path, content in first.items()}
    pages = [path for path in first if path.endswith(".html")]
    print(f"{options.measures} measures, {options.years} years of quarterly reports, all generated")
    print(f"{len(first)} files, {len(pages)} of them pages, {sum(sizes.values()) / 1e6:.1f} MB")
    print(f"{seconds:.1f} s of CPU, {1000 * seconds / len(pages):.1f} ms a page")
    for kind in (
        "measures/M-",
        "measures/page-",
        "measures/index",
        "measures/status/",
        "fields/",
        "departments/",
        "radar/",
        "slipped/",
        "strategy/",
        "changes/",
        "index.html",
    ):
        held = [path for path in pages if path.removeprefix("en/").startswith(kind)]
        largest = max(held, key=sizes.__getitem__, default="")
        if largest:
            packed = len(gzip.compress(first[largest], mtime=0))
            weight = f"{sizes[largest] / 1e3:6.1f} kB, {packed / 1e3:5.1f} kB packed"
            print(f"  {kind:16} {len(held):5} pages, the largest {weight} ({largest})")
    _report(rows, 1, options.years * 4, "in_progress")
    changed = _made(_facts(rows, own))
    touched = [path for path in pages if changed[path] != first[path]]
    print(f"one more report of one measure: {len(touched)} of {len(pages)} pages differ, the others keep their bytes")
    print("  " + ", ".join(sorted(touched)[:12]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the pages of a generated city.")
    parser.add_argument("--measures", type=int, default=1000)
    parser.add_argument("--years", type=int, default=5)
    return parser.parse_args()


def _made(facts: Facts) -> dict[str, bytes]:
    return {file[0]: file[2] for file in site_files(facts) if isinstance(file, tuple)}


def generate(measures: int, years: int) -> Rows:
    """Return the rows of each table: nine fields, twenty units, and what each measure reported over the years."""
    rows: Rows = {name: [] for name in ("measure", "status_report", "milestone", "change_event", "history_entry")}
    rows["strategy_version"] = [
        {"id": "SV-1", "strategy_id": "S-1", "title_de": "Erzeugte Fassung", "kind": "original", "ordinal": 0}
    ]
    rows["field_of_action"] = [
        {"id": f"F-{n}", "strategy_version_id": "SV-1", "notation": str(n), "title_de": f"Erzeugtes Feld {n}"}
        | {"level": "field"}
        for n in range(1, 10)
    ]
    rows["organisation"] = [
        {"id": f"ORG-e{n:02}", "abbrev": f"E{n:02}", "name_de": f"Erzeugte Stelle {n:02}", "type": "department"}
        for n in range(1, 21)
    ]
    for number in range(1, measures + 1):
        _measure(rows, number, years)
        for quarter in range(years * 4):
            _report(rows, number, quarter, STATUSES[number % len(STATUSES)])
        for step in range(1, 4):
            _milestone(rows, number, step)
    return rows


def _draw(*names: object) -> int:
    """Return a number that looks random and is the same in every run."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, names)).encode()).digest()[:4])


def _measure(rows: Rows, number: int, years: int) -> None:
    identifier, end = f"M-{number:04}", FIRST_YEAR + 1 + _draw("end", number) % years
    moved, status = _draw("moved", number) % 3 == 0, STATUSES[number % len(STATUSES)]
    planned = str(end + 1 if moved else end)
    rows["measure"].append(
        {
            "id": identifier,
            "title_de": f"Erzeugte Maßnahme {number:04}",
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
            "as_of": AS_OF,
        }
    )
    for name, value in (("title_de", f"Erzeugte Maßnahme {number:04}"), ("planned_end", planned), ("field_id", "F-1")):
        rows["history_entry"].append(_entry("measure", identifier, name, value, f"{FIRST_YEAR}-03-31"))
    if moved:
        rows["change_event"].append(_event(identifier, "planned_end", str(end), planned, "date_slip", "2028-03-31"))


def _report(rows: Rows, number: int, quarter: int, status: str) -> None:
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


def _facts(rows: Mapping[str, Sequence[Mapping[str, Any]]], own: Configuration) -> Facts:
    datasets = tuple(_datasets(rows, own))
    release = Release("2031-01-02", TIME, AS_OF, datasets)
    return Facts(release, own.catalogue, own.theme, own.rules, own.entities, own.codelists)


def _datasets(rows: Mapping[str, Sequence[Mapping[str, Any]]], own: Configuration) -> Iterator[Dataset]:
    described = {description["entity"]: (name, description) for name, description in reversed(own.datasets.items())}
    for entity, records in rows.items():
        columns = {p.name: p.dtype for p in own.entities[entity].public}
        frame = pl.DataFrame([{name: record.get(name) for name in columns} for record in records], schema=columns)
        name, description = described[entity]
        yield Dataset(name, entity, frame, description, "d", "m", TIME, TIME, TIME, "2031-01-02")


if __name__ == "__main__":
    main()
