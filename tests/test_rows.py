"""Every delivered row ends as exactly one thing, whatever the bytes are (rules of the house, 4)."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

import deliveries_example as example
import mutated
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.collect.deliveries import content_digest
from flows.contracts import public_view
from flows.formats.read import read
from flows.history.ledger import record
from flows.model import Batch, Delivery, Feed, Outcome, Part
from flows.normalise.mapping import known_headings
from flows.pipeline import draft
from flows.publish.datasets import Moment
from flows.replay import take
from flows.validate.schema import compile_entity, invalid_cells

SUFFIXES = ("csv", "txt", "xlsx", "ods", "xls", "json", "jsonl", "xml", "pdf", "")
ONCE = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(ONCE, max_examples=15)
SOAK = settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
LOST = pl.col("outcome").is_in(["quarantined", "not_a_record"])
Parts = Sequence[tuple[str, bytes]]


def received(feed: Feed, parts: Parts) -> Batch:
    """Take the parts as the next delivery of a feed, after the whole example, and record what is left of it."""
    known = {hashlib.sha256(content).hexdigest(): content for _, content in parts}
    said = tuple(Part(name, hashlib.sha256(content).hexdigest(), len(content)) for name, content in parts)
    delivery = Delivery("D-000999", feed.id, example.TODAY, content_digest(said), said, "test")
    configuration, state = example.configuration(), example.state()
    batch = take(delivery, example.events(), state, configuration, known.__getitem__)
    record(state.ledger, batch, configuration.entities)
    return batch


def left_of(batch: Batch) -> Mapping[str, pl.DataFrame]:
    """Return the tables as they are published after this delivery, by the name of the dataset."""
    configuration, state = example.configuration(), example.state()
    ledger = record(state.ledger, batch, configuration.entities)
    after = replace(state, ledger=ledger, deliveries=(*state.deliveries, batch.delivery), as_of=example.TODAY)
    moment = Moment(example.TODAY, f"{example.TODAY}T00:00:00+00:00")
    datasets = draft(after, example.events(), configuration, moment).datasets
    return {dataset.name: dataset.frame for dataset in datasets if dataset.name in configuration.datasets}


def check_tables(tables: Mapping[str, pl.DataFrame]) -> None:
    """Hold published tables to what the gate asks: one bad delivery must not hold the whole city back."""
    configuration = example.configuration()
    kinds = {name: configuration.entities[configuration.datasets[name]["entity"]] for name in tables}
    ids = {kinds[name].name: set(frame["id"]) for name, frame in tables.items() if "id" in frame.columns}
    for name, frame in tables.items():
        entity = public_view(kinds[name])
        assert invalid_cells(compile_entity(entity), frame) == [], name
        assert not frame.select(entity.keys).is_duplicated().any(), name
        for prop in (prop for prop in entity.properties if prop.ref in ids):
            named = frame[prop.name].explode() if prop.is_list else frame[prop.name]
            assert set(named.drop_nulls()) <= ids[prop.ref], (name, prop.name)


def check(feed: Feed, parts: Parts) -> Batch:
    tables, _ = read(parts, feed.mapping.get("read", {}), known_headings(feed.mapping))
    delivered = Counter((table.sheet, int(row)) for table in tables for row in table.cells.index)
    batch = received(feed, parts)
    ended = Counter(batch.outcomes.select("sheet", "row").rows())
    assert ended == delivered
    assert set(ended.values()) <= {1}
    assert set(batch.outcomes["outcome"]) <= set(get_args(Outcome))
    catalogue = set(example.configuration().codelists["finding_rule"].codes)
    assert {finding.rule for finding in batch.findings} <= catalogue
    assert set(batch.outcomes["rule"]) <= catalogue | {""}
    gone = set(batch.outcomes.filter(LOST)["rule"])
    assert "" not in gone, "a row that is not published says why"
    kept = set(batch.outcomes.filter(~LOST).select("sheet", "row").rows())
    recorded = {place for frame in batch.records.values() for place in frame.select("_sheet", "_row").rows()}
    assert recorded <= kept, "what is quarantined is not recorded"
    return batch


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Feed, Parts]:
    chosen = draw(st.sampled_from(example.examples()))
    chance = random.Random(draw(st.integers(0, 2**32)))
    parts = list(chosen.parts)
    hit = draw(st.integers(0, len(parts) - 1))
    name, content = parts[hit]
    parts[hit] = (name, example.damage(content, chance))
    return chosen.feed, parts


@st.composite
def anything(draw: st.DrawFn) -> tuple[Feed, Parts]:
    feed = draw(st.sampled_from(example.configuration().feeds))
    names = st.sampled_from(SUFFIXES).map(lambda suffix: f"x.{suffix}")
    text = st.text(st.sampled_from("Nr.;\t,\n\"'=|äß0123456789 {}[]<>/:-%"), max_size=300).map(str.encode)
    return feed, draw(st.lists(st.tuples(names, st.binary(max_size=400) | text), max_size=3))


@pytest.mark.parametrize("chosen", example.examples(), ids=lambda chosen: f"{chosen.feed.id}-{chosen.parts[0][0]}")
def test_every_row_of_the_example_has_one_end(chosen: example.Example) -> None:
    batch = check(chosen.feed, chosen.parts)
    # An earlier state that comes again is held back whole; a measure without a title is nobody's mistake to hide.
    held = any(finding.rule == "delivery_outdated" for finding in batch.findings)
    assert held or "quarantined" not in set(batch.outcomes["outcome"]) or chosen.feed.id == "strategie/measures"


@ONCE
@given(damaged())
def test_every_row_of_a_damaged_delivery_has_one_end(given_: tuple[Feed, Parts]) -> None:
    check(*given_)


@ONCE
@given(anything())
def test_no_bytes_raise(given_: tuple[Feed, Parts]) -> None:
    check(*given_)


@FEW
@given(damaged())
def test_what_is_left_of_a_damaged_delivery_can_be_published(given_: tuple[Feed, Parts]) -> None:
    check_tables(left_of(received(*given_)))


def test_a_sample_of_mutated_deliveries_is_taken_within_bounds() -> None:
    done = mutated.run(first=0, count=40)
    assert done["deliveries"] == 40
    assert len(done["formats"]) >= 6


@pytest.mark.soak
@pytest.mark.parametrize("first", range(0, 20_000, 500))
def test_mutated_deliveries_are_taken_within_bounds(first: int) -> None:
    assert mutated.run(first, 500)["deliveries"] == 500


@pytest.mark.soak
@settings(SOAK, max_examples=2_000)
@given(damaged())
def test_what_is_left_can_be_published_many_times(given_: tuple[Feed, Parts]) -> None:
    check_tables(left_of(received(*given_)))
