"""The forms in which departments write dates, each with what it means in EDTF (deliveries.md 14)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flows.edtf import OPEN, bounds, is_edtf
from flows.normalise.parsed import Parsed, refused

EXAMPLES = "30.06.2024; 06/2024; Q2/2024; 2024"
DAY_EXAMPLE = "30.06.2024"

_MONTH_NAMES = (
    ("januar", "jan", "jänner", "january"),
    ("februar", "feb", "febr", "february"),
    ("märz", "mär", "mrz", "maerz", "march", "mar"),
    ("april", "apr"),
    ("mai", "may"),
    ("juni", "jun", "june"),
    ("juli", "jul", "july"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "okt", "october", "oct"),
    ("november", "nov"),
    ("dezember", "dez", "december", "dec"),
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}
_ORDINALS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_ORDINALS |= {"erstes": 1, "zweites": 2, "drittes": 3, "viertes": 4, "erste": 1, "zweite": 2}
_SEASONS = {"frühjahr": 3, "frühling": 3, "spring": 3, "sommer": 6, "summer": 6, "herbst": 9, "autumn": 9}
# The three parts cover the year without overlap: its first quarter, the two in the middle, its last.
_PARTS = {"anfang": (1, 3), "beginn": (1, 3), "mitte": (4, 9), "ende": (10, 12)}

_MONTH = "(?P<name>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<year>[0-9]{4}|['’]?[0-9]{2})"
_FULL = r"(?P<year>[0-9]{4})"
_TIME = r"(?P<time>[0-9]{2}:[0-9]{2}[0-9:.]*(z|[+-][0-9]{2}:[0-9]{2})?)"
_NTH = r"(?P<nth>[1-4]|iv|i{1,3}|erstes|zweites|drittes|viertes|erste|zweite)"
_BERLIN = ZoneInfo("Europe/Berlin")

Reader = Callable[[re.Match[str]], Parsed]


def plain(text: str) -> str:
    """Return `text` in small letters, with single blanks and plain hyphens, the form the readers expect."""
    dashes = re.sub("[‐‑‒–—−]", "-", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", dashes).strip().casefold()


def read_date(words: str) -> Parsed:
    """Read `words`, in the form `plain` gives them, as EDTF; any year is taken, findings as of `dates.parse_date`."""
    for pattern, reader in _FORMS:
        match = pattern.fullmatch(words)
        if match:
            return reader(match)
    return refused("unreadable_date", EXAMPLES)


def _dated(match: re.Match[str], month: int | None = None, day: int | None = None) -> Parsed:
    """Return year, month or day of the match as EDTF; a year of two digits is of this century and is told."""
    digits = match["year"].lstrip("'’")
    rule = "" if len(digits) == 4 else "two_digit_year"
    parts = [int(digits) if len(digits) == 4 else 2000 + int(digits), month, day]
    value = "-".join(f"{part:02d}" if index else f"{part:04d}" for index, part in enumerate(parts) if part is not None)
    if not is_edtf(value):
        return refused("impossible_date", EXAMPLES)
    precision = "year" if month is None else "month" if day is None else "day"
    return Parsed(value, rule=rule, precision=precision)


def _span(match: re.Match[str], months: tuple[int, int], precision: str) -> Parsed:
    first, last = _dated(match, months[0]), _dated(match, months[1])
    if first.value is None:
        return first
    rule = "vague_date" if precision == "vague" else first.rule
    return Parsed(f"{first.value}/{last.value}", rule=rule, precision=precision)


def _year(match: re.Match[str]) -> Parsed:
    return _dated(match)


def _numeric_month(match: re.Match[str]) -> Parsed:
    return _dated(match, int(match["month"]))


def _numeric_day(match: re.Match[str]) -> Parsed:
    return _dated(match, int(match["month"]), int(match["day"]))


def _named_month(match: re.Match[str]) -> Parsed:
    return _dated(match, _MONTHS[match["name"]])


def _named_day(match: re.Match[str]) -> Parsed:
    return _dated(match, _MONTHS[match["name"]], int(match["day"]))


def _slashed_day(match: re.Match[str]) -> Parsed:
    """Read 30/06/2024 and 06/30/2024; where both could be the month, nobody can tell."""
    first, second = int(match["first"]), int(match["second"])
    if first <= 12 and second <= 12 and first != second:
        return refused("ambiguous_date", DAY_EXAMPLE)
    day, month = (first, second) if second <= 12 else (second, first)
    return _dated(match, month, day)


def _moment(match: re.Match[str]) -> Parsed:
    """Read the day of a point in time; one with an offset is a day of the city's time."""
    try:
        moment = datetime.fromisoformat(match["date"] + "T" + match["time"].replace("z", "+00:00"))
        day = moment.astimezone(_BERLIN) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return refused("impossible_date", EXAMPLES)
    return Parsed(day.date().isoformat(), precision="day")


