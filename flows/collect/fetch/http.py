"""A web address as a source: one GET, or one for each page, asked politely and believed only so far."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import requests

from flows.collect.deliveries import Fetched
from flows.collect.fetch.source import Found, RefusedError, TransientFetchError, secret_of, too_large
from flows.formats.limits import MAX_FILE_BYTES
from flows.model import Feed
from flows.store import Cache

LARGEST = MAX_FILE_BYTES
LONGEST_SECONDS = 300
TIMEOUT_SECONDS = (10, 60)
MOST_PAGES = 1000
MOST_REDIRECTS = 5
LONGEST_PAUSE_SECONDS = 60.0
TRANSIENT = frozenset({429, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html[\s>])", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """One answer as the cache keeps it: validators for the next request, where the next page is, how many there are."""

    content: bytes
    etag: str
    last_modified: str
    following: str
    total: str = ""


@dataclass(frozen=True)
class Client:
    """A series of requests that begins at `first`; `login` are the headers that say who we are, never shown."""

    session: requests.Session
    first: str
    cache: Cache
    deadline: float
    total_header: str = ""
    login: Mapping[str, str] = field(default_factory=dict, repr=False)


def fetch_http(feed: Feed, root: Path, cache: Cache, today: str) -> Found:
    """Get the feed's address once; the answer was received `today`, an unchanged one (304) comes from the cache.

    Pages linked by `Link: <...>; rel="next"` (RFC 8288) are the parts, in order, all or none. Only https is asked, or
    a server on this machine. Raises TransientFetchError on connection failures, 429, 502, 503 and 504; anything else
    that is wrong with the answer is a finding.
    """
    try:
        with open_client(feed, root, cache) as client:
            pages = list(linked_pages(client))
    except RefusedError as refused:
        return [], [refused.finding]
    return [delivery_of(feed, [page.content for page in pages], today)], []


def delivery_of(feed: Feed, pages: list[bytes], today: str) -> Fetched:
    """Return the pages as the parts of one delivery, named in order."""
    source = feed.mapping["source"]
    url = str(source["url"])
    name = str(source.get("name") or unquote(PurePosixPath(urlsplit(url).path).name) or "delivery")
    names = [name] if len(pages) == 1 else [f"{number:04d}-{name}" for number in range(1, len(pages) + 1)]
    return Fetched(feed.id, today, where(url), tuple(zip(names, pages, strict=True)))


@contextmanager
def open_client(feed: Feed, root: Path, cache: Cache) -> Iterator[Client]:
    """Open a client for the feed's address; raises RefusedError where the secret it needs is missing."""
    source = feed.mapping["source"]
    url = str(source["url"])
    headers = _login(source, root)
    with requests.Session() as session:
        session.headers["User-Agent"] = "offenlage"
        session.trust_env = not is_loopback(url)
        total = str(source.get("paging", {}).get("total_header", ""))
        yield Client(session, url, cache, time.monotonic() + LONGEST_SECONDS, total, headers)


def _login(source: Mapping[str, Any], root: Path) -> dict[str, str]:
    """Return the headers of basic (RFC 7617) or token authentication (RFC 6750, or a header of its own)."""
    secret, login = secret_of(source, root), source.get("login", {})
    if not secret:
        return {}
    if "user" in login:
        return {"Authorization": "Basic " + base64.b64encode(f"{login['user']}:{secret}".encode()).decode()}
    return {str(login["header"]): secret} if "header" in login else {"Authorization": f"Bearer {secret}"}


def seconds_to_wait(number: int, retry_after: float) -> float:
    """Return the pause after the n-th failure: 2, 4, 8 ... seconds, or what the source asked for, at most a minute."""
    return min(max(2.0**number, retry_after), LONGEST_PAUSE_SECONDS)


def linked_pages(client: Client) -> Iterator[Page]:
    """Yield the page at the client's address and those that follow it by their Link headers."""
    seen: set[str] = set()
    size, following = 0, client.first
    while following:
        if following in seen or len(seen) == MOST_PAGES:
            raise RefusedError("partial_fetch", "BLOCK", where(following), "the pages come to an end")
        seen.add(following)
        page = get_page(client, following)
        size += len(page.content)
        if size > LARGEST:
            raise too_large(where(client.first))
        yield page
        following = page.following


