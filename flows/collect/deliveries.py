"""What arrived, once: which of the files that were found are deliveries nobody has seen yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flows.model import Delivery, Part


@dataclass(frozen=True)
class Fetched:
    """One possible delivery as it was found: the feed, the day of receipt (ISO), the origin, its files in order."""

    feed: str
    received: str
    origin: str
    files: tuple[tuple[str, bytes], ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return what the journal says of the files."""
        return tuple(Part(name, hashlib.sha256(content).hexdigest(), len(content)) for name, content in self.files)


def content_digest(parts: Sequence[Part]) -> str:
    """Return the sha256 of a delivery: that of its only part, or of its parts' sha256 in order, one after another.

    Names are left out: a file that is only renamed says nothing new.
    """
    if len(parts) == 1:
        return parts[0].sha256
    return hashlib.sha256("".join(part.sha256 for part in parts).encode()).hexdigest()


def parse_deliveries(events: Iterable[Mapping[str, Any]]) -> list[Delivery]:
    """Return the deliveries of the journal's events, in their order."""
    return [
        Delivery(
            event["id"],
            event["feed"],
            event["received"],
            event["sha256"],
            tuple(Part(part["name"], part["sha256"], part["bytes"]) for part in event["parts"]),
            event["origin"],
            event.get("cells"),
        )
        for event in events
        if event["event"] == "delivery"
    ]


def new_deliveries(fetched: Iterable[Fetched], known: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Return a `delivery` event for everything found that is not `known`, ordered by day of receipt, feed and content.

    The same content for the same feed is one delivery, the first one received. Ids continue the known ones.
    """
    seen = {(delivery.feed, delivery.sha256) for delivery in known}
    number = max((int(delivery.id.removeprefix("D-")) for delivery in known), default=0)
    events: list[dict[str, Any]] = []
    for found, parts, digest in sorted(
        _described(fetched), key=lambda d: (d[0].received, d[0].feed, d[2], d[0].origin)
    ):
        if (found.feed, digest) in seen:
            continue
        seen.add((found.feed, digest))
        number += 1
        events.append(
            {
                "event": "delivery",
                "id": f"D-{number:06d}",
                "feed": found.feed,
                "received": found.received,
                "sha256": digest,
                "parts": [asdict(part) for part in parts],
                "origin": found.origin,
            }
        )
    return events


def _described(fetched: Iterable[Fetched]) -> list[tuple[Fetched, tuple[Part, ...], str]]:
    described = ((found, found.parts) for found in fetched)
    return [(found, parts, content_digest(parts)) for found, parts in described]
