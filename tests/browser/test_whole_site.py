"""What every page of a release keeps to, read without a browser: links, titles, weight."""

from __future__ import annotations

import gzip
import posixpath
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from page_types import GERMAN_ONLY, TYPES, largest, type_of

pytestmark = pytest.mark.browser

KILO = 1_000


class Outline(HTMLParser):
    """The ids, links and title of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.title = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open = tag if tag == "title" else self._open
        self.ids |= {value for value in (given.get("id"), given.get("name") if tag == "a" else None) if value}
        self.links += [value for value in (given.get("href"), given.get("src")) if value]

    def handle_endtag(self, tag: str) -> None:
        self._open = "" if tag == "title" else self._open

    def handle_data(self, data: str) -> None:
        # A drawing has titles too; that of the page comes first.
        self.title += data if self._open == "title" and not self.title else ""


@cache
def outline(place: Path) -> Outline:
    return Outline(place.read_text("utf-8"))


def test_every_page_is_of_a_known_type_and_every_type_has_a_page(site: Any) -> None:
    assert sorted(path for path in site.sizes if not type_of(path)) == []
    wanted = {(name, lang) for name in TYPES for lang in ("de", "en") if lang == "de" or name not in GERMAN_ONLY}
    there = {(type_of(path), "en" if path.startswith("en/") else "de") for path in site.sizes}
    assert sorted(wanted - there) == []


def test_every_internal_link_and_fragment_leads_somewhere(site: Any) -> None:
    for path in site.sizes:
        lost = [link for link in outline(site.folder / path).links if not leads(site, path, link)]
        assert lost == [], path


def leads(site: Any, path: str, link: str) -> bool:
    target, fragment = urldefrag(link)
    if ":" in target.partition("/")[0] or target.startswith("//"):
        return True  # the web, a mailbox
    # The page for what is not there is shown at any address: its links begin at the root.
    start = "" if target.startswith("/") else posixpath.dirname(path)
    there = unquote(target).lstrip("/") or ("index.html" if target else posixpath.basename(path))
    place = site.folder / posixpath.normpath(posixpath.join(start, there))
    place = place / "index.html" if place.is_dir() else place
    return place.is_file() and (not fragment or place.suffix != ".html" or unquote(fragment) in outline(place).ids)


def test_no_two_pages_have_the_same_title(site: Any) -> None:
    titles = Counter(outline(site.folder / path).title for path in site.sizes if type_of(path) not in GERMAN_ONLY)
    assert titles.pop("", 0) == 0
    twins = {title: count for title, count in titles.items() if count > 1}
    # A measure may be called the same in German and in English.
    assert {title: count for title, count in twins.items() if count > 2} == {}


@pytest.mark.parametrize("name", [name for name in TYPES if name not in GERMAN_ONLY])
def test_pages_keep_within_their_weight(site: Any, name: str) -> None:
    for lang in ("de", "en"):
        content = (site.folder / largest(site.sizes, name, lang)).read_bytes()
        assert len(content) <= 100 * KILO
        assert len(gzip.compress(content)) <= 25 * KILO


def test_style_and_script_keep_within_their_weight(site: Any) -> None:
    for suffix in ("css", "js"):
        held = b"".join(path.read_bytes() for path in sorted((site.folder / "assets").glob(f"*.{suffix}")))
        assert len(gzip.compress(held)) <= 10 * KILO
