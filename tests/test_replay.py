"""What the journal comes to: the same events, the same state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from small_city import FEED, archive, city, delivery, journal

from flows.collect.deliveries import Fetched
from flows.history.ledger import current
from flows.model import Feed
from flows.replay import State, replay, set_aside
from flows.settings import Configuration

FIRST = delivery("2023-12-31", "1;E-Akte;2025", "2;OZG;2024")
SECOND = delivery("2024-12-31", "1;E-Akte;2026")


def replayed(
    *fetched: Fetched, more: Sequence[Mapping[str, Any]] = (), configuration: Configuration | None = None
) -> State:
    return replay([*journal(*fetched), *more], configuration or city(), archive(fetched).__getitem__)


def measures(state: State) -> dict[str, tuple[str, str]]:
    frame = current(state.ledger, "measure")
    return {name: (title, end) for name, title, end in frame.select("id", "title_de", "planned_end").rows()}


def test_deliveries_build_on_each_other_in_the_order_of_the_journal() -> None:
    state = replayed(FIRST, SECOND)
    assert list(measures(state).values()) == [("E-Akte", "2026"), ("OZG", "2024")]
    assert [d.id for d in state.deliveries] == ["D-000001", "D-000002"]
    assert state.outcomes.group_by("delivery").len().sort("delivery")["len"].to_list() == [3, 2]
    assert set(state.sources["delivery"]) == {"D-000001", "D-000002"}
    assert {finding.delivery for finding in state.findings} <= {"D-000001", "D-000002"}
    assert ("row_vanished", "D-000002") in {(finding.rule, finding.delivery) for finding in state.findings}


def test_nothing_delivered_is_the_empty_state() -> None:
    state = replayed()
    assert (measures(state), state.as_of, state.minted, state.findings) == ({}, "", (), ())


def test_ids_of_the_journal_are_not_given_again() -> None:
    given = {"event": "minted", "scheme": "kult", "value": "2", "id": "M-0900"}
    state = replayed(FIRST, more=[given])
    assert measures(state)["M-0900"] == ("OZG", "2024")
    assert [identifier for scheme, _, identifier in state.minted if scheme == "kult"] == ["M-0901"]


def test_the_same_ids_are_given_by_every_replay() -> None:
    first = replayed(FIRST, SECOND)
    told = [{"event": "minted", "scheme": s, "value": v, "id": i} for s, v, i in first.minted]
    again = replayed(FIRST, SECOND, more=told)
    assert again.minted == ()
    assert measures(again) == measures(first)
    assert again.ledger.versions["measure"].equals(first.ledger.versions["measure"])


def test_a_delivery_that_was_set_aside_counts_no_more() -> None:
    state = replayed(FIRST, SECOND, more=[{"event": "rolled_back", "set_aside": ["D-000002"]}])
    assert measures(state) == {"M-0001": ("E-Akte", "2025"), "M-0002": ("OZG", "2024")}
    assert [d.id for d in state.deliveries] == ["D-000001"]
    assert state.as_of == "2023-12-31"


def test_of_several_rollbacks_the_last_one_counts() -> None:
    events = [{"event": "rolled_back", "set_aside": [name]} for name in ("D-000001", "D-000002")]
    assert set_aside(events) == {"D-000002"}
    assert set_aside([]) == frozenset()


def test_a_feed_whose_mapping_is_gone_publishes_nothing_and_loses_nothing() -> None:
    other = Feed("kult", "other", FEED.mapping)
    state = replayed(FIRST, configuration=city(other))
    assert measures(state) == {}
    assert state.outcomes.height == 3


@pytest.mark.parametrize(
    ("row", "more", "as_of"),
    [
        ("1;E-Akte", [], "2023-12-31"),
        ("1;E-Akte;;;;läuft;1 %;06/2023", [], "2023-12-31"),
        ("1;E-Akte", [{"event": "due", "what": "report of kult/plans", "date": "2024-03-31"}], "2024-03-31"),
        ("1;E-Akte;;;;läuft;1 %;2024", [], "2023-12-31"),
    ],
    ids=["received", "reported earlier", "a deadline has come", "the future is not known"],
)
def test_values_are_derived_as_of_the_latest_day_anything_is_known_of(
    row: str, more: list[dict[str, str]], as_of: str
) -> None:
    assert replayed(delivery("2023-12-31", row), more=more).as_of == as_of


def test_content_that_cannot_be_read_is_a_finding_of_its_delivery() -> None:
    broken = Fetched(FEED.id, "2024-12-31", "x.csv", (("x.csv", b"%PDF-1.7 nothing"),))
    state = replayed(FIRST, broken)
    assert {(f.rule, f.level) for f in state.findings if f.delivery == "D-000002"} >= {("unsupported_format", "BLOCK")}
    assert list(measures(state).values()) == [("E-Akte", "2025"), ("OZG", "2024")]


@pytest.mark.parametrize("word", ["vertraulich", "geheim", "intern", "offen", "k.A.", "vielleicht"])
def test_what_is_not_said_to_be_public_is_not(word: str) -> None:
    state = replayed(delivery("2023-12-31", f"1;E-Akte;2025;;{word}"))
    assert measures(state) == {} or current(state.ledger, "measure")["visibility"].to_list() == ["internal"]


def test_what_was_internal_stays_so_where_nobody_says_otherwise() -> None:
    again = [delivery("2024-12-31", f"1;E-Akte;2026;;{word}") for word in ("", "k.A.", "vielleicht")]
    for later in again:
        state = replayed(delivery("2023-12-31", "1;E-Akte;2025;;intern"), later)
        assert current(state.ledger, "measure")["visibility"].to_list() == ["internal"]
