"""How vague dates are written for people: `2024-04/2024-06` is "2. Quartal 2024", `2025~` is "etwa 2025"."""

from __future__ import annotations

from collections.abc import Mapping

from flows.publish.site.words import Lang

MONTHS: Mapping[Lang, tuple[str, ...]] = {
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
PERIODS = {("01", "03"): 1, ("04", "06"): 2, ("07", "09"): 3, ("10", "12"): 4}
HALVES = {("01", "06"): 1, ("07", "12"): 2}
ORDINALS = ("1st", "2nd", "3rd", "4th")


def write_edtf(value: str, lang: Lang) -> str:
    """Write a date of `flows.edtf` in words; what is none is returned as it is."""
    start, slash, end = value.partition("/")
    if not slash:
        return _point(value, lang)
    if start == "..":
        return f"{'bis' if lang == 'de' else 'until'} {_point(end, lang)}"
    if end == "..":
        return f"{'ab' if lang == 'de' else 'from'} {_point(start, lang)}"
    return _named(start, end, lang) or f"{_point(start, lang)} {'bis' if lang == 'de' else 'to'} {_point(end, lang)}"


def after_for(value: str, lang: Lang) -> str:
    """Write a date as it stands after "for": a quarter and a half year take their article."""
    written = write_edtf(value, lang)
    if not ("Quartal" in written or "Halbjahr" in written or " of " in written):
        return written
    return f"das {written}" if lang == "de" else f"the {written}"


def _named(start: str, end: str, lang: Lang) -> str:
    """Return the name of the quarter or half year from a month to another, or ""."""
    if len(start) != 7 or len(end) != 7 or start[:4] != end[:4]:
        return ""
    months, year = (start[5:], end[5:]), start[:4]
    if months in PERIODS:
        number = PERIODS[months]
        return f"{number}. Quartal {year}" if lang == "de" else f"{ORDINALS[number - 1]} quarter of {year}"
    if months in HALVES:
        number = HALVES[months]
        return f"{number}. Halbjahr {year}" if lang == "de" else f"{ORDINALS[number - 1]} half of {year}"
    return ""


def _point(value: str, lang: Lang) -> str:
    exact = value.removesuffix("~")
    about = ("etwa " if lang == "de" else "about ") if exact != value else ""
    parts = exact.split("-")
    if not all(part.isdigit() for part in parts) or not 1 <= int(parts[1] if len(parts) > 1 else 1) <= 12:
        return value
    if len(parts) == 1:
        return about + exact
    if len(parts) == 2:
        return f"{about}{MONTHS[lang][int(parts[1]) - 1]} {parts[0]}"
    if lang == "de":
        return f"{about}{parts[2]}.{parts[1]}.{parts[0]}"
    return f"{about}{int(parts[2])} {MONTHS[lang][int(parts[1]) - 1]} {parts[0]}"
