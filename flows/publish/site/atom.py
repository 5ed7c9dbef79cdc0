"""Write a change feed as Atom (RFC 4287), older entries as archives (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from flows.publish.site.events import Entry
from flows.publish.site.feed import Feed, headline, moment, received, sentence

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"


def write_atom(feed: Feed) -> bytes:
    """Return the feed as Atom; equal entries give equal bytes. Raises ValueError where it has no entry."""
    if not feed.entries:
        raise ValueError(f"feed {feed.name} has no entries")
    root = Element("feed", {"xmlns": ATOM, "xmlns:fh": HISTORY, "xml:lang": feed.lang})
    _text(root, "id", feed.archive_id if feed.archive else feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", moment(feed.updated))
    author = SubElement(root, "author")
    _text(author, "name", feed.catalogue["publisher"]["name"][feed.lang])
    _text(author, "uri", feed.catalogue["publisher"]["homepage"])
    _text(root, "rights", feed.rights)
    for rel, media_type, href in _links(feed):
        SubElement(root, "link", {"rel": rel, "href": href, **({"type": media_type} if media_type else {})})
    if feed.archive:
        SubElement(root, "fh:archive")
    root.extend(_entry(feed, entry) for entry in feed.entries)
    indent(root, "")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, "unicode")}\n'.encode()


def _links(feed: Feed) -> Iterator[tuple[str, str, str]]:
    yield "self", "application/atom+xml", feed.address("atom")
    yield "alternate", "text/html", feed.page_address
    yield "license", "", feed.catalogue["license"]
    yield "related", "text/csv", feed.all_changes
    if feed.archive:
        yield "current", "application/atom+xml", feed.address("atom", 0)
    if feed.older:
        yield "prev-archive", "application/atom+xml", feed.address("atom", feed.older)


def _entry(feed: Feed, entry: Entry) -> Element:
    node = Element("entry")
    _text(node, "id", feed.entry_id(entry))
    _text(node, "title", headline(entry, feed.words))
    _text(node, "updated", moment(entry.day))
    SubElement(node, "link", {"rel": "alternate", "type": "text/html", "href": feed.entry_address(entry)})
    for kind, label in dict.fromkeys((change.kind, change.kind_label) for change in entry.changes):
        SubElement(node, "category", {"term": kind, "scheme": feed.kinds, "label": label})
    _text(node, "content", as_html(entry, feed), type="html")
    return node


def as_html(entry: Entry, feed: Feed) -> str:
    """Return what changed as a piece of HTML: a list, and where it came from."""
    items = "".join(f"<li>{escape(sentence(change, entry, feed.lang, feed.words))}</li>" for change in entry.changes)
    return f"<ul>{items}</ul><p>{escape(received(entry, feed.lang, feed.words))}</p>"


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = text
