"""The journal: what happened, one canonical JSON object a line, appended and never changed (decision 0003)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.store.disk import INTERNAL_FILE, Damaged, make_directory, sync, write_all

OVERTAKING = frozenset(("delivery", "due", "accepted", "retracted", "rolled_back", "release"))
"""Events after which a candidate is no longer what the journal comes to."""


def waiting_candidate(events: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the event of the candidate that may be approved: the newest, unless something came after it."""
    deciding = (event for event in reversed(events) if event["event"] in {*OVERTAKING, "candidate"})
    last = next(deciding, None)
    return last if last is not None and last["event"] == "candidate" else None


@dataclass(frozen=True)
class Journal:
    """The events in one file; a line that a kill tore off at its end never was an event."""

    path: Path

    def events(self) -> list[dict[str, Any]]:
        """Return all events in their order; raises Damaged where a line that is not the last cannot be read."""
        return self._read()[0]

    def append(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Add events in one write, durable when this returns; a torn last line is cut off first.

        After a power cut the first events of a call may be there and the last not: each must be true without those
        behind it. Raises ValueError where one has no name in `event`.
        """
        if not events:
            return
        lines = journal_lines(events)
        make_directory(self.path.parent)
        whole = self._read()[1]
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, INTERNAL_FILE)
        try:
            os.ftruncate(descriptor, whole)
            os.lseek(descriptor, whole, os.SEEK_SET)
            write_all(descriptor, lines)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync(self.path.parent)

    def _read(self) -> tuple[list[dict[str, Any]], int]:
        """Return the events and how many bytes hold them."""
        content = self.path.read_bytes() if self.path.exists() else b""
        lines = content.split(b"\n")[:-1]
        events: list[dict[str, Any]] = []
        whole = 0
        for number, line in enumerate(lines, start=1):
            event = _event(line)
            if event is None and number < len(lines):
                raise Damaged(f"{self.path}, line {number}: is no event")
            if event is None:
                break
            events.append(event)
            whole += len(line) + 1
        return events, whole


def journal_lines(events: Sequence[Mapping[str, Any]]) -> bytes:
    """Return events as the journal holds them; raises ValueError where one has no name in `event`."""
    return "".join(_line(event) for event in events).encode()


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("event"), str) else None


def _line(event: Mapping[str, Any]) -> str:
    if not event.get("event"):
        raise ValueError(f"an event without a name: {event!r}")
    return json.dumps(event, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
