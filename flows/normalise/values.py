"""The one door from a column of text to a column of values: each distinct text is read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace

import polars as pl

from flows.contracts import Property
from flows.normalise.dates import PLAUSIBLE_YEARS, Years, parse_date, parse_day, parse_end, parse_period, parse_start
from flows.normalise.links import parse_link
from flows.normalise.missing import LONGEST_MARK, may_be_name, read_mark
from flows.normalise.money import parse_money
from flows.normalise.numbers import number_column, percent_column, whole
from flows.normalise.parsed import Parsed, refused
from flows.normalise.words import parse_boolean, parse_code, parse_council_number, split_items, split_list

COUNCIL_PATTERN = "^(08-14|14-20|20-26|26-32) / [VAFBE] [0-9]{5}$"
"""The pattern by which a contract says that a property holds the number of a council paper."""
CUT_LENGTHS = (255, 32767)
"""Where old programs cut a text off (deliveries.md 49)."""

READ_SCHEMA = {
    "why": pl.String(),
    "rule": pl.String(),
    "precision": pl.String(),
    "estimated": pl.Boolean(),
    "expected": pl.String(),
    "rest": pl.String(),
}
_SPACES = r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t\x0b\x0c]"
# Soft hyphens, zero-width and direction marks; the joiner U+200D stays, emoji need it.
_INVISIBLE = r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"

Reader = Callable[[Sequence[str]], Mapping[str, Parsed]]


def clean_text(text: pl.Expr) -> pl.Expr:
    """Return the text in NFC, with plain blanks and line breaks as `\\n`, trimmed, without control characters."""
    breaks = text.str.replace_all(r"\r\n?|[\u0085\u2028\u2029]", "\n")
    visible = breaks.str.replace_all(_SPACES, " ").str.replace_all(_INVISIBLE, "").str.normalize("NFC")
    return visible.str.replace_all(r" *\n *", "\n").str.strip_chars(" \n")


def parse_column(
    raw: pl.Series,
    prop: Property,
    *,
    words: Mapping[str, str] | None = None,
    decimal: str = ",",
    years: Years = PLAUSIBLE_YEARS,
    internal_hosts: tuple[str, ...] = (),
) -> pl.DataFrame:
    """Read a column of delivered text as the property's type; the rows stay as they are.

    Returns `value` (of `prop.dtype`) and `why, rule, precision, estimated, expected, rest` as in `Parsed`, "" where
    there is nothing to say. `words` maps casefolded words to codes; for a reference they are the known names, which
    are not split. Links to `internal_hosts` are refused. A reference is returned as the supplier's words, cleaned;
    ids come later.
    """
    texts = _cleaned(raw)
    if _is_text(prop):
        return _text_column(texts, prop)
    if prop.format == "uri" and not prop.is_list:
        reader = _each(lambda text: parse_link(text, internal_hosts))
    else:
        reader = _reader(prop, words or {}, decimal, years)
    return _joined(texts, reader(_distinct(texts)), prop.dtype)


def parse_period_column(raw: pl.Series, years: Years = PLAUSIBLE_YEARS) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read a column of periods as two columns, start and end, each as `parse_column` returns it."""
    texts = _cleaned(raw)
    both = {text: parse_period(text, years) for text in _distinct(texts)}
    start, end = ({text: sides[index] for text, sides in both.items()} for index in (0, 1))
    return _joined(texts, start, pl.String()), _joined(texts, end, pl.String())


def _reader(prop: Property, words: Mapping[str, str], decimal: str, years: Years) -> Reader:
    """Return what reads the distinct texts of a column of this property."""
    single = _single_reader(prop, words, years)
    if prop.is_list and prop.ref == "organisation":
        return _each(lambda text: _list(split_list(text, words), single))
    if prop.is_list:
        return _each(lambda text: _list(split_items(text), single))
    return _number_reader(prop, decimal) if prop.type in ("number", "integer") else _each(single)


def _single_reader(prop: Property, words: Mapping[str, str], years: Years) -> Callable[[str], Parsed]:
    """Return what reads one text of this property, or one item of its list."""
    if prop.codelist:
        return lambda text: parse_code(text, words)
    if prop.type == "boolean":
        return parse_boolean
    if prop.format in ("date", "edtf"):
        return _date_reader(prop, years)
    if prop.ref == "council_resolution":
        return _council_reference
    if prop.item.get("pattern") == COUNCIL_PATTERN:
        return parse_council_number
    return parse_link if prop.format == "uri" else _text


