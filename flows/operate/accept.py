"""Let a delivery through that a gate holds back: somebody looked at it, and says why it is meant as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl

from flows.collect.deliveries import parse_deliveries
from flows.operate.published import UnknownNameError
from flows.pipeline import Publication, publish
from flows.replay import Event, State, replay
from flows.reporting import write_reports
from flows.settings import Configuration
from flows.store import Store
from flows.validate.gates import OPENABLE, holding
from flows.validate.privacy import personal_places


class NotHeldError(Exception):
    """A delivery cannot be let through; the message says why."""


def accept(store: Store, configuration: Configuration, delivery: str, why: str, now: datetime) -> Publication:
    """Take a delivery that is held back, and publish what it says; the reason is kept, and published with it.

    Decision and release enter the journal together. Takes the lock. Raises UnknownNameError for a delivery that never
    was, NotHeldError where there is nothing to let through or the reason names a person, Held where the new release
    does not pass its own gate; then nothing is written.
    """
    if personal_places(pl.Series([why])).any():
        raise NotHeldError("the reason is published: it must not name a person or give contact data")
    with store.lock(wait=True):
        store.recover()
        events = store.journal.events()
        _check(delivery, events, replay(events, configuration, store.archive.get))
        decision = {"event": "accepted", "delivery": delivery, "why": why, "time": now.isoformat()}
        state = replay([*events, decision], configuration, store.archive.get)
        publication = publish(store, configuration, state, now, [decision])
        write_reports(store, configuration, state)
    return publication


def _check(delivery: str, events: Sequence[Event], state: State) -> None:
    known = [one.id for one in parse_deliveries(events)]
    if delivery not in known:
        raise UnknownNameError("delivery", delivery, known)
    if delivery not in [one.id for one in state.deliveries]:
        raise NotHeldError(f"{delivery} was set aside by a rollback")
    rules = [finding.rule for finding in holding(state.findings) if finding.delivery == delivery]
    if not rules:
        raise NotHeldError(f"{delivery} is not held back")
    closed = [rule for rule in rules if rule not in OPENABLE]
    if closed:
        raise NotHeldError(f"{delivery} cannot be taken as it is ({', '.join(closed)}): ask for another file")


def accept_lines(delivery: str, publication: Publication) -> list[str]:
    """Return what became of the delivery, for a person."""
    return [f"Accepted    {delivery}", *publication_lines(publication)]


def publication_lines(publication: Publication) -> list[str]:
    """Return what is shown now, or what waits to be."""
    changed = ", ".join(publication.changed)
    if publication.candidate:
        return [f"Waiting     candidate {publication.candidate}: {changed or 'nothing new'}",
                f"            offenlage serve --candidate {publication.candidate}",
                f"            offenlage approve {publication.candidate}"]  # fmt: skip
    return [f"Shown       release {publication.shown}" + (f", changed: {changed}" if changed else "")]


def accept_document(delivery: str, publication: Publication) -> dict[str, Any]:
    """Return the decision and what it came to as a JSON document."""
    return {
        "format": "offenlage-accept/1",
        "delivery": delivery,
        "shown": publication.shown,
        "candidate": publication.candidate,
        "changed": list(publication.changed),
    }
