"""The page of the method: how the numbers come about, with the thresholds in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from flows.publish.site.facts import Facts
from flows.publish.site.rendering import LANGUAGES, Page
from flows.publish.site.texts import words
from flows.publish.site.words import Lang, write_number

NAMES = re.compile(r"\{([a-z_]+)\}")


def method_pages(facts: Facts) -> Iterator[Page]:
    """Yield the page of the method. Raises KeyError where its text names a threshold that is not in force."""
    said = {lang: words(lang, facts.theme)["legal"] for lang in LANGUAGES}

    def values(lang: Lang) -> Mapping[str, Any]:
        return {"text": as_html(method_text(facts.rules, lang))}

    title = {lang: said[lang]["method"] for lang in LANGUAGES}
    description = {lang: said[lang]["method_description"] for lang in LANGUAGES}
    yield Page("method/index.html", "text.html", title, description, values, section="method/")


def method_text(rules: Mapping[str, Any], lang: Lang) -> str:
    """Return the text of the method, in Markdown, with the thresholds of `rules` in place of their names."""
    known = {**rules["schedule"], **rules["privacy"]}
    text = files(__package__).joinpath("method", f"{lang}.md").read_text("utf-8")
    return NAMES.sub(lambda name: write_number(known[name[1]], lang), text)


def as_html(markdown: str) -> str:
    """Return a text of ours as HTML: headings have ids, a table scrolls by itself and is named by its heading."""
    tokens = _markdown().parse(markdown)
    heading = ""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            heading = _slug(following.content)
            token.attrSet("id", heading)
        elif token.type == "table_open":
            token.meta["heading"] = heading
        elif token.type == "th_open":
            token.attrSet("scope", "col")
    rendered: str = _markdown().renderer.render(tokens, _markdown().options, {})
    return rendered


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    return markdown


def _table_open(_renderer: object, tokens: Sequence[Token], place: int, _options: object, _env: object) -> str:
    return f'<div class="wide" role="region" tabindex="0" aria-labelledby="{tokens[place].meta["heading"]}">\n<table>\n'


def _table_close(*_: object) -> str:
    return "</table>\n</div>\n"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9äöüß]+", "-", text.casefold()).strip("-")
