"""What axe-core does not see: reflow, spacing, targets, the keyboard, headings, and what leaves the house."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from checks import CUT_OFF, DUPLICATES, FOCUS, HEADINGS, REACHABLE, SMALL_TARGETS, STICKS_OUT, UNNAMED_PICTURES
from page_types import FEEDBACK, cases

pytestmark = pytest.mark.browser

# WCAG 2.2, success criterion 1.4.12.
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
# The policy forbids style elements; a sheet that a script makes is no element.
ADOPT = "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }"
TABS = 40
"""How many steps the keyboard goes on each page: past the navigation, into the content."""
ENLARGED = {"width": 320, "height": 256}
"""A window of 1280 by 1024 pixels at 400 %, which is that of success criterion 1.4.10 too."""
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    opened = context.new_page()
    yield opened
    context.close()


@pytest.mark.parametrize(("name", "lang"), cases())
def test_at_400_percent_nothing_sticks_out_and_no_target_is_too_small(
    page: Any, site: Any, name: str, lang: str
) -> None:
    page.set_viewport_size(WIDE)
    page.goto(site.address(name, lang))
    assert page.evaluate(SMALL_TARGETS) == []
    page.set_viewport_size(ENLARGED)
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(SMALL_TARGETS) == []
    page.evaluate(ADOPT, SPACING)
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize(("name", "lang"), cases())
def test_the_page_is_in_order(page: Any, site: Any, name: str, lang: str) -> None:
    page.goto(site.address(name, lang))
    assert page.get_attribute("html", "lang") == lang
    for check in (HEADINGS, DUPLICATES, UNNAMED_PICTURES):
        assert page.evaluate(check) == []


@pytest.mark.parametrize(("name", "lang"), cases())
def test_the_keyboard_goes_through_the_page_in_its_order(page: Any, site: Any, name: str, lang: str) -> None:
    page.set_viewport_size(WIDE)
    page.goto(site.address(name, lang))
    visited = tabbed(page, TABS)
    assert visited[0]["tag"] == "A"
    assert visited[0]["text"] in ("Zum Inhalt springen", "Zum Inhalt", "Skip to content")
    assert [step for step in visited if not step["seen"]] == []
    orders = [step["order"] for step in visited]
    assert out_of_order(orders, page.evaluate(REACHABLE)) == []


@pytest.mark.parametrize(("name", "lang"), cases())
def test_the_first_link_leads_past_the_navigation(page: Any, site: Any, name: str, lang: str) -> None:
    page.set_viewport_size(WIDE)
    page.goto(site.address(name, lang))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    behind = page.evaluate(FOCUS)
    # A page without a link in its content has its foot behind it.
    assert behind is None or behind["inside"] or page.locator("main a[href], main [tabindex='0']").count() == 0


def tabbed(page: Any, steps: int) -> list[dict[str, Any]]:
    """Press the tab key that often, or until it is round; return what had the focus."""
    visited: list[dict[str, Any]] = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None or (visited and focus["order"] == visited[0]["order"]):
            break
        visited.append(focus)
    return visited


def out_of_order(visited: list[int], reachable: list[int]) -> list[str]:
    """Return where the focus went back or stayed, and what it left out on its way; numbers are those of elements."""
    back = [f"{later} after {earlier}" for earlier, later in pairwise(visited) if later <= earlier]
    last = max(visited) if len(visited) == TABS else max(reachable)
    return back + [f"{number} left out" for number in reachable if number <= last and number not in visited]


@pytest.mark.parametrize(("name", "lang"), cases())
def test_nothing_is_asked_of_others_and_nothing_is_kept(browser: Any, site: Any, name: str, lang: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[tuple[str, int]] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append((request.url, 0)))
    page.on("response", lambda response: asked.append((response.url, response.status)))
    page.on("console", lambda message: said.append(message.text))
    address = site.address(name, lang)
    answer = page.goto(address, wait_until="networkidle")
    cookies, kept = context.cookies(), page.evaluate("localStorage.length + sessionStorage.length")
    context.close()
    ours = (address,) if name in FEEDBACK else (site.url, "data:")
    assert [url for url, _ in asked if not url.startswith(ours)] == []
    assert [url for url, status in asked if status >= 400] == []
    assert (cookies, kept, said) == ([], 0, [])
    assert name in FEEDBACK or "default-src 'none'" in answer.headers["content-security-policy"]
