"""A small feed for tests: five tables, two of them yearly members of a series, each in six forms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from flows.contracts import Entity, parse_entity
from flows.model import Dataset, PublishedFile, Release
from flows.publish.vocabulary import FILE_FORMS

ID_BASE = "https://daten.example/"

CATALOGUE: Mapping[str, Any] = {
    "id_base": ID_BASE,
    "uuid_namespace": "3c1c1d5e-7a0e-5d0a-8a55-0d3c6bb1c001",
    "base_url": "https://abruf.example/offen/",
    "license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    "languages": ["DEU", "ENG"],
    "spatial": "http://publications.europa.eu/resource/authority/place/DEU_MUC",
    "political_geocoding_level": "http://dcat-ap.de/def/politicalGeocoding/Level/municipality",
    "contributor_id": "http://dcat-ap.de/def/contributors/landeshauptstadtMuenchen",
    "title": {"de": "Digitale Maßnahmen", "en": "Digital measures"},
    "description": {"de": "Was die Stadt digital vorhat.", "en": "What the city plans to do digitally."},
    "publisher": {
        "id": "ORG-it",
        "type": "LocalAuthority",
        "homepage": "https://stadt.example/",
        "name": {"de": "Stadt Beispiel", "en": "City of Example"},
    },
    "contact": {
        "name": "Offene Daten",
        "email": "offene-daten@stadt.example",
        "url": "https://stadt.example/offene-daten/",
    },
    "attribution": {"de": "Datenquelle: Stadt Beispiel", "en": "Data source: City of Example"},
    "example": False,
}
EXAMPLE: Mapping[str, Any] = {**CATALOGUE, "example": True}

TITLES = {
    "measures": ("Maßnahmen", "Measures"),
    "organisations": ("Organisationseinheiten", "Organisational units"),
    "status_reports": ("Statusmeldungen", "Status reports"),
    "status_reports_2024": ("Statusmeldungen 2024", "Status reports 2024"),
    "status_reports_2025": ("Statusmeldungen 2025", "Status reports 2025"),
}
SUFFIXES = tuple(form.suffix for form in FILE_FORMS)
ENTITIES_OF = {name: re.sub(r"s(_\d{4})?$", "", name) for name in TITLES}


def entities() -> dict[str, Entity]:
    """Return one small schema per kind of record."""
    return {name: parse_entity(_schema(name), {}) for name in {*ENTITIES_OF.values(), "delivery"}}


def release(names: tuple[str, ...] = tuple(TITLES), suffixes: tuple[str, ...] = SUFFIXES) -> Release:
    """Return a release with the tables `names`, each in the forms `suffixes`."""
    datasets = tuple(_dataset(name) for name in names)
    files = {file.path: file for name in names for file in _files(name, suffixes)}
    return Release("2026-03-31", "2026-03-31T08:00:00+02:00", "2025-12-31", datasets, files)


def supplied(whole: Release) -> Release:
    """Return the release with tables that say who handed in its first delivery: the department ORG-bau."""
    made = _dataset("organisations")
    deliveries = {"id": ["D-000001"], "organisation_id": ["ORG-bau"], "received_at": ["2025-12-31"]}
    title = {"de": "Lieferungen", "en": "Deliveries"}
    text = {"de": "Alle Lieferungen.", "en": "All deliveries."}
    description = {**made.description, "title": title, "description": text, "type": ""}
    handed_in = replace(
        made, name="deliveries", entity="delivery", frame=pl.DataFrame(deliveries), description=description
    )
    columns = {"id": pl.String, "name_de": pl.String, "name_en": pl.String, "type": pl.String}
    units = replace(made, frame=pl.DataFrame([("ORG-bau", "Baureferat", None, "department")], columns, orient="row"))
    rest = tuple(dataset for dataset in whole.datasets if dataset.name != "organisations")
    files = {file.path: file for name in ("organisations", "deliveries") for file in _files(name, ("csv",))}
    return replace(whole, datasets=(*rest, units, handed_in), files={**whole.files, **files})


def _schema(name: str) -> dict[str, Any]:
    return {
        "$id": f"{name}/1.0",
        "x-label": {"de": name.capitalize(), "en": name.capitalize()},
        "properties": {"id": {"type": "string", "x-key": True, "x-public": True}},
    }


def _dataset(name: str) -> Dataset:
    de, en = TITLES[name]
    description = {
        "title": {"de": de, "en": en},
        "description": {"de": f"Alle Zeilen: {de}.", "en": f"All rows: {en}."},
        "keywords": {"de": ["Digitalisierung", "Verwaltung"], "en": ["digitalisation", "public administration"]},
        "themes": ["GOVE", "TECH"],
        "frequency": "ANNUAL",
        "type": "CODE_LIST" if name == "organisations" else "",
    }
    return Dataset(
        name=name,
        entity=ENTITIES_OF[name],
        frame=pl.DataFrame({"id": ["1"]}),
        description=description,
        digest="d",
        metadata_digest="m",
        issued="2025-01-15T09:00:00+01:00",
        modified="2026-03-31T08:00:00+02:00",
        data_modified="2026-01-10T09:00:00+01:00",
        version="2026-03-31",
        temporal=None if name == "organisations" else ("2024-01-01", "2025-12-31"),
        deliveries=("D-000001", "D-000002"),
    )


def _files(name: str, suffixes: tuple[str, ...]) -> list[PublishedFile]:
    content = {
        f"data/{name}.{form.suffix}": (form.media_type, f"{name}.{form.suffix}".encode())
        for form in FILE_FORMS
        if form.suffix in suffixes
    }
    return [
        PublishedFile(path, kind, len(data), hashlib.sha256(data).hexdigest(), "c", "2026-01-10T09:00:00+01:00")
        for path, (kind, data) in content.items()
    ]
