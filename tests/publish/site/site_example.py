"""A made-up city for the tests of the pages: the real contracts, a handful of measures that nobody plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from flows.model import Dataset, Release
from flows.publish.site.facts import Facts
from flows.publish.site.pages import site_files
from flows.settings import Configuration, load

ROOT = Path(__file__).resolve().parents[3]
TIME = "2030-03-31T08:00:00+02:00"
AS_OF = "2030-03-31"
THEME: Mapping[str, Any] = {
    "name": {"de": "Seiten von Musterstadt", "en": "Pages of Sampletown"},
    "claim": {"de": "Was zugesagt ist", "en": "What is promised"},
    "introduction": {"de": "Erfundene Maßnahmen.", "en": "Invented measures."},
    "colours": {"light": "#0b5394", "dark": "#8cc8ff"},
    "texts": {},
    "logo": "",
}


@cache
def configuration() -> Configuration:
    return load(ROOT, environ={})


def facts(**tables: Sequence[Mapping[str, Any]]) -> Facts:
    """Return the facts of a release with these records by entity; what a record leaves out is empty."""
    own = configuration()
    described = {description["entity"]: (name, description) for name, description in reversed(own.datasets.items())}
    datasets = []
    for entity, records in tables.items():
        columns = {p.name: p.dtype for p in own.entities[entity].public}
        rows = [{name: record.get(name) for name in columns} for record in records]
        assert not [name for record in records for name in record if name not in columns]
        name, description = described[entity]
        frame = pl.DataFrame(rows, schema=columns)
        datasets.append(Dataset(name, entity, frame, description, "d", "m", TIME, TIME, TIME, "2030-03-31"))
    release = Release("2030-03-31", TIME, AS_OF, tuple(datasets))
    catalogue = {
        **own.catalogue,
        "example": False,
        "title": THEME["name"],
        "description": THEME["introduction"],
        "attribution": {"de": "Datenquelle: Musterstadt", "en": "Data source: Sampletown"},
        "publisher": {**own.catalogue["publisher"], "name": {"de": "Musterstadt", "en": "Sampletown"}},
    }
    return Facts(release, catalogue, {**own.theme, **THEME}, own.rules, own.entities, own.codelists)


def measure(identifier: str, title: str, **more: Any) -> dict[str, Any]:
    """Return a measure of field F-1 whose end was never promised, unless `more` says otherwise."""
    plain = {"field_id": "F-1", "slippage_state": "unknown", "schedule_computed": "grey", "as_of": AS_OF}
    plain |= {"status_code": "unknown", "lead_confirmed": True, "report_overdue": False}
    return {"id": identifier, "title_de": title, **plain, **more}


def report(identifier: str, measure_id: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": identifier,
        "measure_id": measure_id,
        "status_code": status,
        "report_state": "received",
        "valid_from": "2030-01-31",
        "recorded_at": "2030-02-01",
        "source_delivery_id": "D-000001",
        **more,
    }


def event(measure_id: str, name: str, old: str | None, new: str, kind: str, day: str) -> dict[str, Any]:
    """Return a published change of a measure."""
    return {
        "entity": "measure",
        "id": measure_id,
        "measure_id": measure_id,
        "property": name,
        "version": 1,
        "old_value": old,
        "new_value": new,
        "change_class": kind,
        "effective_on": day,
        "recorded_at": day,
        "delivery_id": "D-000001",
        "release_id": "2030-03-31",
    }


FIELDS = [
    {"id": "F-1", "strategy_version_id": "SV-1", "notation": "1", "title_de": "Erstes Feld", "level": "field"},
    {"id": "F-2", "strategy_version_id": "SV-1", "notation": "2", "title_de": "Zweites Feld", "level": "field"},
    {"id": "F-0", "strategy_version_id": "SV-0", "title_de": "Altes Feld", "level": "field", "successor_ids": ["F-2"]},
]
VERSIONS = [
    {"id": "SV-0", "strategy_id": "S-1", "title_de": "Erste Fassung", "kind": "original", "ordinal": 0},
    {"id": "SV-1", "strategy_id": "S-1", "title_de": "Zweite Fassung", "kind": "amendment", "ordinal": 1},
]
UNITS = [
    {"id": "ORG-a", "abbrev": "A", "name_de": "Amt A", "type": "department"},
    {"id": "ORG-b", "abbrev": "B", "name_de": "Amt B", "type": "department"},
]
MEASURES = [
    measure(
        *("M-0001", "Verschobenes Vorhaben"),
        **{"status_code": "in_progress", "latest_report_id": "SR-2", "lead_org_ids": ["ORG-a"], "progress_pct": 40.0},
        **{"baseline_start": "2028", "baseline_end": "2029", "planned_start": "2028", "planned_end": "2030"},
        **{"slippage_state": "later", "slippage_months": 12, "overdue_days": 0, "expected_pct": 69.5},
    ),
    measure(
        *("M-0002", "Offenes Vorhaben"),
        **{"status_code": "in_progress", "latest_report_id": "SR-3", "lead_org_ids": ["ORG-a", "ORG-b"]},
        **{"baseline_start": "2028", "baseline_end": "2029-12", "planned_start": "2028", "planned_end": "2029-12"},
        **{"slippage_state": "open_ended", "slippage_at_least_months": 3, "overdue_days": 90},
    ),
    measure("M-0003", "Fertiges Vorhaben", status_code="completed", latest_report_id="SR-4", field_id="F-2"),
    measure("M-0004", "Stilles Vorhaben", missing_reasons=["planned_end=not_decided"]),
    measure("M-0005", "Beendetes Vorhaben", status_code="discontinued", latest_report_id="SR-5", field_id="F-2"),
]
REPORTS = [
    report("SR-1", "M-0001", "planned", reporting_date="2029-01", valid_from="2029-01-31", recorded_at="2029-02-01"),
    report("SR-2", "M-0001", "in_progress", reporting_date="2030-01", progress_pct=40.0, reason_code="procurement"),
    report("SR-3", "M-0002", "in_progress", forecast_state="no_new_date", postponed_on="2029-11-05"),
    report("SR-4", "M-0003", "completed", reporting_date="2030-01-15"),
    report("SR-5", "M-0005", "discontinued", reason_text_de="Es fehlte an Geld."),
]
SERVICES = [
    {
        "id": "L-1",
        "title_de": "Ausweis",
        "state": "not_possible",
        "obstacle_de": "Gesetz",
        "offline_way_de": "Schalter",
    },
    {"id": "L-2", "title_de": "Anmeldung", "state": "live", "identification": "account", "url": "https://amt.example/"},
]
RELATIONS = [{"id": "R-1", "from_measure_id": "M-0001", "to_measure_id": "M-0003", "type": "depends_on"}]


@cache
def city() -> Facts:
    """Return a city in which each case stands once."""
    return facts(
        measure=MEASURES,
        status_report=REPORTS,
        field_of_action=FIELDS,
        strategy_version=VERSIONS,
        organisation=UNITS,
        service=SERVICES,
        measure_relation=RELATIONS,
        change_event=[event("M-0001", "planned_end", "2029", "2030", "date_slip", "2030-02-01")],
    )


@cache
def pages() -> Mapping[str, bytes]:
    """Return every file of the pages of `city`, by path."""
    made = (file for file in site_files(city()) if isinstance(file, tuple))
    return {path: content for path, _, content in made}
