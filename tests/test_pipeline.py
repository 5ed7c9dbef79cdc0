"""The whole way over a small city: what is journalled when, what a gate holds, what the calendar brings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_city import FEED, archive, city, delivery, journal

from flows import pipeline
from flows.collect.deliveries import Fetched
from flows.model import Feed, Finding
from flows.pipeline import Summary, due_events, next_release, releases_of, run
from flows.publish.gate import Held, Problem
from flows.replay import replay
from flows.store import Store

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST = delivery("2023-12-31", "1;E-Akte;2025", "2;OZG;2024")
SECOND = delivery("2024-12-31", "1;E-Akte;2026")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "output")


def bring(store: Store, *fetched: Fetched, now: datetime = NOON, unreachable: Sequence[Finding] = ()) -> Summary:
    return run(store, city(), now, lambda: (fetched, unreachable), lambda _text: None)


def events(store: Store, name: str) -> list[dict[str, Any]]:
    return [event for event in store.journal.events() if event["event"] == name]


def published(store: Store, dataset: str = "measures") -> list[dict[str, Any]]:
    return list(json.loads((store.releases.public / "data" / f"{dataset}.json").read_bytes()))


def test_a_first_run_and_one_that_brings_news(store: Store) -> None:
    lost = Finding("source_unreachable", "WARN", value="kult/plans: timeout")
    summary = bring(store, FIRST, unreachable=[lost])
    assert (summary.release, summary.as_of, summary.new_deliveries) == ("2026-11-20", "2023-12-31", 1)
    assert summary.outcomes == {"not_a_record": 1, "published": 2}
    assert (summary.datasets["measures"], summary.unreachable) == (2, ("kult/plans: timeout",))
    assert [row["planned_end"] for row in published(store)] == ["2025", "2024"]
    assert store.runs()[0]["release"] == "2026-11-20"
    again = bring(store, FIRST, SECOND)
    assert (again.release, again.new_deliveries, again.deliveries) == ("2026-11-20.2", 1, 2)
    assert [row["planned_end"] for row in published(store)] == ["2026", "2024"]
    assert "measures" in again.changed
    assert "goals" not in again.changed
    assert [event["deliveries"] for event in events(store, "release")] == [1, 2]
    nothing = bring(store, FIRST, SECOND)
    assert (nothing.release, nothing.changed, nothing.new_deliveries) == ("2026-11-20.2", (), 0)
    assert len(events(store, "release")) == 2


def test_a_gate_holds_a_release_and_leaves_what_is_shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(store, FIRST)
    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "weaknesses", lambda *_: [Problem("data/x.csv", "is damaged")])
        with pytest.raises(Held, match=r"data/x\.csv: is damaged"):
            bring(store, FIRST, SECOND)
    assert (store.releases.current(), len(events(store, "release"))) == ("2026-11-20", 1)
    assert [row["planned_end"] for row in published(store)] == ["2025", "2024"]
    assert len(events(store, "delivery")) == 2, "what was delivered is not lost"
    assert bring(store, FIRST, SECOND).release == "2026-11-20.2"


@pytest.mark.parametrize("part", ["privacy", "ethics", "public_value"])
def test_nothing_is_published_before_every_dataset_is_checked(store: Store, part: str) -> None:
    datasets = deepcopy(dict(city().datasets))
    datasets["budgets"]["publication_check"][part]["result"] = "pending"
    configuration = replace(city(), datasets=datasets)
    with pytest.raises(Held, match=rf'budgets: publication_check\.{part} is "pending"'):
        run(store, configuration, NOON, lambda: ([FIRST], []), lambda _text: None)
    assert store.releases.current() is None
    assert bring(store, FIRST).release == "2026-11-20"


def test_an_embargo_that_ends_is_published_without_a_new_delivery(store: Store) -> None:
    kept_back = delivery("2023-12-31", "1;E-Akte;2025", "2;Wahltisch;2024;2026-11-19;embargoed")
    bring(store, kept_back, now=datetime(2026, 11, 19, 12, tzinfo=UTC))
    assert [row["title_de"] for row in published(store)] == ["E-Akte"]
    summary = bring(store, kept_back)
    assert [row["title_de"] for row in published(store)] == ["E-Akte", "Wahltisch"]
    assert (summary.as_of, summary.new_deliveries) == ("2026-11-20", 0)
    assert [event["date"] for event in events(store, "due")] == ["2026-11-20"]
    assert bring(store, kept_back).changed == ()


def test_bytes_are_kept_before_the_journal_names_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(store.journal), "append", lambda *_: pytest.fail("no room"))
    with pytest.raises(pytest.fail.Exception), store.lock(wait=False):
        pipeline.journal_deliveries(store, [FIRST])
    assert [store.archive.get(name) for name in archive([FIRST])] == list(archive([FIRST]).values())


def test_the_same_file_is_one_delivery(store: Store) -> None:
    with store.lock(wait=False):
        first = pipeline.journal_deliveries(store, [FIRST, replace(FIRST, received="2024-02-01")])
        second = pipeline.journal_deliveries(store, [FIRST])
    assert ([d.id for d in first], second) == (["D-000001"], [])


def released(*names: str) -> list[Mapping[str, Any]]:
    """Return a journal: `D-1` is a delivery, anything else a release."""
    return [{"event": "delivery" if name.startswith("D-") else "release", "id": name} for name in names]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], {}),
        (["D-1", "D-2"], {"D-1": "new", "D-2": "new"}),
        (["D-1", "a", "D-2", "D-3", "b", "D-4"], {"D-1": "a", "D-2": "b", "D-3": "b", "D-4": "new"}),
        (["D-1", "a", "b"], {"D-1": "a"}),
    ],
)
def test_the_release_that_published_a_delivery_first(names: list[str], expected: dict[str, str]) -> None:
    assert releases_of(released(*names), "new") == expected


@pytest.mark.parametrize(
    ("names", "moment", "expected"),
    [
        ([], NOON, "2026-11-20"),
        (["2026-11-19", "2026-11-19.2"], NOON, "2026-11-20"),
        (["2026-11-20"], NOON, "2026-11-20.2"),
        (["2026-11-20", "2026-11-20.2"], NOON, "2026-11-20.3"),
        ([], datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "2026-11-21"),
    ],
)
def test_a_release_is_called_by_its_day_in_berlin(names: list[str], moment: datetime, expected: str) -> None:
    assert next_release(released(*names), moment).release == expected


@pytest.mark.parametrize(
    ("today", "days"),
    [
        ("2024-03-30", []),
        ("2024-03-31", ["2024-03-31"]),
        ("2025-12-31", ["2024-03-31", "2024-09-30", "2025-03-31", "2025-09-30"]),
    ],
)
def test_deadlines_come_every_year_after_the_last_delivery(today: str, days: list[str]) -> None:
    feed = Feed("kult", "plans", {**FEED.mapping, "reporting": {"interval": "P6M", "due": ["03-31", "09-30"]}})
    state = replay(journal(FIRST), city(feed), archive([FIRST]).__getitem__)
    found = due_events(city(feed), state, today)
    assert [event["date"] for event in found] == days
    assert {event["what"] for event in found} <= {"report of kult/plans"}


def test_a_feed_that_never_delivered_has_no_deadline() -> None:
    feed = Feed("kult", "other", {**FEED.mapping, "reporting": {"interval": "P1Y", "due": ["03-31"]}})
    state = replay(journal(FIRST), city(FEED, feed), archive([FIRST]).__getitem__)
    assert due_events(city(FEED, feed), state, "2030-01-01") == []
