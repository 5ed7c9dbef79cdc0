"""Decide field by field who changed it: we, an editor of the portal, or the portal itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.portal.values import STATE, Flat, digest, read_state, same, write_state


@dataclass(frozen=True)
class Change:
    """One field: what the portal shows, and what we want there."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Comparison:
    """What is to be written, what is left although it differs, and the state to keep with it.

    `drift` are fields of ours that somebody edited on the portal, `altered` those the portal keeps otherwise than we
    write them (it drops or rewrites the value).
    """

    changes: tuple[Change, ...]
    drift: tuple[Change, ...]
    altered: tuple[Change, ...]
    state: str

    @property
    def fields(self) -> dict[str, Any]:
        """Return what is to be written, by key."""
        return {change.field: change.after for change in self.changes}


def compare(wanted: Flat, seen: Flat, state_key: str, wrote: Mapping[str, str], *, force: bool) -> Comparison:
    """Compare what we want with what the portal shows, by what we wrote there last.

    That is the state under `state_key` of `seen`: by key the digest of what we wrote, with `/` and that of what the
    portal made of it where it differs. A field is ours to write where the portal still shows what we left. Where it
    does not, an editor has been there, and only `force` writes it. `wrote` holds the digests of what this very run
    wrote: what differs from it now was altered by the portal and by nobody else.
    """
    last = read_state(seen.get(state_key)) or {}
    changes, drift, altered, state = [], [], [], {}
    for key in sorted({*wanted, *last} - {STATE, state_key}):
        ours, theirs = wanted.get(key), seen.get(key)
        left = last.get(key, digest(None))
        change = Change(key, theirs, ours)
        if same(ours, theirs):
            state[key] = digest(ours)
        elif wrote.get(key) == digest(ours):
            altered.append(change)
            state[key] = f"{digest(ours)}/{digest(theirs)}"
        elif left == f"{digest(ours)}/{digest(theirs)}":
            altered.append(change)
            state[key] = left
        elif digest(theirs) == left.rpartition("/")[2] or force:
            changes.append(change)
            state[key] = digest(ours)
        else:
            drift.append(change)
            state[key] = left
    kept = {key: value for key, value in state.items() if key in wanted or value != digest(None)}
    return Comparison(tuple(changes), tuple(drift), tuple(altered), write_state(kept))
