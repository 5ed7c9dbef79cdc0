"""What may be seen: records that are public, and of all that tells of records only what does not name the others."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.contracts import Entity


def hidden_records(states: Mapping[str, pl.DataFrame], entities: Mapping[str, Entity], as_of: str) -> pl.DataFrame:
    """Return `entity, id` of every record that must not be seen, and of what belongs to a hidden measure.

    `states` are the current versions by entity; an embargo lasts to the end of its day, counted to `as_of` (ISO day),
    and holds whatever is said of the visibility.
    """
    found = [pl.DataFrame(schema={"entity": pl.String, "id": pl.String})]
    for name, frame in states.items():
        if "visibility" in entities[name]:
            due = (pl.col("visibility") == "embargoed") & (pl.col("embargo_until") < as_of)
            waiting = (pl.col("embargo_until") >= as_of).fill_null(value=False)
            seen = ((pl.col("visibility") == "public") | due.fill_null(value=False)) & ~waiting
            found.append(frame.filter(~seen).select(pl.lit(name).alias("entity"), "id"))
    measures = pl.concat(found).filter(pl.col("entity") == "measure")["id"]
    for name, frame in states.items():
        for reference in ("measure_id", "from_measure_id", "to_measure_id"):
            if reference in frame.columns:
                belongs = frame.filter(pl.col(reference).is_in(measures.implode()))
                found.append(belongs.select(pl.lit(name).alias("entity"), "id"))
    return pl.concat(found).unique()


def visible(frame: pl.DataFrame, hidden: pl.DataFrame) -> pl.DataFrame:
    """Return the rows (`entity, id`) that do not tell of a hidden record."""
    return frame.join(hidden, on=["entity", "id"], how="anti", maintain_order="left")


def visible_properties(frame: pl.DataFrame, entities: Mapping[str, Entity]) -> pl.DataFrame:
    """Return the rows (`entity, property`) that do not tell of an internal property."""
    internal = [(name, prop.name) for name, entity in entities.items() for prop in entity.properties if not prop.public]
    kept_back = pl.DataFrame(internal, schema={"entity": pl.String, "property": pl.String}, orient="row")
    return frame.join(kept_back, on=["entity", "property"], how="anti", maintain_order="left")


def visible_values(log: pl.DataFrame, hidden: pl.DataFrame, entities: Mapping[str, Entity]) -> pl.DataFrame:
    """Return the rows of a `change_log` that tell of no hidden record.

    References to one are taken out of the values; a row that then tells of no change is left out.
    """
    if hidden.is_empty():
        return log
    seen = visible(log, hidden)
    ids = hidden["id"].unique().implode()
    references = [f"{name}.{prop.name}" for name, entity in entities.items() for prop in entity.properties if prop.ref]
    refers = pl.concat_str("entity", "property", separator=".").is_in(references)
    cleaned = seen.with_columns(
        pl.when(refers).then(_without(name, ids)).otherwise(name).alias(name) for name in ("old_value", "value")
    )
    return cleaned.filter(~refers | pl.col("value").ne_missing(pl.col("old_value")))


def _without(name: str, ids: pl.Series) -> pl.Expr:
    left = pl.col(name).str.split("|").list.eval(pl.element().filter(~pl.element().is_in(ids)))
    return pl.when(left.list.len() > 0).then(left.list.join("|")).otherwise(None)
