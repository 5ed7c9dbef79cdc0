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
from jinja2 import Environment, PackageLoader, meta
from page_types import GENERATED, TYPES, cases, lang_of, type_of

pytestmark = pytest.mark.browser

KILO = 1_000


class Outline(HTMLParser):
    """The ids, links and title of a page; `followed` are links of people, `told` addresses that programs are told."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.followed: list[str] = []
        self.told: list[str] = []
        self.title = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open = tag if tag == "title" else self._open
        self.ids |= {value for value in (given.get("id"), given.get("name") if tag == "a" else None) if value}
        self.links += [value for value in (given.get("href"), given.get("src")) if value]
        self.followed += [value for value in (given.get("href") if tag == "a" else None, given.get("src")) if value]
        told = given.get("content") if given.get("property") in ("og:url", "og:image") else None
        told = given.get("href") if given.get("rel") in ("canonical", "cite-as") else told
        self.told += [told] if told else []

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
    there = {(type_of(path), lang_of(path)) for path in site.sizes}
    assert there == set(cases(tuple(TYPES)))


def test_every_template_has_its_type() -> None:
    environment = Environment(loader=PackageLoader("flows.publish.site"), autoescape=True)
    names = {name for name in environment.list_templates() if name.endswith(".html")}
    sources = (environment.loader.get_source(environment, name)[0] for name in names)  # type: ignore[union-attr]
    parts = {used for source in sources for used in meta.find_referenced_templates(environment.parse(source))}
    assert {kind.template for kind in TYPES.values()} == names - parts


def test_every_internal_link_and_fragment_leads_somewhere(site: Any) -> None:
    for path in site.sizes:
        lost = [link for link in outline(site.folder / path).links if not leads(site, path, link)]
        assert lost == [], path


def leads(site: Any, path: str, link: str) -> bool:
    target, fragment = urldefrag(link)
    if ":" in target.partition("/")[0]:
        return True  # the web, a mailbox
    # The page for what is not there is shown at any address: its links begin at the root. No other page knows it.
    rooted = target.startswith("/")
    if rooted != (posixpath.basename(path) == "404.html" and bool(target)):
        return False
    there = unquote(target).lstrip("/") or ("index.html" if target else posixpath.basename(path))
    place = site.folder / posixpath.normpath(posixpath.join("" if rooted else posixpath.dirname(path), there))
    place = place / "index.html" if place.is_dir() else place
    return place.is_file() and (not fragment or place.suffix != ".html" or unquote(fragment) in outline(place).ids)


def test_no_page_leads_back_to_itself_by_the_address_of_the_house(site: Any) -> None:
    for path in site.sizes:
        if "id/contact/" in path:
            continue  # names the address the configuration has
        followed = outline(site.folder / path).followed
        assert [link for link in followed if link.startswith("https://offenlage.example/")] == [], path


def test_every_address_that_programs_are_told_is_there(site: Any) -> None:
    for path in site.sizes:
        for address in outline(site.folder / path).told:
            inner = address.removeprefix("https://offenlage.example/")
            if inner != address:
                place = site.folder / inner
                assert (place / "index.html" if place.is_dir() else place).is_file(), (path, address)


def test_no_two_pages_of_a_language_have_the_same_title(site: Any) -> None:
    paths = [path for path in site.sizes if not TYPES[type_of(path)].german_only]
    folders = Counter((path.startswith(GENERATED), lang_of(path), outline(site.folder / path).title) for path in paths)
    assert [title for (_, _, title), count in folders.items() if count > 1 or not title] == []


def test_pages_keep_within_their_weight(site: Any) -> None:
    for path in site.sizes:
        content = (site.folder / path).read_bytes()
        assert len(content) <= 100 * KILO, path
        assert len(gzip.compress(content)) <= 25 * KILO, path


def test_what_a_department_is_told_leads_to_the_files_beside_it(published: Path) -> None:
    pages = sorted((published / "reports").rglob("*.html"))
    assert pages
    for page in pages:
        inner = [urldefrag(link) for link in outline(page).links if ":" not in link.partition("/")[0]]
        assert [target for target, _ in inner if target and not (page.parent / unquote(target)).is_file()] == []
        assert {fragment for target, fragment in inner if not target} <= outline(page).ids


def test_style_and_script_keep_within_their_weight(site: Any) -> None:
    for suffix in ("css", "js"):
        held = b"".join(path.read_bytes() for path in sorted((site.folder / "assets").glob(f"*.{suffix}")))
        assert len(gzip.compress(held)) <= 10 * KILO
