"""On paper and in forced colours a page says the same: nothing folded away is lost, no mark melts into the ground."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from checks import FOLDED, HEADS, INVISIBLE, NAVIGATION, UNPRINTED
from page_types import cases

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 794, "height": 1123})  # A4 at 96 dots an inch
    opened = context.new_page()
    yield opened
    context.close()


@pytest.mark.parametrize(("name", "lang"), cases())
def test_paper_shows_what_the_screen_folds_away(page: Any, site: Any, name: str, lang: str) -> None:
    page.emulate_media(media="print")
    page.goto(site.address(name, lang))
    for check in (FOLDED, NAVIGATION, HEADS, UNPRINTED):
        assert page.evaluate(check) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "lang"), cases())
def test_forced_colours_leave_every_mark_to_be_seen(page: Any, site: Any, name: str, lang: str, scheme: str) -> None:
    page.emulate_media(media="screen", color_scheme=scheme, forced_colors="active")
    page.goto(site.address(name, lang))
    assert page.evaluate(INVISIBLE) == []
