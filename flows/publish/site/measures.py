"""The list of all measures, in pages of at most 100, and a list for each status; all of it works without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from flows.publish.site.facts import Facts, named
from flows.publish.site.listing import Row, count_by_status, measure_rows, sorting
from flows.publish.site.rendering import LANGUAGES, Alternate, Page, Texts
from flows.publish.site.texts import topics, words
from flows.publish.site.words import Lang

PAGE = 100
"""Rows of a page: with more it would weigh over 100 kB."""
ROWS = Mapping[Lang, list[Row]]


def list_pages(facts: Facts) -> Iterator[Page]:
    """Yield the pages of the list by title, and a page for each status that a measure has."""
    rows: ROWS = {lang: measure_rows(facts.all("measure"), facts, lang) for lang in LANGUAGES}
    title = topics()["measure"]["all_title"]
    description = topics()["measure"]["list_lead"]
    yield from _pages("measures/", "measures.html", title, description, rows, partial(_facets, rows, facts), facts)
    for code, _ in count_by_status(facts.all("measure"), facts):
        named_so = topics()["measure"]["with_status"]
        title = {lang: named_so[lang].format(status=facts.label("status", code, lang)) for lang in LANGUAGES}
        meant = {lang: facts.definition("status", code, lang) for lang in LANGUAGES}
        held = {lang: [row for row in rows[lang] if row.status == code] for lang in LANGUAGES}
        yield from _pages(
            f"measures/status/{code}/", "status.html", title, meant, held, lambda _lang, _number: {}, facts
        )


def _pages(
    base: str,
    template: str,
    title: Texts,
    description: Texts,
    rows: ROWS,
    more: Callable[[Lang, int], Mapping[str, Any]],
    facts: Facts,
) -> Iterator[Page]:
    """Yield the pages of a list at `base` and at `<base>page-<number>/`; `more` adds to the values of each."""
    count = max(1, -(-len(rows["de"]) // PAGE))
    for number in range(1, count + 1):

        def values(lang: Lang, number: int = number) -> Mapping[str, Any]:
            return {**_cut(rows[lang], base, number, count, words(lang, facts.theme)["measure"]), **more(lang, number)}

        of = topics()["measure"]["page_number"]
        own = {lang: f"{title[lang]}, {of[lang].format(number=number, count=count)}" for lang in LANGUAGES}
        crumbs = (("measures/", topics()["base"]["measures"]),) if number > 1 or base != "measures/" else ()
        name, forms = own if number > 1 else title, _forms(facts) if base == "measures/" else ()
        yield Page(
            f"{_address(base, number)}index.html", template, name, description, values, "measures/", crumbs, forms
        )


def _cut(rows: list[Row], base: str, number: int, count: int, say: Mapping[str, str]) -> Mapping[str, Any]:
    first = (number - 1) * PAGE
    shown = rows[first : first + PAGE]
    caption = say["list_caption" if count == 1 else "list_caption_page"]
    return {
        "rows": shown,
        "caption": caption.format(first=first + 1, last=first + len(shown), count=len(rows)),
        "page_number": number,
        "page_count": count,
        "previous": _address(base, number - 1) if number > 1 else "",
        "next": _address(base, number + 1) if number < count else "",
    }


def _address(base: str, number: int) -> str:
    return base if number == 1 else f"{base}page-{number}/"


def _forms(facts: Facts) -> tuple[Alternate, ...]:
    name = facts.datasets["measure"].name if "measure" in facts.datasets else "measures"
    labels = (("csv", "text/csv", "CSV"), ("json", "application/json", "JSON"))
    return tuple(Alternate(f"data/{name}.{suffix}", kind, {"de": word, "en": word}) for suffix, kind, word in labels)


def _facets(rows: ROWS, facts: Facts, lang: Lang, number: int) -> Mapping[str, Any]:
    shown = rows[lang][(number - 1) * PAGE : number * PAGE]
    first = _first_of_letters(rows[lang])
    return {
        "letters": [
            (letter, f"{_address('measures/', place // PAGE + 1)}#{_anchor(letter)}") for letter, place in first
        ],
        "anchors": {rows[lang][place].id: _anchor(letter) for letter, place in first},
        "statuses": [(c, facts.label("status", c, lang), n) for c, n in count_by_status(facts.all("measure"), facts)],
        "fields": sorted({(row.field, row.field_title) for row in shown if row.field}),
        "units": sorted({unit for row in shown for unit in row.units}),
        "all_fields": _by_field(facts, lang),
        "all_units": _by_unit(facts),
    }


def _first_of_letters(rows: list[Row]) -> list[tuple[str, int]]:
    """Return each initial with the place of its first row; what begins with no letter is under 0–9."""
    found: dict[str, int] = {}
    for place, row in enumerate(rows):
        initial = sorting(row.title)[:1].upper()
        found.setdefault(initial if initial.isalpha() else "0–9", place)
    return list(found.items())


def _anchor(letter: str) -> str:
    return f"letter-{letter if letter.isalpha() else '0'}"


def _by_field(facts: Facts, lang: Lang) -> list[tuple[str, str, int]]:
    counted = ((field, len(facts.where("measure", "field_id", field["id"]))) for field in facts.all("field_of_action"))
    return [(field["id"], named(field, lang), count) for field, count in counted if count]


def _by_unit(facts: Facts) -> list[tuple[str, str, int]]:
    counted = ((unit, len(facts.where("measure", "lead_org_ids", unit["id"]))) for unit in facts.all("organisation"))
    return [(unit["id"], str(unit["abbrev"]), count) for unit, count in counted if count]
