"""What was told before is not told again of a record that a template of ours brings back as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from flows.model import Batch, Finding


def without_repeated(findings: Sequence[Finding], batch: Batch, known: Mapping[str, pl.DataFrame]) -> list[Finding]:
    """Return the findings without warnings about records that say just what is `known` (current versions by entity).

    A template shows the present state: whoever hands it in unchanged was warned when that state was accepted.
    """
    if not batch.on_template:
        return list(findings)
    same = {place for name, frame in batch.records.items() for place in _unchanged(name, frame, known[name])}
    return [f for f in findings if f.level != "WARN" or (f.sheet, f.row, f.entity) not in same]


def _unchanged(name: str, frame: pl.DataFrame, known: pl.DataFrame) -> list[tuple[str, int, str]]:
    stated = [c for c in frame.columns if not c.startswith("_") and c in known.columns and c != "id"]
    joined = frame.join(known, on="id", how="inner", suffix="_before", maintain_order="left")
    equal = [pl.col(c).is_null() | pl.col(c).eq_missing(pl.col(f"{c}_before")) for c in stated if c != "valid_from"]
    rows = joined.filter(pl.all_horizontal(equal)) if equal else joined
    return [(sheet, row, name) for sheet, row in rows.select("_sheet", "_row").rows()]
