"""Each check finds the fault it is there for: a page that is broken in one way, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import checks
import pytest
import test_layout
import test_whole_site
from test_accessible import looked_at

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><meta name="viewport" content="width=device-width">
<style>a, button {{ font: 16px sans-serif }}</style></head>
<body><main><h1>A page</h1>{}</main></body></html>"""
DOTS = (
    "<svg class='radar' width='99' height='99'><a href='#a'><circle cx='9' cy='9' r='5'/></a>"
    "<a href='#b'><circle cx='20' cy='9' r='5'/></a></svg>"
)
BROKEN = (
    (checks.STICKS_OUT, "<p style='width: 500px'>wide</p>"),
    (checks.STICKS_OUT, "<div style='overflow: hidden'><p style='width: 500px'>cut</p></div>"),
    (checks.STICKS_OUT, "<p>" + "x" * 100 + "</p>"),
    (checks.CUT_OFF, "<div style='overflow: hidden; height: 10px'><p>two</p><p>lines</p></div>"),
    (checks.CUT_OFF, "<p style='overflow: clip; white-space: nowrap'>" + "long words " * 20 + "</p>"),
    (
        checks.SMALL_TARGETS,
        "<button style='all: unset; font-size: 8px'>a</button><button style='all: unset'>b</button>",
    ),
    (checks.SMALL_TARGETS, "<ul style='margin: 0; line-height: 1'><li><a href='#a'>a</a><li><a href='#b'>b</a></ul>"),
    (checks.SMALL_TARGETS, DOTS),
    (checks.DUPLICATES, "<p id='twin'>a</p><p id='twin'>b</p>"),
    (checks.UNNAMED_PICTURES, "<svg width='9' height='9'><circle r='3'/></svg>"),
    (checks.HEADINGS, "<h3>left one out</h3>"),
    (checks.HEADINGS, "<h1>again</h1>"),
    (checks.HEADINGS, "<h2></h2>"),
    (checks.FOLDED, "<details><summary>more</summary><p>folded</p></details>"),
    (checks.NAVIGATION, "<form><input></form>"),
    (checks.HEADS, "<table><thead style='display: block'><tr><th>a</th></tr></thead></table>"),
    (checks.UNPRINTED, "<a href='https://elsewhere.example/'>there</a>"),
    (checks.INVISIBLE, "<svg class='chart' width='9' height='9'><rect width='9' height='9' fill='none'/></svg>"),
)
AXE = (
    ("image-alt", "<img src='data:,'>"),
    ("color-contrast", "<p style='color: #bbb'>faint</p>"),
    ("label", "<input>"),
    ("target-size", "<button style='all: unset; width: 9px'>a</button>" * 2),
    ("heading-order", "<h4>left out</h4>"),
    ("scope-attr-valid", "<table><tr><th scope='x'>a</th><td>b</td></tr></table>"),
    ("link-name", "<a href='#a'></a>"),
)


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page(viewport=test_layout.ENLARGED)
    yield opened
    opened.close()


@pytest.mark.parametrize(("check", "broken"), BROKEN)
def test_a_check_finds_what_is_broken_and_nothing_else(page: Any, check: str, broken: str) -> None:
    page.set_content(PAGE.format("<p>Sound.</p>"))
    assert page.evaluate(check) == []
    page.set_content(PAGE.format(broken))
    assert page.evaluate(check) != []


def test_a_dot_that_is_a_large_link_elsewhere_may_be_small(page: Any) -> None:
    links = "".join(f"<p style='margin: 40px'><a href='#{name}'>{name}</a></p>" for name in "ab")
    page.set_content(PAGE.format(DOTS + links))
    assert page.evaluate(checks.SMALL_TARGETS) == []


@pytest.mark.parametrize(("rule", "broken"), AXE)
def test_axe_core_finds_what_is_broken_in_every_size_and_scheme(page: Any, axe: str, rule: str, broken: str) -> None:
    page.set_content(PAGE.format(broken))
    found, _ = looked_at(page, axe)
    assert {(scheme, size) for scheme, size, name, *_ in found if name == rule} == {
        (scheme, size) for scheme in ("light", "dark") for size in ("wide", "narrow")
    }


@pytest.mark.parametrize(
    "broken",
    [
        "<a href='#a'>a</a><a href='#b' tabindex='1'>b</a>",
        "<a href='#a'>a</a><a href='#b' tabindex='-1'>b</a><a href='#c'>c</a>",
        "<a href='#a' onblur='this.focus()'>a</a><a href='#b'>b</a>",
    ],
)
def test_the_keyboard_is_missed_out_held_or_sent_back(page: Any, broken: str) -> None:
    page.set_content(PAGE.format(broken))
    steps = [step["order"] for step in test_layout.tabbed(page, test_layout.TABS)]
    assert test_layout.out_of_order(steps, page.evaluate(checks.REACHABLE)) != []


def test_a_focus_that_nobody_sees_is_found(page: Any) -> None:
    page.set_content(PAGE.format("<a href='#a'>seen</a><a href='#b' style='outline: none'>unseen</a>"))
    assert [step["seen"] for step in test_layout.tabbed(page, 2)] == [False, False]
    page.add_style_tag(content=":focus-visible { outline: 3px solid }")
    page.set_content(PAGE.format("<style>:focus-visible { outline: 3px solid }</style><a href='#a'>seen</a>"))
    assert [step["seen"] for step in test_layout.tabbed(page, 1)] == [True]


@pytest.mark.parametrize(
    ("link", "sound"),
    [
        ("there/", True),
        ("there/#known", True),
        ("#top", True),
        ("https://elsewhere.example/", True),
        ("gone/", False),
        ("there/#unknown", False),
        ("#unknown", False),
        ("/there/", False),
    ],
)
def test_a_lost_link_is_found(tmp_path: Any, link: str, sound: bool) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there/index.html").write_text('<p id="known">')
    (tmp_path / "index.html").write_text('<p id="top">')
    assert test_whole_site.leads(SimpleNamespace(folder=tmp_path), "index.html", link) is sound
