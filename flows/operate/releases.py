"""The releases there were, as the journal tells of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flows.operate.published import UnknownNameError

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Listed:
    """One release: when it was made, of what, which datasets it changed; `kept` tells whether it still lies there."""

    id: str
    time: str
    as_of: str
    deliveries: int
    changed: tuple[str, ...]
    shown: bool
    kept: bool


def release_events(events: Iterable[Event]) -> list[Event]:
    """Return the releases of the journal, the oldest first."""
    return [event for event in events if event["event"] == "release"]


def find_release(events: Iterable[Event], identifier: str) -> Event:
    """Return the event of a release; raises UnknownNameError."""
    known = {event["id"]: event for event in release_events(events)}
    if identifier not in known:
        raise UnknownNameError("release", identifier, known)
    return known[identifier]


def compared(events: Iterable[Event], before: str | None, after: str | None) -> tuple[str, str]:
    """Return the two releases to compare: unless they are named, the last but one and the last.

    Raises UnknownNameError for one that never was.
    """
    known = [event["id"] for event in release_events(events)]
    if len(known) < (2 if before is None else 1):
        raise UnknownNameError("a release", "before the last", ())
    pair = before or known[-2], after or known[-1]
    for name in pair:
        if name not in known:
            raise UnknownNameError("release", name, known)
    return pair


def list_releases(events: Iterable[Event], shown: str | None, exists: Callable[[str], bool]) -> list[Listed]:
    """Return all releases, the newest first."""
    return [
        Listed(
            event["id"],
            event["time"],
            event["as_of"],
            event["deliveries"],
            tuple(sorted(name for name, of in event["datasets"].items() if of["version"] == event["id"])),
            event["id"] == shown,
            exists(event["id"]),
        )
        for event in reversed(release_events(events))
    ]


def release_lines(releases: Sequence[Listed]) -> list[str]:
    """Return a line a release, and what it changed."""
    lines = []
    for one in releases:
        state = "shown" if one.shown else "" if one.kept else "no longer kept"
        head = f"{one.id:<14}{one.time}  as of {one.as_of}  {one.deliveries} deliveries  {state}".rstrip()
        lines += [head, f"    {', '.join(one.changed) or 'pages and descriptions only'}"]
    return lines or ["no release yet"]


def releases_document(releases: Sequence[Listed]) -> dict[str, Any]:
    """Return the releases as a JSON document."""
    return {"format": "offenlage-releases/1", "releases": [asdict(one) for one in releases]}
