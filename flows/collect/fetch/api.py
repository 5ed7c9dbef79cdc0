"""An interface that answers in pages: all of them in order, counted, or nothing (deliveries.md 55)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flows.collect.fetch import http
from flows.collect.fetch.http import Client, Page, get_page, linked_pages, open_client, target, where
from flows.collect.fetch.source import Found, RefusedError, TransientFetchError, too_large
from flows.formats.read_json import Json, find_records, parse_document, resolve
from flows.formats.refusal import Unreadable
from flows.model import Feed
from flows.store import Cache


@dataclass
class _Count:
    """What the pages hold so far: records, different ones, and how many the interface says there are."""

    paging: Mapping[str, Any]
    pointer: str | None
    records: int = 0
    different: set[str] = field(default_factory=set)
    total: int | None = None
    size: int = 0

    def add(self, page: Page) -> list[Json]:
        """Count the records of a page; raises where they are none, all known, or where the total has changed."""
        document = parse_document(page.content)
        records = find_records(document, self.pointer)
        before = len(self.different)
        self.different |= {json.dumps(record, sort_keys=True, ensure_ascii=False) for record in records}
        self.records, self.size = self.records + len(records), self.size + len(page.content)
        if records and len(self.different) == before:
            raise RefusedError("partial_fetch", "BLOCK", f"{self.records}", "the pages come to an end")
        said = page.total or (resolve(document, self.paging["total"]) if "total" in self.paging else None)
        total = int(str(said)) if str(said).isdecimal() and len(str(said)) < 10 else None
        if self.total is not None and total != self.total:
            raise TransientFetchError(f"the total changed from {self.total} to {total} while it was read")
        self.total = total
        return records

    @property
    def complete(self) -> bool:
        return self.total is not None and self.total in (self.records, len(self.different))


def fetch_api(feed: Feed, root: Path, cache: Cache, today: str) -> Found:
    """Get all pages of an interface as the parts of one delivery received `today`, or none of them.

    The next page is found by an offset, a page number, a cursor or a Link header, until a page is empty or the total
    is reached. Where the mapping says where the total stands, it must be there on every page, must not change (asked
    again: TransientFetchError) and must be reached (`partial_fetch`, BLOCK). A record that comes again at the border
    of two pages counts once; `formats.read` leaves it out. Otherwise as `fetch_http`.
    """
    paging = feed.mapping["source"]["paging"]
    count = _Count(paging, feed.mapping.get("read", {}).get("records"))
    try:
        with open_client(feed, root, cache) as client:
            pages = [page.content for page in _pages(client, paging, count)]
        _check_total(paging, count, client.first)
    except RefusedError as refused:
        return [], [refused.finding]
    except Unreadable as verdict:
        return [], [verdict.finding("")]
    return [http.delivery_of(feed, pages, today)], []


def _check_total(paging: Mapping[str, Any], count: _Count, url: str) -> None:
    if ("total" in paging or "total_header" in paging) and not count.complete:
        total = "?" if count.total is None else count.total
        raise RefusedError("partial_fetch", "BLOCK", f"{where(url)}: {len(count.different)}", f"{total}")


def _pages(client: Client, paging: Mapping[str, Any], count: _Count) -> Iterator[Page]:
    walk = {"link": _by_link, "cursor": _by_cursor}.get(paging["by"], _by_number)
    for page in walk(client, paging, count):
        if count.size > http.LARGEST:
            raise too_large(where(client.first))
        yield page


def _by_link(client: Client, _paging: Mapping[str, Any], count: _Count) -> Iterator[Page]:
    for page in linked_pages(client):
        count.add(page)
        yield page


def _by_number(client: Client, paging: Mapping[str, Any], count: _Count) -> Iterator[Page]:
    """Ask by offset or page number until a page is empty: a server may hand out fewer records than it is asked for."""
    by = str(paging["by"])
    number = int(paging.get("first", 0 if by == "offset" else 1))
    size = {str(paging.get("size_parameter", "limit")): str(paging["size"])}
    for _ in range(http.MOST_PAGES):
        page = get_page(client, _with(client.first, {str(paging.get("parameter", by)): str(number), **size}))
        records = count.add(page)
        # An empty source is one empty page; behind others it says no more than that they have ended.
        if records or count.records == 0:
            yield page
        if not records or count.complete:
            return
        number += len(records) if by == "offset" else 1
    raise RefusedError("partial_fetch", "BLOCK", where(client.first), "the pages come to an end")


def _by_cursor(client: Client, paging: Mapping[str, Any], count: _Count) -> Iterator[Page]:
    """Ask with the cursor that stands in the page before; one that is an address is the next page itself."""
    size = {str(paging.get("size_parameter", "limit")): str(paging["size"])} if "size" in paging else {}
    url, seen = _with(client.first, size), set[str]()
    while url:
        if url in seen or len(seen) == http.MOST_PAGES:
            raise RefusedError("partial_fetch", "BLOCK", where(url), "the pages come to an end")
        seen.add(url)
        page = get_page(client, url)
        count.add(page)
        yield page
        cursor = resolve(parse_document(page.content), paging["next"])
        if not isinstance(cursor, str) or not cursor:
            return
        if cursor.startswith(("http://", "https://", "/", "?")):
            url = target(client.first, cursor)
        else:
            url = _with(client.first, {**size, str(paging.get("parameter", "cursor")): cursor})


def _with(url: str, parameters: Mapping[str, str]) -> str:
    """Return the address with these query parameters in the place of any of the same name."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*kept, *parameters.items()])))
