"""The pages the law asks for, with what mappings/theme/legal.toml says; and the one for what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from flows.publish.site.facts import Facts
from flows.publish.site.rendering import LANGUAGES, Page
from flows.publish.site.texts import words
from flows.publish.site.words import Lang

PAGES = ("imprint", "privacy", "accessibility", "barrier")
NOT_FOUND = "404.html"


def legal_pages(facts: Facts) -> Iterator[Page]:
    """Yield imprint, privacy, accessibility statement, how to report a barrier, and the page for what is not there.

    Easy-to-read German has a page only where the configuration holds a text that people have approved.
    """
    for name in PAGES:
        crumbs = ("accessibility",) if name == "barrier" else ()
        yield _page(facts, name, f"{name}/index.html", crumbs)
    if "plain_language" in facts.theme["legal"]:
        yield _page(facts, "plain_language", "plain-language/index.html")
    yield _page(facts, "not_found", NOT_FOUND)


def _page(facts: Facts, name: str, path: str, above: tuple[str, ...] = ()) -> Page:
    said = {lang: words(lang, facts.theme)["legal"] for lang in LANGUAGES}

    def values(lang: Lang) -> Mapping[str, Any]:
        subject = said[lang]["barrier_subject"].format(site=facts.theme["name"][lang])
        return {"name": name, "legal": facts.theme["legal"], "subject": quote(subject)}

    title = {lang: said[lang][name] for lang in LANGUAGES}
    description = {lang: said[lang][f"{name}_description"] for lang in LANGUAGES}
    crumbs = tuple((f"{up}/", {lang: said[lang][up] for lang in LANGUAGES}) for up in above)
    return Page(path, "legal.html", title, description, values, crumbs=crumbs, anywhere=path == NOT_FOUND)
