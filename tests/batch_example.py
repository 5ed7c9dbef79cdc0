"""Small deliveries that are records already, for the rooms behind normalising; the contracts are the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import deliveries_example
import polars as pl

from flows.contracts import Entity
from flows.history.ledger import current, empty_ledger, record
from flows.model import Batch, Delivery, Feed, Ledger
from flows.normalise.mapping import FILLED_SCHEMA, OUTCOME_SCHEMA, SOURCE_SCHEMA
from flows.validate.rules import Case

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]

CONFIGURATION = deliveries_example.configuration()
ENTITIES: Mapping[str, Entity] = CONFIGURATION.entities
RULES = CONFIGURATION.rules


def recorded_entities() -> dict[str, Entity]:
    return {name: entity for name, entity in ENTITIES.items() if "x-derived" not in entity.schema}


def frame(entity: str, rows: Sequence[Row], delivery: str = "D-000001", day: str = "2024-12-31") -> pl.DataFrame:
    """Return records of one delivery: the columns that any of `rows` names; rows are numbered from 1.

    A row may set `why` (property -> reason), `refused` (properties) and `unchanged`, and `day` as its valid_from.
    """
    said = list(dict.fromkeys(name for row in rows for name in row if name in ENTITIES[entity]))
    reasons = list(dict.fromkeys(name for row in rows for name in row.get("why", {})))
    columns = {name: [row.get(name) for row in rows] for name in dict.fromkeys([*said, *reasons])}
    types = {name: ENTITIES[entity][name].dtype for name in columns}
    made = pl.DataFrame(columns, schema=types)
    stated = [pl.Series(f"_why_{n}", [r.get("why", {}).get(n) for r in rows], dtype=pl.String) for n in columns]
    refused = pl.Series("_refused", [row.get("refused", []) for row in rows], dtype=pl.List(pl.String))
    return made.with_columns(
        *stated,
        refused,
        pl.Series("_unchanged", [row.get("unchanged", False) for row in rows], dtype=pl.Boolean),
        pl.Series("valid_from", [row.get("day", day) for row in rows], dtype=pl.String),
        _delivery=pl.lit(delivery),
        _sheet=pl.lit(""),
        _row=pl.int_range(1, len(rows) + 1, dtype=pl.Int64),
    )


def batch(rows: Rows, number: int = 1, received: str = "2024-12-31", feed: str = "rit/measures") -> Batch:
    """Return what delivery `number` says; every row of it is published so far."""
    name = f"D-{number:06d}"
    records = {entity: frame(entity, own, name, received) for entity, own in rows.items()}
    places = pl.concat([f.select(sheet="_sheet", row="_row") for f in records.values()]).unique(maintain_order=True)
    outcomes = places.with_columns(outcome=pl.lit("published"), rule=pl.lit("")).cast(OUTCOME_SCHEMA)
    sources = pl.DataFrame(schema=SOURCE_SCHEMA)
    delivery = Delivery(name, feed, received, f"{number:064x}", (), "test")
    return Batch(delivery, received, records, outcomes, sources, pl.DataFrame(schema=FILLED_SCHEMA))


def ledger(*batches: Batch) -> Ledger:
    """Return the ledger after these deliveries."""
    kept = empty_ledger(recorded_entities())
    for said in batches:
        kept = record(kept, said, ENTITIES)
    return kept


def case(said: Batch, kept: Ledger | None = None, **mapping: Any) -> Case:
    """Return what the rules see of a delivery of the unit `rit` on top of a ledger."""
    before = kept or ledger()
    known = {name: current(before, name) for name in before.versions}
    feed = Feed("rit", "measures", {"unit": "rit", "tables": [], **mapping})
    return Case(said.records, known, feed, ENTITIES, RULES, said.delivery.received)
