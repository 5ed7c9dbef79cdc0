"""Go and look what a department has put at the place its mapping names: one module for each kind of source."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from flows.collect.fetch.api import fetch_api
from flows.collect.fetch.folder import fetch_folder
from flows.collect.fetch.http import fetch_http, seconds_to_wait
from flows.collect.fetch.mail import fetch_mail
from flows.collect.fetch.s3 import fetch_s3
from flows.collect.fetch.sftp import fetch_sftp
from flows.collect.fetch.source import Found, Kind, TransientFetchError
from flows.collect.fetch.webdav import fetch_webdav
from flows.model import Feed, Finding
from flows.store import Cache

__all__ = ["KINDS", "Found", "TransientFetchError", "attempt", "fetch", "fetch_folder", "fetch_http", "unreachable"]

ATTEMPTS = 4


def _fetch_folder(feed: Feed, root: Path, _cache: Cache, today: str) -> Found:
    return fetch_folder(_folder(feed, root), feed, root, today)


KINDS: Mapping[str, Kind] = {
    "folder": _fetch_folder,
    "http": fetch_http,
    "api": fetch_api,
    "webdav": fetch_webdav,
    "s3": fetch_s3,
    "sftp": fetch_sftp,
    "mail": fetch_mail,
}
"""What looks at each kind of source that a mapping may name."""


def attempt(feed: Feed, root: Path, cache: Cache, today: str) -> Found:
    """Look once: everything that lies there, known or not, with the findings about what cannot be taken.

    `root` is the configuration's directory, `today` the ISO day in Europe/Berlin. Raises TransientFetchError where a
    later attempt may succeed, and nothing else: whoever orchestrates may retry on exactly that.
    """
    return KINDS[feed.mapping.get("source", {}).get("kind", "folder")](feed, root, cache, today)


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
