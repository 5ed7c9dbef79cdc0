"""JSON Schema keywords as column expressions, each true only for cells that are certainly valid.

An expression may be false for a valid cell: jsonschema decides then, which costs time. It is never true for an
invalid one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from flows.validate.formats import safe_pattern

Schema = Mapping[str, Any] | bool
Condition = pl.Expr | bool
"""What is certainly valid: true or false for the whole column, or an expression over its cells."""
Rule = Callable[[Any, DataType, pl.Expr], Condition]
"""Turns a keyword's value, the type of a column and its cells into what is certainly valid."""

_EXACT = 2**53
_ANNOTATIONS = frozenset(
    ("$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly")
)
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
_YEAR = r"^[0-9]{4}$"


def certain_cells(schema: Schema, dtype: DataType, cell: pl.Expr, *, null_valid: bool) -> pl.Expr:
    """Return an expression that is true only for cells that are certainly valid; `null_valid` says what null is."""
    condition = _certain(schema, dtype, cell)
    stated = pl.lit(condition) if isinstance(condition, bool) else condition.fill_null(value=False)
    return pl.when(cell.is_null()).then(pl.lit(null_valid)).otherwise(stated)


def is_annotation(keyword: str) -> bool:
    """Tell whether a keyword says nothing about what is valid."""
    return keyword in _ANNOTATIONS or keyword.startswith("x-")


def _certain(schema: Schema, dtype: DataType, cell: pl.Expr) -> Condition:
    """Return what is certainly valid among the cells that are not null."""
    if isinstance(schema, bool):
        return schema
    conditions: list[Condition] = []
    for keyword, value in schema.items():
        if is_annotation(keyword):
            continue
        rule = _KEYWORDS.get(keyword)
        conditions.append(rule(value, dtype, cell) if rule else False)
    return _all(conditions)


def _all(conditions: Sequence[Condition]) -> Condition:
    expressions = [condition for condition in conditions if not isinstance(condition, bool)]
    if False in [condition for condition in conditions if isinstance(condition, bool)]:
        return False
    return pl.all_horizontal(expressions) if expressions else True


def _type(declared: str | Sequence[str], dtype: DataType, cell: pl.Expr) -> Condition:
    names = {declared} if isinstance(declared, str) else set(declared)
    if dtype.is_integer():
        return bool(names & {"integer", "number"})
    if dtype.is_float():
        return (
            cell.is_finite() if "number" in names else cell.is_finite() & (cell == cell.floor()) & ("integer" in names)
        )
    if isinstance(dtype, pl.List):
        return "array" in names
    return {pl.String(): "string", pl.Boolean(): "boolean"}.get(dtype, "?") in names


def _enum(options: Sequence[Any], dtype: DataType, cell: pl.Expr) -> Condition:
    if dtype == pl.String:
        return cell.is_in([option for option in options if isinstance(option, str)])
    if dtype == pl.Boolean:
        return cell.is_in([option for option in options if isinstance(option, bool)])
    numbers = [option for option in options if _is_exact(option)]
    return cell.is_in(numbers) if dtype.is_integer() else False


def _const(option: object, dtype: DataType, cell: pl.Expr) -> Condition:
    return _enum([option], dtype, cell)


def _is_exact(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and abs(number) < _EXACT


def _text(compare: Callable[[pl.Expr, Any], pl.Expr]) -> Rule:
    """Return a rule for texts; other values it does not concern."""
    return lambda value, dtype, cell: compare(cell, value) if dtype == pl.String else True


def _number(compare: Callable[[pl.Expr, Any], pl.Expr]) -> Rule:
    """Return a rule for numbers whose limit is a whole number, so that no rounding can decide."""
    return lambda value, dtype, cell: (_is_exact(value) and compare(cell, value)) if dtype.is_numeric() else True


def _multiple(factor: Any, dtype: DataType, cell: pl.Expr) -> Condition:  # noqa: ANN401 -- whatever a schema holds
    if not dtype.is_numeric():
        return True
    return cell % factor == 0 if dtype.is_integer() and _is_exact(factor) else False


def _pattern(pattern: str, dtype: DataType, cell: pl.Expr) -> Condition:
    if dtype != pl.String:
        return True
    safe = safe_pattern(pattern)
    return cell.str.contains(safe) if safe is not None else False


def _format(name: str, dtype: DataType, cell: pl.Expr) -> Condition:
    if dtype != pl.String:
        return True
    dated = ~cell.str.starts_with("0000")  # polars knows a year 0000, Python does not
    day = cell.str.contains(_DAY) & cell.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    if name == "date":
        return dated & day
    return dated & (day | cell.str.contains(_MONTH) | cell.str.contains(_YEAR)) if name == "edtf" else False


def _list(compare: Callable[[pl.Expr, Any], pl.Expr]) -> Rule:
    """Return a rule for lists; other values it does not concern."""
    return lambda value, dtype, cell: compare(cell, value) if isinstance(dtype, pl.List) else True


def _items(schema: Schema, dtype: DataType, cell: pl.Expr) -> Condition:
    if not isinstance(dtype, pl.List):
        return True
    inner = certain_cells(schema, _instance(dtype.inner), pl.element(), null_valid=False)
    return cell.list.eval(inner).list.all()


def _instance(dtype: DataType | DataTypeClass) -> DataType:
    return dtype if isinstance(dtype, DataType) else dtype()


def _unique(wanted: bool, dtype: DataType, cell: pl.Expr) -> Condition:
    if not wanted or not isinstance(dtype, pl.List):
        return True
    return cell.list.n_unique() == cell.list.len() if dtype.inner in (pl.String, pl.Int64) else False


_KEYWORDS: Mapping[str, Rule] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minLength": _text(lambda cell, length: cell.str.len_chars() >= length),
    "maxLength": _text(lambda cell, length: cell.str.len_chars() <= length),
    "pattern": _pattern,
    "format": _format,
    "minimum": _number(lambda cell, limit: cell >= limit),
    "maximum": _number(lambda cell, limit: cell <= limit),
    "exclusiveMinimum": _number(lambda cell, limit: cell > limit),
    "exclusiveMaximum": _number(lambda cell, limit: cell < limit),
    "multipleOf": _multiple,
    "items": _items,
    "minItems": _list(lambda cell, length: cell.list.len() >= length),
    "maxItems": _list(lambda cell, length: cell.list.len() <= length),
    "uniqueItems": _unique,
}