def get_page(client: Client, url: str) -> Page:
    """Get one page, from the cache where the server says that it has not changed.

    Raises TransientFetchError and RefusedError.
    """
    allow(url, client.first)
    known = _remembered(client.cache, url)
    try:
        with _get(client, url, known) as response:
            if response.status_code == 304 and known is not None:
                return known
            _judge(response)
            content = _content(response, client.deadline)
            page = Page(
                content,
                response.headers.get("ETag", ""),
                response.headers.get("Last-Modified", ""),
                target(response.url, response.links["next"]["url"]) if "next" in response.links else "",
                response.headers.get(client.total_header, "") if client.total_header else "",
            )
    except requests.exceptions.SSLError as error:
        raise RefusedError("source_refused", "ERROR", where(url), "a valid certificate") from error
    except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
        raise TransientFetchError(f"{where(url)}: {type(error).__name__}") from error
    except requests.RequestException as error:
        raise RefusedError("source_refused", "ERROR", f"{where(url)}: {type(error).__name__}") from error
    if HTML.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise RefusedError("html_instead_of_data", "BLOCK", where(url))
    _remember(client.cache, url, page)
    return page


def _get(client: Client, url: str, known: Page | None) -> requests.Response:
    """Ask for `url` and follow redirects, each of them only where it may lead."""
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
    headers = {name: value for name, value in conditions.items() if value}
    for _ in range(MOST_REDIRECTS + 1):
        login = client.login if _origin(url) == _origin(client.first) else {}
        try:
            response = client.session.get(
                url, headers={**headers, **login}, timeout=TIMEOUT_SECONDS, stream=True, allow_redirects=False
            )
        except ValueError as error:  # an address, here or in the answer, that is none
            raise RefusedError("source_refused", "ERROR", f"{where(client.first)}: {type(error).__name__}") from None
        if response.status_code not in REDIRECTS or "Location" not in response.headers:
            return response
        response.close()
        url = target(url, response.headers["Location"])
        allow(url, client.first)
    raise RefusedError("source_refused", "ERROR", where(client.first), f"<= {MOST_REDIRECTS} redirects")


def _origin(url: str) -> tuple[str, str]:
    """Return what a login is for: it goes nowhere else, whatever a redirect or a link says."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2].casefold()


def target(base: str, reference: str) -> str:
    """Return the address a reference leads to from `base`; raises RefusedError where it is none."""
    try:
        return urljoin(base, reference)
    except ValueError:
        raise RefusedError("source_refused", "ERROR", where(base), "a web address") from None


def allow(url: str, first: str) -> None:
    """Refuse what is not encrypted, and a way from outside to a server on this machine."""
    local = is_loopback(url)
    if urlsplit(url).scheme not in (("http", "https") if local else ("https",)) or local != is_loopback(first):
        raise RefusedError("source_refused", "ERROR", where(url), "https://")


def _judge(response: requests.Response) -> None:
    said = f"{where(response.url)}: HTTP {response.status_code}"
    if response.status_code in TRANSIENT:
        raise TransientFetchError(said, _retry_after(response.headers.get("Retry-After", "")))
    if response.status_code != 200:
        raise RefusedError("source_refused", "ERROR", said, "HTTP 200")


def _content(response: requests.Response, deadline: float) -> bytes:
    """Return the body, decompressed; a bomb or an endless answer is cut off."""
    content = bytearray()
    for chunk in response.iter_content(64 * 1024):
        content += chunk
        if len(content) > LARGEST:
            raise too_large(where(response.url))
        if time.monotonic() > deadline:
            raise TransientFetchError(f"{where(response.url)}: slower than {LONGEST_SECONDS} seconds")
    return bytes(content)


def _retry_after(header: str) -> float:
    """Return the seconds of a Retry-After header (RFC 9110: seconds or a date), 0 where it says nothing."""
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def is_loopback(url: str) -> bool:
    """Tell whether an address leads to this machine."""
    return is_this_machine(urlsplit(url).hostname or "")


def is_this_machine(host: str) -> bool:
    """Tell whether a host name or address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def where(url: str) -> str:
    """Return the address without user, password and query: keys are often written there."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _remembered(cache: Cache, url: str) -> Page | None:
    """Return the last answer, or None where the cache lost or spoilt it."""
    key = hashlib.sha256(url.encode()).hexdigest()
    said, content = cache.get(f"fetch/{key}.json"), cache.get(f"fetch/{key}.body")
    try:
        found = json.loads(said or b"")
        whole = content is not None and hashlib.sha256(content).hexdigest() == found["sha256"]
        names = ("etag", "last_modified", "following", "total")
        return Page(content or b"", *(found[name] for name in names)) if whole else None
    except (ValueError, KeyError, TypeError):
        return None


def _remember(cache: Cache, url: str, page: Page) -> None:
    if not page.etag and not page.last_modified:
        return
    key = hashlib.sha256(url.encode()).hexdigest()
    said = {
        "etag": page.etag,
        "last_modified": page.last_modified,
        "following": page.following,
        "total": page.total,
        "sha256": hashlib.sha256(page.content).hexdigest(),
    }
    cache.put(f"fetch/{key}.body", page.content)
    cache.put(f"fetch/{key}.json", json.dumps(said, sort_keys=True).encode())
