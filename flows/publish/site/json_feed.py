"""Write a change feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from typing import Any

from flows.formats.write_json import write_document
from flows.publish.site.atom import as_html
from flows.publish.site.events import Entry
from flows.publish.site.feed import Feed, headline, moment, received, sentence


def write_json_feed(feed: Feed) -> bytes:
    """Return the feed as JSON Feed; equal entries give equal bytes."""
    older = {"next_url": feed.address("json", feed.older)} if feed.older else {}
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page_address,
        "feed_url": feed.address("json"),
        **older,
        "description": feed.rights,
        "language": feed.lang,
        "authors": [
            {"name": feed.catalogue["publisher"]["name"][feed.lang], "url": feed.catalogue["publisher"]["homepage"]}
        ],
        "items": [_item(feed, entry) for entry in feed.entries],
    }
    return write_document(document)


def _item(feed: Feed, entry: Entry) -> dict[str, Any]:
    lines = [
        *(sentence(change, entry, feed.lang, feed.words) for change in entry.changes),
        received(entry, feed.lang, feed.words),
    ]
    return {
        "id": feed.entry_id(entry),
        "url": feed.entry_address(entry),
        "title": headline(entry, feed.words),
        "content_html": as_html(entry, feed),
        "content_text": "\n".join(lines),
        "date_published": moment(entry.day),
        "date_modified": moment(entry.day),
        "tags": list(dict.fromkeys(change.kind_label for change in entry.changes)),
        "language": feed.lang,
    }
