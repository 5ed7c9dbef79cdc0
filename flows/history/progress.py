"""Values we compute: slippage, expected progress, schedule light, age of the report. All `as_of` the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from flows.edtf import first_day, last_day
from flows.model import Ledger

FINISHED = ("completed", "discontinued", "merged")


def latest_reports(reports: pl.DataFrame) -> pl.DataFrame:
    """Return the latest status report of each measure, by the day it is valid from, then by recording."""
    return reports.sort("valid_from", "_version").unique("measure_id", keep="last", maintain_order=True)


def baselines(ledger: Ledger) -> pl.DataFrame:
    """Return the first published plan of each measure: `id, baseline_start, baseline_end` (never changed later)."""
    ordered = ledger.versions["measure"].sort("_version")
    first = [pl.col(f"planned_{end}").drop_nulls().first().alias(f"baseline_{end}") for end in ("start", "end")]
    return ordered.group_by("id", maintain_order=True).agg(first)


def derive_measures(
    measures: pl.DataFrame,
    reports: pl.DataFrame,
    late_milestones: pl.DataFrame,
    intervals: pl.DataFrame,
    as_of: str,
    rules: Mapping[str, Any],
) -> pl.DataFrame:
    """Add the derived properties of a measure.

    `measures` holds the current measures with their baselines; `reports` the latest report of each; `late_milestones`
    has `measure_id, days_late`; `intervals` has `_delivery, interval_days` (how often the reporting unit reports).
    Overdue and report age are counted to `as_of` (ISO day); the expected progress is that of the day of the report,
    so that what is claimed and what is expected speak of the same day. Months are calendar months.
    """
    thresholds = rules["schedule"]
    joined = (
        measures.join(_report_columns(reports), left_on="id", right_on="measure_id", how="left", maintain_order="left")
        .join(late_milestones, left_on="id", right_on="measure_id", how="left", maintain_order="left")
        .join(intervals, left_on="_report_delivery", right_on="_delivery", how="left", maintain_order="left")
    )
    today = pl.lit(as_of).str.to_date("%Y-%m-%d", strict=False)
    joined = joined.with_columns(
        _end=last_day(pl.coalesce("_forecast_end", "planned_end")),
        _start=first_day(pl.col("planned_start")),
        _promised=last_day(pl.col("baseline_end")),
        _reported=pl.col("_report_day").str.to_date("%Y-%m-%d"),
        _open=pl.col("_forecast_state").eq_missing("no_new_date"),
        _done=pl.col("status_code").is_in(FINISHED).fill_null(value=False),
        as_of=pl.lit(as_of),
    )
    joined = joined.with_columns(_slippage(today))
    joined = joined.with_columns(_expected(), _overdue(today), *_report_age(today, thresholds["overdue_factor"]))
    joined = joined.with_columns((pl.col("progress_pct") - pl.col("expected_pct")).round(1).alias("progress_gap_pp"))
    return joined.with_columns(_light(thresholds).alias("schedule_computed"))


def _report_columns(reports: pl.DataFrame) -> pl.DataFrame:
    return reports.select(
        "measure_id",
        "status_code",
        "progress_pct",
        pl.col("id").alias("latest_report_id"),
        pl.col("forecast_end").alias("_forecast_end"),
        pl.col("forecast_state").alias("_forecast_state"),
        pl.col("valid_from").alias("_report_day"),
        pl.col("_delivery").alias("_report_delivery"),
    )


def _months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    return (end.dt.year() - start.dt.year()) * 12 + end.dt.month().cast(pl.Int64) - start.dt.month().cast(pl.Int64)


def _slippage(today: pl.Expr) -> list[pl.Expr]:
    moved = _months(pl.col("_promised"), pl.col("_end")).cast(pl.Int64)
    at_least = _months(pl.col("_promised"), today).cast(pl.Int64)
    open_ended = pl.col("_open")
    state = (
        pl.when(open_ended)
        .then(pl.lit("open_ended"))
        .when(moved > 0)
        .then(pl.lit("later"))
        .when(moved < 0)
        .then(pl.lit("earlier"))
        .when(moved == 0)
        .then(pl.lit("none"))
        .otherwise(pl.lit("unknown"))
    )
    return [
        pl.when(open_ended).then(None).otherwise(moved).alias("slippage_months"),
        pl.when(open_ended & (at_least > 0)).then(at_least).otherwise(None).alias("slippage_at_least_months"),
        state.alias("slippage_state"),
    ]


def _expected() -> pl.Expr:
    elapsed = (pl.col("_reported") - pl.col("_start")).dt.total_days()
    duration = (last_day(pl.col("planned_end")) - pl.col("_start")).dt.total_days()
    share = (100 * elapsed / duration).clip(0, 100).round(1)
    return pl.when(duration > 0).then(share).otherwise(None).alias("expected_pct")


def _overdue(today: pl.Expr) -> pl.Expr:
    days = (today - last_day(pl.col("planned_end"))).dt.total_days().clip(0, None)
    counted = ~pl.col("_done") & (pl.col("status_code") != "unknown").fill_null(value=False)
    return pl.when(counted).then(days).otherwise(None).alias("overdue_days")


def _report_age(today: pl.Expr, factor: float) -> list[pl.Expr]:
    age = (today - pl.col("_reported")).dt.total_days()
    return [age.alias("report_age_days"), (age > factor * pl.col("interval_days")).alias("report_overdue")]


def _light(thresholds: Mapping[str, Any]) -> pl.Expr:
    """Return the computed schedule light: grey where nothing can be said, else the worst of its signs."""
    gap, late = pl.col("progress_gap_pp"), pl.col("days_late").fill_null(0)
    overdue = pl.col("overdue_days").fill_null(0) > 0
    dated = pl.col("_end").is_not_null() & pl.col("status_code").is_not_null()
    grey = pl.col("status_code").is_in(["planned", "unknown"]) | ~dated
    red = (gap < thresholds["yellow_gap_pp"]) | overdue | (late > thresholds["milestone_late_days"])
    yellow = (gap < thresholds["green_gap_pp"]) | (late > 0)
    return (
        pl.when(pl.col("_done") | grey & ~pl.col("_open"))
        .then(pl.lit("grey"))
        .when(red.fill_null(value=False) | pl.col("_open"))
        .then(pl.lit("red"))
        .when(yellow.fill_null(value=False))
        .then(pl.lit("yellow"))
        .when(gap.is_null())
        .then(pl.lit("grey"))
        .otherwise(pl.lit("green"))
    )


def late_milestones(milestones: pl.DataFrame, as_of: str) -> pl.DataFrame:
    """Return how late the latest open milestone of each measure is: `measure_id, days_late`, counted to `as_of`."""
    # Before the first delivery there is no day to count to.
    today = pl.lit(as_of).str.to_date("%Y-%m-%d", strict=False)
    open_ones = milestones.filter(pl.col("status_code").is_in(["scheduled", "not_met"]))
    days = (today - last_day(pl.col("due_date"))).dt.total_days().clip(0, None).alias("days_late")
    return open_ones.select("measure_id", days).group_by("measure_id").agg(pl.col("days_late").max())
