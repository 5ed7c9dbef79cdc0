"""Flat records, as the readers of JSON and XML make them, and the table they become."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pandas as pd

from flows.formats.columns import LIST_SEPARATOR
from flows.formats.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from flows.formats.refusal import oversized
from flows.model import Table

Flat = dict[str, str | None]
"""One record: the text at each place, None where the supplier wrote null."""


def check_rows(count: int, what: str) -> None:
    """Raise Unreadable where there are more rows than MAX_ROWS."""
    if count > MAX_ROWS:
        raise oversized(f"{count} {what}", MAX_ROWS)


def records_table(flats: Sequence[Flat], sheet: str, rows: Sequence[int] = ()) -> Table:
    """Make a table of flat records: places in order of first appearance, None where a record lacks one.

    `rows` are the row numbers, from 1 on without them. A place that is None throughout and has places below it was
    only ever a missing group, and is no column. Raises Unreadable beyond the limits.
    """
    check_rows(len(flats), "records")
    places: dict[str, None] = {}
    for flat in flats:
        places.update(dict.fromkeys(flat))
        if len(places) > MAX_COLUMNS or len(places) * len(flats) > MAX_CELLS:
            raise oversized(f"{len(flats)} records of {len(places)} or more places", MAX_CELLS)
    groups = {ancestor for place in places for ancestor in _ancestors(place)}
    columns = {place: [flat.get(place) for flat in flats] for place in places}
    kept = {
        place: cells for place, cells in columns.items() if place not in groups or any(c is not None for c in cells)
    }
    index = pd.Index(list(rows), dtype="int64") if rows else pd.RangeIndex(1, len(flats) + 1)
    return Table(sheet, pd.DataFrame(kept, index=index, dtype=object), "records")


def _ancestors(place: str) -> Iterable[str]:
    return (place[:end] for end, char in enumerate(place) if char == "/")


def join_list(items: Sequence[str | None]) -> str:
    """Join the items of a list by `|`; as a JSON array where an item holds a `|` and would read as two."""
    texts = [item or "" for item in items]
    if any(LIST_SEPARATOR in text for text in texts):
        return json.dumps(texts, ensure_ascii=False)
    return LIST_SEPARATOR.join(texts)
