"""The formats our contracts use, and the regular expressions that mean the same to polars and to Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

import polars as pl
from jsonschema import FormatChecker

from flows.edtf import is_edtf

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

# What both engines read alike: no lookaround, no classes that depend on a Unicode version, no possessive repeats.
_QUANTIFIER = r"(?:[*+?]|\{[0-9]{1,3}(?:,(?:[0-9]{1,3})?)?\})"
_CLASS = r"\[\^?(?:\\[\\\]\[^.-]|[^\\\[\]&~^-]|-(?![-\[]))+\]"
_ATOM = rf"(?:{_CLASS}|\\[.^$*+?{{}}\[\]|()\\-]|[^\\\[\]{{}}*+?(^$|])"
_SAFE = re.compile(rf"(?:{_ATOM}(?:{_QUANTIFIER}(?![*+?{{]))?|\((?:\?:)?|[\^$|])*")


def is_day(text: str) -> bool:
    """Tell whether `text` is an ISO day of a real calendar (format `date`)."""
    return _DAY.fullmatch(text) is not None and _parses(date.fromisoformat, text)


def is_time(text: str) -> bool:
    """Tell whether `text` is an RFC 3339 time with offset (format `date-time`); leap seconds are none."""
    return _TIME.fullmatch(text) is not None and _parses(datetime.fromisoformat, text.upper().replace("Z", "+00:00"))


def is_uri(text: str) -> bool:
    """Tell whether `text` is an absolute URI of ASCII characters (format `uri`, RFC 3986)."""
    return _URI.fullmatch(text) is not None and _parses(urlsplit, text)


def is_email(text: str) -> bool:
    """Tell whether `text` is an e-mail address (format `email`)."""
    return _EMAIL.fullmatch(text) is not None


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": is_day,
    "date-time": is_time,
    "edtf": is_edtf,
    "email": is_email,
    "uri": is_uri,
}


def format_checker() -> FormatChecker:
    """Return a checker of the formats of this module and no others."""
    checker = FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    return checker


def safe_pattern(pattern: str) -> str | None:
    """Return the pattern if a match by polars is surely a match by Python, else None.

    `$` may stay: to polars it is the end of the text, to Python also the place before a last line break.
    """
    if not _SAFE.fullmatch(pattern):
        return None
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:
        return None
    return pattern


def _parses(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True
