"""Small grids as readers return them, and the contracts the rows become records of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from deliveries_example import configuration

from flows.model import Batch, Delivery, Feed, Table
from flows.normalise.identity import Minted
from flows.normalise.knowledge import Knowledge
from flows.normalise.records import normalise

ENTITIES = configuration().entities
CODELISTS = configuration().codelists
YEARS = (2010, 2045)
Spec = Mapping[str, Any]


def grid(*rows: Sequence[str], sheet: str = "", merged: tuple[tuple[int, int, int, int], ...] = ()) -> Table:
    """Return a grid of these rows, numbered from 1, its columns A, B, C ..."""
    width = max((len(row) for row in rows), default=0)
    filled = [[*row, *[""] * (width - len(row))] for row in rows]
    places = [chr(ord("A") + number) for number in range(width)]
    return Table(sheet, pd.DataFrame(filled, columns=places, index=range(1, len(rows) + 1), dtype=str), "grid", merged)


def listed(*records: Mapping[str, str | None]) -> Table:
    """Return records of a document; a place that one lacks is None."""
    frame = pd.DataFrame(list(records), index=range(1, len(records) + 1), dtype=object)
    return Table("", frame.astype(object).where(frame.notna(), None), "records")


def taken(
    *tables: Table,
    specs: Sequence[Spec],
    given: Sequence[Minted] = (),
    identifiers: Sequence[Minted] = (),
    received: str = "2024-12-31",
    **mapping: Any,
) -> Batch:
    """Normalise tables as a delivery of the unit `rit`."""
    feed = Feed("rit", "measures", {"unit": "rit", "tables": list(specs), **mapping})
    delivery = Delivery("D-000001", feed.id, received, "0" * 64, (), "test")
    return normalise(delivery, tables, feed, Knowledge(ENTITIES, CODELISTS, identifiers, given, YEARS))
