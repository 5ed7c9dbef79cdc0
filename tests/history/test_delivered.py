"""What a delivery changed is told against what was known before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.history.delivered import delivered_changes, records_of_feed
from flows.replay import State, replay
from flows.settings import load
from flows.store import Store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def state(published: Path) -> State:
    store = Store(published)
    return replay(store.journal.events(), load(ROOT, environ={}, output=published), store.archive.get)


@pytest.fixture(scope="module")
def entities():
    return load(ROOT, environ={}).entities


def of(state: State, feed: str) -> list[str]:
    return [delivery.id for delivery in state.deliveries if delivery.feed == feed]


def test_the_first_delivery_brings_new_records_only(state: State, entities) -> None:
    first = of(state, "rit/measures")[0]
    changes = delivered_changes(state.ledger, first, entities)
    assert {change["property"] for change in changes} == {""}
    assert sum(change["entity"] == "measure" for change in changes) == 7


def test_a_new_report_is_compared_with_the_last_of_its_measure(state: State, entities) -> None:
    second = of(state, "rit/measures")[1]
    told = {
        (c["title"], c["property"]): (c["old"], c["new"]) for c in delivered_changes(state.ledger, second, entities)
    }
    assert told["OZG-Umsetzung", "progress_pct"] == ("56", "73")
    assert "" not in {name for _, name in told}


def test_a_feed_knows_all_records_it_ever_spoke_of(state: State) -> None:
    measures = records_of_feed(state.ledger, of(state, "rit/measures"), "measure")
    reports = records_of_feed(state.ledger, of(state, "rit/measures"), "status_report")
    assert len(measures) == 7
    assert sorted(reports["measure_id"]) == measures["id"].to_list()
    assert records_of_feed(state.ledger, [], "measure").is_empty()
