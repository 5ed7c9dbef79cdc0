"""Whether a delivery is the kind of thing its feed delivered before: as much of it, as new, and with the same meaning.

What is found here holds the delivery back until an operator lets it through (deliveries.md 27, 42 and 43).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from flows.edtf import last_day
from flows.model import Batch, Finding, Level
from flows.validate.rules import Case


def drift(batch: Batch, case: Case, levels: Mapping[str, Level]) -> list[Finding]:
    """Return why a delivery is not what its feed delivered before; one that is blocked already is not looked at."""
    if any(finding.level == "BLOCK" for finding in batch.findings):
        return []
    found = [*_delta(batch, case), *_outdated(case), *_other_meaning(batch, case)]
    return [
        Finding(rule, levels[rule], batch.delivery.id, "", None, "", "", *place, value, expected)
        for rule, place, value, expected in found
    ]


Said = Iterator[tuple[str, tuple[str, str], str, str]]
"""Rule, (entity, property), value, expected."""


def _delta(batch: Batch, case: Case) -> Said:
    """Ask whether only changes were handed in: too few of the measures known of this feed are there.

    Where the last delivery that was taken had fewer rows (an operator let it through), that many are expected.
    """
    frame = batch.records.get("measure")
    limits = case.rules["drift"]
    known = min(len(case.before), case.rows_before or len(case.before))
    if frame is None or known < limits["compared_min"]:
        return
    common = len(case.before & set(frame["id"]))
    least = limits["overlap_min"] * known
    if common < least:
        yield "delivery_is_delta", ("measure", ""), str(common), f">= {-int(-least // 1)}"


def _outdated(case: Case) -> Said:
    """Ask whether an old file came again: its latest reporting day lies before the latest known of the same measures.

    A delivery that calls itself a correction may look back.
    """
    frame = case.records.get("status_report")
    if frame is None or "reporting_date" not in frame.columns:
        return
    if "report_state" in frame.columns and (frame["report_state"] == "corrected").any():
        return
    known = case.known["status_report"].filter(pl.col("measure_id").is_in(list(case.before)))
    before, now = (_latest(reports) for reports in (known, frame))
    if before and now and now < before:
        yield "delivery_outdated", ("status_report", "reporting_date"), now, f">= {before}"


def _latest(reports: pl.DataFrame) -> str:
    day = reports.select(last_day(pl.col("reporting_date")).max()).item()
    return str(day) if day else ""


def _other_meaning(batch: Batch, case: Case) -> Said:
    """Ask whether a column means something else now: far fewer of its cells can be read than last time."""
    limits = case.rules["drift"]
    for target in sorted(batch.readable.keys() & case.readable.keys()):
        shares = [read / filled for read, filled in (case.readable[target], batch.readable[target])]
        least = shares[0] - limits["readable_drop"]
        if batch.readable[target][1] >= limits["compared_min"] and shares[1] < least:
            entity, name = target.split(".", 1)
            yield "column_meaning_changed", (entity, name), f"{shares[1]:.0%}", f">= {least:.0%}"
