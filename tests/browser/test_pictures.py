"""No picture says anything else than its table: bars are as long as their numbers, points as many as their rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from page_types import largest

pytestmark = pytest.mark.browser

# What the pictures of a page draw, and the tables beside them.
FIGURES = """() => {
  const width = r => parseFloat(r.getAttribute('width'));
  return [...document.querySelectorAll('figure.chart')].map(f => ({
  id: f.id,
  bars: [...f.querySelectorAll('svg.bar')].map(s => [...s.querySelectorAll('rect')].map(width)),
  shares: [...f.querySelectorAll('svg.shares rect:not(.ground)')].map(width),
  points: f.querySelectorAll('svg.time circle[class^=s-]').length,
  rows: [...f.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.textContent.trim())),
  csv: (f.querySelector('a[href$=".csv"]') || {}).href || '',
})); }"""
DOTS = """() => [...document.querySelectorAll('svg.radar a')].map(a => a.href.baseVal)
  .filter(h => h.includes('M-')).map(h => h.match(/M-\\d+/)[0])"""
LISTED = """() => [...document.querySelectorAll('main a[href*="M-"]')].filter(a => !a.closest('svg'))
  .map(a => a.getAttribute('href').match(/M-\\d+/)).filter(Boolean).map(m => m[0])"""
ROUNDING = 0.02
"""Widths are written with two decimals."""


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    yield opened
    opened.close()


def figures(page: Any, site: Any, name: str) -> list[dict[str, Any]]:
    page.goto(site.url + largest(site.sizes, name, "en"))
    found: list[dict[str, Any]] = page.evaluate(FIGURES)
    return found


def number(text: str) -> float:
    """Return a number as an English page or a CSV writes it; -1 for what is none."""
    try:
        return float(text.replace(",", "").removesuffix("%").strip())
    except ValueError:
        return -1


def test_the_bars_of_the_fields_are_as_long_as_their_numbers(page: Any, site: Any) -> None:
    (chart,) = [chart for chart in figures(page, site, "start") if chart["bars"]]
    assert len(chart["bars"]) == len(chart["rows"])
    numbers = [[number(cell) for cell in cells] for _, *cells in chart["rows"]]
    longest = max(total for *_, total in numbers)
    for widths, (*counts, total) in zip(chart["bars"], numbers, strict=True):
        assert sum(counts) == total
        assert widths == pytest.approx([100 * count / longest for count in counts if count], abs=ROUNDING)


@pytest.mark.parametrize("name", ["field", "department"])
def test_one_bar_is_as_long_as_its_numbers(page: Any, site: Any, name: str) -> None:
    for chart in (chart for chart in figures(page, site, name) if len(chart["bars"]) == 1):
        counts = [number(row[1]) for row in chart["rows"]]
        shares = [100 * count / sum(counts) for count in counts]
        assert chart["bars"][0] == pytest.approx(shares, abs=ROUNDING)


def test_shares_and_points_of_every_measure_are_those_of_its_tables(page: Any, site: Any) -> None:
    paths = [path for path in site.sizes if path.startswith("en/measures/M-")]
    drawn = 0
    for path in paths:
        page.goto(site.url + path)
        for chart in page.evaluate(FIGURES):
            if chart["shares"]:
                assert chart["shares"] == pytest.approx([number(row[1]) for row in chart["rows"]], abs=ROUNDING), path
                drawn += 1
            assert chart["points"] == sum(row[1].startswith("report:") for row in chart["rows"]), path
    assert drawn


@pytest.mark.parametrize("name", ["start", "measure"])
def test_every_table_of_a_picture_is_its_csv(page: Any, site: Any, name: str) -> None:
    for chart in figures(page, site, name):
        path = urljoin(site.url, chart["csv"]).removeprefix(site.url)
        _, *rows = csv.reader(io.StringIO((site.folder / path).read_text("utf-8")))
        assert len(rows) == len(chart["rows"])
        for written, shown in zip(rows, chart["rows"], strict=True):
            assert [number(cell) for cell in written] == [number(cell) for cell in shown]


def test_the_radar_has_a_point_for_every_measure_of_its_fields_and_lists_all(page: Any, site: Any) -> None:
    page.goto(site.url + largest(site.sizes, "radar", "de"))
    known = {row["id"]: row["field_id"] for row in published(site, "measures")}
    dots = page.evaluate(DOTS)
    assert len(dots) == len(set(dots))
    assert set(dots) == {name for name, field in known.items() if field in current(site)}
    assert f"{len(dots)} Maßnahmen" in page.locator("svg.radar").get_attribute("aria-label")
    assert set(page.evaluate(LISTED)) >= set(known)


def published(site: Any, dataset: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((site.folder / f"data/{dataset}.csv").read_text("utf-8"))))


def current(site: Any) -> list[str]:
    """Return the fields the radar has a sector for: those of the latest version of the strategy that has any."""
    fields = [row for row in published(site, "fields_of_action") if not row["parent_id"]]
    latest = max(row["strategy_version_id"] for row in fields)
    return [row["id"] for row in fields if row["strategy_version_id"] == latest]
