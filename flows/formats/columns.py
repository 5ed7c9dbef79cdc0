"""What every writer does to a frame before it becomes bytes: the public columns, numbers and lists as text."""

from __future__ import annotations

import polars as pl

from flows.contracts import Entity, Property

LIST_SEPARATOR = "|"


def public_columns(frame: pl.DataFrame, entity: Entity) -> pl.DataFrame:
    """Select the entity's public columns in the order of the schema, each in the schema's type.

    The last door before a file is written: a column that the schema does not allow out stays behind. Raises
    polars.exceptions.PolarsError where a column lacks or holds another type, ValueError where a number is not finite.
    """
    table = frame.select(pl.col(p.name).cast(p.dtype) for p in entity.public)
    for name, column in zip(table.columns, table, strict=True):
        if column.dtype.is_float() and not column.is_finite().all():
            raise ValueError(f"{entity.name}.{name} holds a number that is not finite")
    return table


def number_text(numbers: pl.Expr) -> pl.Expr:
    """Write numbers in the fewest digits that read back as the same number; whole ones without `.0`, no `-0`."""
    return numbers.cast(pl.String).str.strip_suffix(".0").replace("-0", "0")


def cell_text(prop: Property) -> pl.Expr:
    """Write a property's values as the text of CSV cells, missing as null; an empty list is missing too.

    Lists are joined by `|`, in the order given. Raises ValueError (when collected) where an item holds a `|`: a reader
    would see two items. Such an item must have become a finding long before.
    """
    values = pl.col(prop.name)
    if prop.is_list:
        return values.map_batches(_join_items, return_dtype=pl.String)
    return number_text(values) if prop.type == "number" else values


def _join_items(lists: pl.Series) -> pl.Series:
    items = number_text(pl.element()) if lists.dtype == pl.List(pl.Float64) else pl.element().cast(pl.String)
    texts = lists.list.eval(items)
    if texts.explode().str.contains(LIST_SEPARATOR, literal=True).any():
        raise ValueError(f"an item of {lists.name} holds the separator {LIST_SEPARATOR}")
    return texts.list.join(LIST_SEPARATOR).set(lists.list.len() == 0, None)
