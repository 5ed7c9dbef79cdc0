"""Read a feed from a file or over HTTP, page by page, and ask its links for their status."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import requests

from flows.publish.descriptions import Descriptions
from flows.publish.paging import next_page
from flows.publish.rdf import Format
from flows.publish.reading import read_rdf

TIMEOUT_SECONDS = (10, 60)
AT_ONCE = 8
MOST_PAGES = 10_000
FORMS: Mapping[str, Format] = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    ".ttl": "turtle",
    ".rdf": "xml",
    ".xml": "xml",
    ".jsonld": "json-ld",
}
Relocate = Callable[[str], str]


class FeedError(Exception):
    """The feed, or a page of it, cannot be had or read; says which and why."""


def load_pages(start: str, relocate: Relocate) -> Iterator[Descriptions]:
    """Yield the pages of the feed at `start` (file or URL), following the links to the next as harvesters do.

    `relocate` says where an address of the feed is asked; the next page of a file lies beside it, under the last
    part of its address. Raises FeedError where a page is missing or is no RDF: half a feed is none.
    """
    place, seen = start, set[str]()
    while place and place not in seen and len(seen) < MOST_PAGES:
        seen.add(place)
        page = _read(place)
        yield page
        following = next_page(page)
        place = _following(place, following, relocate) if following else ""


def _following(place: str, following: str, relocate: Relocate) -> str:
    if "://" in place:
        return relocate(following)
    return str(Path(place).parent / urlsplit(following).path.rpartition("/")[2])


def _read(place: str) -> Descriptions:
    try:
        content, kind = _over_http(place) if "://" in place else (Path(place).read_bytes(), Path(place).suffix)
    except (OSError, requests.RequestException) as error:
        raise FeedError(f"{place}: {error}") from error
    try:
        return read_rdf(content, FORMS.get(kind, "turtle"))
    except ValueError as error:
        raise FeedError(f"{place}: is no RDF: {error}") from error


def _over_http(url: str) -> tuple[bytes, str]:
    with _session(url) as session:
        answer = session.get(url, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.content, answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _session(url: str) -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = "offenlage"
    session.trust_env = urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost")  # no proxy on this machine
    return session


class Links:
    """What addresses answer HEAD with, each asked once; eight at a time."""

    def __init__(self, relocate: Relocate) -> None:
        self._relocate = relocate
        self._answers: dict[str, int] = {}
        self._local = threading.local()

    def ask(self, urls: Iterable[str]) -> None:
        """Ask those of the addresses that were not asked yet."""
        new = sorted(set(urls) - set(self._answers))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            self._answers.update(zip(new, pool.map(self._head, new), strict=True))

    def status(self, url: str) -> int | None:
        """Return the status of the answer, redirects followed; 0 for no answer, None where nobody asked."""
        return self._answers.get(url)

    def _head(self, url: str) -> int:
        place = self._relocate(url)
        if not hasattr(self._local, "session"):
            self._local.session = _session(place)
        try:
            answer = self._local.session.head(place, timeout=TIMEOUT_SECONDS, allow_redirects=True)
        except requests.RequestException:
            return 0
        return int(answer.status_code)
