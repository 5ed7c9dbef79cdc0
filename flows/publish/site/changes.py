"""The page of all changes, by release and day; what is older than the feed stands on pages of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from flows.publish.site.events import Entry, entries
from flows.publish.site.facts import Facts
from flows.publish.site.feed import sentence
from flows.publish.site.feeds import PAGE, archives
from flows.publish.site.rendering import LANGUAGES, Alternate, Page
from flows.publish.site.texts import words
from flows.publish.site.words import Lang

FEEDS = (
    Alternate("feed.atom", "application/atom+xml", {"de": "Änderungen (Atom)", "en": "Changes (Atom)"}),
    Alternate("feed.json", "application/feed+json", {"de": "Änderungen (JSON Feed)", "en": "Changes (JSON Feed)"}),
)


def changes_pages(facts: Facts) -> Iterator[Page]:
    """Yield the page of the newest changes, and one for each archive of PAGE older ones, as the feed has them."""
    told = {lang: entries(facts, lang) for lang in LANGUAGES}
    said = {lang: words(lang, facts.theme)["changes"] for lang in LANGUAGES}
    title = {lang: said[lang]["title"] for lang in LANGUAGES}
    description = {lang: said[lang]["description"] for lang in LANGUAGES}
    for number, first, last in archives(len(told["de"])):

        def values(lang: Lang, number: int = number, first: int = first, last: int = last) -> Mapping[str, Any]:
            listed = list(reversed(told[lang][first:last]))
            older = f"changes/{first // PAGE}/" if first else ""
            return {"releases": _by_release(listed, lang, said[lang]), "archive": number, "older": older}

        crumbs = (("changes/", title),) if number else ()
        named = {lang: said[lang]["archive"].format(number=number) for lang in LANGUAGES} if number else title
        path = f"changes/{number}/index.html" if number else "changes/index.html"
        yield Page(path, "changes.html", named, description, values, "changes/", crumbs, () if number else FEEDS)


def _by_release(told: list[Entry], lang: Lang, t: Mapping[str, str]) -> list[dict[str, Any]]:
    """Arrange entries, the newest first, by release and by the day they were received."""
    return [
        {
            "release": release,
            "days": [
                {"day": day, "entries": [_shown(entry, lang, t) for entry in held]}
                for day, held in groupby(list(of_release), key=lambda entry: entry.day)
            ],
        }
        for release, of_release in groupby(told, key=lambda entry: entry.release)
    ]


def _shown(entry: Entry, lang: Lang, t: Mapping[str, str]) -> dict[str, Any]:
    return {
        "page": entry.page,
        "title": entry.title,
        "foreign": entry.is_measure and lang != "de",
        "lines": [sentence(change, entry, lang, t) for change in entry.changes],
        "delivery": entry.delivery,
    }
