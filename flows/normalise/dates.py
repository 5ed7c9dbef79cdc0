"""Dates and periods as departments write them, read as EDTF (deliveries.md 14 to 16 and 18)."""

from __future__ import annotations

import re
from dataclasses import replace

from flows.edtf import bounds
from flows.normalise.date_forms import DAY_EXAMPLE, EXAMPLES, FROM, UNTIL, plain, read_date
from flows.normalise.missing import NOT_STATED, ONGOING, read_mark
from flows.normalise.parsed import NOTHING, Parsed, refused

Years = tuple[int, int]
PLAUSIBLE_YEARS: Years = (2010, 2045)
LONGEST_DATE = 60
"""No date takes more characters than this."""
PERIOD_EXAMPLES = "2021-2025; 05/2022 bis 12/2024; ab 2024; bis 2025"

_GOES_ON = re.compile(
    r"(fort)?laufend|dauerhaft|daueraufgabe|jährlich|kontinuierlich|unbefristet|ständig|permanent|ongoing|regelmäßig"
)
_NOT_STATED = Parsed(None, why=NOT_STATED)
# A year alone may stand on either side of a bare hyphen; elsewhere the hyphen of a period stands between blanks.
_YEARS = re.compile(r"(?P<first>[0-9]{4}) ?[-/] ?(?P<last>[0-9]{4}|[0-9]{2})")
_SPLIT = re.compile(r" bis zum | bis | - | to |(?<=[0-9.]) ?- ?(?=[0-9])")


def parse_date(text: str, years: Years = PLAUSIBLE_YEARS) -> Parsed:
    """Read a date or a stretch of time as EDTF, with its precision.

    A vague one ("Mitte 2024") becomes the interval it can mean, with `vague_date`; "laufend" has no date, with the
    reason `ongoing`. Findings: `vague_date` and `two_digit_year` (taken), `impossible_date`, `implausible_year`
    (outside `years`), `incomplete_date` (no year), `ambiguous_date` (5/6/2024), `unreadable_date`. Numbers that could
    be serial days of a spreadsheet are not guessed.
    """
    mark = read_mark(text)
    if mark is not None:
        return mark
    words = plain(text)
    if len(words) > LONGEST_DATE:
        return refused("unreadable_date", EXAMPLES)
    if not words:
        return NOTHING
    if _GOES_ON.fullmatch(words):
        return Parsed(None, why=ONGOING)
    return _within(read_date(words), years)


def parse_day(text: str, years: Years = PLAUSIBLE_YEARS) -> Parsed:
    """Read a date that must be one day (format `date`); what is less precise is refused with `not_a_day`."""
    parsed = parse_date(text, years)
    if parsed.value is None or parsed.precision == "day":
        return parsed
    return refused("not_a_day", DAY_EXAMPLE)


def parse_start(text: str, years: Years = PLAUSIBLE_YEARS) -> Parsed:
    """Read when something starts: "ab 2024", "seit 2024" and "2024 ff." in such a column mean 2024."""
    return _unless_open(text, FROM, years)


def parse_end(text: str, years: Years = PLAUSIBLE_YEARS) -> Parsed:
    """Read when something ends: "bis 2025" in such a column means 2025."""
    return _unless_open(text, UNTIL, years)


def parse_period(text: str, years: Years = PLAUSIBLE_YEARS) -> tuple[Parsed, Parsed]:
    """Read a period in one cell as its start and its end; a single date is both.

    What a half-open period ("ab 2024") leaves unsaid has the reason `not_stated`. Findings: as of `parse_date`, and
    `unreadable_period` for both where the cell is no period.
    """
    words = plain(text).removeprefix("von ")
    whole = parse_start(text, years), parse_end(text, years)
    if len(words) > LONGEST_DATE or any(side.why == ONGOING for side in whole):
        return (NOTHING, whole[1]) if whole[1].why == ONGOING else whole
    if FROM.fullmatch(plain(text)) and whole[0].value:
        return whole[0], _NOT_STATED
    if UNTIL.fullmatch(words):
        return _NOT_STATED, whole[1]
    for start, end in _splits(words):
        found = _both(start, end, years)
        if all(side.value is not None or side.why for side in found):
            return found
    single = parse_date(text, years)
    refusal = replace(single, rule="unreadable_period", expected=PERIOD_EXAMPLES)
    return (refusal, refusal) if single.rule == "unreadable_date" else (single, single)


def _splits(words: str) -> list[tuple[str, str]]:
    """Return the ways to cut a period in two; "2021-25" is one only where 25 cannot be a month."""
    bare = _YEARS.fullmatch(words)
    if bare:
        last = bare["last"] if len(bare["last"]) == 4 else bare["first"][:2] + bare["last"]
        is_month = len(bare["last"]) == 2 and int(bare["last"]) <= 12
        return [] if is_month else [(bare["first"], last)]
    return [(words[: match.start()], words[match.end() :]) for match in _SPLIT.finditer(words)]


def _both(start: str, end: str, years: Years) -> tuple[Parsed, Parsed]:
    """Read both sides; a start without a year ("Mai bis September 2024") is in the year of the end."""
    first, last = parse_start(start, years), parse_end(end, years)
    covered = bounds(last.value) if last.value else None
    if first.rule == "incomplete_date" and covered and covered[1]:
        first = parse_start(f"{start} {covered[1].year}", years)
    return first, last


def _unless_open(text: str, preposition: re.Pattern[str], years: Years) -> Parsed:
    match = preposition.fullmatch(plain(text))
    return parse_date((match["rest"] or match["before"]) if match else text, years)


def _within(parsed: Parsed, years: Years) -> Parsed:
    covered = bounds(parsed.value) if parsed.value else None
    if covered is None:
        return parsed
    named = [day.year for day in covered if day is not None]
    plausible = all(years[0] <= year <= years[1] for year in named)
    return parsed if plausible else refused("implausible_year", f"{years[0]}-{years[1]}")
