"""Nothing to complain of: axe-core finds no violation on any type of page, however it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from page_types import cases

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"]
RUN = """tags => axe.run(document,
  {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'incomplete']})"""
SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 320, "height": 640}}
SCHEMES = ("light", "dark")
# What axe-core leaves to a person: it does not see what is behind a text in a drawing. The colours are tested as such.
LEFT_TO_PEOPLE = {"color-contrast"}


@pytest.fixture(scope="module", params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    context = browser.new_context()
    opened = context.new_page()
    scripts = context.new_cdp_session(opened)

    def visit(address: str) -> None:
        # axe-core is a script itself: without scripts are the page and its loading, not the looking at it.
        scripts.send("Emulation.setScriptExecutionDisabled", {"value": not request.param})
        opened.goto(address)
        scripts.send("Emulation.setScriptExecutionDisabled", {"value": False})

    opened.visit = visit
    yield opened
    context.close()


@pytest.mark.parametrize(("name", "lang"), cases())
def test_axe_finds_no_violation(page: Any, site: Any, axe: str, name: str, lang: str) -> None:
    page.visit(site.address(name, lang))
    found, unsure = looked_at(page, axe)
    assert found == []
    assert unsure <= LEFT_TO_PEOPLE


def looked_at(page: Any, axe: str) -> tuple[list[Any], set[str]]:
    """Return what axe-core finds wrong with an open page, and what it cannot tell, in every size and scheme."""
    page.evaluate(axe)
    found, unsure = [], set()
    for scheme in SCHEMES:
        for size, viewport in SIZES.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(viewport)
            result = page.evaluate(RUN, TAGS)
            found += [
                (scheme, size, rule["id"], node["target"], node["failureSummary"])
                for rule in result["violations"]
                for node in rule["nodes"]
            ]
            unsure |= {rule["id"] for rule in result["incomplete"]}
    return found, unsure
