"""The whole way as plain functions: collect, replay, publish. Prefect wraps them; nothing here knows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from rdflib import Graph

from flows.collect.deliveries import Fetched, new_deliveries, parse_deliveries
from flows.contracts import public_view
from flows.feedback.mail import Send
from flows.model import Delivery, Finding, PublishedFile, Release
from flows.publish.conformance import shapes_of
from flows.publish.continuity import FEED, regressions
from flows.publish.datasets import Moment, Terms, catalogue_summary, describe, summary
from flows.publish.gate import Held, Problem, unchecked
from flows.publish.links import broken_links
from flows.publish.paging import page_paths
from flows.publish.release import MANIFEST, Contents, compose, parse_manifest
from flows.publish.retractions import earlier_digests, notices
from flows.publish.tables import Past, build_tables
from flows.publish.verification import verify
from flows.replay import Event, State, accepted, replay
from flows.reporting import tell, write_reports
from flows.retention import let_files_go
from flows.settings import Configuration, day_in_berlin, seconds
from flows.store import Store, waiting_candidate
from flows.validate.gates import holding

Say = Callable[[str], None]
Collect = Callable[[], tuple[Sequence[Fetched], Sequence[Finding]]]


@dataclass(frozen=True)
class Publication:
    """What publishing came to: the release as it would be, the id of the one shown, and which datasets changed.

    `candidate` is the id under which the release waits for its approval, where the configuration asks for one.
    """

    release: Release
    shown: str | None
    changed: tuple[str, ...]
    candidate: str | None = None


@dataclass(frozen=True)
class Summary:
    """What a run did; the run record and the words at its end are made of it.

    `release` is the one shown now, `changed` the datasets it changed (none: no release was made), `datasets` the rows
    of each, `outcomes` and `findings` count over all deliveries, `seconds` tells how long each stage took. `candidate`
    is the release that waits for its approval, `held` are the deliveries that a gate holds back, `undelivered` the
    mails that could not be sent.
    """

    release: str | None
    as_of: str
    changed: tuple[str, ...]
    datasets: Mapping[str, int]
    new_deliveries: int
    deliveries: int
    outcomes: Mapping[str, int]
    findings: Mapping[str, int]
    unreachable: tuple[str, ...]
    seconds: Mapping[str, float]
    candidate: str | None = None
    held: tuple[str, ...] = ()
    undelivered: tuple[str, ...] = ()


def run(
    store: Store, configuration: Configuration, now: datetime, collect: Collect, say: Say, send: Send | None = None
) -> Summary:
    """Go the whole way once: collect, replay, publish, tell; returns what happened.

    Takes the lock and waits for it. `collect` brings what was found at the sources, `say` tells a person what is
    going on, `send` sends a mail to a department (None: no mails). Raises Held where the release does not pass its
    gate; what is shown then stays.
    """
    with store.lock(wait=True):
        store.recover()
        started = seconds()
        say("Collecting deliveries ...")
        fetched, unreachable = collect()
        new = journal_deliveries(store, fetched)
        collected = seconds()
        say(f"Reading and judging ({len(new)} new deliveries) ...")
        state = journal_due(store, configuration, replay(store.journal.events(), configuration, store.archive.get), now)
        write_reports(store, configuration, state)
        replayed = seconds()
        say("Publishing ...")
        publication = publish(store, configuration, state, now)
        let_files_go(store, configuration, now)
        undelivered = tell(store, configuration, state, now, send) if send else []
        spent = {"collect": collected - started, "replay": replayed - collected, "publish": seconds() - replayed}
        summary_ = replace(summarise(publication, state, len(new), unreachable, spent), undelivered=tuple(undelivered))
        store.record_run(now, asdict(summary_))
    return summary_


def summarise(
    publication: Publication, state: State, new: int, unreachable: Sequence[Finding], spent: Mapping[str, float]
) -> Summary:
    """Count what a run did; `spent` is the seconds each stage took."""
    outcomes = Counter(state.outcomes["outcome"].to_list())
    return Summary(
        release=publication.shown,
        as_of=state.as_of,
        changed=publication.changed,
        datasets={dataset.name: len(dataset.frame) for dataset in publication.release.datasets},
        new_deliveries=new,
        deliveries=len(state.deliveries),
        outcomes=dict(sorted(outcomes.items())),
        findings=dict(sorted(Counter(finding.level for finding in state.findings).items())),
        unreachable=tuple(finding.value for finding in unreachable),
        seconds={stage: round(time, 2) for stage, time in spent.items()},
        candidate=publication.candidate,
        held=tuple(dict.fromkeys(finding.delivery for finding in holding(state.findings))),
    )


def journal_deliveries(store: Store, fetched: Sequence[Fetched]) -> list[Delivery]:
    """Keep the bytes of everything that is new, then say in the journal that it came; returns the new deliveries.

    Needs the lock. The bytes are durable before the journal names them.
    """
    events = new_deliveries(fetched, parse_deliveries(store.journal.events()))
    wanted = {part["sha256"] for event in events for part in event["parts"]}
    for found in fetched:
        for part, (_, content) in zip(found.parts, found.files, strict=True):
            if part.sha256 in wanted:
                store.archive.put(content)
    store.journal.append(events)
    return parse_deliveries(events)


def journal_due(store: Store, configuration: Configuration, state: State, now: datetime) -> State:
    """Say in the journal which report deadlines and ends of embargo have come, and count the state to them.

    Only so can the calendar change what is published (decision 0004).
    """
    today = day_in_berlin(now)
    events = due_events(configuration, state, today)
    known = {(event["what"], event["date"]) for event in store.journal.events() if event["event"] == "due"}
    store.journal.append([event for event in events if (event["what"], event["date"]) not in known])
    return replace(state, as_of=max([state.as_of, *(event["date"] for event in events)]))


def due_events(configuration: Configuration, state: State, today: str) -> list[dict[str, str]]:
    """Return the deadlines (`reporting.due`, each year) since a feed's last delivery, and the days after embargoes."""
    found = []
    for feed in configuration.feeds:
        last = max((d.received for d in state.deliveries if d.feed == feed.id), default=None)
        for day in feed.mapping.get("reporting", {}).get("due", []) if last else []:
            years = range(int(str(last)[:4]), int(today[:4]) + 1)
            found += [(f"{y}-{day}", f"report of {feed.id}") for y in years if str(last) < f"{y}-{day}" <= today]
    for name, frame in state.ledger.versions.items():
        if "embargo_until" in frame.columns:
            days = map(_day_after, frame["embargo_until"].drop_nulls().unique())
            found += [(day, f"embargo of {name}") for day in days if day <= today]
    return [{"event": "due", "date": day, "what": what} for day, what in sorted(set(found))]


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def releases_of(events: Sequence[Event], upcoming: str) -> dict[str, str]:
    """Map every delivery to the release that published it first; what none has published is in the `upcoming` one.

    A delivery that was held back is published by the first release after it was let through.
    """
    found: dict[str, str] = {}
    waiting: list[str] = []
    for event in events:
        if event["event"] == "delivery":
            waiting.append(event["id"])
        elif event["event"] == "accepted":
            waiting.append(event["delivery"])
        elif event["event"] == "release":
            found |= {name: str(event["id"]) for name in waiting}
            waiting = []
    return {**found, **dict.fromkeys(waiting, upcoming)}


