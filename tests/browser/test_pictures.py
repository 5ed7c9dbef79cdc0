"""No picture says anything else than its table: bars are as long as their numbers, points as many as their rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from page_types import largest

pytestmark = pytest.mark.browser

# What the pictures of a page draw, and the tables beside them; `unknown` are pictures that no test below speaks of.
FIGURES = """() => {
  const percent = (e, name) => parseFloat(e.getAttribute(name)), text = e => e.textContent.trim();
  const known = 'svg.bar, svg.shares, svg.time, svg.radar, .status svg, svg.mark';
  return [...document.querySelectorAll('figure.chart')].map(f => ({
  id: f.id,
  unknown: [...f.querySelectorAll('svg')].filter(s => !s.matches(known)).map(s => s.outerHTML.slice(0, 120)),
  bars: [...f.querySelectorAll('svg.bar')].map(s => [...s.querySelectorAll('rect')].map(r => percent(r, 'width'))),
  shares: [...f.querySelectorAll('svg.shares rect:not(.ground)')].map(r => percent(r, 'width')),
  years: [...f.querySelectorAll('svg.time text.quiet')].map(t => [Number(text(t)), percent(t, 'x')]),
  ticks: [...f.querySelectorAll('svg.time line.axis')].map(l => percent(l, 'x1')),
  points: [...f.querySelectorAll('svg.time circle[class^=s-]')].map(c => percent(c, 'cx')),
  spans: Object.fromEntries([...f.querySelectorAll('svg.time rect')]
    .map(r => [r.getAttribute('class'), [percent(r, 'x'), percent(r, 'x') + percent(r, 'width')]])),
  head: [...f.querySelectorAll('thead th')].map(text),
  rows: [...f.querySelectorAll('tbody tr')].map(r => [...r.cells].map(text)),
  csv: (f.querySelector('a[href$=".csv"]') || {}).href || '',
})); }"""
DOTS = """() => [...document.querySelectorAll('svg.radar .dot')].map(d => ({id: d.id.replace('dot-', ''),
  href: d.querySelector('a').href.baseVal, status: d.querySelector('[class^=s-]').getAttribute('class').slice(2)}))"""
LISTED = """() => [...document.querySelectorAll('main a[href*="M-"]')].filter(a => !a.closest('svg'))
  .map(a => a.getAttribute('href').match(/M-\\d+/)).filter(Boolean).map(m => m[0])"""
ROUNDING = 0.02
"""Widths are written with two decimals."""
DATE = re.compile(r"(?:(?P<day>\d{1,2}) )?(?:(?P<month>[A-Z][a-z]+) )?(?P<year>\d{4})")
QUARTER = re.compile(r"(?P<quarter>[1-4])(st|nd|rd|th) quarter of (?P<year>\d{4})")
MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def charts(page: Any, site: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return every picture of every English page of the example, with the path of its page."""
    found = []
    for path in sorted(path for path in site.sizes if path.startswith("en/")):
        if "<figure" in (site.folder / path).read_text("utf-8"):
            page.goto(site.url + path)
            found += [(path, chart) for chart in page.evaluate(FIGURES)]
    return found


def number(text: str) -> float | str:
    """Return a number as an English page or a CSV writes it; what is none stays a text."""
    try:
        return float(text.replace(",", "").removesuffix("%").strip())
    except ValueError:
        return text


def test_every_picture_is_of_a_kind_that_is_tested_here(charts: Any) -> None:
    kinds = Counter(chart["id"] for _, chart in charts)
    assert set(kinds) == {"fields", "departments", "status", "progress", "timeline", "radar"}
    assert [(path, chart["unknown"]) for path, chart in charts if chart["unknown"]] == []


def test_every_bar_is_as_long_as_its_numbers(charts: Any) -> None:
    drawn = [(path, chart) for path, chart in charts if chart["bars"]]
    assert {chart["id"] for _, chart in drawn} == {"fields", "departments", "status"}
    for path, chart in drawn:
        counts, whole = counted(chart)
        lengths = [[100 * count / whole for count in row if count] for row in counts]
        assert len(chart["bars"]) == len(lengths), path
        for widths, expected in zip(chart["bars"], lengths, strict=True):
            assert widths == pytest.approx(expected, abs=ROUNDING), path


def counted(chart: Any) -> tuple[list[list[float]], float]:
    """Return the counts of each bar as the table has them, and what the longest bar stands for.

    Many bars have a row each, which ends with its sum; a single one has a row for each of its parts.
    """
    numbers = [[number(cell) for cell in cells] for _, *cells in chart["rows"]]
    if len(chart["bars"]) == 1 and len(numbers[0]) == 1:
        parts = [count for (count,) in numbers]
        return [parts], sum(parts)
    assert all(sum(counts) == total for *counts, total in numbers)
    return [counts for *counts, _ in numbers], max(total for *_, total in numbers)


