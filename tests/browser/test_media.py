"""On paper and in forced colours a page says the same: nothing folded away is lost, no mark melts into the ground."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from page_types import cases, largest

pytestmark = pytest.mark.browser

# What a reader of the paper does not get: folded away, or in the navigation, which leads nowhere on paper.
FOLDED = """() => [...document.querySelectorAll('main details > :not(summary)')]
  .filter(e => e.textContent.trim() && e.getBoundingClientRect().height === 0)
  .map(e => e.outerHTML.slice(0, 120))"""
NAVIGATION = """() => [...document.querySelectorAll('header.site nav, footer.site nav, form, summary')]
  .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))"""
HEADS = """() => [...document.querySelectorAll('main thead')]
  .filter(e => e.checkVisibility() && getComputedStyle(e).display !== 'table-header-group').length"""
UNPRINTED = """() => [...document.querySelectorAll('main a[href^="http"]')]
  .filter(a => a.checkVisibility() && !getComputedStyle(a, '::after').content.includes(a.getAttribute('href')))
  .map(a => a.href)"""
# Forced colours take the backgrounds: a shape is seen by its outline or its own fill, against the ground of the page.
INVISIBLE = """() => {
  const ground = getComputedStyle(document.body).backgroundColor;
  const seen = colour => colour !== 'none' && colour !== ground && !/^rgba\\(.*, 0\\)$|transparent/.test(colour);
  return [...document.querySelectorAll('main .chart rect, main .chart circle, main .status svg *')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().width > 1 && !e.matches('.target, .ring, g'))
    .filter(e => !seen(getComputedStyle(e).fill) && !seen(getComputedStyle(e).stroke))
    .map(e => e.outerHTML.slice(0, 120));
}"""


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 794, "height": 1123})  # A4 at 96 dots an inch
    opened = context.new_page()
    yield opened
    context.close()


@pytest.mark.parametrize(("name", "lang"), cases())
def test_paper_shows_what_the_screen_folds_away(page: Any, site: Any, name: str, lang: str) -> None:
    page.emulate_media(media="print")
    page.goto(site.url + largest(site.sizes, name, lang))
    assert page.evaluate(FOLDED) == []
    assert page.evaluate(NAVIGATION) == []
    assert page.evaluate(HEADS) == 0
    assert page.evaluate(UNPRINTED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "lang"), cases(("start", "measure", "radar", "fields", "field", "measures")))
def test_forced_colours_leave_every_mark_to_be_seen(page: Any, site: Any, name: str, lang: str, scheme: str) -> None:
    page.emulate_media(media="screen", color_scheme=scheme, forced_colors="active")
    page.goto(site.url + largest(site.sizes, name, lang))
    assert page.evaluate(INVISIBLE) == []
