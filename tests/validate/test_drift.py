"""A delivery that is not what its feed delivered before is held back, until somebody says that it is meant so."""

from __future__ import annotations

import dataclasses

import pytest
from small_city import COLUMNS, FEED, archive, city, delivery, journal

from flows.collect.deliveries import Fetched
from flows.history.ledger import current
from flows.replay import State, replay

STATUS = "in Umsetzung"


def rows(numbers: range, status: str = STATUS, day: str = "", end: str = "2025") -> list[str]:
    return [f"{n};Maßnahme Nummer {n};{end};;;{status};;{day}" for n in numbers]


def replayed(*fetched: Fetched, more: list[dict[str, str]] | None = None) -> State:
    return replay([*journal(*fetched), *(more or [])], city(), archive(fetched).__getitem__)


def blocks(state: State) -> list[tuple[str, str]]:
    return [(found.rule, found.delivery) for found in state.findings if found.level == "BLOCK"]


FIRST = delivery("2023-12-31", *rows(range(1, 11), day="2023-12-31"))


def test_only_the_changes_are_no_delivery() -> None:
    part = delivery("2024-12-31", *rows(range(9, 11)), *rows(range(20, 28)))
    state = replayed(FIRST, part)
    assert blocks(state) == [("delivery_is_delta", "D-000002")]
    assert current(state.ledger, "measure").height == 10
    assert blocks(replayed(FIRST, delivery("2024-12-31", *rows(range(4, 11))))) == []


def test_an_old_file_again_is_held_back_unless_it_corrects() -> None:
    old = delivery("2024-12-31", *rows(range(1, 11), day="2022-12-31"))
    assert blocks(replayed(FIRST, old)) == [("delivery_outdated", "D-000002")]
    assert blocks(replayed(FIRST, delivery("2024-12-31", *rows(range(1, 11), day="2024-06-30")))) == []


@pytest.mark.parametrize(
    ("wrong", "held"), [(10, True), (3, True), (2, False)], ids=["all of it", "a third", "a slip or two"]
)
def test_a_column_that_means_something_else_is_asked_about(wrong: int, held: bool) -> None:
    changed = [*rows(range(1, wrong + 1), "Q3 2024"), *rows(range(wrong + 1, 11))]
    found = blocks(replayed(FIRST, delivery("2024-12-31", *changed)))
    assert found == ([("column_meaning_changed", "D-000002")] if held else [])


def test_what_is_held_back_counts_once_a_person_lets_it_through() -> None:
    changed = delivery("2024-12-31", *rows(range(1, 11), "Q3 2024", end="2026"))
    accepted = {"event": "accepted", "delivery": "D-000002", "why": "meant so", "time": "2025-01-01T00:00:00+00:00"}
    assert set(current(replayed(FIRST, changed).ledger, "measure")["planned_end"]) == {"2025"}
    let_in = replayed(FIRST, changed, more=[accepted])
    assert set(current(let_in.ledger, "measure")["planned_end"]) == {"2026"}
    levels = {found.rule: found.level for found in let_in.findings if found.delivery == "D-000002"}
    assert (levels["let_through"], levels["column_meaning_changed"]) == ("INFO", "WARN")


def test_after_a_held_back_delivery_the_last_good_one_is_the_measure() -> None:
    changed = delivery("2024-06-30", *rows(range(1, 11), "Q3 2024"))
    again = delivery("2024-12-31", *rows(range(1, 11), "Q4 2024"))
    assert [name for _, name in blocks(replayed(FIRST, changed, again))] == ["D-000002", "D-000003"]


def test_a_small_feed_is_not_measured_by_shares() -> None:
    few = [delivery("2023-12-31", *rows(range(1, 4))), delivery("2024-12-31", *rows(range(7, 9), "Q3 2024"))]
    assert blocks(replayed(*few)) == []


def test_a_correction_may_look_back() -> None:
    columns = {**COLUMNS, "Art": "status_report.report_state"}
    feed = dataclasses.replace(FEED, mapping={**FEED.mapping, "tables": [{"columns": columns}]})
    head, *body = FIRST.files[0][1].decode().splitlines()
    old = [head + ";Art", *(line.replace("2023-12-31", "2022-12-31") + ";berichtigt" for line in body)]
    again = Fetched(FEED.id, "2024-12-31", "again.csv", (("again.csv", "\n".join(old).encode()),))
    events = journal(FIRST, again)
    state = replay(events, city(feed), archive([FIRST, again]).__getitem__)
    assert blocks(state) == []