def test_every_share_is_drawn_as_its_table_tells_it(charts: Any) -> None:
    drawn = [(path, chart) for path, chart in charts if chart["id"] == "progress"]
    assert drawn
    for path, chart in drawn:
        assert chart["shares"] == pytest.approx([number(row[1]) for row in chart["rows"]], abs=ROUNDING), path


def test_every_time_line_has_its_reports_and_spans_where_its_table_dates_them(charts: Any) -> None:
    drawn = [(path, chart) for path, chart in charts if chart["id"] == "timeline"]
    assert any(chart["spans"] for _, chart in drawn)
    assert any(chart["points"] for _, chart in drawn)
    for path, chart in drawn:
        first, (left, *_, right) = chart["years"][0][0], chart["ticks"]
        a_year = (right - left) / (len(chart["ticks"]) - 1)

        def place(moment: float, first: int = first, left: float = left, a_year: float = a_year) -> Any:
            return pytest.approx(left + a_year * (moment - first), abs=0.1)

        assert all(drawn_at == place(year) for year, drawn_at in chart["years"]), path
        reports = [dated(when) for when, what in chart["rows"] if what.startswith("report:")]
        assert len(chart["points"]) == len(reports), path
        for drawn_at, (start, end) in zip(chart["points"], reports, strict=True):
            assert drawn_at == place((start + end) / 2), path
        said = {what: dated(when) for when, what in chart["rows"]}
        for name, words in (("t-baseline", "first promised"), ("t-planned", "planned")):
            if name in chart["spans"]:
                assert chart["spans"][name][0] == place(said[f"start, {words}"][0]), path
                assert chart["spans"][name][1] == place(said[f"end, {words}"][1]), path


def dated(text: str) -> tuple[float, float]:
    """Return the first and last moment of a date that an English page writes, in years."""
    first_text, to, last_text = text.partition(" to ")
    if to:
        return dated(first_text)[0], dated(last_text)[1]
    quarter = QUARTER.fullmatch(text)
    if quarter:
        first = 3 * int(quarter["quarter"]) - 2
        months = (f"{MONTHS[month - 1]} {quarter['year']}" for month in (first, first + 2))
        (start, _), (_, end) = map(dated, months)
        return start, end
    found = DATE.fullmatch(text)
    assert found, text
    year, month, day = int(found["year"]), found["month"], found["day"]
    if not month:
        return year, year + 1
    start = date(year, MONTHS.index(month) + 1, int(day or 1))
    end = start + timedelta(days=1) if day else (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return in_years(start), in_years(end)


def in_years(day: date) -> float:
    first, next_first = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + (day - first).days / (next_first - first).days


def test_every_table_of_a_picture_is_its_csv(charts: Any, site: Any) -> None:
    for path, chart in charts:
        if chart["id"] != "radar":
            place = site.folder / urljoin(site.url, chart["csv"]).removeprefix(site.url)
            head, *rows = csv.reader(io.StringIO(place.read_text("utf-8")))
            assert head == chart["head"], path
            assert read(rows) == read(chart["rows"]), path


def read(rows: list[list[str]]) -> list[list[float | str]]:
    return [[number(cell) for cell in row] for row in rows]


def test_the_radar_has_a_point_for_every_measure_of_its_fields_and_lists_all(page: Any, site: Any) -> None:
    page.goto(site.url + largest(site.sizes, "radar", "de"))
    known = {row["id"]: row["field_id"] for row in published(site, "measures")}
    drawn = page.evaluate(DOTS)
    dots = [dot["id"] for dot in drawn]
    assert len(dots) == len(set(dots))
    assert set(dots) == {name for name, field in known.items() if field in current(site)}
    assert all(f"/{dot['id']}/" in dot["href"] for dot in drawn)
    table = csv.DictReader(io.StringIO((site.folder / "radar/radar.csv").read_text("utf-8")))
    assert {dot["id"]: dot["status"] for dot in drawn}.items() <= {row["id"]: row["status"] for row in table}.items()
    assert f"{len(dots)} Maßnahmen" in page.locator("svg.radar").get_attribute("aria-label")
    assert set(page.evaluate(LISTED)) >= set(known)


def published(site: Any, dataset: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((site.folder / f"data/{dataset}.csv").read_text("utf-8"))))


def current(site: Any) -> list[str]:
    """Return the fields the radar has a sector for: those of the latest version of the strategy that has any."""
    fields = [row for row in published(site, "fields_of_action") if not row["parent_id"]]
    latest = max(row["strategy_version_id"] for row in fields)
    return [row["id"] for row in fields if row["strategy_version_id"] == latest]
