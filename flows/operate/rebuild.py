"""Make every release of the journal again, elsewhere, and compare it with what was published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flows.pipeline import publish
from flows.publish.datasets import Moment
from flows.publish.gate import Held
from flows.replay import Event, replay
from flows.settings import Configuration
from flows.store import Store

SHOWN = 10


@dataclass(frozen=True)
class Rebuilt:
    """What became of one release: files that are equal, and those that differ, are missing or are surplus.

    `not_comparable` says why it could not be compared at all.
    """

    release: str
    equal: int = 0
    different: tuple[str, ...] = ()
    not_comparable: str = ""

    @property
    def good(self) -> bool:
        """Tell whether nothing speaks against the release."""
        return not self.different


def rebuild(store: Store, scratch: Store, configuration: Configuration, say: Callable[[str], None]) -> list[Rebuilt]:
    """Replay the journal of `store` release by release into the empty `scratch`, and compare files by sha256.

    Every release is made at its own time. One that was made with another configuration or other libraries is taken
    over as it is, so that those after it have what they were built on. Ids are given again, as they come of the
    deliveries; after a retraction the journal's hold, as the record that an id was given for may be gone.
    """
    found: list[Rebuilt] = []
    events = store.journal.events()
    retracted = any(event["event"] == "retracted" for event in events)
    with scratch.lock(wait=True):
        for event in events:
            if event["event"] == "release":
                say(f"Release {event['id']} ...")
                found.append(_one(event, store, scratch, configuration))
            elif event["event"] == "candidate" or (event["event"] == "minted" and not retracted):
                continue  # made again: ids come of the deliveries, and a candidate that was approved is a release
            else:
                scratch.journal.append([event])
    return found


def _one(event: Event, store: Store, scratch: Store, configuration: Configuration) -> Rebuilt:
    release = event["id"]
    there = store.releases.exists(release)
    if (event["configuration"], event["lock"]) != (configuration.digest, configuration.lock_digest):
        _take_over(event, store, scratch)
        return Rebuilt(release, not_comparable="made with another configuration or other libraries")
    state = replay(scratch.journal.events(), configuration, store.archive.get)
    try:
        moment = Moment(release, event["time"])
        publication = publish(scratch, configuration, state, datetime.fromisoformat(event["time"]), again=moment)
    except Held as held:
        _take_over(event, store, scratch)
        return Rebuilt(release, different=tuple(f"held back: {problem}" for problem in held.problems[:SHOWN]))
    if publication.shown != release:
        _take_over(event, store, scratch)
        return Rebuilt(release, different=("nothing changed: there would be no such release",))
    if not there:
        return Rebuilt(release, not_comparable="no longer kept")
    return _compared(release, store.releases.files(release), scratch.releases.files(release))


def _take_over(event: Event, store: Store, scratch: Store) -> None:
    """Put the release as it was published in the place of a rebuilt one, with the ids minted up to it."""
    events = store.journal.events()
    known = [e for e in scratch.journal.events() if e["event"] == "minted"]
    until = events[: [e == event for e in events].index(True)]
    minted = [e for e in until if e["event"] == "minted" and e not in known]
    if store.releases.exists(event["id"]):
        scratch.releases.adopt(store.releases, event["id"])
        scratch.journal.append([*minted, event])
        scratch.releases.switch(event["id"])
    else:
        scratch.journal.append([*minted, event])


def _compared(release: str, published: Mapping[str, str], made: Mapping[str, str]) -> Rebuilt:
    names = sorted({*published, *made})
    different = tuple(name for name in names if published.get(name) != made.get(name))
    return Rebuilt(release, len(names) - len(different), different)


def rebuild_lines(rebuilt: Sequence[Rebuilt]) -> list[str]:
    """Return a line a release, and the files that are not as they were."""
    lines: list[str] = []
    for one in rebuilt:
        if one.not_comparable:
            lines.append(f"{one.release}: not comparable: {one.not_comparable}")
            continue
        lines.append(f"{one.release}: {one.equal} files equal, {len(one.different)} different")
        lines += [f"  {name}" for name in one.different[:SHOWN]]
        lines += ["  ..."] * (len(one.different) > SHOWN)
    return lines or ["no release yet"]


def rebuild_document(rebuilt: Sequence[Rebuilt]) -> dict[str, Any]:
    """Return the comparison as a JSON document."""
    return {
        "format": "offenlage-rebuild/1",
        "equal": all(one.good for one in rebuilt),
        "releases": [{**asdict(one), "different": list(one.different)} for one in rebuilt],
    }
