"""The published tables: what the ledger holds now, what it held, and where it came from. Allow-listed columns only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from flows.contracts import Entity, Property
from flows.edtf import first_day
from flows.history.changes import change_class, change_log, missing_reasons, reported_changes
from flows.history.ledger import current
from flows.history.progress import baselines, derive_measures, late_milestones, latest_reports
from flows.model import Delivery, Feed, Ledger
from flows.publish.visibility import hidden_records, visible, visible_properties, visible_values
from flows.validate.rules import organisation_of

LOGGED_AS_ID = "id"
INTERVAL_DAYS = {"Y": 365, "M": 30, "W": 7, "D": 1}


@dataclass(frozen=True)
class Past:
    """Everything the tables are made of.

    `sources` and `outcomes` are those of all batches, with the column `delivery`; `releases` maps a delivery to the
    release that published it first; `as_of` is the day all derived values are counted to; `accepted` gives the
    day and the reason of each delivery that an operator let through.
    """

    ledger: Ledger
    deliveries: Sequence[Delivery]
    sources: pl.DataFrame
    outcomes: pl.DataFrame
    releases: Mapping[str, str]
    as_of: str
    accepted: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def build_tables(
    past: Past, entities: Mapping[str, Entity], feeds: Sequence[Feed], rules: Mapping[str, Any]
) -> dict[str, pl.DataFrame]:
    """Return one frame per entity: its public columns in the order of the schema, sorted by its key.

    Records that are not public, or under embargo on `as_of`, appear in no table; nor does what depends on them.
    """
    intervals = _intervals(past, feeds)
    states = {name: current(past.ledger, name) for name in past.ledger.versions if _recorded(entities[name])}
    states["measure"] = _measures(past, states, intervals, rules)
    states["milestone"] = _milestones(past, states["milestone"])
    hidden = hidden_records(states, entities, past.as_of)
    tables = {name: _record_table(frame, entities[name], hidden) for name, frame in states.items()}
    log = visible_values(change_log(past.ledger, entities), hidden, entities)
    tables["history_entry"] = _history(log)
    tables["change_event"] = visible(_changes(log, states, past, entities), hidden)
    tables["source"] = visible_properties(past.sources.rename({"delivery": "delivery_id"}), entities)
    tables["source_exception"] = visible_properties(visible(_exceptions(past.ledger, states), hidden), entities)
    tables["delivery"] = _deliveries(past, feeds)
    tables["punctuality"] = _punctuality(past, feeds)
    arranged = {name: _arrange(frame, entities[name]) for name, frame in tables.items()}
    return _only_published(arranged, entities)


def _recorded(entity: Entity) -> bool:
    """Tell whether records of the entity are delivered (and not computed from others)."""
    return "x-derived" not in entity.schema


def _arrange(frame: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    columns = [pl.col(p.name).cast(p.dtype) for p in entity.public]
    return frame.select(columns).sort(entity.keys, nulls_last=True, maintain_order=True)


def _only_published(tables: Mapping[str, pl.DataFrame], entities: Mapping[str, Entity]) -> dict[str, pl.DataFrame]:
    """Take out references to records that are not published: rows that need them, and values that only name them."""
    kept = dict(tables)
    for name, entity in ((name, entities[name]) for name in tables):
        for prop in (p for p in entity.public if p.ref in tables and not p.nullable):
            known = kept[prop.ref]["id"]
            kept[name] = kept[name].filter(pl.col(prop.name).is_in(known.implode()))
    for name, entity in ((name, entities[name]) for name in tables):
        loose = [p for p in entity.public if p.ref in tables and p.nullable]
        kept[name] = kept[name].with_columns(_known(prop, kept[prop.ref]["id"]) for prop in loose)
    return kept


def _known(prop: Property, ids: pl.Series) -> pl.Expr:
    column = pl.col(prop.name)
    if prop.is_list:
        left = column.list.eval(pl.element().filter(pl.element().is_in(ids.implode())))
        return pl.when(left.list.len() > 0).then(left).otherwise(None).alias(prop.name)
    return pl.when(column.is_in(ids.implode())).then(column).otherwise(None).alias(prop.name)


def _record_table(frame: pl.DataFrame, entity: Entity, hidden: pl.DataFrame) -> pl.DataFrame:
    gone = hidden.filter(pl.col("entity") == entity.name).select("id")
    absent = [pl.lit(None, dtype=p.dtype).alias(p.name) for p in entity.public if p.name not in frame.columns]
    filled = frame.join(gone, on="id", how="anti", maintain_order="left").with_columns(absent)
    return filled.with_columns(
        missing_reasons(entity).alias("missing_reasons"),
        pl.col("_delivery").alias("source_delivery_id"),
        pl.col("_sheet").alias("source_sheet"),
        pl.col("_row").alias("source_row"),
    )


def _measures(
    past: Past, states: Mapping[str, pl.DataFrame], intervals: pl.DataFrame, rules: Mapping[str, Any]
) -> pl.DataFrame:
    measures = states["measure"].join(baselines(past.ledger), on="id", how="left", maintain_order="left")
    reports = latest_reports(states["status_report"])
    late = late_milestones(states["milestone"], past.as_of)
    return derive_measures(measures, reports, late, intervals, past.as_of, rules)


def _milestones(past: Past, milestones: pl.DataFrame) -> pl.DataFrame:
    ordered = past.ledger.versions["milestone"].sort("_version")
    first = pl.col("due_date").drop_nulls().first().alias("due_date_baseline")
    promised = ordered.group_by("id", maintain_order=True).agg(first)
    return milestones.join(promised, on="id", how="left", maintain_order="left")


def _history(log: pl.DataFrame) -> pl.DataFrame:
    return log.rename({"_version": "version", "_delivery": "delivery_id"})


def _changes(
    log: pl.DataFrame, states: Mapping[str, pl.DataFrame], past: Past, entities: Mapping[str, Entity]
) -> pl.DataFrame:
    """Return the change events: one per changed property, one (`id`) per new record; reports count for measures."""
    added = log.filter(pl.col("first")).unique(["entity", "id"], keep="first", maintain_order=True)
    added = added.with_columns(pl.lit(LOGGED_AS_ID).alias("property"), pl.col("id").alias("value"))
    moved = log.filter(~pl.col("first"))
    reported = reported_changes(states["status_report"], entities["status_report"])
    reasons = states["status_report"].select(pl.col("_version"), "reason_code", "reason_text_de")
    events = pl.concat([added.filter(pl.col("entity") != "status_report"), moved, reported])
    owners = pl.concat([_owners(name, frame) for name, frame in states.items()])
    events = events.join(owners, on=["entity", "id"], how="left", maintain_order="left")
    events = events.join(reasons, on="_version", how="left", maintain_order="left")
    return events.with_columns(
        pl.col("_version").alias("version"),
        pl.col("value").alias("new_value"),
        change_class(events, entities).alias("change_class"),
        pl.col("valid_from").alias("effective_on"),
        pl.col("_delivery").alias("delivery_id"),
        pl.col("_delivery").replace_strict(past.releases, default=None, return_dtype=pl.String).alias("release_id"),
    )


def _owners(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    owner = "id" if name == "measure" else "measure_id" if "measure_id" in frame.columns else None
    column = pl.col(owner) if owner else pl.lit(None, dtype=pl.String)
    return frame.select(pl.lit(name).alias("entity"), "id", column.alias("measure_id"))


def _exceptions(ledger: Ledger, states: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return where the values of the *current* versions came from, if not from the row of their version."""
    now = pl.concat([frame.select(pl.lit(n).alias("entity"), "id", "_version") for n, frame in states.items()])
    found = ledger.exceptions.join(now, on=["entity", "id", "_version"], how="semi", maintain_order="left")
    return found.rename({"delivery": "delivery_id"}).unique(
        ["entity", "id", "property"], keep="last", maintain_order=True
    )


