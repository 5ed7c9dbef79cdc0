"""The nouns of the house: frozen dataclasses, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd
import polars as pl

Level = Literal["INFO", "FIX", "WARN", "ERROR", "BLOCK"]
Outcome = Literal["published", "published_with_finding", "carried_forward", "quarantined", "not_a_record"]
Layout = Literal["grid", "records"]


@dataclass(frozen=True)
class Feed:
    """One mapping file: where a department's file comes from and what its headings and words mean."""

    unit: str
    name: str
    mapping: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Return `<unit>/<name>`, the path of the mapping file without its suffix."""
        return f"{self.unit}/{self.name}"


@dataclass(frozen=True)
class Part:
    """One file of a delivery; the name stays internal, it may hold a person's name."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Delivery:
    """What a department handed in at one time: ordered parts, one sha256, origin, day of receipt (ISO).

    `cells` is the sha256 under which its cells are kept in place of its parts, None where the parts are kept.
    """

    id: str
    feed: str
    received: str
    sha256: str
    parts: tuple[Part, ...]
    origin: str
    cells: str | None = None


Spot = tuple[int, str]
"""A cell of a sheet: its row (from 1) and the letters of its column."""


@dataclass(frozen=True)
class Marks:
    """What a sheet shows, or hides, beside the values of its cells.

    `hidden_rows` and `hidden_columns` (letters) are not to be seen; `comments` are cells with a note that is not ours,
    `struck` those whose text is struck through, at least in part; `fills` is the colour of cells that hold nothing
    else: `RRGGBB`, or `theme-4` and `indexed-10` as the file has it.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[str] = frozenset()
    comments: frozenset[Spot] = frozenset()
    struck: frozenset[Spot] = frozenset()
    fills: Mapping[Spot, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Cells as delivered.

    `cells` is all text: the index holds the row number as the supplier sees it (from 1), the columns hold the place
    of a column (`A`, `B`, ... in a grid; JSON pointer or XPath, relative to the record, in a list of records).
    An empty cell is "", a place that a record lacks (or that is null) is None.
    `merged` lists merged ranges of a grid as (first row, first column, last row, last column), all from 1.
    """

    sheet: str
    cells: pd.DataFrame
    layout: Layout
    merged: tuple[tuple[int, int, int, int], ...] = ()
    marks: Marks = Marks()


@dataclass(frozen=True)
class Finding:
    """One thing somebody should know about a delivery; `rule` is a code of the code list finding_rule."""

    rule: str
    level: Level
    delivery: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    heading: str = ""
    entity: str = ""
    property: str = ""
    value: str = ""
    expected: str = ""


@dataclass(frozen=True)
class Batch:
    """What one delivery says, as records.

    `records` maps an entity to a frame: the schema's columns that this delivery asserts, `_why_<property>` where a
    value is missing for a stated reason, and `_delivery, _sheet, _row`. `outcomes` has one row per delivered row:
    `sheet, row, outcome, rule`. `sources` says which column held which property: `sheet, entity, property, place,
    heading`. `filled` names cells that took their value from a merged cell above: `entity, property, sheet, row,
    from_row`. `minted` are the aliases that got a new id: `scheme, value, id`. `readable` tells of each column
    (`entity.property`) how many of its filled cells could be read, and how many there are; `on_template` whether it
    came on a template of ours.
    """

    delivery: Delivery
    valid_from: str
    records: Mapping[str, pl.DataFrame]
    outcomes: pl.DataFrame
    sources: pl.DataFrame
    filled: pl.DataFrame
    minted: tuple[tuple[str, str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    on_template: bool = False
    readable: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Ledger:
    """All that was ever accepted.

    `versions` maps an entity to its versions: the schema's columns, `missing_reasons`, `valid_from`, `recorded_at`,
    `_version` (from 1, in order of recording, over all entities) and `_delivery, _sheet, _row`. `exceptions` names
    the values of a version that came from elsewhere than its own row: `entity, id, _version, property, delivery,
    sheet, row, how`. Nothing in it is ever overwritten.
    """

    versions: Mapping[str, pl.DataFrame]
    exceptions: pl.DataFrame


@dataclass(frozen=True)
class Dataset:
    """One table as it is published.

    `digest` covers the rows and columns, `metadata_digest` the description and the schema. `issued` and `modified`
    are RFC 3339 times with offset of the first release and of the last release that changed it, `data_modified` of
    the last that changed its rows; `version` is that release's id. `temporal` is the first and last day covered.
    `deliveries` are the public ids of the deliveries its rows came from. `notes` says by language what `version`
    changed, where the change events tell.
    """

    name: str
    entity: str
    frame: pl.DataFrame
    description: Mapping[str, Any]
    digest: str
    metadata_digest: str
    issued: str
    modified: str
    data_modified: str
    version: str
    temporal: tuple[str, str] | None = None
    deliveries: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PublishedFile:
    """One file of a release: its path under the docroot, what it is, and since when it has this content."""

    path: str
    media_type: str
    bytes: int
    sha256: str
    content_digest: str
    modified: str


@dataclass(frozen=True)
class Release:
    """One complete docroot: id (`2026-11-20`, a second one that day `2026-11-20.2`), time, datasets and files.

    `retractions` are the notices of what was taken out of published data, `catalogue` is the digest of
    what the catalogue says of itself (`metadata_digest`) and since when it does (`modified`).
    """

    id: str
    time: str
    as_of: str
    datasets: tuple[Dataset, ...]
    files: Mapping[str, PublishedFile] = field(default_factory=dict)
    retractions: tuple[Mapping[str, str | None], ...] = ()
    catalogue: Mapping[str, str] = field(default_factory=dict)
