"""A picture for every page, for those who share it: its title and what it says, on 1200 by 630 pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from flows.publish.site.rendering import LANGUAGES, Drawn, Page, picture_path, picture_text
from flows.publish.site.texts import words
from flows.publish.site.typesetting import template, typeset, typesetter

NAME = "sharing"


def sharing_pictures(pages: Iterable[Page], catalogue: Mapping[str, Any], theme: Mapping[str, Any]) -> Iterator[Drawn]:
    """Yield a PNG in both languages for every page that has an address of its own; in example mode it says so.

    That of a list which is cut into pages is made from the first of them.
    """
    shared = [page for page in pages if not page.anywhere]
    for page in {picture_path(page.path, "de"): page for page in reversed(shared)}.values():
        for lang in LANGUAGES:
            data = {
                "site": theme["name"][lang],
                "title": page.title[lang],
                "text": picture_text(page, lang),
                "notice": words(lang, theme)["base"]["notice"] if catalogue["example"] else "",
                "accent": theme["colours"]["light"],
                "lang": lang,
            }
            made_from = [typesetter(), template(NAME), data]
            yield Drawn(picture_path(page.path, lang), "image/png", made_from, partial(typeset, NAME, data, "png"))