def _deliveries(past: Past, feeds: Sequence[Feed]) -> pl.DataFrame:
    owners = {feed.id: organisation_of(feed) for feed in feeds}
    taken = pl.col("outcome").is_in(["published", "published_with_finding", "carried_forward"])
    counts = past.outcomes.group_by("delivery").agg(
        pl.len().alias("rows_delivered"), taken.sum().alias("rows_published")
    )
    listed = [
        (d.id, owners.get(d.feed), d.received, d.sha256, *past.accepted.get(d.id, (None, None)))
        for d in past.deliveries
    ]
    names = ("id", "organisation_id", "received_at", "sha256", "accepted_on", "accepted_because")
    columns = dict.fromkeys(names, pl.String)
    frame = pl.DataFrame(listed, schema=columns, orient="row")
    joined = frame.join(counts, left_on="id", right_on="delivery", how="left", maintain_order="left")
    return joined.with_columns(pl.col("rows_delivered", "rows_published").fill_null(0))


def _punctuality(past: Past, feeds: Sequence[Feed]) -> pl.DataFrame:
    """Return one row per reporting unit: when it last reported, and since when a report is missing."""
    last = {feed.id: max((d.received for d in past.deliveries if d.feed == feed.id), default=None) for feed in feeds}
    units: dict[str, list[Feed]] = {}
    for feed in feeds:
        if "reporting" in feed.mapping:
            units.setdefault(organisation_of(feed), []).append(feed)
    rows = [_unit_punctuality(owner, own, last, past.as_of) for owner, own in units.items()]
    columns = (
        "organisation_id",
        "interval",
        "last_received",
        "report_missing_since",
        "explanation_de",
        "explanation_en",
    )
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return frame.with_columns(pl.lit(past.as_of).alias("as_of"))


