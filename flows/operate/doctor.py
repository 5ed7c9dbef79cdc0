"""Is everything in place: sources, disk, lock, last success, what is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from flows.collect.fetch import Found, TransientFetchError
from flows.model import Feed
from flows.portal.client import PortalError
from flows.portal.reading import conventions, licence_id, search
from flows.portal.release import NotAllowedError, client_of
from flows.settings import Configuration
from flows.store import Busy, Damaged, Store

LEAST_FREE_BYTES = 1024**3
SOON = 30
"""Days before something ends that an operator should see to it."""
UNTAKEN = ("WARN", "ERROR", "BLOCK")
Look = Callable[[Feed], Found]
"""Looks once at the source of a feed, as `collect.fetch.attempt` does."""


@dataclass(frozen=True)
class Examined:
    """One thing that was looked at: `fine`, `note` (not set, nothing to do) or `wrong`."""

    what: str
    state: Literal["fine", "note", "wrong"]
    said: str


def examine(
    configuration: Configuration, store: Store, now: datetime, look: Look, *, has_prefect: bool
) -> Iterator[Examined]:
    """Look at everything a run needs; nothing is changed. That the settings load is known already."""
    read = {"feeds": configuration.feeds, "datasets": configuration.datasets, "schemas": configuration.entities}
    counts = ", ".join(f"{len(found)} {name}" for name, found in read.items())
    yield Examined("settings", "fine", f"{configuration.root}: {counts}")
    for feed in configuration.feeds:
        yield _source(feed, look)
    yield _disk(store)
    yield _lock(store)
    yield _last_run(store, now)
    yield _shown(store)
    yield Examined("prefect", "fine" if has_prefect else "wrong", "is there" if has_prefect else "cannot be imported")
    yield _portal(configuration)
    yield _security(configuration, now)


def _source(feed: Feed, look: Look) -> Examined:
    try:
        fetched, findings = look(feed)
    except TransientFetchError as error:
        return Examined(f"source {feed.id}", "wrong", f"cannot be reached: {error}")
    wrong = [finding for finding in findings if finding.level in UNTAKEN]
    if wrong:
        return Examined(f"source {feed.id}", "wrong", "; ".join(f"{f.rule} {f.value}".strip() for f in wrong))
    return Examined(f"source {feed.id}", "fine", f"{len(fetched)} deliveries lie there")


def _disk(store: Store) -> Examined:
    free = store.free_bytes()
    return Examined("disk", "fine" if free >= LEAST_FREE_BYTES else "wrong", f"{free / 1024**3:.1f} GiB free")


def _lock(store: Store) -> Examined:
    if not store.output.exists():
        return Examined("lock", "note", f"{store.output} is made by the first run")
    try:
        with store.lock(wait=False):
            return Examined("lock", "fine", "no run is writing")
    except Busy as busy:
        return Examined("lock", "note", str(busy))


def _security(configuration: Configuration, now: datetime) -> Examined:
    """Look how long security.txt may still be trusted: after that day finders of holes do not know whom to tell."""
    until = date.fromisoformat(str(configuration.theme["legal"]["security"]["expires"]))
    left = (until - now.date()).days
    state: Literal["fine", "note", "wrong"] = "fine" if left > SOON else "note" if left >= 0 else "wrong"
    return Examined("security.txt", state, f"holds until {until}, {left} days (mappings/theme/legal.toml)")


def _last_run(store: Store, now: datetime) -> Examined:
    ended = store.last_run()
    if ended is None:
        return Examined("last run", "note", "none yet")
    age = now - ended
    hours = age.total_seconds() / 3600
    return Examined("last run", "fine", f"succeeded {ended.isoformat()}, {hours:.1f} hours ago")


def _shown(store: Store) -> Examined:
    """Compare the manifest that is shown with the journal, and the sizes of its files; `verify` looks closer."""
    try:
        events = store.journal.events()
    except Damaged as damaged:
        return Examined("journal", "wrong", str(damaged))
    released = [event["id"] for event in events if event["event"] == "release"]
    shown = store.releases.current()
    if shown is None:
        return Examined("release", "wrong" if released else "note", "none is shown")
    if shown not in released:
        return Examined("release", "wrong", f"{shown} is shown, but the journal does not know it")
    lost = store.releases.damaged(shown)
    said = f"{shown} is shown" + (f"; not as the manifest says: {', '.join(lost[:5])}" if lost else ", all files there")
    return Examined("release", "wrong" if lost else "fine", said)


def _portal(configuration: Configuration) -> Examined:
    """Ask the portal what it is, whether the token may write there, and whether its search answers."""
    url, organisation = configuration.portal.url, configuration.portal.organisation
    if not url:
        return Examined("portal", "note", "none is set")
    try:
        client = client_of(configuration)
        known = conventions(client, organisation)
        complete = search(client, known).complete
    except (NotAllowedError, PortalError) as error:
        return Examined("portal", "wrong", f"{url}: {error}")
    if not complete:
        return Examined("portal", "wrong", f"{url}: its search is out; nothing can be written there now")
    token = "the token may write in" if configuration.portal.token else "without a token, as anybody sees"
    licence = "" if licence_id(known, configuration.catalogue["license"]) else "; it does not know our licence"
    return Examined(
        "portal", "note" if licence else "fine", f"{url}: CKAN {known.version}, {token} {organisation}{licence}"
    )


def doctor_lines(examined: Sequence[Examined]) -> list[str]:
    """Return a line for each thing looked at."""
    signs = {"fine": "ok   ", "note": "note ", "wrong": "WRONG"}
    return [f"{signs[one.state]}  {one.what}: {one.said}" for one in examined]


def doctor_document(examined: Sequence[Examined]) -> dict[str, Any]:
    """Return what was looked at as a JSON document."""
    good = all(one.state != "wrong" for one in examined)
    return {"format": "offenlage-doctor/1", "good": good, "examined": [asdict(one) for one in examined]}
