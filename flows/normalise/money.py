"""Amounts of money as departments write them, in whole euros (deliveries.md 51)."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from flows.normalise.date_forms import plain
from flows.normalise.numbers import LARGEST_NUMBER, parse_number
from flows.normalise.parsed import Parsed, refused

MONEY_EXAMPLE = "171 Mio. €"

_SCALES = {
    **dict.fromkeys(("", ",-", ",--"), 1),
    **dict.fromkeys(("tsd", "tausend", "t€", "k€"), 1_000),
    **dict.fromkeys(("mio", "million", "millionen", "millions", "m€"), 1_000_000),
    **dict.fromkeys(("mrd", "milliarde", "milliarden"), 1_000_000_000),
}
_CURRENCY = re.compile(r"euro?")
_OTHER = re.compile(r"[$£¥]|chf|usd|gbp|dollar|franken|pfund|dm")
_AMOUNT = re.compile(r"(?P<before>€|eur|euro)? ?(?P<number>.*?[0-9)])(?P<unit>[^0-9)]*)")


def parse_money(text: str, decimal: str = ",") -> Parsed:
    """Read an amount as a whole number of euros; `estimated` where the supplier calls it approximate.

    Without a unit it is in euros. Findings: `foreign_currency`, `unreadable_money`, `money_rounded` (there were cents;
    taken, rounded half up), and those of `parse_number`. 1.234 without a unit of millions is always in thousands:
    nobody states tenths of cents.
    """
    words = plain(text)
    match = _AMOUNT.fullmatch(words)
    if not match:
        return _as_money(parse_number(text, decimal))
    scale = _scale(match["unit"])
    parsed = parse_number(match["number"], decimal)
    if scale is None:
        return refused("foreign_currency" if _OTHER.search(match["unit"]) else "unreadable_money", MONEY_EXAMPLE)
    if parsed.value is None:
        return _as_money(parsed)
    return _in_euros(parsed, scale, decimal)


def _as_money(parsed: Parsed) -> Parsed:
    if not parsed.rule:
        return parsed
    return refused("unreadable_money" if parsed.rule == "unreadable_number" else parsed.rule, MONEY_EXAMPLE)


def _scale(unit: str) -> int | None:
    """Return how many euros the unit stands for; a bare letter (t, k, m) counts only before the currency."""
    compact = _CURRENCY.sub("€", re.sub(r"[ .]", "", unit))
    return _SCALES.get(compact, _SCALES.get(compact.removesuffix("€")))


def _in_euros(parsed: Parsed, scale: int, decimal: str) -> Parsed:
    rule = "" if parsed.rule == "ambiguous_number" and scale <= 1_000 and decimal == "," else parsed.rule
    exact = Decimal(str(parsed.value)) * scale
    if abs(exact) > LARGEST_NUMBER:
        return refused("unreadable_money", MONEY_EXAMPLE)
    euros = int(exact.to_integral_value(ROUND_HALF_UP))
    return replace(parsed, value=euros, rule=rule or ("" if exact == euros else "money_rounded"))
