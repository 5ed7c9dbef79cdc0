"""Remove what should never have been there: from the archive, every release and report, and what portals get next.

The delivery stays, without the value: its cells take the place of its files. Every release is made again without it,
at its own time, and a new one says that something was taken out and why (decision 0027).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flows.collect.deliveries import parse_deliveries
from flows.formats.cells import Cells, write_cells
from flows.model import Delivery, Feed
from flows.normalise.identity import normal_key
from flows.normalise.opening import open_delivery
from flows.normalise.redaction import ANYWHERE, RETRACTED, Redacted, mapped_cells, redact_field, redact_texts
from flows.operate.published import UnknownNameError
from flows.operate.releases import find_release
from flows.pipeline import publish
from flows.publish.datasets import Moment
from flows.publish.gate import Held
from flows.replay import Event, feed_of, replay, set_aside
from flows.reporting import write_reports
from flows.settings import Configuration
from flows.store import Store
from flows.validate.privacy import personal_data


class NothingToRetractError(ValueError):
    """Nothing was retracted: there is no such value, or the reason itself tells what must not be told."""


@dataclass(frozen=True)
class Retracted:
    """What a retraction came to: per delivery how many texts were removed, the release that tells of it.

    `not_kept` are releases that could not be made again without the value; they are gone. `remains` are files of ours
    in which a removed text still stands.
    """

    field: str
    removed: Mapping[str, int]
    shown: str | None
    datasets: tuple[str, ...]
    not_kept: tuple[str, ...]
    remains: tuple[str, ...]


def retract(
    store: Store, configuration: Configuration, target: str, field: str | None, why: str, now: datetime
) -> Retracted:
    """Remove a property (`<entity>.<property>`; None: everything) of a delivery, or of all a release counts.

    The same text is removed from the free texts of other deliveries too. Takes the lock. Raises UnknownNameError for a
    delivery, release or property that never was, NothingToRetractError where there is nothing to remove, Held where
    the release that tells of it does not pass its gate; then nothing was changed.
    """
    with store.lock(wait=True):
        store.recover()
        events = store.journal.events()
        named = _named(target, events)
        _check_field(field, configuration)
        redacted = _redacted(named, field, parse_deliveries(events), configuration, store)
        texts = frozenset().union(*(one.removed for one in redacted.values()))
        _check_reason(why, texts)
        kept = {name: store.archive.put(write_cells(one.cells)) for name, one in redacted.items()}
        past = [_without(event, kept, texts) for event in events]
        said = [_event(name, target, field, why, now) for name in redacted]
        made, not_kept = _made_again(store, past, configuration)
        datasets = _differing(events, made.journal.events())
        made.journal.append([{**event, "datasets": list(datasets)} for event in said])
        state = replay(made.journal.events(), configuration, store.archive.get)
        publication = publish(made, configuration, state, now)
        store.replace_by(made, _unused(events, made.journal.events()))
        write_reports(store, configuration, state)
        remains = store.find_texts([text for text in texts if len(text) >= ANYWHERE])
    counts = {name: len(one.removed) for name, one in redacted.items()}
    return Retracted(field or "", counts, publication.shown, datasets, not_kept, tuple(remains))


def _named(target: str, events: Sequence[Event]) -> frozenset[str]:
    """Return the deliveries that are meant: the one named, or those that counted in the release named."""
    deliveries = {event["id"] for event in events if event["event"] == "delivery"}
    if target in deliveries:
        return frozenset({target})
    if target.startswith("D-"):
        raise UnknownNameError("delivery", target, deliveries)
    until = list(events).index(find_release(events, target))
    return frozenset({e["id"] for e in events[:until] if e["event"] == "delivery"} - set_aside(events[:until]))


def _check_field(field: str | None, configuration: Configuration) -> None:
    if field is None:
        return
    entity, _, name = field.partition(".")
    if entity not in configuration.entities:
        raise UnknownNameError("entity", entity, configuration.entities)
    known = [*configuration.entities[entity].columns, "key"]
    if name not in known:
        raise UnknownNameError(f"{entity}: the property", name, known)


def _redacted(
    named: Collection[str],
    field: str | None,
    deliveries: Sequence[Delivery],
    configuration: Configuration,
    store: Store,
) -> dict[str, Redacted]:
    """Return the deliveries that lose something; raises NothingToRetractError where none does."""
    opened = {d.id: _opened(d, configuration, store) for d in deliveries}
    found = {name: _redact(*opened[name], field, configuration) for name in sorted(named)}
    texts = frozenset().union(*(one.removed for one in found.values()))
    if not texts:
        raise NothingToRetractError(f"{', '.join(sorted(named))}: holds nothing of {field or 'any property'}")
    for name, (cells, feed) in opened.items() if field else ():
        before = found.get(name, Redacted(cells, frozenset()))
        more = redact_texts(before.cells, feed, configuration.entities, texts)
        found[name] = Redacted(more.cells, before.removed | more.removed)
    kept = {name: one for name, one in sorted(found.items()) if one.removed}
    return {
        n: replace(one, cells=mapped_cells(one.cells, opened[n][1], configuration.entities)) for n, one in kept.items()
    }


def _opened(delivery: Delivery, configuration: Configuration, store: Store) -> tuple[Cells, Feed]:
    feed = feed_of(delivery, configuration)
    return open_delivery(delivery, feed, store.archive.get), feed


def _redact(cells: Cells, feed: Feed, field: str | None, configuration: Configuration) -> Redacted:
    if field is not None:
        return redact_field(cells, feed, configuration.entities, field)
    texts = {str(text).strip() for table in cells.tables for text in table.cells.to_numpy().ravel() if text}
    return Redacted(Cells((), (), cells.kinds), frozenset(texts))


def _check_reason(why: str, texts: Collection[str]) -> None:
    repeated = [text for text in texts if len(text) >= ANYWHERE and text.casefold() in why.casefold()]
    if repeated or personal_data(why):
        raise NothingToRetractError("the reason is published; please say it without the data it is about")


def _event(name: str, target: str, field: str | None, why: str, now: datetime) -> dict[str, Any]:
    by_release = {} if target.startswith("D-") else {"release": target}
    of_field = {"field": field} if field else {}
    return {"event": "retracted", "delivery": name, **by_release, **of_field, "why": why, "time": now.isoformat()}


def _without(event: Event, kept: Mapping[str, str], texts: Collection[str]) -> Event:
    """Return an event that no longer leads to a removed text: neither to the file nor in the key of an id."""
    if event["event"] == "delivery" and event["id"] in kept:
        return {**event, "cells": kept[event["id"]]}
    if event["event"] == "minted":
        keys = {normal_key(text) for text in texts}
        parts = {normal_key(part) for part in (event["value"], *event["value"].split("|"))}
        if parts & keys:
            return {**event, "value": f"{RETRACTED} {event['id']}"}
    return event


def _made_again(store: Store, past: Sequence[Event], configuration: Configuration) -> tuple[Store, tuple[str, ...]]:
    """Make every release again, aside, at its own time; ids stay as they were given.

    One that today's configuration makes no different from the one before it is not kept, as is one that does not pass
    its gate: a release that cannot be made without the value must not stay.
    """
    made = store.another()
    not_kept: list[str] = []
    with made.lock(wait=True):
        for event in past:
            if event["event"] != "release":
                made.journal.append([event])
                continue
            state = replay(made.journal.events(), configuration, store.archive.get)
            time = event["time"]
            try:
                again = Moment(event["id"], time)
                shown = publish(made, configuration, state, datetime.fromisoformat(time), again=again).shown
            except Held:
                shown = None
            if shown != event["id"]:
                not_kept.append(event["id"])
                made.journal.append([event])
    return made, tuple(not_kept)


def _differing(before: Sequence[Event], after: Sequence[Event]) -> tuple[str, ...]:
    """Return the datasets whose latest rows are others without the value."""
    old, new = _last_datasets(before), _last_datasets(after)
    return tuple(sorted(name for name in new if old.get(name, {}).get("digest") != new[name]["digest"]))


def _last_datasets(events: Sequence[Event]) -> Mapping[str, Any]:
    return next((event["datasets"] for event in reversed(events) if event["event"] == "release"), {})


def _unused(before: Sequence[Event], after: Sequence[Event]) -> frozenset[str]:
    """Return what the archive need not keep any more."""
    return _used(before) - _used(after)


def _used(events: Sequence[Event]) -> frozenset[str]:
    kept = [{d.cells} if d.cells else {part.sha256 for part in d.parts} for d in parse_deliveries(events)]
    return frozenset().union(*kept)


def retract_lines(done: Retracted) -> list[str]:
    """Return what was removed, what is shown now, and what is left to do where this program does not reach."""
    what = done.field or "everything"
    lines = [f"Removed     {what} of {name}: {count} texts" for name, count in done.removed.items()]
    lines.append(f"Shown       release {done.shown}, changed: {', '.join(done.datasets) or 'the notice only'}")
    if done.not_kept:
        lines.append(f"Not kept    {', '.join(done.not_kept)}: could not be made without it")
    lines += [f"Still in    {place}" for place in done.remains]
    lines.append(
        "To do       publish to the portal; the department's own file, backups and copies of others hold it still"
    )
    return lines


def retract_document(done: Retracted) -> dict[str, Any]:
    """Return the retraction as a JSON document."""
    return {
        "format": "offenlage-retract/1",
        "field": done.field or None,
        "removed": dict(done.removed),
        "shown": done.shown,
        "datasets": list(done.datasets),
        "not_kept": list(done.not_kept),
        "remains": list(done.remains),
    }
