"""What changed: the difference of consecutive versions, field by field, and every value with both its times."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.contracts import Entity, Property
from flows.edtf import last_day
from flows.history.ledger import stored, why
from flows.model import Ledger

FORECAST = ("forecast_end", "forecast_state")
"""What a report says of the end only where the end planned before no longer holds."""
REPORTED = ("status_code", "progress_pct", *FORECAST, "schedule_reported")
"""Properties of a status report whose change is a change of its measure."""
LOG_SCHEMA = {
    "entity": pl.String,
    "id": pl.String,
    "property": pl.String,
    "old_value": pl.String,
    "value": pl.String,
    "old_day": pl.Date,
    "day": pl.Date,
    "first": pl.Boolean,
    "same_day": pl.Boolean,
    "valid_from": pl.String,
    "recorded_at": pl.String,
    "_version": pl.Int64,
    "_delivery": pl.String,
}


def as_text(prop: Property) -> pl.Expr:
    """Return the property's column as the text that is published: lists joined by `|`, whole numbers without `.0`."""
    column = pl.col(prop.name)
    if prop.is_list:
        return column.list.join("|")
    if prop.type == "number":
        return column.cast(pl.String).str.replace(r"\.0$", "")
    return column.cast(pl.String)


def change_log(ledger: Ledger, entities: Mapping[str, Entity]) -> pl.DataFrame:
    """Return every value that a version gave anew: one row per entity, id, property and version, with the old value.

    Columns as in LOG_SCHEMA; `first` marks the first version of a record, `same_day` a correction (the version is
    valid from the same day as the one it replaces). Only public properties are listed.
    """
    logs = [_log_of(name, frame, entities[name]) for name, frame in ledger.versions.items() if len(frame)]
    joined = pl.concat([pl.DataFrame(schema=LOG_SCHEMA), *logs])
    return joined.sort("_version", "entity", "id", "property")


def _log_of(name: str, frame: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    ordered = frame.sort("id", "valid_from", "_version")
    logged = [entity[n] for n in stored(entity) if n != "id" and entity[n].public]
    parts = [_values(ordered.lazy(), name, prop) for prop in logged]
    return pl.concat([pl.LazyFrame(schema=LOG_SCHEMA), *parts]).collect()


def _values(ordered: pl.LazyFrame, name: str, prop: Property) -> pl.LazyFrame:
    dated = prop.format in ("edtf", "date")
    day = last_day(pl.col(prop.name)) if dated else pl.lit(None, dtype=pl.Date)
    frame = ordered.select(
        pl.lit(name).alias("entity"),
        "id",
        pl.lit(prop.name).alias("property"),
        as_text(prop).alias("value"),
        day.alias("day"),
        "valid_from",
        "recorded_at",
        "_version",
        "_delivery",
    )
    before = pl.col("value").shift(1).over("id")
    frame = frame.with_columns(
        before.alias("old_value"),
        pl.col("day").shift(1).over("id").alias("old_day"),
        (pl.int_range(pl.len()).over("id") == 0).alias("first"),
        pl.col("valid_from").eq_missing(pl.col("valid_from").shift(1).over("id")).alias("same_day"),
    )
    return frame.filter(pl.col("value").ne_missing(pl.col("old_value"))).select(list(LOG_SCHEMA))


def reported_changes(reports: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """Return, in the form of `change_log`, what consecutive status reports of one measure changed.

    `reports` holds the current version of each report. The first report of a measure changes nothing, nor does the
    first value of a property; but a later report that is the first to speak of the end has moved it (FORECAST).
    """
    by_measure = reports.sort("measure_id", "valid_from", "_version")
    opening = by_measure.lazy().group_by("measure_id", maintain_order=True).first().select("_version")
    parts = []
    for name in (n for n in REPORTED if n in entity):
        given = by_measure.lazy().filter(pl.col(name).is_not_null()).with_columns(id=pl.col("measure_id"))
        said = _values(given, "measure", entity[name])
        news = said.join(opening, on="_version", how="anti") if name in FORECAST else said.filter(~pl.col("first"))
        parts.append(news.with_columns(first=pl.lit(value=False)))
    return pl.concat([pl.LazyFrame(schema=LOG_SCHEMA), *parts]).collect()


def change_class(log: pl.DataFrame, entities: Mapping[str, Entity]) -> pl.Expr:
    """Return the class of each change (code list change_class), by the kind of its property."""
    moved = (
        pl.when(pl.col("day") > pl.col("old_day"))
        .then(pl.lit("date_slip"))
        .when(pl.col("day") < pl.col("old_day"))
        .then(pl.lit("date_gain"))
        .otherwise(pl.lit("scope"))
    )
    given_up = (pl.col("property") == "forecast_state") & (pl.col("value") == "no_new_date")
    kinds = log.select("entity", "property").unique()
    classes = {f"{e}.{p}": _kind(entities, e, p) for e, p in kinds.rows()}
    key = pl.concat_str("entity", "property", separator=".")
    kind = key.replace_strict(classes, return_dtype=pl.String, default="scope")
    return (
        pl.when(pl.col("first"))
        .then(pl.lit("added"))
        .when(pl.col("same_day"))
        .then(pl.lit("correction"))
        .when(given_up)
        .then(pl.lit("date_slip"))
        .when(kind == "date")
        .then(moved)
        .otherwise(kind)
    )


def _kind(entities: Mapping[str, Entity], entity: str, name: str) -> str:
    prop = entities["status_report"][name] if name in REPORTED else entities[entity][name]
    if name == "status_code":
        return "status"
    if name == "progress_pct":
        return "progress"
    if prop.format in ("edtf", "date"):
        return "date"
    if prop.ref == "organisation":
        return "lead"
    return "text" if "x-privacy" in prop.schema else "scope"


def missing_reasons(entity: Entity) -> pl.Expr:
    """Return the list column `missing_reasons` (`property=code`) from the reasons the ledger keeps."""
    given = [
        pl.when(pl.col(p.name).is_null() & pl.col(why(p.name)).is_not_null())
        .then(pl.concat_str(pl.lit(f"{p.name}="), pl.col(why(p.name))))
        .alias(p.name)
        for p in (entity[n] for n in stored(entity) if n != "id")
        if p.public
    ]
    joined = pl.concat_list(given).list.drop_nulls()
    return pl.when(joined.list.len() > 0).then(joined).otherwise(None)