def _quarter(match: re.Match[str]) -> Parsed:
    last = 3 * _ORDINALS[match["nth"]]
    return _span(match, (last - 2, last), "quarter")


def _half_year(match: re.Match[str]) -> Parsed:
    nth = _ORDINALS[match["nth"]]
    if nth > 2:
        return refused("impossible_date", "1. Halbjahr 2024")
    return _span(match, (6 * nth - 5, 6 * nth), "half_year")


def _week(match: re.Match[str]) -> Parsed:
    try:
        first, last = (date.fromisocalendar(int(match["year"]), int(match["week"]), day) for day in (1, 7))
    except ValueError:
        return refused("impossible_date", "KW 14/2024")
    return Parsed(f"{first}/{last}", precision="interval")


def _part(match: re.Match[str]) -> Parsed:
    return _span(match, _PARTS[match["part"]], "vague")


def _season(match: re.Match[str]) -> Parsed:
    first = _SEASONS[match["season"]]
    return _span(match, (first, first + 2), "vague")


def _winter(match: re.Match[str]) -> Parsed:
    """Read "Winter 2024/25", from December to February; without its second year a winter could be either one."""
    first, second = int(match["year"]), int(match["second"])
    if second not in (first + 1, (first + 1) % 100):
        return refused("impossible_date", "Winter 2024/25")
    return Parsed(f"{first:04d}-12/{first + 1:04d}-02", rule="vague_date", precision="vague")


def _vague_month(match: re.Match[str]) -> Parsed:
    inner = read_date(match["rest"])
    if inner.precision != "month" or "~" in inner.value:
        return refused("unreadable_date", EXAMPLES)
    return replace(inner, rule="vague_date", precision="vague")


def _approximate(match: re.Match[str]) -> Parsed:
    inner = read_date(match["rest"])
    if inner.value is None:
        return inner
    value = inner.value if "/" in inner.value or inner.value.endswith("~") else inner.value + "~"
    return replace(inner, value=value, rule="vague_date", precision="vague")


def _open_end(match: re.Match[str]) -> Parsed:
    inner = read_date(match["rest"] or match["before"])
    first = inner.value.split("/")[0] if inner.value else OPEN
    return inner if first == OPEN else replace(inner, value=f"{first}/{OPEN}", precision="interval")


def _open_start(match: re.Match[str]) -> Parsed:
    inner = read_date(match["rest"])
    last = inner.value.split("/")[-1] if inner.value else OPEN
    return inner if last == OPEN else replace(inner, value=f"{OPEN}/{last}", precision="interval")


def _incomplete(_match: re.Match[str]) -> Parsed:
    return refused("incomplete_date", EXAMPLES)


def _edtf(match: re.Match[str]) -> Parsed:
    """Take what is EDTF already: published values come back in the pre-filled templates."""
    value = match[0]
    covered = bounds(value)
    if covered is None:
        return refused("unreadable_date", EXAMPLES)
    return Parsed(value, precision=_precision(value, covered))


def _precision(value: str, covered: tuple[date | None, date | None]) -> str:
    first, last = covered
    if "~" in value:
        return "vague"
    months = re.fullmatch(r"[0-9]{4}-[0-9]{2}/[0-9]{4}-[0-9]{2}", value)
    if not months or first is None or last is None or first.year != last.year:
        return "interval"
    if last.month - first.month == 2 and last.month % 3 == 0:
        return "quarter"
    return "half_year" if last.month - first.month == 5 and last.month % 6 == 0 else "interval"


