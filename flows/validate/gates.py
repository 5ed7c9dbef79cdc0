"""What holds a whole delivery back, so that the last good state stays, until an operator lets it through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from flows.model import Batch, Finding, Level
from flows.validate.rules import Case

OPENABLE = (
    *("no_records", "rows_below_minimum", "rows_halved"),
    *("delivery_is_delta", "delivery_outdated", "column_meaning_changed"),
)
"""Rules that ask whether a delivery is meant as it is; a person may say so. What cannot be read stays unread."""


def gate(batch: Batch, case: Case, levels: Mapping[str, Level]) -> list[Finding]:
    """Return why a delivery holds too few records: none, fewer than agreed, or far fewer than the last one taken.

    `case.rows_before` is how many records of its feed's last delivery were taken. The thresholds are `expect.rows_min`
    of the mapping and `[gate]` of mappings/rules.toml. A delivery that is blocked already is not counted.
    """
    if any(finding.level == "BLOCK" for finding in batch.findings):
        return []
    found = batch.outcomes.filter(pl.col("outcome") != "not_a_record").height
    return [
        Finding(rule, levels[rule], batch.delivery.id, value=str(found), expected=f">= {least}")
        for rule, least in _too_few(found, case)
    ]


def _too_few(found: int, case: Case) -> Iterator[tuple[str, int]]:
    agreed, limits = case.feed.mapping.get("expect", {}).get("rows_min", 0), case.rules["gate"]
    if found < agreed:
        yield "rows_below_minimum", agreed
    elif found == 0:
        yield "no_records", 1
    compared = case.rows_before if case.rows_before >= limits["rows_compared_min"] else 0
    least = -int(-compared * limits["rows_share_min"] // 1)
    if 0 < found < least:
        yield "rows_halved", least


def holding(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that hold a whole delivery back: a BLOCK at a sheet takes that sheet only."""
    return [finding for finding in findings if finding.level == "BLOCK" and not finding.sheet]


def let_through(findings: Sequence[Finding], delivery: str, levels: Mapping[str, Level]) -> list[Finding]:
    """Return the findings on a delivery that an operator accepted: what may be opened only warns, and it is said so."""
    opened = [replace(f, level="WARN") if f in holding([f]) and f.rule in OPENABLE else f for f in findings]
    said = Finding("let_through", levels["let_through"], delivery)
    return [*opened, said] if opened != list(findings) else opened
