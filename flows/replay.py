"""What the journal comes to: every delivery read, normalised, judged and recorded, in the journal's order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from flows.collect.deliveries import parse_deliveries
from flows.contracts import Entity
from flows.formats.cells import Cells
from flows.history.ledger import current, empty_ledger, record
from flows.model import Batch, Delivery, Feed, Finding, Ledger, Table
from flows.normalise.identity import Minted, is_minted, reference_aliases
from flows.normalise.knowledge import Knowledge
from flows.normalise.mapping import OUTCOME_SCHEMA, SOURCE_SCHEMA
from flows.normalise.opening import Content, open_delivery
from flows.normalise.records import normalise
from flows.settings import Configuration
from flows.validate.discreet import discreet_names
from flows.validate.judge import judge
from flows.validate.rules import Case, organisation_of

Event = Mapping[str, Any]
TAKEN = ("published", "published_with_finding", "carried_forward")
"""Outcomes of rows that count as records of a delivery that was accepted."""


@dataclass(frozen=True)
class State:
    """What is known after a number of deliveries.

    `outcomes` and `sources` carry the column `delivery`. `minted` are the ids given by deliveries for which the
    journal had no id yet. `as_of` is the day derived values are counted to (decision 0004), "" before any delivery.
    `readable` is, by feed, how much of the columns of its last accepted delivery could be read (`Batch.readable`).
    """

    ledger: Ledger
    deliveries: tuple[Delivery, ...]
    outcomes: pl.DataFrame
    sources: pl.DataFrame
    findings: tuple[Finding, ...]
    minted: tuple[Minted, ...]
    as_of: str
    readable: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What was accepted before a delivery.

    `records` holds the current version of each record by entity, as the ledger keeps it, `minted` the ids given so
    far, `before` the measures the delivery's feed reported on earlier, `rows_before` how many records of its last
    delivery were taken and `readable` how much of its columns could be read; `accepted` tells whether an operator let
    the delivery through.
    """

    records: Mapping[str, pl.DataFrame]
    minted: Sequence[Minted]
    before: frozenset[str]
    rows_before: int = 0
    accepted: bool = False
    readable: Mapping[str, tuple[int, int]] = field(default_factory=dict)


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


def accepted(events: Sequence[Event]) -> dict[str, Event]:
    """Return, per delivery that an operator let through, the event that says so; the last one holds."""
    return {event["delivery"]: event for event in events if event["event"] == "accepted"}


def _rows_taken(outcomes: pl.DataFrame, own: Sequence[str]) -> int:
    """Return how many records were taken of the last of these deliveries of which any was."""
    taken = outcomes.filter(pl.col("outcome").is_in(TAKEN) & pl.col("delivery").is_in(list(own)))
    return taken.filter(pl.col("delivery") == pl.col("delivery").last()).height


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
        readable={**state.readable, **({batch.delivery.feed: batch.readable} if batch.records else {})},
    )


def take(
    delivery: Delivery, events: Sequence[Event], state: State, configuration: Configuration, content: Content
) -> Batch:
    """Read, normalise and judge one delivery on top of a state; nothing is recorded."""
    feed = feed_of(delivery, configuration)
    journal = [(event["scheme"], event["value"], event["id"]) for event in events if event["event"] == "minted"]
    own = [d.id for d in state.deliveries if d.feed == delivery.feed]
    earlier = state.ledger.versions["measure"].filter(pl.col("_delivery").is_in(own))["id"]
    records = {name: current(state.ledger, name) for name in state.ledger.versions}
    rows, opened = _rows_taken(state.outcomes, own), delivery.id in accepted(events)
    known = Known(
        records, [*journal, *state.minted], frozenset(earlier), rows, opened, state.readable.get(delivery.feed, {})
    )
    batch = assess(delivery, open_delivery(delivery, feed, content), feed, known, configuration)
    told = (*_retractions(delivery, events), *_reported_by_others(delivery, feed, state))
    return replace(batch, findings=batch.findings + told)


