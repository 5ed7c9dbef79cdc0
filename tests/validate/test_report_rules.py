"""What a report says against the last one, and what it must explain."""

from __future__ import annotations

from typing import Any

import pytest
from batch_example import Row, batch, case, ledger

from flows.validate.rulebook import broken_rules

MEASURE: Row = {"id": "M-0001", "title_de": "E-Akte", "planned_end": "2025"}
BEFORE: Row = {
    **{"id": "SR-0001", "measure_id": "M-0001", "status_code": "in_progress"},
    **{"progress_pct": 40.0, "forecast_end": "2025-06"},
}
RULES = {"reason_needed", "abrupt_change", "results_inconsistent", "started_in_future", "merge_target_missing"}


def broken(said: dict[str, list[Row]], before: dict[str, list[Row]] | None = None) -> list[tuple[str, str]]:
    kept = ledger(batch(before or {"measure": [MEASURE], "status_report": [BEFORE]}, 1, "2023-12-31"))
    found = broken_rules(case(batch(said, 2), kept)).select("rule", "property").rows()
    return [hit for hit in found if hit[0] in RULES]


def report(**said: Any) -> dict[str, list[Row]]:
    return {"status_report": [{"id": "SR-0002", "measure_id": "M-0001", **said}]}


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"status_code": "on_hold"}, ["status_code"]),
        ({"status_code": "completed"}, []),
        ({"progress_pct": 30.0}, ["progress_pct"]),
        ({"progress_pct": 50.0}, []),
        ({"forecast_end": "2026"}, ["forecast_end"]),
        ({"forecast_end": "2025-03"}, []),
        ({"status_code": "on_hold", "reason_code": "resources"}, []),
        ({"progress_pct": 30.0, "reason_text_de": "neu gezählt"}, []),
        ({"progress_pct": 30.0, "day": "2022-12-31"}, []),
        ({"progress_pct": 30.0, "unchanged": True}, []),
    ],
)
def test_what_got_worse_needs_a_reason(said: dict[str, Any], asked: list[str]) -> None:
    assert broken(report(**said)) == [("reason_needed", name) for name in asked]


def test_a_plan_that_moves_needs_a_reason() -> None:
    moved = {"measure": [{**MEASURE, "planned_end": "2027"}]}
    assert broken(moved) == [("reason_needed", "planned_end")]
    assert broken({**moved, **report(reason_code="budget")}) == []
    assert broken({"measure": [{**MEASURE, "planned_end": "2024"}]}) == []


@pytest.mark.parametrize(("progress", "asked"), [(100.0, True), (95.0, False), (None, False)])
def test_a_progress_that_jumps_is_asked_about(progress: float | None, asked: bool) -> None:
    before = {"measure": [MEASURE], "status_report": [{**BEFORE, "progress_pct": 35.0}]}
    found = broken(report(status_code="in_progress", progress_pct=progress), before)
    assert (("abrupt_change", "progress_pct") in found) is asked


@pytest.mark.parametrize(("amount", "asked"), [(171_000_000, True), (17_100, True), (300_000, False)])
def test_an_amount_of_another_magnitude_is_asked_about(amount: int, asked: bool) -> None:
    row = {"id": "B-0001", "measure_id": "M-0001", "amount_eur": 171_000}
    found = broken({"budget": [{**row, "amount_eur": amount}]}, {"measure": [MEASURE], "budget": [row]})
    assert (("abrupt_change", "amount_eur") in found) is asked


@pytest.mark.parametrize(
    ("reached", "total", "progress", "wrong"),
    [(4, 3, None, True), (1, 3, 33.3, False), (1, 3, 70.0, True), (3, 3, 100.0, False)],
)
def test_results_give_the_progress(reached: int, total: int, progress: float | None, wrong: bool) -> None:
    said = report(
        results_reached=reached, results_total=total, progress_pct=progress, progress_method="results_share",
        status_code="completed", reason_code="other",
    )  # fmt: skip
    assert (("results_inconsistent", "results_reached") in broken(said)) is wrong


@pytest.mark.parametrize(("start", "early"), [("2025-02", True), ("2024-12", False), (None, False)])
def test_nothing_is_in_progress_before_it_starts(start: str | None, early: bool) -> None:
    said = {"measure": [{**MEASURE, "actual_start": start}], **report(status_code="in_progress")}
    assert (("started_in_future", "status_code") in broken(said)) is early


def test_what_is_merged_says_into_what() -> None:
    relation = {"id": "R-0001", "from_measure_id": "M-0001", "to_measure_id": "M-0002", "type": "merged_into"}
    assert ("merge_target_missing", "status_code") in broken(report(status_code="merged"))
    told = {**report(status_code="merged"), "measure_relation": [relation]}
    assert ("merge_target_missing", "status_code") not in broken(told)
