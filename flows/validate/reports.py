"""Rules about status reports: what a report says against the last one, and what it leaves unexplained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from flows.edtf import first_day, last_day
from flows.validate.rules import Case, hits

REPORT = "status_report"
SETBACKS = (
    *("planned>on_hold", "planned>discontinued", "in_progress>on_hold", "in_progress>discontinued"),
    *("on_hold>discontinued", "completed>in_progress", "discontinued>planned", "discontinued>in_progress"),
)
"""Steps from one status to another that need a reason (domain.md, code list and transitions)."""


def last_reports(case: Case) -> pl.DataFrame:
    """Return the last accepted report of each measure: `measure_id`, `_since` (valid from) and `_before_<property>`."""
    known = case.known[REPORT].sort("valid_from", "_version").unique("measure_id", keep="last", maintain_order=True)
    properties = ("status_code", "progress_pct", "forecast_end")
    named = [pl.col(name).alias(f"_before_{name}") for name in properties]
    return known.select("measure_id", pl.col("valid_from").alias("_since"), *named)


def _against_last(case: Case) -> pl.DataFrame | None:
    """Return the reports beside the last one of the same measure, where they are not older; all columns are there."""
    frame = case.records.get(REPORT)
    if frame is None:
        return None
    entity = case.entities[REPORT]
    wanted = ("status_code", "progress_pct", "forecast_end", "reason_code", "reason_text_de", "report_state")
    absent = [pl.lit(None, dtype=entity[name].dtype).alias(name) for name in wanted if name not in frame.columns]
    joined = frame.with_columns(absent).join(last_reports(case), on="measure_id", how="left", maintain_order="left")
    return joined.filter((pl.col("valid_from") >= pl.col("_since")) & ~pl.col("_unchanged"))


def reason_needed(case: Case) -> list[pl.LazyFrame]:
    """Ask for the reason where the status got worse, the progress fell or the end moved (domain.md, consistency)."""
    frame = _against_last(case)
    if frame is None:
        return _plan_moved(case, pl.Series([], dtype=pl.String))
    silent = pl.col("reason_code").is_null() & pl.col("reason_text_de").is_null()
    step = pl.concat_str("_before_status_code", "status_code", separator=">")
    later = last_day(pl.col("forecast_end")) > last_day(pl.col("_before_forecast_end"))
    worse = {
        "status_code": step.is_in(SETBACKS),
        "progress_pct": pl.col("progress_pct") < pl.col("_before_progress_pct"),
        "forecast_end": later,
    }
    found = [
        hits(frame, silent & broken, "reason_needed", REPORT, name, pl.col(f"_before_{name}").cast(pl.String))
        for name, broken in worse.items()
    ]
    return [*found, *_plan_moved(case, frame.filter(~silent)["measure_id"])]


def _plan_moved(case: Case, explained: pl.Series) -> list[pl.LazyFrame]:
    """Ask for the reason where the planned end moved and no report of this delivery explains anything."""
    frame = case.records.get("measure")
    if frame is None or "planned_end" not in frame.columns:
        return []
    before = case.known["measure"].select("id", pl.col("planned_end").alias("_before"))
    joined = frame.join(before, on="id", how="left", maintain_order="left")
    later = last_day(pl.col("planned_end")) > last_day(pl.col("_before"))
    moved = later & ~pl.col("id").is_in(explained.implode())
    return [hits(joined, moved, "reason_needed", "measure", "planned_end", pl.col("_before"))]


def abrupt_change(case: Case) -> list[pl.LazyFrame]:
    """Point out a progress far from the last accepted one, and amounts and values of another order of magnitude."""
    limits = case.rules["plausible"]
    frame = _against_last(case)
    found = []
    if frame is not None:
        far = (pl.col("progress_pct") - pl.col("_before_progress_pct")).abs() > limits["progress_jump_pp"]
        far &= pl.col("status_code").ne_missing("completed")
        found.append(hits(frame, far, "abrupt_change", REPORT, "progress_pct", pl.col("_before_progress_pct")))
    for name, prop in (("budget", "amount_eur"), ("observation", "value"), ("indicator", "target_value")):
        found += _other_magnitude(case, name, prop, limits)
    return found


def _other_magnitude(case: Case, name: str, prop: str, limits: Mapping[str, Any]) -> list[pl.LazyFrame]:
    frame = case.records.get(name)
    if frame is None or prop not in frame.columns:
        return []
    before = case.known[name].select("id", pl.col(prop).alias("_before"))
    joined = frame.join(before, on="id", how="left", maintain_order="left")
    ratio = (pl.col(prop) / pl.col("_before")).abs()
    far = (pl.col("_before") != 0) & ((ratio >= limits["factor_max"]) | (ratio <= 1 / limits["factor_max"]))
    return [hits(joined, far, "abrupt_change", name, prop, pl.col("_before").cast(pl.String))]


def results_inconsistent(case: Case) -> list[pl.LazyFrame]:
    """Point out results that do not give the reported progress, or more of them than were aimed at."""
    frame = case.records.get(REPORT)
    if frame is None or not {"results_reached", "results_total"} <= set(frame.columns):
        return []
    reached, total = pl.col("results_reached"), pl.col("results_total")
    wrong = reached > total
    if {"progress_pct", "progress_method"} <= set(frame.columns):
        off = (100 * reached / total - pl.col("progress_pct")).abs() > 1
        wrong |= (off & (pl.col("progress_method") == "results_share")).fill_null(value=False)
    return [hits(frame, wrong, "results_inconsistent", REPORT, "results_reached", "results_total, progress_pct")]


def started_in_future(case: Case) -> list[pl.LazyFrame]:
    """Point out a measure in progress whose actual start lies after the day the report is about."""
    frame, measures = case.records.get(REPORT), case.records.get("measure")
    if frame is None or "status_code" not in frame.columns:
        return []
    starts = case.known["measure"].select("id", "actual_start")
    if measures is not None and "actual_start" in measures.columns:
        own = measures.select("id", "actual_start")
        starts = pl.concat([starts.join(own, on="id", how="anti"), own]).unique("id", keep="last")
    joined = frame.join(starts, left_on="measure_id", right_on="id", how="left", maintain_order="left")
    day = pl.col("valid_from").str.to_date("%Y-%m-%d")
    early = (pl.col("status_code") == "in_progress") & (first_day(pl.col("actual_start")) > day)
    return [hits(joined, early, "started_in_future", REPORT, "status_code", pl.col("actual_start"))]


def merge_target_missing(case: Case) -> list[pl.LazyFrame]:
    """Refuse "merged" where nothing says into which measure (code list status)."""
    frame = case.records.get(REPORT)
    if frame is None or "status_code" not in frame.columns:
        return []
    relations = [case.known["measure_relation"], case.records.get("measure_relation")]
    columns = {"from_measure_id", "to_measure_id", "type"}
    told = [r.select(sorted(columns)) for r in relations if r is not None and columns <= set(r.columns)]
    merged = pl.concat(told).filter((pl.col("type") == "merged_into") & pl.col("to_measure_id").is_not_null())
    lost = (pl.col("status_code") == "merged") & ~pl.col("measure_id").is_in(merged["from_measure_id"].implode())
    return [hits(frame, lost, "merge_target_missing", REPORT, "status_code", "M-0001")]


REPORT_RULES = (
    reason_needed,
    abrupt_change,
    results_inconsistent,
    started_in_future,
    merge_target_missing,
)