def next_release(events: Sequence[Event], now: datetime) -> Moment:
    """Return the id and time of the release made `now`: the day in Berlin, `.2` for a second one that day.

    A candidate that was overtaken keeps its id: no id ever means two things.
    """
    day = day_in_berlin(now)
    approved = {event["release"] for event in events if event["event"] == "approved"}
    events = [event for event in events if event["event"] != "release" or event["id"] not in approved]
    same_day = sum(event["event"] in ("release", "candidate") and event["id"].split(".")[0] == day for event in events)
    return Moment(day if not same_day else f"{day}.{same_day + 1}", now.isoformat())


def draft(state: State, events: Sequence[Event], configuration: Configuration, moment: Moment) -> Release:
    """Return the release that the state comes to, without its files."""
    past = Past(
        state.ledger, state.deliveries, state.sources, state.outcomes, releases_of(events, moment.release), state.as_of,
        {name: (day_in_berlin(datetime.fromisoformat(e["time"])), e["why"]) for name, e in accepted(events).items()},
    )  # fmt: skip
    tables = build_tables(past, configuration.entities, configuration.feeds, configuration.rules)
    last = _last_release(events)
    earlier = earlier_digests(last["datasets"], events) if last else {}
    terms = Terms(configuration.datasets, configuration.entities, configuration.codelists, configuration.catalogue)
    datasets = describe(tables, terms, earlier, moment)
    itself = catalogue_summary(configuration.catalogue, last.get("catalogue") if last else None, moment)
    return Release(moment.release, moment.time, state.as_of, datasets, retractions=notices(events), catalogue=itself)


def _last_release(events: Sequence[Event]) -> Event | None:
    return next((event for event in reversed(events) if event["event"] == "release"), None)


def changed_datasets(release: Release, events: Sequence[Event]) -> tuple[str, ...]:
    """Return the names of the datasets that are new, different or gone since the last release."""
    last = _last_release(events)
    before: Mapping[str, Any] = last["datasets"] if last else {}
    now = {dataset.name: summary(dataset) for dataset in release.datasets}
    return tuple(sorted(name for name in {*before, *now} if before.get(name) != now.get(name)))


def contents(configuration: Configuration) -> Contents:
    """Return the contracts a release is made with."""
    schemas = {name: public_view(entity).schema for name, entity in configuration.entities.items()}
    return Contents(
        configuration.catalogue, configuration.theme, configuration.rules, configuration.entities,
        configuration.codelists, schemas,
    )  # fmt: skip


