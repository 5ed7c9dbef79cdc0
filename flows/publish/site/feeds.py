"""The change feeds: all changes, and those of a measure, a field or a unit, as Atom and as JSON Feed.

A feed holds its newest entries; what is older stands in archives that never change again (RFC 5005, section 4), which
JSON Feed reaches by `next_url`. Entries are named once and for ever, and dated by the day the data were received: a
feed is the same however often it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from flows.publish.site.atom import write_atom
from flows.publish.site.events import Entry, entries
from flows.publish.site.facts import Facts, named
from flows.publish.site.feed import Feed, feed_path
from flows.publish.site.json_feed import write_json_feed
from flows.publish.site.rendering import LANGUAGES, File
from flows.publish.site.texts import words

SCOPES: tuple[tuple[str, str, str, Callable[[Entry], Iterable[str]]], ...] = (
    ("measure", "measure", "measures", lambda entry: [entry.subject] if entry.is_measure else []),
    ("field", "field_of_action", "fields", lambda entry: entry.fields),
    ("unit", "organisation", "departments", lambda entry: entry.units),
)
"""What has a feed of its own: kind, entity, the folder of its pages, and which of them an entry belongs to."""
PAGE = 50
"""Entries of an archive; a feed holds at least as many, if there are."""


def feed_pages(feed: Feed) -> Iterator[File]:
    """Yield a feed in both forms, with its archives. `feed.entries` are all there ever were, the newest first."""
    for part in _parts(feed):
        yield feed_path(part.folder, "atom", part.archive), "application/atom+xml", write_atom(part)
        yield feed_path(part.folder, "json", part.archive), "application/feed+json", write_json_feed(part)


def archives(count: int) -> Iterator[tuple[int, int, int]]:
    """Yield number, first and last (not included) of what each document holds of `count` entries, the oldest being 0.

    Number 0 is the newest document: all that is in no archive, and the newest archive's, so that it never is short.
    Archives hold PAGE entries each, counted from the oldest, so that a new entry moves none of the others.
    """
    full = max((count - 1) // PAGE - 1, 0)
    yield 0, full * PAGE, count
    for number in range(full, 0, -1):
        yield number, (number - 1) * PAGE, number * PAGE


def _parts(feed: Feed) -> Iterator[Feed]:
    oldest_first = tuple(reversed(feed.entries))
    for number, first, last in archives(len(oldest_first)):
        held = tuple(reversed(oldest_first[first:last]))
        yield replace(feed, entries=held, archive=number, older=first // PAGE)


def change_feeds(facts: Facts) -> Iterator[File]:
    """Yield the feeds of all changes, and of every measure, field and unit of which something ever changed."""
    for lang in LANGUAGES:
        told = entries(facts, lang)
        lead, t = "en/" if lang == "en" else "", words(lang, facts.theme)["changes"]
        site = facts.theme["name"][lang]
        scopes = [("all", t["feed_all"].format(site=site), "", "changes/", told)]
        for kind, entity, folder, of in SCOPES:
            for name, held in _grouped(told, of).items():
                title = t[f"feed_{kind}"].format(site=site, name=named(facts.by_id(entity).get(name), lang) or name)
                scopes.append((f"{kind}/{name}", title, f"{folder}/{name}/", f"{folder}/{name}/", held))
        for name, title, folder, page, held in scopes:
            if held:
                newest_first = tuple(reversed(held))
                feed = Feed(name, title, lead + folder, lead + page, lang, newest_first, facts.catalogue, t)
                yield from feed_pages(feed)


def _grouped(told: Sequence[Entry], of: Callable[[Entry], Iterable[str]]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in told:
        for name in of(entry):
            found.setdefault(name, []).append(entry)
    return found
