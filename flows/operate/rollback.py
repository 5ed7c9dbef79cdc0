"""Go back to older content: what came after a release no longer counts, and a new release says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.operate.accept import publication_lines
from flows.operate.releases import find_release
from flows.pipeline import Publication, publish
from flows.replay import Event, replay, set_aside
from flows.reporting import write_reports
from flows.settings import Configuration
from flows.store import Store


@dataclass(frozen=True)
class RolledBack:
    """What a rollback came to.

    `set_aside` are all deliveries that no longer count. `differs` names the datasets whose rows are still not those
    of the release gone back to, and `because` why: another configuration, or a later day everything is counted to.
    """

    release: str
    set_aside: tuple[str, ...]
    publication: Publication
    differs: tuple[str, ...]
    because: tuple[str, ...]


def rolled_back(events: Sequence[Event], release: str, why: str, now: datetime) -> dict[str, Any]:
    """Return the event that goes back to a release: it sets aside what did not count in it; raises UnknownNameError.

    Deliveries that an earlier rollback had set aside count again where they counted in that release.
    """
    covered = find_release(events, release)
    until = list(events).index(covered)
    counted = {e["id"] for e in events[:until] if e["event"] == "delivery"} - set_aside(events[:until])
    aside = [event["id"] for event in events if event["event"] == "delivery" and event["id"] not in counted]
    return {"event": "rolled_back", "release": release, "set_aside": aside, "why": why, "time": now.isoformat()}


def rollback(store: Store, configuration: Configuration, release: str, why: str, now: datetime) -> RolledBack:
    """Publish a new release with the content of an older one, as the present configuration makes it.

    Nothing is written where no delivery came since. Takes the lock. Raises UnknownNameError for a release that never
    was, Held where the new one does not pass its gate; then no delivery is set aside either.
    """
    with store.lock(wait=True):
        store.recover()
        events = store.journal.events()
        event = rolled_back(events, release, why, now)
        decisions = [event] if set(event["set_aside"]) != set_aside(events) else []
        state = replay([*events, *decisions], configuration, store.archive.get)
        publication = publish(store, configuration, state, now, decisions)
        write_reports(store, configuration, state)
        wanted, made = find_release(events, release), store.journal.events()
    newest = next(e for e in reversed(made) if e["event"] in ("release", "candidate"))
    differs = _differing(wanted["datasets"], newest["datasets"])
    because = _reasons(wanted, newest) if differs else ()
    return RolledBack(release, tuple(event["set_aside"]), publication, differs, because)


def _differing(wanted: Mapping[str, Any], made: Mapping[str, Any]) -> tuple[str, ...]:
    names = sorted({*wanted, *made})
    return tuple(n for n in names if n not in wanted or n not in made or wanted[n]["digest"] != made[n]["digest"])


def _reasons(wanted: Event, made: Event) -> tuple[str, ...]:
    found = []
    if (wanted["configuration"], wanted["lock"]) != (made["configuration"], made["lock"]):
        found.append("it was made with another configuration or other libraries; a rollback does not touch these")
    if wanted["as_of"] != made["as_of"]:
        found.append(f"it was counted to {wanted['as_of']}, this one to {made['as_of']}")
    if set(made["datasets"]) - set(wanted["datasets"]):
        found.append("what was published since stays, if without rows: harvesters delete what they no longer find")
    return tuple(found) or ("the program made it otherwise then",)


def rollback_lines(done: RolledBack) -> list[str]:
    """Return what was set aside, what is shown now, and what still differs from the release gone back to."""
    lines = [f"Set aside   {', '.join(done.set_aside) or 'nothing: no delivery came after it'}"]
    lines += publication_lines(done.publication)
    if done.differs:
        lines.append(f"Differs     from {done.release} in {', '.join(done.differs)}: {'; '.join(done.because)}")
    return lines


def rollback_document(done: RolledBack) -> dict[str, Any]:
    """Return the rollback as a JSON document."""
    return {
        "format": "offenlage-rollback/1",
        "release": done.release,
        "set_aside": list(done.set_aside),
        "shown": done.publication.shown,
        "candidate": done.publication.candidate,
        "changed": list(done.publication.changed),
        "differs": list(done.differs),
        "because": list(done.because),
    }
