"""What was taken out of published data afterwards: which datasets that moves, and the notice that tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.model import Release

RETRACTIONS_FILE = "retractions.json"
Events = Sequence[Mapping[str, Any]]


def earlier_digests(earlier: Mapping[str, Mapping[str, str]], events: Events) -> dict[str, Mapping[str, str]]:
    """Return what the last release says of its datasets, without the digests of those a retraction since has changed.

    Their rows are what the last release, made again, holds already; but whoever has a copy must learn of the change,
    so they count as modified.
    """
    since: set[str] = set()
    for event in events:
        if event["event"] == "retracted":
            since.update(event.get("datasets", ()))
        elif event["event"] == "release":
            since.clear()
    return {name: {**of, "digest": ""} if name in since else of for name, of in earlier.items()}


def notices(events: Events) -> tuple[Mapping[str, str | None], ...]:
    """Return what is said in public of each retraction: delivery, property (None: all), reason and time."""
    return tuple(
        {"delivery_id": e["delivery"], "property": e.get("field"), "why": e["why"], "time": e["time"]}
        for e in events
        if e["event"] == "retracted" and "delivery" in e
    )


def retractions_document(release: Release) -> dict[str, Any]:
    """Return the notices as a JSON document for those who keep copies."""
    return {"format": "offenlage-retractions/1", "retractions": list(release.retractions)}
