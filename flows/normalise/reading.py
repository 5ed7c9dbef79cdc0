"""What was read of one column, and the columns of a record that come of it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from flows.contracts import Entity, Property

UNCHANGED = "unchanged_marker"


@dataclass(frozen=True)
class Reading:
    """One column as `values.parse_column` read it: `value, why, rule, precision, estimated, expected, rest` per row."""

    prop: Property
    frame: pl.DataFrame

    def columns(self, entity: Entity) -> list[pl.Series]:
        """Return the column of the property, of its reason for being empty, and of the companions it has."""
        name = self.prop.name
        reason = self.frame.select(pl.when(pl.col("why") != "").then("why").otherwise(None)).to_series()
        found = [self.frame["value"].alias(name), reason.alias(f"_why_{name}")]
        for companion in ("precision", "estimated"):
            if f"{name}_{companion}" in entity:
                given = self.frame[companion]
                found.append((given if companion == "estimated" else _or_null(given)).alias(f"{name}_{companion}"))
        return found

    def refused(self) -> pl.Series:
        """Return the name of the property in the rows whose value could not be taken, null in the others."""
        lost = ~pl.col("rule").is_in(["", UNCHANGED]) & pl.col("value").is_null() & (pl.col("why") == "")
        name = self.prop.name
        return self.frame.select(pl.when(lost).then(pl.lit(name)).otherwise(None).alias(name)).to_series()

    def unchanged(self) -> pl.Series:
        """Tell in which rows the supplier says that there is no news (deliveries.md 20)."""
        return (self.frame["rule"] == UNCHANGED).alias("_unchanged")

    def rest(self) -> pl.Series:
        """Return the text that stood beside a code, null where there was none."""
        return _or_null(self.frame["rest"])

    def with_ids(self, ids: pl.Series, lost: pl.Series, above: pl.Series, near: pl.Series | None = None) -> Reading:
        """Return the reading of a reference with ids for words; the rows in `lost` are refused.

        Those in `above` name a part of what they were taken for: that is told (`subunit_normalised`). `near` names what
        may have been meant.
        """
        gone = pl.lit(lost)
        hint = pl.lit("") if near is None else pl.lit(near).fill_null("")
        frame = self.frame.with_columns(
            pl.when(gone).then(None).otherwise(pl.lit(ids)).alias("value"),
            pl.when(gone)
            .then(pl.lit("unknown_reference"))
            .when(pl.lit(above) & (pl.col("rule") == ""))
            .then(pl.lit("subunit_normalised"))
            .otherwise("rule")
            .alias("rule"),
            pl.when(gone).then(hint).otherwise("expected").alias("expected"),
        )
        return Reading(self.prop, frame)


def _or_null(texts: pl.Series) -> pl.Series:
    return texts.to_frame("t").select(pl.when(pl.col("t") != "").then("t").otherwise(None)).to_series()
