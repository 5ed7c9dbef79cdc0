"""The pages of the annual reports, and the same reports as tagged PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flows.publish.site.annual import Report, Section, annual_report, as_data, reported_years
from flows.publish.site.facts import Facts
from flows.publish.site.rendering import LANGUAGES, Alternate, Drawn, Page
from flows.publish.site.texts import topics, words
from flows.publish.site.typesetting import template, typeset_pdf, typesetter
from flows.publish.site.words import Lang

NAME = "report"
ROWS = 300
"""Rows of all tables of a page together: with more it would weigh over 100 kB."""


@dataclass(frozen=True)
class Part:
    """A section, or as much of it as a page holds: its number in the report, the page, and whether it began before."""

    number: int
    page: int
    section: Section
    goes_on: bool = False


def report_pages(facts: Facts) -> Iterator[Page | Drawn]:
    """Yield a page and a PDF in each language for every year with reports, and the page that lists them."""
    years, said = reported_years(facts), topics()["annual"]
    if not years:
        return
    yield Page(
        "reports/index.html", "reports.html", said["list_title"], said["list_lead"], lambda _lang: {"years": years}
    )
    for year in years:
        told = {lang: annual_report(year, facts, lang) for lang in LANGUAGES}
        yield from _pages(told, facts)
        yield from (_pdf(report, facts) for report in told.values())


def pdf_path(year: int, lang: Lang) -> str:
    """Return the path of the report on a year as PDF."""
    return f"{'en/' if lang == 'en' else ''}reports/{year}/report.pdf"


def _pages(told: Mapping[Lang, Report], facts: Facts) -> Iterator[Page]:
    """Yield the pages of a report: one, or as many as keep each within its weight; the PDF is whole."""
    year = told["de"].year
    parts = {lang: list(parted(told[lang].sections)) for lang in LANGUAGES}
    say = {lang: words(lang, facts.theme) for lang in LANGUAGES}
    title = {lang: say[lang]["annual"]["title_short"].format(year=year) for lang in LANGUAGES}
    description = {lang: told[lang].lead for lang in LANGUAGES}
    pdf = (Alternate(pdf_path(year, "de"), "application/pdf", dict.fromkeys(LANGUAGES, "PDF")),)
    count = max(part.page for part in parts["de"])
    for number in range(1, count + 1):

        def values(lang: Lang, number: int = number) -> Mapping[str, Any]:
            return {
                "report": told[lang],
                "parts": [part for part in parts[lang] if part.page == number],
                "contents": [(part, _address(year, part.page)) for part in parts[lang] if not part.goes_on],
                "pdf": f"reports/{year}/report.pdf",
                "page_number": number,
                "page_count": count,
                "previous": _address(year, number - 1) if number > 1 else "",
                "next": _address(year, number + 1) if number < count else "",
            }

        of = {lang: say[lang]["measure"]["page_number"].format(number=number, count=count) for lang in LANGUAGES}
        own = {lang: f"{title[lang]}, {of[lang]}" for lang in LANGUAGES}
        crumbs = (
            ("reports/", topics()["annual"]["list_title"]),
            *(((_address(year, 1), title),) if number > 1 else ()),
        )
        path, name = f"{_address(year, number)}index.html", own if number > 1 else title
        yield Page(path, "report.html", name, description, values, crumbs=crumbs, alternates=pdf)


def _address(year: int, number: int) -> str:
    return f"reports/{year}/" if number == 1 else f"reports/{year}/page-{number}/"


def parted(sections: Sequence[Section]) -> Iterator[Part]:
    """Cut sections into parts, so that the tables of no page have more than ROWS rows; nothing is left out."""
    page, room = 1, ROWS
    for number, section in enumerate(sections, 1):
        rows = section.table.rows if section.table else ()
        first = 0
        while True:
            if first < len(rows) and not room:
                page, room = page + 1, ROWS
            held = rows[first : first + room]
            cut = replace(section.table, rows=held) if section.table else None
            paragraphs = () if first else section.paragraphs
            yield Part(number, page, replace(section, paragraphs=paragraphs, table=cut), goes_on=first > 0)
            first, room = first + len(held), room - len(held)
            if first >= len(rows):
                break


def _pdf(report: Report, facts: Facts) -> Drawn:
    data = as_data(report, facts)
    made_from = [typesetter(), template(NAME), data]
    return Drawn(pdf_path(report.year, report.lang), "application/pdf", made_from, partial(typeset_pdf, NAME, data))
