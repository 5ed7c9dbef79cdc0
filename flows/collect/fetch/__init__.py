"""Go and look what a department has put at the place its mapping names: a folder or a web address."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from flows.collect.deliveries import Fetched
from flows.collect.fetch.folder import fetch_folder
from flows.collect.fetch.http import TransientFetchError, fetch_http, seconds_to_wait
from flows.model import Feed, Finding
from flows.store import Cache

__all__ = ["TransientFetchError", "attempt", "fetch", "fetch_folder", "fetch_http", "unreachable"]

ATTEMPTS = 4
Found = tuple[list[Fetched], list[Finding]]


def attempt(feed: Feed, root: Path, cache: Cache, today: str) -> Found:
    """Look once: everything that lies there, known or not, with the findings about what cannot be taken.

    `root` is the configuration's directory, `today` the ISO day in Europe/Berlin. Raises TransientFetchError where a
    later attempt may succeed, and nothing else: whoever orchestrates may retry on exactly that.
    """
    source = feed.mapping.get("source", {})
    if source.get("kind", "folder") == "http":
        return fetch_http(feed, cache, today)
    return fetch_folder(_folder(feed, root), feed, root, today)


def fetch(feed: Feed, root: Path, cache: Cache, today: str, pause: Callable[[float], None] = time.sleep) -> Found:
    """Look, and look again after a growing pause while the failure is transient; in the end it is a finding."""
    for number in range(1, ATTEMPTS + 1):
        try:
            return attempt(feed, root, cache, today)
        except TransientFetchError as error:
            if number == ATTEMPTS:
                return [], [unreachable(error)]
            pause(seconds_to_wait(number, error.retry_after))
    raise AssertionError("the last attempt returns")


def unreachable(error: TransientFetchError) -> Finding:
    """Return the finding about a source that could not be reached; what was delivered before stays in force."""
    return Finding("source_unreachable", "WARN", value=str(error))


def _folder(feed: Feed, root: Path) -> Path:
    named = feed.mapping.get("source", {}).get("path")
    return root / named if named else root / "mappings" / "departments" / feed.unit / feed.name
