"""Names of sheets and headings that tell of a person: they would go everywhere, so a number goes in their place.

Where a value came from is published, and findings name their place; a supplier may call a sheet after a colleague.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from flows.model import Batch, Finding, Level
from flows.validate.privacy import personal_places


def discreet_names(names: Iterable[str]) -> dict[str, str]:
    """Return each name as it may be shown: itself, or "(1)", "(2)", ... in the order of names that tell of a person."""
    known = pl.Series(sorted(set(names)), dtype=pl.String)
    personal = known.filter(personal_places(known)).to_list()
    return {**{name: name for name in known}, **{name: f"({n})" for n, name in enumerate(personal, start=1)}}


def without_names(batch: Batch, level: Level) -> Batch:
    """Return a judged delivery whose places no longer name a person, with a finding per sheet that did."""
    sheets = discreet_names([*batch.outcomes["sheet"].unique(), *(finding.sheet for finding in batch.findings)])
    headings = {
        heading: "" if shown != heading else heading
        for heading, shown in discreet_names(
            [*batch.sources["heading"].drop_nulls().unique(), *(finding.heading for finding in batch.findings)]
        ).items()
    }
    told = [
        Finding("personal_data_in_name", level, batch.delivery.id, shown)
        for name, shown in sorted(sheets.items())
        if name != shown
    ]
    if not told and all(headings.get(name, name) == name for name in headings):
        return batch
    shown = [replace(f, sheet=sheets[f.sheet], heading=headings[f.heading]) for f in batch.findings]
    return replace(
        batch,
        records={name: _renamed(frame, {"_sheet": sheets}) for name, frame in batch.records.items()},
        outcomes=_renamed(batch.outcomes, {"sheet": sheets}),
        sources=_renamed(batch.sources, {"sheet": sheets, "heading": headings}),
        filled=_renamed(batch.filled, {"sheet": sheets}),
        findings=(*shown, *told),
    )


def _renamed(frame: pl.DataFrame, names: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    return frame.with_columns(pl.col(column).replace(dict(to)) for column, to in names.items())
