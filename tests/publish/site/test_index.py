from __future__ import annotations

from collections.abc import Callable

import pytest
from html_page import Page
from release_example import CATALOGUE, release

from flows.publish.site.index import index_page, index_pages
from flows.publish.site.words import WORDS, Lang, write_day, write_number, write_size

LANGUAGES: tuple[Lang, ...] = ("de", "en")


def test_as_published(golden: Callable[[str, bytes], None]) -> None:
    for path, _, content in index_pages(release(), CATALOGUE):
        golden(f"publish/site/{path}", content)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_can_be_read_by_everyone(lang: Lang) -> None:
    page = Page(index_page(release(), CATALOGUE, lang))
    assert page.attributes("html") == [{"lang": lang}]
    assert page.headings == [1, 2, 2, 2]
    assert len(page.attributes("caption")) == 1
    assert all(cell.get("scope") in ("col", "row") for cell in page.attributes("th"))
    assert not page.attributes("script") + page.attributes("style")


@pytest.mark.parametrize(("lang", "path"), [("de", "index.html"), ("en", "en/index.html")])
def test_every_link_leads_to_a_file_of_the_release(lang: Lang, path: str) -> None:
    published = release()
    there = {*published.files, *(page for page, _, _ in index_pages(published, CATALOGUE))}
    links = Page(index_page(published, CATALOGUE, lang)).inner_links(path)
    assert set(published.files) <= links
    assert links <= there


def test_rows_and_sizes_are_written_in_the_language() -> None:
    assert "(12,3 kB)" in index_page(release(), CATALOGUE, "de").decode()
    assert "(12.3 kB)" in index_page(release(), CATALOGUE, "en").decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_example_says_so_and_hides_from_search(lang: Lang) -> None:
    example = index_page(release(), {**CATALOGUE, "example": True}, lang).decode()
    official = index_page(release(), CATALOGUE, lang).decode()
    notice = {"de": "aus öffentlichen Quellen rekonstruiert, keine amtliche Veröffentlichung", "en": "not an official"}
    assert notice[lang] in example
    assert '<meta name="robots" content="noindex">' in example
    assert notice[lang] not in official
    assert "noindex" not in official


def test_markup_in_a_title_is_text() -> None:
    hostile = {**CATALOGUE, "title": {"de": "<script>alert(1)</script>", "en": '"><img src=x>'}}
    assert b"<script" not in index_page(release(), hostile, "de")
    assert b"<img" not in index_page(release(), hostile, "en")


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["de"].keys() == WORDS["en"].keys()


@pytest.mark.parametrize(
    ("size", "de", "en"),
    [(0, "0 B", "0 B"), (999, "999 B", "999 B"), (1_500, "1,5 kB", "1.5 kB"), (2_000_000_000, "2,0 GB", "2.0 GB")],
)
def test_sizes(size: int, de: str, en: str) -> None:
    assert (write_size(size, "de"), write_size(size, "en")) == (de, en)


def test_numbers_and_days() -> None:
    assert (write_number(1234.5, "de"), write_number(1234.5, "en")) == ("1.234,5", "1,234.5")
    assert (write_number(12.0, "de"), write_number(12, "de", 1)) == ("12", "12,0")
    assert (write_day("2025-12-31", "de"), write_day("2025-12-31", "en")) == ("31.12.2025", "2025-12-31")
    assert write_day("2025-12", "de") == "2025-12"