def publish(
    store: Store,
    configuration: Configuration,
    state: State,
    now: datetime,
    decisions: Sequence[Event] = (),
    again: Moment | None = None,
) -> Publication:
    """Build the release aside, verify it, name it in the journal, show it; nothing is written where nothing changed.

    Where the configuration asks for approval it waits as a candidate instead, and what is shown stays; a candidate
    that would be the same stays too. `decisions` are the events that made a state other than the journal's: they enter
    it together with the release. `again` names a release that was public once and is made anew. Needs the lock. Raises
    Held, and leaves what is shown as it is, where the built release fails its verification.
    """
    events = [*store.journal.events(), *decisions]
    release = draft(state, events, configuration, again or next_release(events, now))
    shown = store.recover()
    earlier = parse_manifest((store.releases.public / MANIFEST).read_bytes()) if shown else {}
    changed = changed_datasets(release, events)
    said = [*decisions, *({"event": "minted", "scheme": s, "value": v, "id": i} for s, v, i in state.minted)]
    if shown and not changed and not said and _same_files(release, events, configuration, earlier):
        return Publication(release, shown, ())
    waits = again is None and bool(configuration.catalogue.get("release", {}).get("approval"))
    waiting = _same_candidate(store, configuration, state, earlier) if waits and not said else None
    if waiting:
        return Publication(release, shown, (), waiting)
    stage = store.releases.stage(release.id)

    def keep(file: PublishedFile) -> None:
        store.releases.keep(stage, file.path, str(shown))

    def write(file: PublishedFile, content: bytes) -> None:
        store.releases.link_or_write(stage, file.path, content, file.modified)

    release = compose(release, contents(configuration), earlier, keep, write)
    pages = page_paths(FEED, earlier) if shown else []
    shown_feed = [(store.releases.public / page).read_bytes() for page in pages]
    problems = weaknesses(lambda path: (stage / path).read_bytes(), release, configuration, shown_feed)
    if problems:
        raise Held(problems)
    told = release_event(release, events, configuration)
    if waits:
        store.releases.hold(stage, release.id)
        store.journal.append([*said, {**told, "event": "candidate"}])
        return Publication(release, shown, changed or ("catalogue",), release.id)
    store.releases.commit(stage, release.id)
    store.journal.append([*said, told])
    store.releases.switch(release.id)
    return Publication(release, release.id, changed or ("catalogue",))


def weaknesses(
    read: Callable[[str], bytes], release: Release, configuration: Configuration, shown_feed: Sequence[bytes]
) -> list[Problem]:
    """Return why the built release must not be shown: not let out, damage, dead links, and what harvesters would lose.

    `read` returns the bytes at a path of it, `shown_feed` are the pages of catalog.jsonld as they are shown now, none
    before the first.
    """
    damage = verify(read, configuration.entities, shapes(configuration))
    dead = broken_links(read, {*release.files, MANIFEST}, configuration.catalogue)
    lost = regressions(shown_feed, (read(page) for page in page_paths(FEED, release.files)))
    return [*unchecked(release.datasets), *damage, *dead, *lost]


def _same_files(
    release: Release, events: Sequence[Event], configuration: Configuration, earlier: Mapping[str, PublishedFile]
) -> bool:
    """Tell whether every file would be as it is: the catalogue, pages and schemas may change without the tables."""
    last = _last_release(events)
    if last is None:
        return False
    return _made_alike(replace(release, id=last["id"], time=last["time"]), configuration, earlier, earlier)


def _same_candidate(
    store: Store, configuration: Configuration, state: State, earlier: Mapping[str, PublishedFile]
) -> str | None:
    """Return the id of the candidate that waits if it would be made again exactly as it is."""
    events = store.journal.events()
    waiting = waiting_candidate(events)
    manifest = store.releases.candidate(waiting["id"]) / MANIFEST if waiting else None
    if waiting is None or manifest is None or not manifest.is_file():
        return None
    release = draft(state, events, configuration, Moment(waiting["id"], waiting["time"]))
    made = parse_manifest(manifest.read_bytes())
    return str(waiting["id"]) if _made_alike(release, configuration, earlier, made) else None


def _made_alike(
    release: Release,
    configuration: Configuration,
    earlier: Mapping[str, PublishedFile],
    made: Mapping[str, PublishedFile],
) -> bool:
    """Tell whether the release, built on what was `earlier`, would have the files that were `made`."""

    def keep(_file: PublishedFile) -> None:
        return None

    def write(_file: PublishedFile, _content: bytes) -> None:
        return None

    files = compose(release, contents(configuration), earlier, keep, write).files
    return {p: f.content_digest for p, f in files.items()} == {p: f.content_digest for p, f in made.items()}


def shapes(configuration: Configuration) -> Graph:
    """Return our own SHACL shapes as a graph."""
    return shapes_of(configuration.shapes, configuration.catalogue)


def release_event(release: Release, events: Sequence[Event], configuration: Configuration) -> dict[str, Any]:
    """Return what the journal says of a release (decision 0003)."""
    return {
        "event": "release",
        "id": release.id,
        "time": release.time,
        "as_of": release.as_of,
        "deliveries": sum(event["event"] == "delivery" for event in events),
        "configuration": configuration.digest,
        "lock": configuration.lock_digest,
        "catalogue": release.catalogue,
        "datasets": {dataset.name: summary(dataset) for dataset in release.datasets},
    }
