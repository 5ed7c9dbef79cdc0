from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

import jinja2
import pytest
from html_page import Page as Parsed
from release_example import CATALOGUE

from flows.publish.site.rendering import HTML, File, Page, assets, render_pages
from flows.publish.site.texts import topics, words
from flows.publish.site.words import Lang

THEME: Mapping[str, Any] = {
    "name": {"de": "Seiten der Stadt", "en": "Pages of the city"},
    "claim": {"de": "Was ist", "en": "What is"},
    "introduction": {"de": "Alles.", "en": "All."},
    "colours": {"light": "#123456", "dark": "#abcdef"},
    "texts": {"base.departments": {"de": "Ämter", "en": "Offices"}},
    "logo": "",
}
LANGUAGES: tuple[Lang, ...] = ("de", "en")


def page(path: str, title: str = "Titel", **more: Any) -> Page:
    text = {"de": title, "en": f"{title} (en)"}
    return Page(path, "start.html", text, text, lambda _lang: START, **more)


START: Mapping[str, Any] = {}


@pytest.fixture(autouse=True)
def plain_template(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page of these tests is the base with a heading."""
    loader = jinja2.DictLoader(
        {"start.html": '{% extends "base.html" %}{% block main %}<h1>{{ page.title[lang] }}</h1>{% endblock %}'}
    )
    from flows.publish.site import rendering

    environment = rendering._environment()
    monkeypatch.setattr(environment, "loader", jinja2.ChoiceLoader([loader, environment.loader]))
    monkeypatch.setattr(environment, "cache", {})


def rendered(*pages: Page, others: set[str] | None = None, catalogue: Mapping[str, Any] = CATALOGUE) -> dict[str, File]:
    return {file[0]: file for file in render_pages(pages, others or set(), catalogue, THEME)}


def test_each_page_is_made_in_both_languages() -> None:
    made = rendered(page("index.html"), page("fields/index.html"))
    assert sorted(made) == ["en/fields/index.html", "en/index.html", "fields/index.html", "index.html"]
    assert all(file[1] == HTML for file in made.values())
    assert Parsed(made["fields/index.html"][2]).attributes("html") == [{"lang": "de"}]
    assert Parsed(made["en/fields/index.html"][2]).attributes("html") == [{"lang": "en"}]


def test_the_twins_point_at_each_other() -> None:
    made = rendered(page("index.html"), page("fields/index.html"))
    for path, twin in (("fields/index.html", "en/fields/index.html"), ("en/index.html", "index.html")):
        links = Parsed(made[path][2]).inner_links(path)
        assert twin in links


@pytest.mark.parametrize("path", ["index.html", "fields/index.html", "404.html"])
def test_search_engines_are_told_of_both_languages_but_for_what_is_not_there(path: str) -> None:
    made = rendered(page(path, anywhere=path == "404.html"))
    for place in (path, f"en/{path}"):
        head = Parsed(made[place][2])
        told = {link["hreflang"]: link["href"] for link in head.attributes("link") if "hreflang" in link}
        names = [tag.get("property") for tag in head.attributes("meta")]
        hidden = [tag for tag in head.attributes("meta") if tag.get("name") == "robots"]
        if path == "404.html":
            assert (told, "og:url" in names, len(hidden)) == ({}, False, 1)
        else:
            up = posixpath.dirname(place)
            ends = {lang: posixpath.normpath(posixpath.join(up, str(to))) for lang, to in told.items()}
            german = posixpath.dirname(path) or "."
            assert ends == {"de": german, "en": posixpath.normpath(f"en/{german}"), "x-default": german}
            assert (hidden, "og:url" in names) == ([], True)


def test_a_link_stays_in_the_language_and_a_file_is_the_same_for_both() -> None:
    made = rendered(page("index.html"), page("fields/index.html"))
    german = Parsed(made["index.html"][2]).inner_links("index.html")
    english = Parsed(made["en/index.html"][2]).inner_links("en/index.html")
    assert "fields/index.html" in german
    assert "en/fields/index.html" in english
    assert "assets/style.css" in german & english


def test_only_pages_that_are_there_are_in_the_navigation() -> None:
    alone = rendered(page("index.html"))["index.html"][2].decode()
    assert "departments/" not in alone
    both = rendered(page("index.html"), page("departments/index.html"))["index.html"][2].decode()
    assert '<a href="./departments/">Ämter</a>' in both


def test_the_own_entry_of_the_navigation_is_marked() -> None:
    made = rendered(page("index.html"), page("fields/index.html"), page("fields/HF-1/index.html", section="fields/"))
    assert 'aria-current="page">' in made["fields/index.html"][2].decode()
    assert 'aria-current="true">' in made["fields/HF-1/index.html"][2].decode()
    assert "aria-current" not in made["index.html"][2].decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_example_says_so_and_hides_from_search(lang: Lang) -> None:
    path = {"de": "index.html", "en": "en/index.html"}[lang]
    example = rendered(page("index.html"), catalogue={**CATALOGUE, "example": True})[path][2].decode()
    official = rendered(page("index.html"))[path][2].decode()
    notice = {"de": "aus öffentlichen Quellen rekonstruiert, keine amtliche Veröffentlichung", "en": "not an official"}
    assert notice[lang] in example
    assert '<meta name="robots" content="noindex">' in example
    assert notice[lang] not in official
    assert "noindex" not in official


def test_markup_in_a_title_is_text() -> None:
    made = rendered(page("index.html", "<script>alert(1)</script>"), page("data/index.html", '"><img src=x>'))
    assert all(b"<script" not in file[2] and b"<img" not in file[2] for file in made.values())


def test_a_page_that_asks_for_what_is_not_given_is_a_mistake_of_ours() -> None:
    broken = Page("index.html", "data.html", THEME["name"], THEME["name"], lambda _lang: {})
    with pytest.raises(jinja2.UndefinedError):
        rendered(broken)


def test_a_page_that_gives_what_all_pages_have_is_a_mistake_of_ours() -> None:
    shadowing = Page("index.html", "start.html", THEME["name"], THEME["name"], lambda _lang: {"day": 1})
    with pytest.raises(ValueError, match="day"):
        rendered(shadowing)


def test_every_word_is_there_in_both_languages() -> None:
    for topic, entries in topics().items():
        for name, text in entries.items():
            assert set(text) == {"de", "en"}, f"{topic}.{name}"
    assert words("de", THEME).keys() == words("en", THEME).keys()


def test_the_theme_has_the_last_word() -> None:
    assert words("en", THEME)["base"]["departments"] == "Offices"
    assert words("en", {**THEME, "texts": {}})["base"]["departments"] == "Departments"


def test_the_colours_and_the_logo_of_the_theme_are_files() -> None:
    made = {path: content for path, _, content in assets({**THEME, "logo": "<svg/>"})}
    assert b"#123456" in made["assets/theme.css"]
    assert b"#abcdef" in made["assets/theme.css"]
    assert made["assets/logo.svg"] == b"<svg/>"
    assert "assets/logo.svg" not in {path for path, _, _ in assets(THEME)}
