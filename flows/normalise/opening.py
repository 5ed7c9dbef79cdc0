"""Open a kept delivery: its files as they came, or the cells that stand in their place (decision 0027)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flows.formats.cells import Cells, read_cells
from flows.formats.read import read
from flows.formats.sniff import sniff
from flows.model import Delivery, Feed
from flows.normalise.mapping import known_headings

Content = Callable[[str], bytes]
"""Returns the bytes that are kept under a sha256."""


def open_delivery(delivery: Delivery, feed: Feed, content: Content) -> Cells:
    """Return what a kept delivery was read as; what `content` raises for bytes that are gone goes through."""
    if delivery.cells is not None:
        return read_cells(content(delivery.cells))
    return read_parts([(part.name, content(part.sha256)) for part in delivery.parts], feed)


def read_parts(parts: Sequence[tuple[str, bytes]], feed: Feed) -> Cells:
    """Read the parts (name, content) of a delivery as its mapping says."""
    tables, findings = read(parts, feed.mapping.get("read", {}), known_headings(feed.mapping))
    return Cells(tuple(tables), tuple(findings), tuple(sniff(data) for _, data in parts))