def _unit_punctuality(
    owner: str, own: Sequence[Feed], last: Mapping[str, str | None], as_of: str
) -> tuple[str, str, str | None, str | None, str | None, str | None]:
    reporting = own[0].mapping["reporting"]
    received = max((day for feed in own if (day := last[feed.id])), default=None)
    allowed = interval_days(reporting["interval"]) + int(reporting.get("grace_days", 0))
    due = pl.select(pl.lit(received).str.to_date() + pl.duration(days=allowed)).item() if received else None
    missing = due.isoformat() if due is not None and due.isoformat() < as_of else None
    explanation = reporting.get("explanation", {})
    return owner, reporting["interval"], received, missing, explanation.get("de"), explanation.get("en")


def interval_days(interval: str) -> int:
    """Return the length in days of an ISO 8601 duration of one unit (`P1Y`, `P6M`), a month counted as 30 days."""
    return int(interval[1:-1]) * INTERVAL_DAYS[interval[-1]]


def _intervals(past: Past, feeds: Sequence[Feed]) -> pl.DataFrame:
    days = {f.id: interval_days(f.mapping["reporting"]["interval"]) for f in feeds if "reporting" in f.mapping}
    rows = [(d.id, days[d.feed]) for d in past.deliveries if d.feed in days]
    return pl.DataFrame(rows, schema={"_delivery": pl.String, "interval_days": pl.Int64}, orient="row")


def by_year(reports: pl.DataFrame) -> dict[int, pl.DataFrame]:
    """Cut status reports into years: that of the reporting day, else that of the day of receipt."""
    day = pl.coalesce(first_day(pl.col("reporting_date")), pl.col("valid_from").str.to_date("%Y-%m-%d"))
    years = reports.with_columns(day.dt.year().alias("_year"))
    return {
        int(str(year)): frame.drop("_year")
        for (year,), frame in sorted(years.partition_by("_year", as_dict=True).items(), key=lambda item: str(item[0]))
    }
