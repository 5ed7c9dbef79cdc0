"""Tables become datasets: what they are called, and since when they have been as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from flows.contracts import Entity
from flows.formats.write_csv import write_csv
from flows.model import Dataset
from flows.publish.tables import by_year

DAY_COLUMNS = ("valid_from", "effective_on", "received_at", "as_of")
DELIVERY_COLUMNS = ("source_delivery_id", "delivery_id")


@dataclass(frozen=True)
class Moment:
    """The release that is being made: its id and its time (RFC 3339 with offset)."""

    release: str
    time: str


def describe(
    tables: Mapping[str, pl.DataFrame],
    descriptions: Mapping[str, Mapping[str, Any]],
    entities: Mapping[str, Entity],
    earlier: Mapping[str, Mapping[str, str]],
    now: Moment,
) -> tuple[Dataset, ...]:
    """Return every dataset that is described, and one member per year of those that are a series.

    `earlier` is what the journal's last release says of each dataset. Dates move only where the content moved, and
    only forward: an unchanged dataset keeps all of them (feed.md, harvest-safe).
    """
    return tuple(
        _dataset(name, frame, description, entities[description["entity"]], earlier.get(name), now)
        for name, frame, description in sorted(_members(tables, descriptions), key=lambda member: member[0])
    )


def _members(
    tables: Mapping[str, pl.DataFrame], descriptions: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, pl.DataFrame, Mapping[str, Any]]]:
    for name, description in descriptions.items():
        frame = tables[description["entity"]]
        yield name, frame, description
        if description.get("series", False):
            for year, member in by_year(frame).items():
                yield f"{name}_{year}", member, _of_year(description, year)


def _of_year(description: Mapping[str, Any], year: int) -> dict[str, Any]:
    title = {lang: f"{text} {year}" for lang, text in description["title"].items()}
    return {**description, "title": title, "series": False, "year": year}


def _dataset(
    name: str,
    frame: pl.DataFrame,
    description: Mapping[str, Any],
    entity: Entity,
    earlier: Mapping[str, str] | None,
    now: Moment,
) -> Dataset:
    digest, metadata_digest = content_digest(frame, entity), document_digest([description, entity.schema])
    same_rows = earlier is not None and earlier["digest"] == digest
    same = same_rows and earlier is not None and earlier["metadata_digest"] == metadata_digest
    return Dataset(
        name=name,
        entity=entity.name,
        frame=frame,
        description=description,
        digest=digest,
        metadata_digest=metadata_digest,
        issued=earlier["issued"] if earlier else now.time,
        modified=earlier["modified"] if same and earlier else now.time,
        data_modified=earlier["data_modified"] if same_rows and earlier else now.time,
        version=earlier["version"] if same_rows and earlier else now.release,
        temporal=_temporal(frame),
        deliveries=_deliveries(frame),
    )


def content_digest(frame: pl.DataFrame, entity: Entity) -> str:
    """Return the sha256 of the rows and columns of a table, whatever file it is written to."""
    return hashlib.sha256(write_csv(frame, entity)).hexdigest()


def document_digest(document: Any) -> str:  # noqa: ANN401 (any JSON)
    """Return the sha256 of a JSON document, independent of the order of its keys."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _temporal(frame: pl.DataFrame) -> tuple[str, str] | None:
    """Return the first and last day the rows speak of; None where they carry no day."""
    for column in DAY_COLUMNS:
        if column in frame.columns and frame[column].drop_nulls().len():
            return str(frame[column].min()), str(frame[column].max())
    return None


def _deliveries(frame: pl.DataFrame) -> tuple[str, ...]:
    for column in DELIVERY_COLUMNS:
        if column in frame.columns:
            return tuple(frame[column].drop_nulls().unique().sort())
    return ()


def summary(dataset: Dataset) -> dict[str, str]:
    """Return what the journal keeps of a dataset in a release."""
    names = ("digest", "metadata_digest", "issued", "modified", "data_modified", "version")
    return {name: getattr(dataset, name) for name in names}
