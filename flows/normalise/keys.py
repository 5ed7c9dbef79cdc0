"""The keys by which suppliers name their records, as they come back: retyped, or made dates of by a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from flows.normalise.identity import Minted, normal_key

KEY_SCHEMA = {"key": pl.String, "rule": pl.String, "expected": pl.String}
_MONTH = "jan|feb|mär|mrz|mar|apr|mai|may|jun|jul|aug|sept?|okt|oct|nov|dez|dec"
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[t ].*)?|[0-9]{1,2}\. ?[0-9]{1,2}\.[0-9]{4}"
    rf"|[0-9]{{1,2}}[.-]? ?(?:{_MONTH})\.?",
)
"""What a spreadsheet shows where somebody typed 1.2 or 3-4."""
_RETYPED = re.compile(r"(?P<letters>[a-zäöü]*)[ ._/-]*0*(?P<number>[0-9]+)(?:[.,]0)?")


def read_keys(keys: pl.Series, scheme: str, known: Mapping[str, str], written: Iterable[Minted]) -> pl.DataFrame:
    """Read a column of keys (null where there is none): `key`, and `rule` and `expected` where there is a finding.

    A key that is `known` (normalised key -> id of this scheme) is taken as it is, whatever it looks like. `key_retyped`
    (taken): it differs from the only one it can mean, which does not stand in the column itself, by zeros, separators
    or a `.0` alone. `written` holds keys as they were first written. `excel_date_damage` (no key): a spreadsheet made a
    date of it (deliveries.md 13 and 40).
    """
    spelled = {normal_key(value): value for own, value, _ in written if own == scheme}
    distinct = keys.drop_nulls().unique(maintain_order=True).to_list()
    stated = set(map(normal_key, distinct))
    meant = {form: key for form, key in _meant(known).items() if key not in stated}
    read = {text: _read(text, known, meant, spelled) for text in distinct}
    frame = pl.DataFrame([read.get(text, ("", "", "")) for text in keys], schema=KEY_SCHEMA, orient="row")
    return frame.with_columns(pl.when(pl.col("key") != "").then("key").otherwise(None).alias("key"))


def _meant(known: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return the known key of each loose form that only one record has."""
    by_form: dict[tuple[str, str], list[str]] = {}
    for key in known:
        if (form := _loose(key)) is not None:
            by_form.setdefault(form, []).append(key)
    return {form: keys[0] for form, keys in by_form.items() if len({known[key] for key in keys}) == 1}


def _loose(key: str) -> tuple[str, str] | None:
    found = _RETYPED.fullmatch(key)
    return (found["letters"], found["number"]) if found else None


def _read(
    text: str, known: Mapping[str, str], meant: Mapping[tuple[str, str], str], spelled: Mapping[str, str]
) -> Sequence[str]:
    key = normal_key(text)
    if key in known or not key:
        return text, "", ""
    form = _loose(key)
    if form is not None and form in meant:
        return meant[form], "key_retyped", spelled.get(meant[form], meant[form])
    return ("", "excel_date_damage", "M-7") if _DATE.fullmatch(key) else (text, "", "")
