"""Show a release that waits as a candidate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows.operate.published import UnknownNameError
from flows.publish.gate import Held, Problem
from flows.store import Store, waiting_candidate


def approve(store: Store, release: str, now: datetime, why: str = "") -> None:
    """Make the candidate called `release` public; what it holds was verified when it was built.

    The journal says so first: a kill after that is made good by the next command that writes. Takes the lock. Raises
    UnknownNameError where no such candidate waits (a later delivery or decision overtakes one: the next run builds
    another), Held where its files are no longer complete.
    """
    with store.lock(wait=True):
        store.recover()
        waiting = waiting_candidate(store.journal.events())
        if waiting is None or waiting["id"] != release:
            raise UnknownNameError("a waiting candidate", release, [waiting["id"]] if waiting else ())
        damaged = store.releases.damaged(release, waiting=True)
        if damaged:
            raise Held([Problem(path, "is missing or of another size") for path in damaged])
        decision = {"event": "approved", "release": release, "time": now.isoformat(), **({"why": why} if why else {})}
        store.journal.append([decision, {**waiting, "event": "release"}])
        store.releases.promote(release)
        store.releases.switch(release)


def approve_document(release: str) -> dict[str, Any]:
    """Return the decision as a JSON document."""
    return {"format": "offenlage-approve/1", "shown": release}