def _date_reader(prop: Property, years: Years) -> Callable[[str], Parsed]:
    sides = {"start": parse_start, "end": parse_end}
    read = parse_day if prop.format == "date" else sides.get(prop.name.rsplit("_", 1)[-1], parse_date)
    return lambda text: read(text, years)


def _number_reader(prop: Property, decimal: str) -> Reader:
    unit = prop.schema.get("x-unit")
    if unit == "EUR":
        return _each(lambda text: parse_money(text, decimal))
    read = percent_column if unit == "percent" else number_column
    if prop.type == "number":
        return lambda texts: read(texts, decimal)
    return lambda texts: {text: whole(parsed) for text, parsed in read(texts, decimal).items()}


def _each(read: Callable[[str], Parsed]) -> Reader:
    return lambda texts: {text: read(text) for text in texts}


def _text(text: str) -> Parsed:
    return read_mark(text) or Parsed(text)


def _council_reference(text: str) -> Parsed:
    """Read a number as council numbers are written; what is none (an id, a title) stays as it is."""
    parsed = parse_council_number(text)
    return Parsed(text) if parsed.rule == "unreadable_resolution_number" else parsed


def _list(items: Iterable[str], single: Callable[[str], Parsed]) -> Parsed:
    """Read each item; the first refusal or missing reason stands for the whole cell."""
    read = [single(item) for item in items]
    bad = next((parsed for parsed in read if parsed.value is None), None)
    if bad is not None or not read:
        return bad or refused("invalid_value", "A | B")
    told = next((parsed for parsed in read if parsed.rule), read[0])
    return replace(told, value=list(dict.fromkeys(parsed.value for parsed in read)))


def _is_text(prop: Property) -> bool:
    special = prop.codelist or prop.ref or prop.is_list or prop.format in ("date", "edtf", "uri")
    return prop.type == "string" and not special and prop.item.get("pattern") != COUNCIL_PATTERN


def _text_column(texts: pl.Series, prop: Property) -> pl.DataFrame:
    """Read free text in columns: only texts short enough to be a mark are looked at one by one.

    What a record cannot be without, its title, is its name: there "Offen" is the measure of that name.
    """
    short = _distinct(texts.filter(texts.str.len_chars() <= LONGEST_MARK))
    marks = {text: mark for text in short if (mark := read_mark(text)) and (prop.nullable or not may_be_name(text))}
    frame = _joined(texts, marks, prop.dtype).with_columns(texts.alias("_text"))
    silent = (pl.col("why") == "") & (pl.col("rule") == "")
    broken = silent & pl.col("_text").str.contains("\ufffd", literal=True).fill_null(value=False)
    cut = silent & ~broken & pl.col("_text").str.len_chars().is_in(CUT_LENGTHS).fill_null(value=False)
    return frame.with_columns(
        pl.when(silent & ~broken).then(pl.col("_text")).otherwise(None).alias("value"),
        pl.when(broken)
        .then(pl.lit("characters_lost"))
        .when(cut)
        .then(pl.lit("text_truncated"))
        .otherwise("rule")
        .alias("rule"),
    ).drop("_text")


def _cleaned(raw: pl.Series) -> pl.Series:
    """Return the cleaned texts; null where the cell is empty or absent: it says nothing."""
    text = clean_text(pl.col("text"))
    return raw.alias("text").to_frame().select(pl.when(text != "").then(text).otherwise(None)).to_series().alias("text")


def _distinct(texts: pl.Series) -> list[str]:
    return texts.drop_nulls().unique(maintain_order=True).to_list()


def _joined(texts: pl.Series, read: Mapping[str, Parsed], dtype: pl.DataType) -> pl.DataFrame:
    """Give every row what was read of its text."""
    rows = [{"text": text, **asdict(parsed)} for text, parsed in read.items()]
    table = pl.DataFrame(rows, schema={"text": pl.String(), "value": dtype, **READ_SCHEMA}, strict=False)
    joined = texts.to_frame().join(table, on="text", how="left", maintain_order="left").drop("text")
    return joined.with_columns(pl.col("why", "rule", "precision", "expected", "rest").fill_null(""))
