"""A small release for tests: units that form a tree, and reports that name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from flows.contracts import CodeList, Entity, parse_entity
from flows.model import Dataset, PublishedFile, Release

CATALOGUE: Mapping[str, Any] = {
    "id_base": "https://daten.example/",
    "uuid_namespace": "3c1c1d5e-7a0e-5d0a-8a55-0d3c6bb1c001",
    "spatial": "http://publications.europa.eu/resource/authority/place/DEU_MUC",
    "base_url": "https://abruf.example/offen/",
    "license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    "title": {"de": "Meldungen der Stadt", "en": "Reports of the city"},
    "description": {"de": "Was die Ämter melden.", "en": "What the units report."},
    "publisher": {
        "id": "ORG-it",
        "homepage": "https://stadt.example/",
        "name": {"de": "Stadt Beispiel", "en": "City of Example"},
    },
    "contact": {
        "name": "Offene Daten",
        "email": "offene-daten@stadt.example",
        "url": "https://stadt.example/hilfe/",
    },
    "attribution": {"de": "Datenquelle: Stadt Beispiel", "en": "Data source: City of Example"},
    "example": False,
}
STATUS = CodeList(
    "status",
    (
        {"code": "planned", "label_de": "Geplant", "label_en": "Planned"},
        {"code": "completed", "label_de": "Abgeschlossen", "label_en": "Completed"},
    ),
)
CODELISTS = {"status": STATUS}


def _property(de: str, en: str, **schema: Any) -> dict[str, Any]:
    definition = {"de": f"{de}, wie gemeldet.", "en": f"{en} as reported."}
    return {"x-label": {"de": de, "en": en}, "x-definition": definition, "x-public": True, "x-since": "1.0", **schema}


REF = {"x-ref": "unit"}
TEXT = ["string", "null"]
UNIT = {
    "id": _property("Kennung", "Identifier", type="string", pattern="^ORG-[a-z]+$", **{"x-key": True}),
    "title_de": _property("Name", "Name", type="string", minLength=1, maxLength=80),
    "parent_id": _property("Teil von", "Part of", type=TEXT, **REF),
    "homepage": _property("Webseite", "Web page", type=TEXT, format="uri", pattern="^https?://"),
}
REPORT = {
    "id": _property("Kennung", "Identifier", type="string", **{"x-key": True}),
    "unit_id": _property("Amt", "Unit", type=TEXT, **REF),
    "helper_ids": _property("Beteiligte", "Helpers", type=["array", "null"], items={"type": "string"}, **REF),
    "reported_on": _property("Stichtag", "Reporting day", type=TEXT, format="date"),
    "planned_end": _property("Geplantes Ende", "Planned end", type=TEXT, format="edtf"),
    "status_code": _property("Status", "Status", type=TEXT, **{"x-codelist": "status"}),
    "progress_pct": _property("Fortschritt", "Progress", type=["number", "null"], minimum=0, maximum=100),
    "confirmed": _property("Bestätigt", "Confirmed", type=["boolean", "null"]),
    "remark": _property("Bemerkung", "Remark", type=TEXT, **{"x-public": False}),
}  # fmt: skip
ROWS: Mapping[str, list[list[Any]]] = {
    "unit": [["ORG-it", "IT-Amt", None, "https://stadt.example/it"], ["ORG-web", "Webteam <neu>", "ORG-it", None]],
    "report": [
        ["R-1", "ORG-web", ["ORG-it"], "2024-06-30", "2025-06", "planned", 12.5, True, "intern"],
        ["R-2", None, None, None, None, None, None, None, None],
    ],
}
ENTITIES: Mapping[str, Entity] = {
    name: parse_entity(
        {"$id": f"{name}/1.0", "title": name, "x-label": {"de": de, "en": en}, "properties": properties}, CODELISTS
    )
    for name, de, en, properties in (("unit", "Amt", "Unit", UNIT), ("report", "Meldung", "Report", REPORT))
}


def frame(entity: str, rows: list[list[Any]] | None = None) -> pl.DataFrame:
    schema = {p.name: p.dtype for p in ENTITIES[entity].properties}
    return pl.DataFrame(ROWS[entity] if rows is None else rows, schema=schema, orient="row")


def dataset(name: str, entity: str, de: str, en: str, rows: list[list[Any]] | None = None) -> Dataset:
    description = {
        "title": {"de": de, "en": en},
        "description": {"de": f"Alle Zeilen: {de}.", "en": f"All rows: {en}."},
        "keywords": {"de": ["Verwaltung"], "en": ["administration"]},
    }
    time = "2026-03-31T08:00:00+02:00"
    table = frame(entity, rows)
    return Dataset(name, entity, table, description, "d", "m", time, time, time, "2026-03-31")


def release(**rows: list[list[Any]]) -> Release:
    """Return a release of `units` and `reports` with their CSV and workbook; `rows` by entity replace the rows."""
    datasets = (
        dataset("units", "unit", "Ämter", "Units", rows.get("unit")),
        dataset("reports", "report", "Meldungen", "Reports", rows.get("report")),
    )
    files = {
        path: PublishedFile(path, "text/csv", size, "ab" * 32, "c", "2026-03-31T08:00:00+02:00")
        for name in ("units", "reports")
        for path, size in ((f"data/{name}.csv", 834), (f"data/{name}.excel.csv", 900), (f"data/{name}.xlsx", 12_345))
    }
    return Release("2026-03-31", "2026-03-31T08:00:00+02:00", "2025-12-31", datasets, files)