def assess(delivery: Delivery, cells: Cells, feed: Feed, known: Known, configuration: Configuration) -> Batch:
    """Normalise and judge the cells of a delivery by what was known before it."""
    identifiers, given = names_known(known, configuration)
    plausible = configuration.rules["plausible"]
    years = (plausible["first_year"], plausible["last_year"])
    hosts = tuple(configuration.catalogue.get("internal_hosts", ()))
    knowledge = Knowledge(configuration.entities, configuration.codelists, identifiers, given, years, hosts)
    batch = normalise(delivery, cells.tables, feed, knowledge)
    said = tuple(replace(finding, delivery=delivery.id) for finding in cells.findings)
    case = Case(
        batch.records, known.records, feed, configuration.entities, configuration.rules,
        delivery.received, known.before, known.rows_before, known.accepted, known.readable,
    )  # fmt: skip
    judged = judge(replace(batch, findings=said + batch.findings), case, configuration.codelists)
    shown = discreet_names(table.sheet for table in cells.tables)
    tables = {shown[table.sheet]: table for table in cells.tables}
    told = tuple(_as_delivered(finding, tables, configuration.entities) for finding in judged.findings)
    return replace(judged, findings=told)


def _as_delivered(finding: Finding, tables: Mapping[str, Table], entities: Mapping[str, Entity]) -> Finding:
    """Return a finding with the words that stand in its cell, where a rule saw the code or the day they were read as.

    Numbers stay as they were read: a cell that shows 73 % holds 0.73.
    """
    table = tables.get(finding.sheet)
    if not (finding.value and finding.property and table is not None and finding.row in table.cells.index):
        return finding
    known = finding.property in entities[finding.entity]
    if known and entities[finding.entity][finding.property].type in ("number", "integer"):
        return replace(finding, value=_plain(finding.value), expected=_plain(finding.expected))
    text = str(table.cells.at[finding.row, finding.column] or "") if finding.column in table.cells.columns else ""
    return replace(finding, value=text) if text.strip() else finding


def _plain(number: str) -> str:
    return number.removesuffix(".0")


def names_known(known: Known, configuration: Configuration) -> tuple[list[Minted], list[Minted]]:
    """Return by which names records may be called: those of the city's list, which override, and all others."""
    identifiers = [(scheme, value, identifier) for scheme, value, identifier in configuration.identifiers.rows()]
    references = [
        alias
        for name, frame in known.records.items()
        if not is_minted(configuration.entities[name])
        for alias in reference_aliases(name, frame)
    ]
    return identifiers, [*references, *known.minted]


def _retractions(delivery: Delivery, events: Sequence[Event]) -> tuple[Finding, ...]:
    """Tell in each delivery what was taken out of it later, and why: the tombstone the department sees."""
    own = [event for event in events if event["event"] == "retracted" and event.get("delivery") == delivery.id]
    fields = [(*event.get("field", ".").split(".", 1), event["why"]) for event in own]
    return tuple(
        Finding("value_retracted", "INFO", delivery.id, entity=entity, property=name, expected=why)
        for entity, name, why in fields
    )


def _reported_by_others(delivery: Delivery, feed: Feed, state: State) -> tuple[Finding, ...]:
    """Tell a unit which of its measures others reported on since its last delivery, which was refused to them."""
    own = [number for number, known in enumerate(state.deliveries, 1) if known.feed == delivery.feed]
    since = {known.id: known.feed for known in state.deliveries[max(own, default=0) :]}
    unit = organisation_of(feed)
    return tuple(
        Finding("reported_by_other", "INFO", delivery.id, entity="measure", value=f.value, expected=since[f.delivery])
        for f in state.findings
        if f.rule == "not_authorised" and f.delivery in since and unit in f.expected.split("|")
    )


def feed_of(delivery: Delivery, configuration: Configuration) -> Feed:
    """Return the feed of a delivery; one without a mapping any more maps nothing, so its rows stay unpublished."""
    unit, name = delivery.feed.split("/", 1)
    gone = Feed(unit, name, {"unit": unit, "tables": []})
    return next((feed for feed in configuration.feeds if feed.id == delivery.feed), gone)


def _as_of(state: State, deliveries: Sequence[Delivery], events: Sequence[Event]) -> str:
    """Return the latest day the data know of: received, reported or due (decision 0004)."""
    received = [delivery.received for delivery in deliveries]
    reported = state.ledger.versions["status_report"]["valid_from"].drop_nulls().to_list()
    due = [event["date"] for event in events if event["event"] == "due"]
    return max([*received, *reported, *due], default="")
