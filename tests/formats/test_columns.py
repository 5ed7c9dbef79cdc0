from __future__ import annotations

import polars as pl
import pytest

from flows.contracts import Entity
from flows.formats.columns import number_text, public_columns


def test_only_public_columns_leave_in_the_order_of_the_schema(frame: pl.DataFrame, entity: Entity) -> None:
    shuffled = frame.select(reversed(frame.columns)).with_columns(pl.lit("D-1").alias("_delivery"))
    assert public_columns(shuffled, entity).columns == [c for c in frame.columns if c != "secret"]


def test_a_lacking_column_is_our_bug(frame: pl.DataFrame, entity: Entity) -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        public_columns(frame.drop("done"), entity)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_our_bug(number: float, frame: pl.DataFrame, entity: Entity) -> None:
    with pytest.raises(ValueError, match=r"sample\.amount"):
        public_columns(frame.with_columns(amount=pl.lit(number)), entity)


def test_numbers_are_written_in_the_fewest_digits() -> None:
    numbers = pl.DataFrame({"n": [12.0, -3.0, -0.0, 2.5, 100.0, 1e20, 0.1 + 0.2, None]})
    texts = numbers.select(number_text(pl.col("n")))["n"].to_list()
    assert texts == ["12", "-3", "0", "2.5", "100", "1e+20", "0.30000000000000004", None]
