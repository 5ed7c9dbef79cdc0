"""What the journal comes to: every delivery read, normalised, judged and recorded, in the journal's order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from flows.collect.deliveries import parse_deliveries
from flows.contracts import Entity
from flows.formats.read import read
from flows.history.ledger import current, empty_ledger, record
from flows.model import Batch, Delivery, Feed, Finding, Ledger
from flows.normalise.identity import Minted, is_minted, reference_aliases
from flows.normalise.knowledge import Knowledge
from flows.normalise.mapping import OUTCOME_SCHEMA, SOURCE_SCHEMA, known_headings
from flows.normalise.records import normalise
from flows.settings import Configuration
from flows.validate.judge import judge
from flows.validate.rules import Case

Event = Mapping[str, Any]
Content = Callable[[str], bytes]
"""Returns the bytes that are kept under a sha256."""


@dataclass(frozen=True)
class State:
    """What is known after a number of deliveries.

    `outcomes` and `sources` carry the column `delivery`. `minted` are the ids given by deliveries for which the
    journal had no id yet. `as_of` is the day derived values are counted to (decision 5), "" before the first delivery.
    """

    ledger: Ledger
    deliveries: tuple[Delivery, ...]
    outcomes: pl.DataFrame
    sources: pl.DataFrame
    findings: tuple[Finding, ...]
    minted: tuple[Minted, ...]
    as_of: str


@dataclass(frozen=True)
class Known:
    """What was accepted before a delivery.

    `records` holds the current version of each record by entity, as the ledger keeps it, `minted` the ids given so
    far, `before` the measures the delivery's feed reported on earlier.
    """

    records: Mapping[str, pl.DataFrame]
    minted: Sequence[Minted]
    before: frozenset[str]


def replay(events: Sequence[Event], configuration: Configuration, content: Content) -> State:
    """Return the state after all deliveries of `events` that the last rollback did not set aside."""
    aside = set_aside(events)
    deliveries = [d for d in parse_deliveries(events) if d.id not in aside]
    state = _start(configuration.entities)
    for delivery in deliveries:
        batch = take(delivery, events, state, configuration, content)
        state = _add(state, batch, configuration.entities)
    return replace(state, deliveries=tuple(deliveries), as_of=_as_of(state, deliveries, events))


def set_aside(events: Sequence[Event]) -> frozenset[str]:
    """Return the deliveries that do not count: a rollback names all of them, so the last one holds."""
    return frozenset(next((e["set_aside"] for e in reversed(events) if e["event"] == "rolled_back"), ()))


def _start(entities: Mapping[str, Entity]) -> State:
    recorded = {name: entity for name, entity in entities.items() if "x-derived" not in entity.schema}
    outcomes = pl.DataFrame(schema={**OUTCOME_SCHEMA, "delivery": pl.String})
    sources = pl.DataFrame(schema={**SOURCE_SCHEMA, "delivery": pl.String})
    return State(empty_ledger(recorded), (), outcomes, sources, (), (), "")


def _add(state: State, batch: Batch, entities: Mapping[str, Entity]) -> State:
    name = pl.lit(batch.delivery.id).alias("delivery")
    return State(
        ledger=record(state.ledger, batch, entities),
        deliveries=(*state.deliveries, batch.delivery),
        outcomes=pl.concat([state.outcomes, batch.outcomes.with_columns(name)]),
        sources=pl.concat([state.sources, batch.sources.with_columns(name)]),
        findings=(*state.findings, *batch.findings),
        minted=(*state.minted, *batch.minted),
        as_of="",
    )


def take(
    delivery: Delivery, events: Sequence[Event], state: State, configuration: Configuration, content: Content
) -> Batch:
    """Read, normalise and judge one delivery on top of a state; nothing is recorded."""
    parts = [(part.name, content(part.sha256)) for part in delivery.parts]
    journal = [(event["scheme"], event["value"], event["id"]) for event in events if event["event"] == "minted"]
    own = [d.id for d in state.deliveries if d.feed == delivery.feed]
    earlier = state.ledger.versions["measure"].filter(pl.col("_delivery").is_in(own))["id"]
    records = {name: current(state.ledger, name) for name in state.ledger.versions}
    known = Known(records, [*journal, *state.minted], frozenset(earlier))
    return assess(delivery, parts, _feed(delivery, configuration), known, configuration)


def assess(
    delivery: Delivery, parts: Sequence[tuple[str, bytes]], feed: Feed, known: Known, configuration: Configuration
) -> Batch:
    """Read, normalise and judge the parts (name, content) of a delivery by what was known before it."""
    tables, unreadable = read(parts, feed.mapping.get("read", {}), known_headings(feed.mapping))
    identifiers = [(scheme, value, identifier) for scheme, value, identifier in configuration.identifiers.rows()]
    references = [
        alias
        for name, frame in known.records.items()
        if not is_minted(configuration.entities[name])
        for alias in reference_aliases(name, frame)
    ]
    given = [*references, *known.minted]
    plausible = configuration.rules["plausible"]
    years = (plausible["first_year"], plausible["last_year"])
    knowledge = Knowledge(configuration.entities, configuration.codelists, identifiers, given, years)
    batch = normalise(delivery, tables, feed, knowledge)
    said = tuple(replace(finding, delivery=delivery.id) for finding in unreadable)
    entities, rules = configuration.entities, configuration.rules
    case = Case(batch.records, known.records, feed, entities, rules, delivery.received, known.before)
    return judge(replace(batch, findings=said + batch.findings), case, configuration.codelists)


def _feed(delivery: Delivery, configuration: Configuration) -> Feed:
    """Return the feed of a delivery; one without a mapping any more maps nothing, so its rows stay unpublished."""
    unit, name = delivery.feed.split("/", 1)
    gone = Feed(unit, name, {"unit": unit, "tables": []})
    return next((feed for feed in configuration.feeds if feed.id == delivery.feed), gone)


def _as_of(state: State, deliveries: Sequence[Delivery], events: Sequence[Event]) -> str:
    """Return the latest day the data know of: received, reported or due (decision 5)."""
    received = [delivery.received for delivery in deliveries]
    reported = state.ledger.versions["status_report"]["valid_from"].drop_nulls().to_list()
    due = [event["date"] for event in events if event["event"] == "due"]
    return max([*received, *reported, *due], default="")
