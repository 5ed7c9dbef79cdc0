"""Published tables as a test needs them: the real contracts, and a few rows given by entity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from deliveries_example import configuration

from flows.model import Dataset, Release
from flows.publish.site.facts import Facts

TIME = "2026-11-20T08:00:00+01:00"
Rows = Sequence[Mapping[str, Any]]


def facts(**tables: Rows) -> Facts:
    """Return the facts of a release that holds these rows by entity; what a row does not name is missing in it."""
    given = configuration()
    datasets = tuple(_dataset(entity, rows) for entity, rows in tables.items())
    release = Release("2026-11-20", TIME, "2025-12-31", datasets)
    return Facts(release, given.catalogue, given.theme, given.rules, given.entities, given.codelists)


def _dataset(entity: str, rows: Rows) -> Dataset:
    given = configuration()
    name = next(name for name, described in given.datasets.items() if described["entity"] == entity)
    schema = {prop.name: prop.dtype for prop in given.entities[entity].public}
    frame = pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)
    description = given.datasets[name]
    return Dataset(name, entity, frame, description, "d", "m", TIME, TIME, TIME, "2026-11-20")


def change(subject: str, prop: str, version: int, **more: Any) -> dict[str, Any]:
    """Return a change of a measure, received on 2024-12-31 with delivery D-000001 unless `more` says otherwise."""
    return {
        "entity": "measure",
        "id": subject,
        "property": prop,
        "version": version,
        "measure_id": subject,
        "change_class": "scope",
        "effective_on": "2024-12-31",
        "recorded_at": "2024-12-31",
        "delivery_id": "D-000001",
        "release_id": "2026-11-20",
        **more,
    }


def without_legal(given: Facts, **legal: Any) -> Facts:
    """Return the facts with other legal texts."""
    return replace(given, theme={**given.theme, "legal": {**given.theme["legal"], **legal}})
