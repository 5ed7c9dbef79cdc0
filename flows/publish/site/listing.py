"""Measures in a list: what a row says of each, and lists of them by title, by field, by unit and by status."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.publish.site.facts import Facts, Record, foreign, named
from flows.publish.site.wording import current_end, has_slipped, slippage
from flows.publish.site.words import Lang


@dataclass(frozen=True)
class Row:
    """One measure in a list; `units` are (id, abbreviation), `foreign` tells that the title is German."""

    id: str
    title: str
    foreign: bool
    status: str
    status_word: str
    field: str
    field_title: str
    units: tuple[tuple[str, str], ...]
    promised: str | None
    current: str | None
    slippage: str
    slipped: bool
    progress: float | None


def measure_rows(measures: Iterable[Record], facts: Facts, lang: Lang) -> list[Row]:
    """Return a row for each measure, by title as people sort (umlauts beside their vowels)."""
    return sorted((_row(measure, facts, lang) for measure in measures), key=lambda row: (sorting(row.title), row.id))


def _row(measure: Record, facts: Facts, lang: Lang) -> Row:
    report = facts.by_id("status_report").get(measure["latest_report_id"] or "")
    status = measure["status_code"] or "unknown"
    units = organisations(measure["lead_org_ids"], facts)
    title, field = named(measure, lang), named(facts.by_id("field_of_action").get(measure["field_id"]), lang)
    return Row(
        measure["id"],
        title,
        foreign(measure, lang),
        status,
        facts.label("status", status, lang),
        measure["field_id"],
        field,
        tuple(units),
        measure["baseline_end"],
        current_end(measure, report),
        slippage(measure, facts, lang),
        has_slipped(measure),
        measure["progress_pct"],
    )


def organisations(ids: Sequence[str] | None, facts: Facts) -> list[tuple[str, str]]:
    """Return id and abbreviation of each unit."""
    known = facts.by_id("organisation")
    return [(name, str(known[name]["abbrev"]) if name in known else name) for name in ids or ()]


def sorting(text: str) -> str:
    """Return a text as it is sorted: without case and accents."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def count_by_status(measures: Iterable[Record], facts: Facts) -> list[tuple[str, int]]:
    """Return how many measures have each status, in the order of the code list; none without a measure."""
    counts = Counter(measure["status_code"] or "unknown" for measure in measures)
    return [(code, counts[code]) for code in facts.codelists["status"].codes if counts[code]]
