from __future__ import annotations

import struct
from typing import Any

from site_facts import facts

from flows.publish.site.rendering import Drawn, Page, picture_path
from flows.publish.site.sharing import sharing_pictures

PATHS = (
    "index.html",
    "measures/index.html",
    "measures/M-0001/index.html",
    "data/index.html",
    "data/measures/index.html",
    "reports/2024/index.html",
    "measures/status/planned/page-2/index.html",
    "changes/3/index.html",
    "404.html",
)


def page(path: str, title: str = "Titel #1 *fett*") -> Page:
    text = {"de": title, "en": title}
    return Page(path, "text.html", text, text, lambda _lang: {})


def pictures(*pages: Page) -> dict[str, Drawn]:
    given: Any = facts()
    return {drawn.path: drawn for drawn in sharing_pictures(pages, given.catalogue, given.theme)}


def test_every_page_has_its_own_picture_and_the_pages_of_a_list_that_of_the_first() -> None:
    assert [picture_path(path, "de") for path in PATHS] == [
        "share/de/index.png",
        "share/de/measures.png",
        "share/de/measures/M-0001.png",
        "share/de/data.png",
        "share/de/data/measures.png",
        "share/de/reports/2024.png",
        "share/de/measures/status/planned.png",
        "share/de/changes.png",
        "share/de/404.png",
    ]


def test_a_picture_is_drawn_anew_only_where_its_words_changed() -> None:
    before, same, other = (pictures(page("index.html", title)) for title in ("Eins", "Eins", "Zwei"))
    assert before["share/de/index.png"].made_from == same["share/de/index.png"].made_from
    assert before["share/de/index.png"].made_from != other["share/de/index.png"].made_from


def test_a_picture_has_the_size_that_is_promised_and_the_same_bytes_every_time() -> None:
    drawn = pictures(*map(page, PATHS))
    assert sorted(drawn) == sorted({picture_path(path, lang) for path in PATHS for lang in ("de", "en")})
    content = drawn["share/de/measures/M-0001.png"].draw()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", content[16:24]) == (1200, 630)
    assert drawn["share/de/measures/M-0001.png"].draw() == content
