"""The part of EDTF (ISO 8601-2) the contracts use: what is valid, and which days it covers (ground).

`2024`, `2024-06`, `2024-06-30`, each with `~` for approximately; intervals of two of them; `2024/..`, `../2025`.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

import polars as pl

_POINT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?~?")
OPEN = ".."

Days = tuple[date | None, date | None]
"""First and last day, both included; None where the interval is open."""


def bounds(text: str) -> Days | None:
    """Return the first and the last day `text` covers, or None where it is not valid.

    An approximate value (`2025~`) covers the same days as the exact one.
    """
    first, slash, last = text.partition("/")
    if not slash:
        return _point(text)
    if first == OPEN and last == OPEN:
        return None
    start, end = _end(first), _end(last)
    if start is None or end is None:
        return None
    if start[0] is not None and end[1] is not None and (start[0] > end[1] or start == end):
        return None
    return start[0], end[1]


def is_edtf(text: str) -> bool:
    """Tell whether `text` is valid in the subset of this module."""
    return bounds(text) is not None


def first_day(column: pl.Expr) -> pl.Expr:
    """Return the first day each EDTF text covers, as a date; null where it is open, missing or not valid."""
    return _parts(column.str.replace(r"/.*$", "")).str.to_date("%Y-%m-%d", strict=False)


def last_day(column: pl.Expr) -> pl.Expr:
    """Return the last day each EDTF text covers, as a date; null where it is open, missing or not valid."""
    point = column.str.replace(r"^.*/", "").str.strip_suffix("~")
    day = _parts(point).str.to_date("%Y-%m-%d", strict=False)
    length = point.str.len_chars()
    whole_year = pl.date(day.dt.year(), 12, 31)
    return pl.when(length == 4).then(whole_year).when(length == 7).then(day.dt.month_end()).otherwise(day)


def _parts(point: pl.Expr) -> pl.Expr:
    """Complete a year, month or day to its first day; null for everything else."""
    digits = point.str.extract(r"^([0-9]{4}(?:-[0-9]{2}){0,2})~?$")
    return pl.concat_str(digits, digits.str.len_chars().replace_strict({4: "-01-01", 7: "-01", 10: ""}, default=None))


def _end(text: str) -> Days | None:
    return (None, None) if text == OPEN else _point(text)


def _point(text: str) -> Days | None:
    match = _POINT.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(group) if group else None for group in match.groups())
    if not year or (month is not None and not 1 <= month <= 12):
        return None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, last)
    return (date(year, month, day), date(year, month, day)) if 1 <= day <= last else None
