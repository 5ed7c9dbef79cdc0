"""What axe-core does not see: reflow, spacing, targets, the keyboard, headings, and what leaves the house."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from page_types import cases, largest

pytestmark = pytest.mark.browser

# WCAG 2.2, success criterion 1.4.12.
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
# The policy forbids style elements; a sheet that a script makes is no element.
ADOPT = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }"
# Everything that sticks out sideways, unless it lies in a region that scrolls by itself.
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = e => { for (let p = e; p; p = p.parentElement)
    if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(p).overflowX) && p !== document.body) return true; };
  return [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e)).slice(0, 5)
    .map(e => e.tagName + '.' + e.className + ': ' + e.textContent.trim().slice(0, 60))
    .concat(['scrollWidth ' + document.documentElement.scrollWidth]);
}"""
# Texts that are cut off by their own box.
CUT_OFF = """() => [...document.body.querySelectorAll('*')]
  .filter(e => e.children.length === 0 && e.textContent.trim() && getComputedStyle(e).overflow === 'hidden'
    && e.getClientRects().length && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
    && !(e.clientWidth <= 1 && e.clientHeight <= 1))
  .map(e => e.tagName + '.' + e.className + ': ' + e.textContent.trim().slice(0, 60))"""
# WCAG 2.2, success criterion 2.5.8: 24 by 24 CSS pixels, or a link within a sentence, or enough room around it.
SMALL_TARGETS = """() => {
  const shown = e => e.checkVisibility({visibilityProperty: true});
  const all = [...document.querySelectorAll('a[href], button, input, select, summary, textarea')].filter(shown);
  const inline = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline'
    && [...e.parentElement.childNodes].some(n => n !== e && n.nodeType === 3 && n.textContent.trim());
  const boxes = all.map(e => e.getBoundingClientRect());
  const centre = b => [b.left + b.width / 2, b.top + b.height / 2];
  return all.filter((e, i) => {
    const b = boxes[i];
    if (b.right < 0 || b.bottom < 0 || b.width >= 23.5 && b.height >= 23.5 || inline(e)) return false;
    const [x, y] = centre(b);
    return boxes.some((o, j) => {
      if (i === j) return false;
      const small = o.width < 23.5 || o.height < 23.5, [ox, oy] = centre(o);
      if (small) return Math.hypot(x - ox, y - oy) < 24;
      const dx = Math.max(o.left - x, 0, x - o.right), dy = Math.max(o.top - y, 0, y - o.bottom);
      return Math.hypot(dx, dy) < 12;
    });
  }).map(e => e.outerHTML.slice(0, 120));
}"""
DUPLICATES = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((id, i) => ids.indexOf(id) !== i); }"""
UNNAMED_PICTURES = """() => [...document.querySelectorAll('svg')].filter(s => {
  if (s.getAttribute('aria-hidden') === 'true' || s.closest('[aria-hidden=true]')) return false;
  const title = s.querySelector(':scope > title');
  return !(s.getAttribute('aria-label') || s.getAttribute('aria-labelledby') || title && title.textContent.trim());
}).map(s => s.outerHTML.slice(0, 120))"""
HEADINGS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  .map(h => [Number(h.tagName[1]), h.textContent.trim()])"""
# What has the focus, where it is in the order of the document, and whether anybody sees that it has it.
FOCUS = """() => { const e = document.activeElement, s = getComputedStyle(e), all = [...document.querySelectorAll('*')];
  return e === document.body ? null : {order: all.indexOf(e), tag: e.tagName, text: e.textContent.trim().slice(0, 40),
    seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'
      || e.matches('a') && e.namespaceURI.endsWith('svg')}; }"""
TABS = 40
"""How many steps the keyboard goes on each page: past the navigation, into the content."""


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    opened = context.new_page()
    yield opened
    context.close()


@pytest.mark.parametrize(("name", "lang"), cases())
def test_at_320_pixels_nothing_sticks_out_and_no_target_is_too_small(
    page: Any, site: Any, name: str, lang: str
) -> None:
    page.goto(site.url + largest(site.sizes, name, lang))
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(SMALL_TARGETS) == []
    page.evaluate(ADOPT, SPACING)
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(CUT_OFF) == []


def test_what_a_department_is_told_fits_a_phone(page: Any, feedback: Any) -> None:
    page.goto(feedback.url + max(feedback.sizes, key=feedback.sizes.__getitem__))
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize(("name", "lang"), cases())
def test_the_page_is_in_order(page: Any, site: Any, name: str, lang: str) -> None:
    page.goto(site.url + largest(site.sizes, name, lang))
    assert page.get_attribute("html", "lang") == lang
    headings = page.evaluate(HEADINGS)
    levels = [level for level, _ in headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert all(text for _, text in headings)
    assert page.evaluate(DUPLICATES) == []
    assert page.evaluate(UNNAMED_PICTURES) == []


@pytest.mark.parametrize(("name", "lang"), cases())
def test_the_keyboard_goes_through_the_page_in_its_order(browser: Any, site: Any, name: str, lang: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(site.url + largest(site.sizes, name, lang))
    visited = []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None or (visited and focus["order"] <= visited[0]["order"]):
            break
        visited.append(focus)
    context.close()
    assert visited[0]["tag"] == "A"
    assert visited[0]["text"] in ("Zum Inhalt springen", "Skip to content")
    assert [step for step in visited if not step["seen"]] == []
    orders = [step["order"] for step in visited]
    assert orders == sorted(orders)


@pytest.mark.parametrize(("name", "lang"), cases())
def test_nothing_is_asked_of_others_and_nothing_is_kept(browser: Any, site: Any, name: str, lang: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    answer = page.goto(site.url + largest(site.sizes, name, lang), wait_until="networkidle")
    cookies, kept = context.cookies(), page.evaluate("localStorage.length + sessionStorage.length")
    context.close()
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []
    assert (cookies, kept, said) == ([], 0, [])
    assert "default-src 'none'" in answer.headers["content-security-policy"]
