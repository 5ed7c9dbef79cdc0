"""What a run would come to, and what was known on an earlier day: the whole way without writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flows.collect.deliveries import Fetched, new_deliveries, parse_deliveries
from flows.model import Finding
from flows.pipeline import Publication, Summary, changed_datasets, draft, due_events, next_release, summarise
from flows.replay import replay
from flows.settings import Configuration, day_in_berlin, seconds
from flows.store import Store


def preview(
    store: Store,
    configuration: Configuration,
    now: datetime,
    found: tuple[Sequence[Fetched], Sequence[Finding]],
    as_of: str | None = None,
) -> Summary:
    """Tell what a run would come to with what was `found`; nothing is written.

    With `as_of` (ISO day) only deliveries received and deadlines due up to that day count: the data as known then.
    """
    fetched, unreachable = found
    events = store.journal.events()
    started = seconds()
    added = new_deliveries(fetched, parse_deliveries(events))
    brought = {part.sha256: file[1] for item in fetched for part, file in zip(item.parts, item.files, strict=True)}
    last = as_of or day_in_berlin(now)
    counted = [event for event in (*events, *added) if event.get("received", event.get("date", last)) <= last]
    state = replay(counted, configuration, lambda sha: brought[sha] if sha in brought else store.archive.get(sha))
    due = [event["date"] for event in due_events(configuration, state, last)]
    state = replace(state, as_of=max([state.as_of, *due]))
    release = draft(state, counted, configuration, next_release(events, now))
    would = Publication(release, store.releases.current(), changed_datasets(release, events))
    new = sum(event in counted for event in added)
    return summarise(would, state, new, unreachable, {"replay": seconds() - started})
