"""The pages of the annual reports, and the same reports as tagged PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flows.publish.site.annual import Report, annual_report, as_data, reported_years
from flows.publish.site.facts import Facts
from flows.publish.site.rendering import LANGUAGES, Alternate, Drawn, Page
from flows.publish.site.texts import topics, words
from flows.publish.site.typesetting import template, typeset, typesetter
from flows.publish.site.words import Lang

NAME = "report"


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
        yield _page(told, facts)
        yield from (_pdf(report, facts) for report in told.values())


def pdf_path(year: int, lang: Lang) -> str:
    """Return the path of the report on a year as PDF."""
    return f"{'en/' if lang == 'en' else ''}reports/{year}/report.pdf"


def _page(told: Mapping[Lang, Report], facts: Facts) -> Page:
    year = told["de"].year
    title = {lang: words(lang, facts.theme)["annual"]["title_short"].format(year=year) for lang in LANGUAGES}
    description = {lang: told[lang].lead for lang in LANGUAGES}
    crumbs = (("reports/", topics()["annual"]["list_title"]),)
    pdf = (Alternate(pdf_path(year, "de"), "application/pdf", dict.fromkeys(LANGUAGES, "PDF")),)

    def values(lang: Lang) -> Mapping[str, Any]:
        return {"report": told[lang], "pdf": f"reports/{year}/report.pdf"}

    return Page(f"reports/{year}/index.html", "report.html", title, description, values, crumbs=crumbs, alternates=pdf)


def _pdf(report: Report, facts: Facts) -> Drawn:
    data = as_data(report, facts)
    made_from = [typesetter(), template(NAME), data]
    return Drawn(pdf_path(report.year, report.lang), "application/pdf", made_from, partial(typeset, NAME, data, "pdf"))