FROM = re.compile(
    r"(?:ab|seit|von|from|since|frühestens|nicht vor)( dem)? (?P<rest>.+)|(?P<before>.+?) ?(?:ff\.?|fortfolgende)"
)
UNTIL = re.compile(r"(?:bis|until|spätestens|bis spätestens)( zum)? (?P<rest>.+)(?P<before>)")
_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (_FULL, _year),
        (_FULL + r"-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})", _numeric_day),
        (_FULL + r"/(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})", _numeric_day),
        (_FULL + r"[-/](?P<month>[0-9]{1,2})", _numeric_month),
        (
            r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[t ](?P<time>[0-9]{2}:[0-9]{2}[0-9:.]*(z|[+-][0-9]{2}:[0-9]{2})?)",
            _moment,
        ),
        (_FULL + r"-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(z|[+-][0-9]{2}:[0-9]{2})", _numeric_day),
        (r"(?P<day>[0-9]{1,2})\. ?(?P<month>[0-9]{1,2})\. ?" + _YEAR, _numeric_day),
        (r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4}) 00:00(:00)?", _numeric_day),
        (r"(?P<first>[0-9]{1,2})/(?P<second>[0-9]{1,2})/" + _FULL, _slashed_day),
        (r"(?P<month>[0-9]{1,2}) ?[./-] ?" + _FULL, _numeric_month),
        (r"(?P<day>[0-9]{1,2})\.? ?" + _MONTH + r"[ -]?" + _YEAR, _named_day),
        (_MONTH + r" (?P<day>[0-9]{1,2})(st|nd|rd|th)?, ?" + _FULL, _named_day),
        (_MONTH + r"[ /-]?" + _YEAR, _named_month),
        (r"q ?(?P<nth>[1-4])[ /.-]*" + _YEAR, _quarter),
        (_NTH + r"[.°]? ?(?:quartal|quarter|trimestre|qu?)\.?[ /-]*" + _YEAR, _quarter),
        (r"quartal " + _NTH + r"[ /-]+" + _YEAR, _quarter),
        (_FULL + r"[ /-]?q(?P<nth>[1-4])", _quarter),
        (r"h(?P<nth>[12])[ /-]*" + _YEAR, _half_year),
        (_NTH + r"\.? ?(?:halbjahr|hj|jahreshälfte)\.?[ /-]*" + _YEAR, _half_year),
        (_FULL + r"[ /-]?h(?P<nth>[12])", _half_year),
        (r"kw ?(?P<week>[0-9]{1,2})[ /.-]+" + _FULL, _week),
        (r"(?P<week>[0-9]{1,2})\. ?kw[ /-]*" + _FULL, _week),
        (_FULL + r"[ -]?(?:kw|w) ?(?P<week>[0-9]{1,2})", _week),
        (r"(?:zu[mr] )?(?:jahres)?(?P<part>anfang|beginn|mitte|ende)(?: des jahres)? " + _YEAR, _part),
        (r"(?:anfang|beginn|mitte|ende) (?P<rest>.+)", _vague_month),
        (r"(?P<season>" + "|".join(_SEASONS) + r")[ /]" + _YEAR, _season),
        (r"winter " + _FULL + r"/(?P<second>[0-9]{4}|[0-9]{2})", _winter),
        (r"(?:ca\.?|circa|etwa|ungefähr|voraussichtlich|vsl\.?|vorauss\.?|~) ?(?P<rest>.+)", _approximate),
        (FROM.pattern, _open_end),
        (UNTIL.pattern, _open_start),
        (r"[0-9]{1,2}\. ?[0-9]{1,2}\.?|([0-9]{1,2}\.? ?)?" + _MONTH, _incomplete),
        (r"kw ?[0-9]{1,2}|[0-9]{1,2}\. ?kw|q ?[1-4]|([1-4]|iv|i{1,3})[.°]? ?(?:quartal|trimestre)", _incomplete),
        (r"(?:anfang|mitte|ende|" + "|".join(_SEASONS) + r"|winter)", _incomplete),
        (r"[0-9.~/-]+", _edtf),
    )
)
