"""Records against their contract: column expressions for what is certainly valid, jsonschema for the rest.

Every keyword becomes an expression that is true only for certainly valid cells: it may be false for a valid one (that
costs time), never true for an invalid one. What is left is decided and worded by jsonschema, once per distinct value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from flows.contracts import Entity
from flows.validate.formats import format_checker
from flows.validate.keywords import Schema, certain_cells, is_annotation

_OF_COLUMNS = frozenset(("type", "properties", "required", "additionalProperties"))
_OF_SCHEMAS = frozenset(("$schema", "$id", "$defs", "$anchor", "$vocabulary"))


@dataclass(frozen=True)
class InvalidCell:
    """One value that does not fit: its row in the frame (from 0), the keyword it breaks, and what is expected."""

    row: int
    property: str
    keyword: str
    value: str
    expected: str


@dataclass(frozen=True)
class Checker:
    """A compiled contract: the validator that words failures, and what it says about whole rows (None = nothing)."""

    entity: Entity
    validator: Validator
    rows: Validator | None


@cache
def compile_entity(entity: Entity) -> Checker:
    """Compile the contract of an entity for `invalid_cells`; an invalid schema raises jsonschema's SchemaError."""
    Draft202012Validator.check_schema(entity.schema)
    validator = Draft202012Validator(entity.schema, format_checker=format_checker())
    whole = {key: value for key, value in entity.schema.items() if _about_rows(key)}
    return Checker(entity, validator, validator.evolve(schema=whole) if whole else None)


def invalid_cells(checker: Checker, frame: pl.DataFrame, *, said_only: bool = False) -> list[InvalidCell]:
    """Return what does not fit the contract, by row, then by property.

    A missing value is a property that is present with null; with `said_only` it says nothing and is not judged.
    Columns that start with `_` are not part of the record; a property without a column is not judged, except that it
    is reported in every row (keyword `required`) where `said_only` is off. A cell has one entry per item that fails.
    """
    order = {name: number for number, name in enumerate([*checker.entity.columns, *frame.columns])}
    columns = [name for name in frame.columns if not name.startswith("_")]
    found = [cell for name in columns for cell in _column(checker, frame[name], said_only=said_only)]
    if not said_only:
        found += _absent(checker, frame, columns)
    if checker.rows is not None:
        found += _whole_rows(checker.rows, frame.select(columns))
    return sorted(found, key=lambda cell: (cell.row, order.get(cell.property, len(order))))


def _about_rows(keyword: str) -> bool:
    known = keyword in _OF_COLUMNS or keyword in _OF_SCHEMAS
    return not known and not is_annotation(keyword)


def _column(checker: Checker, column: pl.Series, *, said_only: bool) -> Iterator[InvalidCell]:
    """Yield the failures of one column; only distinct values that are not certainly valid are looked at."""
    schema = _schema_of(checker.entity.schema, column.name)
    validator = checker.validator.evolve(schema=schema)
    null_valid = said_only or validator.is_valid(None)
    cell = pl.col("cell")
    certain = certain_cells(schema, column.dtype, cell, null_valid=null_valid)
    cells = column.alias("cell").to_frame().with_row_index("row")
    doubtful = cells.filter(~certain).group_by("cell", maintain_order=True).agg("row")
    for value, rows in doubtful.select("cell", "row").iter_rows():
        for error in _first_per_item(validator.iter_errors(value)):
            for row in rows:
                yield _worded(error, row, column.name)


def _schema_of(schema: Mapping[str, Any], name: str) -> Schema:
    found: Schema = schema["properties"].get(name, schema.get("additionalProperties", True))
    return found


def _first_per_item(errors: Iterator[ValidationError]) -> list[ValidationError]:
    """Return one error per failing place, that of its type first: the others follow from it."""
    found: dict[tuple[str | int, ...], ValidationError] = {}
    for error in errors:
        place = tuple(error.absolute_path)
        if place not in found or (error.validator == "type" and found[place].validator != "type"):
            found[place] = error
    return list(found.values())


def _worded(error: ValidationError, row: int, name: str) -> InvalidCell:
    keyword = str(error.validator) if error.validator is not None else "additionalProperties"
    shown = "" if error.instance is None else str(error.instance)
    return InvalidCell(row, name, keyword, shown, _expected(keyword, error.validator_value))


def _expected(keyword: str, value: object) -> str:
    if keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        sign = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}[keyword]
        return f"{sign} {value}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(option) for option in value if option is not None and option != "null")
    return "" if isinstance(value, bool | Mapping) or value is None else str(value)


def _absent(checker: Checker, frame: pl.DataFrame, columns: Sequence[str]) -> list[InvalidCell]:
    absent = [name for name in checker.entity.schema.get("required", []) if name not in columns]
    return [InvalidCell(row, name, "required", "", name) for name in absent for row in range(len(frame))]


def _whole_rows(validator: Validator, frame: pl.DataFrame) -> Iterator[InvalidCell]:
    """Yield what keywords over several properties say: there is no expression for them, every row becomes a dict."""
    for row, record in enumerate(frame.iter_rows(named=True)):
        for error in validator.iter_errors(record):
            name = str(error.absolute_path[0]) if error.absolute_path else ""
            yield InvalidCell(
                row, name, str(error.validator), "", _expected(str(error.validator), error.validator_value)
            )
