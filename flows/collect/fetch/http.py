"""A web address as a source: one GET, or one for each page, asked politely and believed only so far."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import requests

from flows.collect.deliveries import Fetched
from flows.model import Feed, Finding, Level
from flows.store import Cache

LARGEST = 50 * 1024 * 1024
LONGEST_SECONDS = 300
TIMEOUT_SECONDS = (10, 60)
MOST_PAGES = 1000
MOST_REDIRECTS = 5
LONGEST_PAUSE_SECONDS = 60.0
TRANSIENT = frozenset({429, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html[\s>])", re.IGNORECASE)


class TransientFetchError(Exception):
    """The source could not be reached now; later it may. `retry_after` is the pause it asked for, in seconds."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class _RefusedError(Exception):
    """What the source answered cannot be taken, now or later; carries the finding."""

    def __init__(self, rule: str, level: Level, value: str, expected: str = "") -> None:
        self.finding = Finding(rule, level, value=value, expected=expected)
        super().__init__(rule)


@dataclass(frozen=True)
class _Page:
    """One answer as the cache keeps it: validators for the next request, and where the next page is."""

    content: bytes
    etag: str
    last_modified: str
    following: str


def fetch_http(feed: Feed, cache: Cache, today: str) -> tuple[list[Fetched], list[Finding]]:
    """Get the feed's address once; the answer was received `today`, an unchanged one (304) comes from the cache.

    Pages linked by `Link: <...>; rel="next"` (RFC 8288) are the parts, in order, all or none. Only https is asked, or
    a server on this machine. Raises TransientFetchError on connection failures, 429, 502, 503 and 504; anything else
    that is wrong with the answer is a finding.
    """
    source = feed.mapping["source"]
    url = str(source["url"])
    name = str(source.get("name") or unquote(PurePosixPath(urlsplit(url).path).name) or "delivery")
    try:
        with requests.Session() as session:
            session.headers["User-Agent"] = "offenlage"
            session.trust_env = not _is_loopback(url)
            pages = list(_pages(session, url, cache))
    except _RefusedError as refused:
        return [], [refused.finding]
    names = [name] if len(pages) == 1 else [f"{number:04d}-{name}" for number in range(1, len(pages) + 1)]
    files = tuple((name, page.content) for name, page in zip(names, pages, strict=True))
    return [Fetched(feed.id, today, _where(url), files)], []


def seconds_to_wait(number: int, retry_after: float) -> float:
    """Return the pause after the n-th failure: 2, 4, 8 ... seconds, or what the source asked for, at most a minute."""
    return min(max(2.0**number, retry_after), LONGEST_PAUSE_SECONDS)


def _pages(session: requests.Session, url: str, cache: Cache) -> Iterator[_Page]:
    seen: set[str] = set()
    size, deadline, following = 0, time.monotonic() + LONGEST_SECONDS, url
    while following:
        if following in seen or len(seen) == MOST_PAGES:
            raise _RefusedError("partial_fetch", "BLOCK", _where(following), "the pages come to an end")
        seen.add(following)
        _allow(following, url)
        page = _page(session, following, url, cache, deadline)
        size += len(page.content)
        if size > LARGEST:
            raise _RefusedError("file_too_large", "BLOCK", _where(url), "<= 50 MiB")
        yield page
        following = page.following


def _page(session: requests.Session, url: str, first: str, cache: Cache, deadline: float) -> _Page:
    known = _remembered(cache, url)
    try:
        with _get(session, url, first, known) as response:
            if response.status_code == 304 and known is not None:
                return known
            _judge(response)
            content = _content(response, deadline)
            page = _Page(
                content,
                response.headers.get("ETag", ""),
                response.headers.get("Last-Modified", ""),
                _target(response.url, response.links["next"]["url"]) if "next" in response.links else "",
            )
    except requests.exceptions.SSLError as error:
        raise _RefusedError("source_refused", "ERROR", _where(url), "a valid certificate") from error
    except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
        raise TransientFetchError(f"{_where(url)}: {type(error).__name__}") from error
    except requests.RequestException as error:
        raise _RefusedError("source_refused", "ERROR", f"{_where(url)}: {type(error).__name__}") from error
    if HTML.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise _RefusedError("html_instead_of_data", "BLOCK", _where(url))
    _remember(cache, url, page)
    return page


