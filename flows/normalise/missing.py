"""Marks that stand in place of a value: unknown, not applicable, as above, as last year, broken cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from flows.normalise.parsed import Parsed, refused

NOT_STATED = "not_stated"
ONGOING = "ongoing"

# Deliveries.md 14 and 19; the keys are squeezed: no case, blanks or dots, one kind of dash.
_REASONS: Mapping[str, Iterable[str]] = {
    NOT_STATED: (
        *("ka", "keineangabe", "keineangaben", "-", "--", "---", "n/a", "na", "#nv", "#n/a", "x"),
        *("null", "none", "nan", "leer"),
    ),
    "not_known": ("unbekannt", "nichtbekannt", "unklar", "nb", "unknown", "?", "??", "???"),
    "not_published": ("nichtöffentlichauffindbar", "nichtgefunden", "nichtveröffentlicht", "notpublished"),
    "not_decided": (
        *("offen", "nochoffen", "tbd", "tba", "tbc", "inklärung", "wirdgeklärt", "nochnichtfestgelegt", "inabstimmung"),
        *("nochnichtbekannt", "stehtnochnichtfest", "wirdnochfestgelegt", "nochunklar"),
    ),
    "not_named": ("nn",),
    "no_new_date": ("ohneneuentermin", "keinneuertermin", "neuerterminoffen", "terminoffen"),
    "not_applicable": ("entfällt", "nichtzutreffend", "nichtrelevant", "trifftnichtzu", "notapplicable", "entf"),
    "not_measurable": ("nichtmessbar", "nichtbezifferbar", "nichtquantifizierbar"),
    "withheld": ("vertraulich", "nichtöffentlich", "gesperrt", "geheim", "confidential"),
    "contradictory": ("widersprüchlicheangaben",),
    "retracted": ("[retracted]",),
}
_BY_MARK = {mark.casefold(): code for code, marks in _REASONS.items() for mark in marks}
_DITTO = frozenset(("so", "sieheoben", "wieoben", "dito", "ditto", '"', "''", "〃", "”", "“", "„", "wievor"))
_UNCHANGED = frozenset(
    ("unverändert", "keinneuersachstand", "wievorjahr", "keineänderung", "keineänderungen", "unchanged")
)
_ERRORS = re.compile(
    r"#(div/0!|bezug!|ref!|wert!|value!|name\?|zahl!|num!|null!|überlauf!|spill!|calc!)", re.IGNORECASE
)
_TOO_NARROW = re.compile(r"#{3,}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
LONGEST_MARK = 40
"""No mark has more characters than this; longer texts need not be looked up."""


def squeeze(text: str) -> str:
    """Return `text` without case, blanks and dots and with one kind of dash, the form in which marks are compared."""
    plain = unicodedata.normalize("NFC", text).translate(_DASHES).casefold()
    return re.sub(r"[\s.]+", "", plain)


def missing_reason(text: str) -> str | None:
    """Return the code (list missing_reason) that `text` stands for, or None where it is no mark.

    A bare empty text is none: it says nothing. `0` is a value. Source: deliveries.md 14 and 19.
    """
    if len(text) > LONGEST_MARK or not text.strip():
        return None
    squeezed = squeeze(text)
    return _BY_MARK.get(squeezed, NOT_STATED if not squeezed else None)


def may_be_name(text: str) -> bool:
    """Tell whether a mark is a word that could as well be the name of something, such as "Offen" or "Geheim"."""
    return squeeze(text).isalpha() and missing_reason(text) not in (None, NOT_STATED, "not_named")


def is_unchanged(text: str) -> bool:
    """Tell whether `text` says that the earlier report still holds, like "wie Vorjahr" (deliveries.md 20)."""
    return len(text) <= LONGEST_MARK and squeeze(text) in _UNCHANGED


def is_ditto(text: str) -> bool:
    """Tell whether `text` refers to the cell above, like "s. o." (deliveries.md 19)."""
    return len(text) <= LONGEST_MARK and squeeze(text) in _DITTO


def read_mark(text: str) -> Parsed | None:
    """Read a text that stands in place of a value; None where it is none.

    Findings: `unchanged_marker` (nothing new), `ditto_mark`, `formula_error`, `cell_too_narrow` (deliveries.md 19, 20,
    31, 49).
    """
    if len(text) > LONGEST_MARK:
        return None
    stripped = text.strip()
    if _ERRORS.fullmatch(stripped):
        return refused("formula_error")
    if _TOO_NARROW.fullmatch(stripped):
        return refused("cell_too_narrow")
    if is_ditto(text):
        return refused("ditto_mark")
    if is_unchanged(text):
        return refused("unchanged_marker")
    reason = missing_reason(text)
    return Parsed(None, why=reason) if reason else None
