"""What was true when, and when we knew it: versions are appended, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.contracts import Entity
from flows.model import Batch, Ledger

PLACE = ("_delivery", "_sheet", "_row")
EXCEPTION_SCHEMA = {
    "entity": pl.String,
    "id": pl.String,
    "_version": pl.Int64,
    "property": pl.String,
    "delivery": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "how": pl.String,
}
NOT_STATED = "not_stated"
"""The reason why an expected value is empty of which nobody ever said anything."""
VERSION_SCHEMA = {
    "valid_from": pl.String,
    "recorded_at": pl.String,
    "_version": pl.Int64,
    "_delivery": pl.String,
    "_sheet": pl.String,
    "_row": pl.Int64,
}


def empty_ledger(entities: Mapping[str, Entity]) -> Ledger:
    """Return a ledger in which nothing was recorded yet."""
    versions = {name: pl.DataFrame(schema=_schema(entity)) for name, entity in entities.items()}
    return Ledger(versions, pl.DataFrame(schema=EXCEPTION_SCHEMA))


def stored(entity: Entity) -> list[str]:
    """Return the properties the ledger keeps: all but the derived ones and `missing_reasons`."""
    return [p.name for p in entity.properties if not p.derived and p.name != "missing_reasons"]


def why(name: str) -> str:
    """Return the column that holds the reason why property `name` is empty."""
    return f"_why_{name}"


def _schema(entity: Entity) -> dict[str, pl.DataType | type[pl.DataType]]:
    names = stored(entity)
    values = {name: entity[name].dtype for name in names}
    return {**values, **{why(name): pl.String for name in names if name != "id"}, **VERSION_SCHEMA}


def record(ledger: Ledger, batch: Batch, entities: Mapping[str, Entity]) -> Ledger:
    """Append what one judged delivery says; an unchanged record adds nothing.

    A property the delivery does not assert, leaves blank or states unacceptably keeps its earlier value, and the
    exceptions say where that value came from. A missing marker (`_why_<property>`) empties it.
    """
    versions = dict(ledger.versions)
    exceptions = [ledger.exceptions]
    number = sum(len(version) for version in versions.values())
    for name, frame in batch.records.items():
        if name not in versions or frame.is_empty():
            continue
        added, carried = _append(versions[name], frame, batch, entities[name], ledger.exceptions, number)
        versions[name] = pl.concat([versions[name], added])
        exceptions.append(carried)
        number += len(added)
    return Ledger(versions, pl.concat(exceptions))


def _append(
    known: pl.DataFrame, frame: pl.DataFrame, batch: Batch, entity: Entity, exceptions: pl.DataFrame, number: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    # A row that stands there twice (anything else under one id was refused) is said once.
    once = frame.unique("id", keep="first", maintain_order=True)
    incoming = _complete(once, entity).with_columns(recorded_at=pl.lit(batch.delivery.received))
    prior = _prior(known, incoming)
    joined = incoming.join(prior, on="id", how="left", suffix="_before", maintain_order="left")
    merged = joined.with_columns(*_merged(entity))
    names = [name for name in stored(entity) if name != "id"]
    same = [pl.col(n).eq_missing(pl.col(f"{n}_before")) for n in [*names, *map(why, names)]]
    new = pl.col("_version_before").is_null() | pl.col("_other_before")
    changed = merged.filter(new | ~pl.all_horizontal(same))
    changed = changed.with_columns(_version=pl.int_range(number + 1, number + 1 + pl.len(), dtype=pl.Int64))
    added = changed.select(list(_schema(entity)))
    carried = _carried(joined.filter(pl.col("id").is_in(changed["id"].implode())), changed, entity, exceptions)
    filled = _filled(changed, batch.filled.filter(pl.col("entity") == entity.name), batch)
    return added, pl.concat([carried, filled])


def _complete(frame: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """Give the frame every stored column; what is not asserted is null and not `_said`."""
    schema = {k: v for k, v in _schema(entity).items() if k not in VERSION_SCHEMA}
    said = [pl.lit(name in frame.columns).alias(f"_said_{name}") for name in stored(entity)]
    absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
    return frame.with_columns(*said, *absent)


def _prior(known: pl.DataFrame, incoming: pl.DataFrame) -> pl.DataFrame:
    """Return, per id, the version that held on the day the incoming record is valid from.

    For a report that says "unchanged", or a value of which was refused, this is the last version of any report of its
    measure; `_other` marks those.
    """
    days = incoming.select("id", pl.col("valid_from").alias("_day"))
    held = known.join(days, on="id").with_columns(_other=pl.lit(value=False))
    if "report_state" in known.columns:
        leaning = incoming.filter(pl.col("_unchanged") | (pl.col("_refused").list.len() > 0))
        same = leaning.select("measure_id", pl.col("id").alias("_new"), pl.col("valid_from").alias("_day"))
        others = known.join(same, on="measure_id").filter(pl.col("id") != pl.col("_new"))
        others = others.with_columns(pl.col("_new").alias("id"), pl.lit(value=True).alias("_other"))
        held = pl.concat([others.select(held.columns), held])
    held = held.filter(pl.col("valid_from") <= pl.col("_day"))
    latest = held.sort("valid_from", "_version").unique("id", keep="last", maintain_order=True).drop("_day")
    return latest.rename({name: f"{name}_before" for name in latest.columns if name != "id"})


def _merged(entity: Entity) -> list[pl.Expr]:
    columns: list[pl.Expr] = []
    for name in (n for n in stored(entity) if n != "id"):
        base = base_of(name, entity)
        silent = _keeps(base, entity)
        value = pl.when(silent).then(pl.col(f"{name}_before")).otherwise(pl.col(name))
        reason = pl.when(silent).then(pl.col(f"{why(name)}_before")).otherwise(pl.col(why(name)))
        default = entity[name].schema.get("x-default")
        unstated = pl.lit(NOT_STATED if entity[name].reason_if_empty else None, dtype=pl.String)
        filled = value if default is None else pl.coalesce(value, pl.lit(default))
        stated = pl.when(filled.is_null()).then(pl.coalesce(reason, unstated)).otherwise(None)
        columns += [filled.alias(name), stated.alias(why(name))]
    return columns


def _keeps(name: str, entity: Entity) -> pl.Expr:
    """Tell where a property keeps its earlier value: nothing was said of it, or what was said was refused.

    A report leans on another report of its measure only as a whole ("unchanged") or for what was refused, except what
    tells the two apart: the day of another report is not its own.
    """
    silent = pl.col(name).is_null() & pl.col(why(name)).is_null()
    own = ~pl.col("_other_before").fill_null(value=False)
    leans = pl.lit(name not in entity.schema.get("x-natural-key", [])) & pl.col("_refused").list.contains(name)
    return silent & (own | pl.col("_unchanged") | leans)


def base_of(name: str, entity: Entity) -> str:
    """Return the property a companion (`_precision`, `_estimated`) belongs to, or the property itself."""
    for suffix in ("_precision", "_estimated"):
        if name.endswith(suffix) and name.removesuffix(suffix) in entity:
            return name.removesuffix(suffix)
    return name


def _carried(joined: pl.DataFrame, changed: pl.DataFrame, entity: Entity, exceptions: pl.DataFrame) -> pl.DataFrame:
    """Name the values of the new versions that came from an earlier version, with their first origin."""
    kept = [_kept(joined.lazy(), name, entity) for name in stored(entity) if name != "id"]
    earlier = exceptions.filter(pl.col("entity") == entity.name)
    origin = earlier.select("property", pl.col("_version").alias("_version_before"), "delivery", "sheet", "row")
    found = (
        pl.concat(kept).collect().join(origin, on=["property", "_version_before"], how="left", maintain_order="left")
    )
    return found.join(changed.select("id", "_version"), on="id", maintain_order="left").select(
        pl.lit(entity.name).alias("entity"),
        "id",
        "_version",
        "property",
        pl.coalesce("delivery", "_delivery_before").alias("delivery"),
        pl.coalesce("sheet", "_sheet_before").alias("sheet"),
        pl.coalesce("row", "_row_before").alias("row"),
        "how",
    )


def _kept(joined: pl.LazyFrame, name: str, entity: Entity) -> pl.LazyFrame:
    base = base_of(name, entity)
    # A default was said by nobody, so it comes from nowhere.
    silent = _keeps(base, entity) & pl.col(f"{name}_before").is_not_null() & ~_is_default(name, entity)
    how = (
        pl.when(pl.col("_refused").list.contains(base))
        .then(pl.lit("previous_kept"))
        .when(pl.col(f"_said_{base}"))
        .then(pl.lit("carried_forward"))
        .otherwise(pl.lit("other_delivery"))
    )
    places = [f"{column}_before" for column in ("_version", *PLACE)]
    return joined.filter(silent).select("id", pl.lit(name).alias("property"), *places, how.alias("how"))


def _is_default(name: str, entity: Entity) -> pl.Expr:
    default = entity[name].schema.get("x-default")
    return pl.lit(value=False) if default is None else pl.col(f"{name}_before") == default


def _filled(changed: pl.DataFrame, filled: pl.DataFrame, batch: Batch) -> pl.DataFrame:
    rows = changed.select("id", "_version", "_sheet", "_row")
    joined = filled.join(rows, left_on=["sheet", "row"], right_on=["_sheet", "_row"], maintain_order="left")
    return joined.select(
        "entity",
        "id",
        "_version",
        "property",
        pl.lit(batch.delivery.id).alias("delivery"),
        "sheet",
        pl.col("from_row").alias("row"),
        "how",
    )


def current(ledger: Ledger, entity: str, valid: str = "9999-12-31", known: str = "9999-12-31") -> pl.DataFrame:
    """Return, per id, the version valid on day `valid` as it was known on day `known`, sorted by id."""
    seen = ledger.versions[entity].filter((pl.col("valid_from") <= valid) & (pl.col("recorded_at") <= known))
    return seen.sort("valid_from", "_version").unique("id", keep="last", maintain_order=True).sort("id")
