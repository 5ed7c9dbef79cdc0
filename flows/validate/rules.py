"""What records mean together: each rule looks at columns and returns the places where it is broken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from flows.contracts import Entity, Property
from flows.edtf import first_day, last_day
from flows.model import Feed

HIT_SCHEMA = {
    "rule": pl.String,
    "entity": pl.String,
    "property": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "value": pl.String,
    "expected": pl.String,
}


HAPPENED: Mapping[str, tuple[str, ...]] = {
    "measure": ("actual_start", "actual_end"),
    "milestone": ("met_date", "reviewed_on"),
    "status_report": ("reporting_date",),
}
"""Days that tell of the past; what is planned or expected may lie ahead."""


@dataclass(frozen=True)
class Case:
    """What a rule may look at: the records of one delivery, what was accepted before, the feed and the settings.

    `known` maps each entity to the current version of each of its records, as the ledger keeps them; `received` is
    the day of receipt; `before` holds the measures this feed reported on earlier, `rows_before` counts the records
    that were taken of its last delivery, `readable` is how much of its columns could be read then (`Batch.readable`);
    `accepted` tells whether an operator let the delivery through.
    """

    records: Mapping[str, pl.DataFrame]
    known: Mapping[str, pl.DataFrame]
    feed: Feed
    entities: Mapping[str, Entity]
    rules: Mapping[str, Any]
    received: str
    before: frozenset[str] = frozenset()
    rows_before: int = 0
    accepted: bool = False
    readable: Mapping[str, tuple[int, int]] = field(default_factory=dict)


Rule = Callable[[Case], list[pl.LazyFrame]]


def hits(
    frame: pl.DataFrame, broken: pl.Expr, rule: str, entity: str, name: str = "", expected: pl.Expr | str = ""
) -> pl.LazyFrame:
    """Return the places (HIT_SCHEMA) of the rows of `frame` for which `broken` is true; null counts as kept."""
    wanted = pl.lit(expected) if isinstance(expected, str) else expected
    value = pl.col(name) if name and name in frame.columns else pl.lit("")
    shown = value.list.join("|") if name in frame.columns and isinstance(frame.schema[name], pl.List) else value
    return (
        frame.lazy()
        .filter(broken.fill_null(value=False))
        .select(
            pl.lit(rule).alias("rule"),
            pl.lit(entity).alias("entity"),
            pl.lit(name).alias("property"),
            pl.col("_sheet").alias("sheet"),
            pl.col("_row").alias("row"),
            shown.cast(pl.String).fill_null("").alias("value"),
            wanted.cast(pl.String).fill_null("").alias("expected"),
        )
    )


def title_missing(case: Case) -> list[pl.LazyFrame]:
    """Require what publication needs: a value that was never known, or is said to be none, is missing.

    A default stands in for what nobody spoke of, never for what could not be read or is held back: neither "k.A." nor
    "vielleicht" is "public".
    """
    found = []
    for name, frame in case.records.items():
        entity = case.entities[name]
        known = case.known[name].select("id").with_columns(_known=pl.lit(value=True))
        joined = frame.join(known, on="id", how="left", maintain_order="left")
        for needed in (entity[n] for n in entity.schema["required"] if n != "id"):
            rule = "title_missing" if needed.name == "title_de" else "required_missing"
            said = hits(joined, _is_missing(needed, frame), rule, name, expected=needed.name)
            found.append(said)
    return found


def _is_missing(needed: Property, frame: pl.DataFrame) -> pl.Expr:
    reason = f"_why_{needed.name}"
    empty = pl.col(needed.name).is_null() if needed.name in frame.columns else pl.lit(value=True)
    emptied = pl.col(reason).is_not_null() if reason in frame.columns else pl.lit(value=False)
    if "x-default" in needed.schema:
        return empty & (emptied | pl.col("_refused").list.contains(needed.name))
    return empty & (emptied | pl.col("_known").is_null())


def duplicate_key(case: Case) -> list[pl.LazyFrame]:
    """Refuse rows of one delivery that say different things under one id, and name what differs (deliveries.md 40)."""
    found = []
    for name, frame in case.records.items():
        apart = [pl.when(pl.col(c).n_unique().over("id") > 1).then(pl.lit(c)).alias(c) for c in said_columns(frame)]
        differing = frame.with_columns(
            pl.concat_list(pl.lit(None, dtype=pl.String), *apart).list.drop_nulls().list.join(", ").alias("_apart")
        )
        twice = differing.filter(pl.col("_apart") != "")
        expected = pl.concat_str("id", "_apart", separator=": ")
        found.append(hits(twice, pl.lit(value=True), "duplicate_key", name, "", expected))
    return found


def said_columns(frame: pl.DataFrame) -> list[str]:
    """Return the columns in which two rows about one record may contradict each other: not the day they hold from."""
    return [name for name in frame.columns if not name.startswith("_") and name not in ("id", "valid_from")]


def not_authorised(case: Case) -> list[pl.LazyFrame]:
    """Refuse a measure led by units this one does not report for; the finding names it and them (deliveries.md 39)."""
    frame = case.records.get("measure")
    mapping = case.feed.mapping
    if frame is None or "lead_org_ids" not in frame.columns or mapping.get("reports_for") == "*":
        return []
    allowed = [organisation_of(case.feed), *(f"ORG-{unit}" for unit in mapping.get("reports_for", []))]
    foreign = ~pl.col("lead_org_ids").list.eval(pl.element().is_in(allowed)).list.any()
    leads = pl.col("lead_org_ids").list.join("|")
    found = hits(frame, foreign, "not_authorised", "measure", "title_de", leads)
    return [found.with_columns(property=pl.lit(""))]


def organisation_of(feed: Feed) -> str:
    """Return the id of the organisation that hands in this feed."""
    return str(feed.mapping.get("organisation", f"ORG-{feed.unit}"))


def end_before_start(case: Case) -> list[pl.LazyFrame]:
    """Refuse periods that end before they begin (deliveries.md 17)."""
    found = []
    for name, frame in case.records.items():
        for stem in ("planned", "actual"):
            start, end = f"{stem}_start", f"{stem}_end"
            if start in frame.columns and end in frame.columns:
                wrong = first_day(pl.col(start)) > last_day(pl.col(end))
                found += [hits(frame, wrong, "end_before_start", name, side) for side in (start, end)]
    return found


def date_in_future(case: Case) -> list[pl.LazyFrame]:
    """Refuse days on which something is said to have happened after the day of receipt (deliveries.md 17)."""
    received = pl.lit(case.received).str.to_date("%Y-%m-%d")
    return [
        hits(frame, first_day(pl.col(day)) > received, "date_in_future", name, day, f"<= {case.received}")
        for name, frame in case.records.items()
        for day in HAPPENED.get(name, ())
        if day in frame.columns
    ]


def progress_fits_status(case: Case) -> list[pl.LazyFrame]:
    """Point out a progress that does not fit the status (domain.md, consistency)."""
    frame = case.records.get("status_report")
    if frame is None or not {"status_code", "progress_pct"} <= set(frame.columns):
        return []
    progress, status = pl.col("progress_pct"), pl.col("status_code")
    return [
        hits(
            frame,
            (progress >= 100) & (status != "completed"),
            "progress_not_completed",
            "status_report",
            "progress_pct",
        ),
        hits(frame, (progress > 0) & (status == "planned"), "planned_with_progress", "status_report", "progress_pct"),
        hits(frame, (progress < 100) & (status == "completed"), "completed_below_100", "status_report", "progress_pct"),
    ]


def completed_without_end(case: Case) -> list[pl.LazyFrame]:
    """Ask for the actual end of a measure reported as completed."""
    frame = case.records.get("status_report")
    if frame is None or "status_code" not in frame.columns:
        return []
    measures = case.known["measure"].select("id", "actual_end")
    own = case.records.get("measure")
    if own is not None and "actual_end" in own.columns:
        measures = pl.concat(
            [measures.filter(~pl.col("id").is_in(own["id"].implode())), own.select("id", "actual_end")]
        )
    ended = measures.filter(pl.col("actual_end").is_not_null())["id"]
    missing = (pl.col("status_code") == "completed") & ~pl.col("measure_id").is_in(ended.implode())
    return [hits(frame, missing, "completed_without_end", "status_report", "status_code")]


def transition(case: Case) -> list[pl.LazyFrame]:
    """Judge the step from the last reported status to this one by the table in rules.toml.

    A report that calls itself a correction and says why may take back any step.
    """
    frame = case.records.get("status_report")
    if frame is None or "status_code" not in frame.columns:
        return []
    before = case.known["status_report"].sort("valid_from", "_version")
    before = before.filter(pl.col("status_code").is_not_null()).unique("measure_id", keep="last", maintain_order=True)
    joined = frame.join(
        before.select("measure_id", pl.col("status_code").alias("_before"), pl.col("valid_from").alias("_since")),
        on="measure_id",
        how="left",
        maintain_order="left",
    ).filter((pl.col("valid_from") >= pl.col("_since")) & (pl.col("status_code") != pl.col("_before")))
    joined = joined.filter(~_corrects(joined))
    step = pl.concat_str("_before", "status_code", separator=">")
    table = case.rules["transitions"]
    return [
        hits(joined, step.is_in(_steps(table, verdict)), rule, "status_report", "status_code", pl.col("_before"))
        for verdict, rule in (("correction", "transition_not_allowed"), ("warn", "transition_unusual"))
    ]


def _corrects(frame: pl.DataFrame) -> pl.Expr:
    reasons = [pl.col(name).is_not_null() for name in ("reason_code", "reason_text_de") if name in frame.columns]
    if "report_state" not in frame.columns or not reasons:
        return pl.lit(value=False)
    return (pl.col("report_state") == "corrected").fill_null(value=False) & pl.any_horizontal(reasons)


def _steps(table: Mapping[str, Mapping[str, str]], verdict: str) -> list[str]:
    return [f"{before}>{after}" for before, steps in table.items() for after, said in steps.items() if said == verdict]


def reason_needed(case: Case) -> list[pl.LazyFrame]:
    """Ask for the reason where an expected value is empty, nothing was said of it and nothing is known."""
    found = []
    for name, frame in case.records.items():
        known = case.known[name]
        for prop in case.entities[name].properties:
            if prop.reason_if_empty and prop.name in frame.columns:
                filled = known.filter(pl.col(prop.name).is_not_null() | pl.col(f"_why_{prop.name}").is_not_null())["id"]
                reason = f"_why_{prop.name}"
                silent = pl.col(prop.name).is_null() & ~pl.col("id").is_in(filled.implode())
                silent &= ~pl.col("_refused").list.contains(prop.name) & ~pl.col("_unchanged")
                silent &= pl.col(reason).is_null() if reason in frame.columns else pl.lit(value=True)
                found.append(hits(frame, silent, "missing_reason_needed", name, prop.name))
    return found


def too_few_contributors(case: Case) -> list[pl.LazyFrame]:
    """Withhold counts of contributions below the minimum: few people could be recognised (domain.md, part 4)."""
    frame = case.records.get("participation_contribution")
    if frame is None or "count" not in frame.columns:
        return []
    minimum = case.rules["privacy"]["contributors_min"]
    return [hits(frame, pl.col("count") < minimum, "too_few_contributors", "participation_contribution", "count")]


RULES: tuple[Rule, ...] = (
    title_missing,
    duplicate_key,
    not_authorised,
    end_before_start,
    date_in_future,
    progress_fits_status,
    completed_without_end,
    transition,
    reason_needed,
    too_few_contributors,
)
