"""Tables become datasets: what they are called, and since when they have been as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from flows.contracts import CodeList, Entity
from flows.formats.write_csv import write_csv
from flows.model import Dataset
from flows.publish.notes import version_notes
from flows.publish.tables import by_year

DAY_COLUMNS = ("valid_from", "effective_on", "received_at", "as_of")
DELIVERY_COLUMNS = ("source_delivery_id", "delivery_id")
WITHDRAWN = {"de": "zurückgezogen", "en": "withdrawn"}
# What mappings/catalogue.toml says of every dataset: a licence that changes is news for harvesters too.
STEWARDSHIP = (
    *("id_base", "uuid_namespace", "base_url", "example", "publisher", "contact", "license", "attribution"),
    *("languages", "spatial", "political_geocoding_level", "contributor_id"),
)
Earlier = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Moment:
    """The release that is being made: its id and its time (RFC 3339 with offset)."""

    release: str
    time: str


@dataclass(frozen=True)
class Terms:
    """What datasets are described with: their descriptions, the schemas, the code lists, mappings/catalogue.toml."""

    descriptions: Mapping[str, Mapping[str, Any]]
    entities: Mapping[str, Entity]
    codelists: Mapping[str, CodeList]
    catalogue: Mapping[str, Any]


def describe(tables: Mapping[str, pl.DataFrame], terms: Terms, earlier: Earlier, now: Moment) -> tuple[Dataset, ...]:
    """Return every dataset that is described, and one member per year of those that are a series.

    `earlier` is what the journal's last release says of each dataset. Dates move only where the content moved, and
    only forward: an unchanged dataset keeps all of them (feed.md, harvest-safe). A year that was published stays,
    without rows where its reports are gone: harvesters delete what they no longer find.
    """
    members = sorted(_members(tables, terms, earlier), key=lambda member: member[0])
    return tuple(
        _noted(_dataset(name, frame, description, terms, earlier.get(name), now), tables, terms)
        for name, frame, description in members
    )


def _members(
    tables: Mapping[str, pl.DataFrame], terms: Terms, earlier: Earlier
) -> Iterator[tuple[str, pl.DataFrame, Mapping[str, Any]]]:
    for name, described in terms.descriptions.items():
        frame, description = tables[described["entity"]], _of_city(_withdrawn(described), terms.catalogue)
        yield name, frame, description
        if description.get("series", False):
            years = by_year(frame)
            for year in sorted({*years, *_known_years(name, earlier)}):
                yield f"{name}_{year}", years.get(year, frame.clear()), _of_year(description, year)


def _of_city(description: Mapping[str, Any], catalogue: Mapping[str, Any]) -> dict[str, Any]:
    """Add the keywords the city has for all its datasets."""
    ours = catalogue.get("keywords", {})
    words = {lang: [*dict.fromkeys([*own, *ours.get(lang, ())])] for lang, own in description["keywords"].items()}
    return {**description, "keywords": words}


def _known_years(name: str, earlier: Earlier) -> set[int]:
    prefix = f"{name}_"
    return {int(year) for known in earlier if (year := known.removeprefix(prefix)) != known and year.isdecimal()}


def _of_year(description: Mapping[str, Any], year: int) -> dict[str, Any]:
    title = {lang: f"{text} {year}" for lang, text in description["title"].items()}
    return {**description, "title": title, "series": False, "year": year}


def _withdrawn(description: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let title and description say so where a dataset was withdrawn: it stays, and nobody overlooks it."""
    if "withdrawn" not in description:
        return description
    day, reason = description["withdrawn"]["date"], description["withdrawn"]["reason"]
    said = {"de": f"Zurückgezogen am {day}: {reason['de']}", "en": f"Withdrawn on {day}: {reason['en']}"}
    title = {lang: f"{text} ({WITHDRAWN[lang]})" for lang, text in description["title"].items()}
    texts = {lang: f"{said[lang]} {text}" for lang, text in description["description"].items()}
    return {**description, "title": title, "description": texts}


def _dataset(
    name: str,
    frame: pl.DataFrame,
    description: Mapping[str, Any],
    terms: Terms,
    earlier: Mapping[str, str] | None,
    now: Moment,
) -> Dataset:
    entity = terms.entities[description["entity"]]
    digest, metadata_digest = content_digest(frame, entity), _metadata_digest(description, entity, terms)
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
        modified=earlier["modified"] if same and earlier else _forward(earlier, "modified", now),
        data_modified=earlier["data_modified"] if same_rows and earlier else _forward(earlier, "data_modified", now),
        version=earlier["version"] if same_rows and earlier else now.release,
        temporal=_temporal(frame),
        deliveries=_deliveries(frame),
    )


def catalogue_summary(catalogue: Mapping[str, Any], earlier: Mapping[str, str] | None, now: Moment) -> dict[str, str]:
    """Return what the journal keeps of the catalogue itself: the digest of what it says, and since when it says so.

    `earlier` is what the last release kept. A new title of the catalogue moves its date and no dataset's.
    """
    said = document_digest({key: catalogue[key] for key in ("title", "description", *STEWARDSHIP) if key in catalogue})
    same = earlier is not None and earlier["metadata_digest"] == said
    modified = earlier["modified"] if same and earlier else _forward(earlier, "modified", now)
    return {"metadata_digest": said, "modified": modified}


def _forward(earlier: Mapping[str, str] | None, date: str, now: Moment) -> str:
    """Return the time of the release, or the earlier one where a clock ran back: harvesters skip what is older."""
    return max(now.time, earlier[date], key=datetime.fromisoformat) if earlier else now.time


def _metadata_digest(description: Mapping[str, Any], entity: Entity, terms: Terms) -> str:
    """Return the digest of all that is said of a dataset: in its own words, its schema's, its code lists', ours."""
    lists = {prop.codelist: terms.codelists[prop.codelist].rows for prop in entity.public if prop.codelist}
    ours = {key: terms.catalogue[key] for key in STEWARDSHIP if key in terms.catalogue}
    return document_digest([description, entity.schema, lists, ours])


def _noted(dataset: Dataset, tables: Mapping[str, pl.DataFrame], terms: Terms) -> Dataset:
    classes = terms.codelists["change_class"]
    notes = version_notes(dataset.frame, dataset.entity, dataset.version, tables["change_event"], classes)
    return replace(dataset, notes=notes)


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
