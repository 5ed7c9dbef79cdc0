"""Numbers and percentages as departments write them (deliveries.md 9 to 13)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from flows.normalise.date_forms import plain
from flows.normalise.missing import read_mark
from flows.normalise.parsed import NOTHING, Parsed, refused

LONGEST_NUMBER = 60
"""No number takes more characters than this."""
LARGEST_NUMBER = 2**53
"""Beyond this, neither JSON nor a spreadsheet keeps a number exact."""
NUMBER_EXAMPLE = "1234,5"
PERCENT_EXAMPLE = "56"

_APPROXIMATE = re.compile(r"(?:ca\.?|circa|rd\.?|rund|etwa|ungefähr|geschätzt|gesch\.|approx\.?|~|≈) ?")
_DIGITS = re.compile(r"(?P<sign>[-+]?) ?(?P<body>[0-9][0-9.,' ’]*|[.,][0-9]+)")
# Thousands come in groups of three, all with the same separator; the decimal separator is the other one.
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?P<sep>[ '’.,])[0-9]{3})(?:(?P=sep)[0-9]{3})*(?P<fraction>[.,][0-9]+)?")
_PLAIN = re.compile(r"[0-9]*(?:[.,][0-9]+)?")
_EXPONENT = re.compile(r"[-+]?[0-9](\.[0-9]+)?e[-+]?[0-9]{1,2}")
_PERCENT = re.compile(r" ?(?:%|v\. ?h\.|prozent|percent)$")
_RANGE = re.compile(
    r"[0-9.,]+ ?%? ?(?:-|bis|to|/) ?[0-9.,]+ ?%?|(?:[<>≤≥]=?|über|unter|mehr als|weniger als|mind\.?|max\.?) ?.+"
)
_MONTH = r"(?:jan|feb|mär|mrz|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec)[a-z]*"
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{1,2}\. ?[0-9]{1,2}\.([0-9]{2,4})?"
    rf"|[0-9]{{1,2}}[.-]? ?{_MONTH}\.?([ -][0-9]+)?|{_MONTH}[ -]?[0-9]+"
)


def parse_number(text: str, decimal: str = ",") -> Parsed:
    """Read a number, as int where it is whole, else as float; `estimated` where it is marked as approximate.

    `decimal` decides only what nothing else can: `1.234` is 1234 where it is ",", and told (`ambiguous_number`).
    Findings: `number_estimated` and `bracketed_number` (taken, positive), `excel_date_damage` (a
    spreadsheet made a date of it), `range_instead_of_number` (50-60, >90), `unreadable_number`.
    """
    mark = read_mark(text)
    if mark is not None:
        return mark
    words = plain(text)
    if not words:
        return NOTHING
    if len(words) > LONGEST_NUMBER:
        return refused("unreadable_number", NUMBER_EXAMPLE)
    exact = _APPROXIMATE.sub("", words, count=1) if _APPROXIMATE.match(words) else words
    parsed = _read(exact, decimal)
    if parsed.value is None or exact == words:
        return parsed if parsed.value is None else replace(parsed, estimated=False)
    return replace(parsed, estimated=True, rule=parsed.rule or "number_estimated")


def number_column(values: Iterable[str], decimal: str = ",") -> dict[str, Parsed]:
    """Read the distinct texts of one column; what is ambiguous alone is decided by the others (deliveries.md 9).

    Where other values show only one meaning of the dot (or comma), `1.234` is read the same way without a finding.
    """
    distinct = list(dict.fromkeys(values))
    shown = {mark for text in distinct for mark in _decimal_shown(text)}
    if len(shown) == 1:
        decimal = shown.pop()
        return {text: _without(parse_number(text, decimal), "ambiguous_number") for text in distinct}
    return {text: parse_number(text, decimal) for text in distinct}


def parse_percent(text: str, decimal: str = ",", *, fraction: bool = False) -> Parsed:
    """Read a percentage; with `fraction`, a number without % is a share of one (0,56 is 56).

    Findings: `fraction_as_percent` (taken) and those of `parse_number`.
    """
    unmarked = _PERCENT.sub("", plain(text))
    parsed = parse_number(unmarked, decimal)
    if parsed.value is None:
        return replace(parsed, expected=PERCENT_EXAMPLE) if parsed.rule else parsed
    if fraction and unmarked == plain(text):
        percent = _narrow(Decimal(str(parsed.value)) * 100)
        return replace(parsed, value=percent, rule=parsed.rule or "fraction_as_percent")
    return parsed


def percent_column(values: Iterable[str], decimal: str = ",") -> dict[str, Parsed]:
    """Read the distinct texts of one column of percentages (deliveries.md 10).

    Numbers without % are shares of one only if none of them exceeds one and at least one lies between zero and one.
    A share among percentages, or a column of nothing but 0 and 1, cannot be told: `ambiguous_percent`.
    """
    read = {text: parse_percent(text, decimal) for text in dict.fromkeys(values)}
    bare = {text: p.value for text, p in read.items() if p.value is not None and not _PERCENT.search(plain(text))}
    shares = {text for text, value in bare.items() if 0 < value < 1}
    if shares and all(0 <= value <= 1 for value in bare.values()):
        return read | {text: parse_percent(text, decimal, fraction=True) for text in bare}
    doubtful = shares or ({t for t, v in bare.items() if v == 1} if set(bare.values()) <= {0, 1} else set())
    return read | dict.fromkeys(doubtful, refused("ambiguous_percent", "56 %"))


def whole(parsed: Parsed) -> Parsed:
    """Return `parsed` where its value is a whole number or none; else the refusal `not_whole_number`."""
    return refused("not_whole_number", "12") if isinstance(parsed.value, float) else parsed


def _read(words: str, decimal: str) -> Parsed:
    if words.startswith("(") and words.endswith(")"):
        inner = _read(words[1:-1].strip(), decimal)
        return inner if inner.value is None else replace(inner, rule="bracketed_number")
    if _DATE.fullmatch(words):
        return refused("excel_date_damage", NUMBER_EXAMPLE)
    if _RANGE.fullmatch(words):
        return refused("range_instead_of_number", NUMBER_EXAMPLE)
    number = Decimal(words) if _EXPONENT.fullmatch(words) else _exact(words, decimal)
    if number is None or abs(number) > LARGEST_NUMBER:
        return refused("unreadable_number", NUMBER_EXAMPLE)
    return Parsed(_narrow(number), rule="ambiguous_number" if _ambiguous(words.lstrip("+- ")) else "")


def _exact(words: str, decimal: str) -> Decimal | None:
    match = _DIGITS.fullmatch(words)
    digits = _canonical(match["body"], decimal) if match else None
    if match is None or digits is None:
        return None
    return Decimal(digits) * (-1 if match["sign"] == "-" else 1)


def _canonical(body: str, decimal: str) -> str | None:
    """Return the digits with a decimal point and without separators of thousands; None where they make no number."""
    if _ambiguous(body):
        mark = "," if "," in body else "."
        return body.replace(mark, "." if mark == decimal else "")
    grouped = _GROUPED.fullmatch(body)
    if grouped:
        fraction = grouped["fraction"] or ""
        if fraction and fraction[0] == grouped["sep"]:
            return None
        return re.sub(r"[^0-9]", "", body[: len(body) - len(fraction)]) + fraction.replace(",", ".")
    return body.replace(",", ".") if _PLAIN.fullmatch(body) else None


def _ambiguous(body: str) -> bool:
    """Tell whether one dot or comma stands before exactly three digits: thousands or decimals, nobody knows."""
    return re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", body) is not None


def _decimal_shown(text: str) -> set[str]:
    """Return the decimal separator that `text` shows beyond doubt, if any."""
    match = _DIGITS.fullmatch(re.sub(r" ?%$", "", _APPROXIMATE.sub("", plain(text), count=1)))
    body = match["body"] if match else ""
    if not body or _ambiguous(body) or _canonical(body, ",") is None:
        return set()
    grouped = _GROUPED.fullmatch(body)
    if grouped and grouped["sep"] in ".,":
        return {"," if grouped["sep"] == "." else "."}
    return {mark for mark in ",." if mark in body}


def _narrow(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _without(parsed: Parsed, rule: str) -> Parsed:
    return replace(parsed, rule="") if parsed.rule == rule else parsed