def _get(session: requests.Session, url: str, first: str, known: _Page | None) -> requests.Response:
    """Ask for `url` and follow redirects, each of them only where it may lead."""
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
    headers = {name: value for name, value in conditions.items() if value}
    for _ in range(MOST_REDIRECTS + 1):
        try:
            response = session.get(url, headers=headers, timeout=TIMEOUT_SECONDS, stream=True, allow_redirects=False)
        except ValueError as error:  # an address, here or in the answer, that is none
            raise _RefusedError("source_refused", "ERROR", f"{_where(first)}: {type(error).__name__}") from None
        if response.status_code not in REDIRECTS or "Location" not in response.headers:
            return response
        response.close()
        url = _target(url, response.headers["Location"])
        _allow(url, first)
    raise _RefusedError("source_refused", "ERROR", _where(first), f"<= {MOST_REDIRECTS} redirects")


def _target(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:
        raise _RefusedError("source_refused", "ERROR", reference, "a web address") from None


def _allow(url: str, first: str) -> None:
    """Refuse what is not encrypted, and a way from outside to a server on this machine."""
    local = _is_loopback(url)
    if urlsplit(url).scheme not in (("http", "https") if local else ("https",)) or local != _is_loopback(first):
        raise _RefusedError("source_refused", "ERROR", _where(url), "https://")


def _judge(response: requests.Response) -> None:
    where = f"{_where(response.url)}: HTTP {response.status_code}"
    if response.status_code in TRANSIENT:
        raise TransientFetchError(where, _retry_after(response.headers.get("Retry-After", "")))
    if response.status_code != 200:
        raise _RefusedError("source_refused", "ERROR", where, "HTTP 200")


def _content(response: requests.Response, deadline: float) -> bytes:
    """Return the body, decompressed; a bomb or an endless answer is cut off."""
    content = bytearray()
    for chunk in response.iter_content(64 * 1024):
        content += chunk
        if len(content) > LARGEST:
            raise _RefusedError("file_too_large", "BLOCK", _where(response.url), "<= 50 MiB")
        if time.monotonic() > deadline:
            raise TransientFetchError(f"{_where(response.url)}: slower than {LONGEST_SECONDS} seconds")
    return bytes(content)


def _retry_after(header: str) -> float:
    """Return the seconds of a Retry-After header (RFC 9110: seconds or a date), 0 where it says nothing."""
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _where(url: str) -> str:
    """Return the address without user, password and query: keys are often written there."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _remembered(cache: Cache, url: str) -> _Page | None:
    """Return the last answer, or None where the cache lost or spoilt it."""
    key = hashlib.sha256(url.encode()).hexdigest()
    said, content = cache.get(f"fetch/{key}.json"), cache.get(f"fetch/{key}.body")
    try:
        found = json.loads(said or b"")
        whole = content is not None and hashlib.sha256(content).hexdigest() == found["sha256"]
        return _Page(content or b"", found["etag"], found["last_modified"], found["following"]) if whole else None
    except (ValueError, KeyError, TypeError):
        return None


def _remember(cache: Cache, url: str, page: _Page) -> None:
    if not page.etag and not page.last_modified:
        return
    key = hashlib.sha256(url.encode()).hexdigest()
    said = {
        "etag": page.etag,
        "last_modified": page.last_modified,
        "following": page.following,
        "sha256": hashlib.sha256(page.content).hexdigest(),
    }
    cache.put(f"fetch/{key}.body", page.content)
    cache.put(f"fetch/{key}.json", json.dumps(said, sort_keys=True).encode())
