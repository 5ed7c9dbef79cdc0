"""Values we compute: slippage, what was to be expected, the light, the age of the report."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from batch_example import RULES, Row, batch, ledger

from flows.history.ledger import current
from flows.history.progress import baselines, derive_measures, late_milestones, latest_reports

AS_OF = "2025-06-30"
PLAN: Row = {"id": "M-0001", "title_de": "E-Akte", "planned_start": "2024", "planned_end": "2025"}


def derived(
    *plans: Row, report: Row | None = None, milestone: Row | None = None, as_of: str = AS_OF, every: int = 365
) -> dict[str, Any]:
    """Derive one measure of which each of `plans` was delivered in a year of its own, from 2023 on."""
    said = [{"measure": [plan]} for plan in plans]
    if report is not None:
        said[-1]["status_report"] = [{"id": "SR-0001", "measure_id": "M-0001", **report}]
    if milestone is not None:
        said[-1]["milestone"] = [{"id": "MS-0001", "measure_id": "M-0001", "title_de": "Start", **milestone}]
    kept = ledger(*(batch(rows, n, f"{2022 + n}-12-31") for n, rows in enumerate(said, start=1)))
    measures = current(kept, "measure").join(baselines(kept), on="id", how="left")
    late = late_milestones(current(kept, "milestone"), as_of)
    last = f"D-{len(plans):06d}"
    intervals = pl.DataFrame({"_delivery": [last], "interval_days": [every]})
    reports = latest_reports(current(kept, "status_report"))
    return derive_measures(measures, reports, late, intervals, as_of, RULES).row(0, named=True)


def moving(**said: Any) -> Row:
    return {"status_code": "in_progress", "day": "2025-01-01", **said}


@pytest.mark.parametrize(
    ("first", "then", "months", "state"),
    [
        ("2025", "2025", 0, "none"),
        ("2025", "2026", 12, "later"),
        ("2025-12", "2026-01", 1, "later"),
        ("2025-12-31", "2026-01-01", 1, "later"),
        ("2025-12-01", "2025-12-31", 0, "none"),
        ("2025", "2025-06", -6, "earlier"),
        ("2024-10/2024-12", "2025-03", 3, "later"),
        ("2025~", "2026~", 12, "later"),
        ("2025/..", "2026", None, "unknown"),
    ],
)
def test_slippage_in_calendar_months(first: str, then: str, months: int | None, state: str) -> None:
    found = derived({**PLAN, "planned_end": first}, {**PLAN, "planned_end": then})
    assert (found["slippage_months"], found["slippage_state"]) == (months, state)
    assert (found["baseline_end"], found["planned_end"]) == (first, then)


def test_the_promise_is_the_first_plan_that_names_an_end() -> None:
    unknown = {**PLAN, "planned_end": None, "why": {"planned_end": "not_decided"}}
    found = derived(unknown, {**PLAN, "planned_end": "2025"}, {**PLAN, "planned_end": "2027"})
    assert (found["baseline_end"], found["slippage_months"]) == ("2025", 24)


def test_a_forecast_counts_more_than_the_plan() -> None:
    found = derived(PLAN, report=moving(forecast_end="2026-06"))
    assert (found["slippage_months"], found["slippage_state"]) == (6, "later")


def test_a_postponement_without_a_new_day_is_open_ended_and_grows() -> None:
    postponed = moving(forecast_state="no_new_date", why={"forecast_end": "not_decided"})
    found = derived(PLAN, report=postponed, as_of="2026-03-31")
    assert (found["slippage_state"], found["slippage_months"]) == ("open_ended", None)
    assert (found["slippage_at_least_months"], found["schedule_computed"]) == (3, "red")
    assert derived(PLAN, report=postponed, as_of="2025-11-30")["slippage_at_least_months"] is None


def test_no_plan_has_no_slippage() -> None:
    found = derived({"id": "M-0001", "title_de": "E-Akte"})
    assert (found["slippage_months"], found["slippage_state"], found["overdue_days"]) == (None, "unknown", None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2023-12-31", 0.0), ("2024-01-01", 0.0), ("2025-01-01", 50.1), ("2025-12-31", 100.0), ("2026-06-30", 100.0)],
)
def test_what_was_to_be_expected_on_the_day_of_the_report(day: str, expected: float) -> None:
    found = derived(PLAN, report=moving(day=day, progress_pct=40.0), as_of="2026-06-30")
    assert found["expected_pct"] == pytest.approx(expected)
    assert found["progress_gap_pp"] == pytest.approx(40 - expected, abs=0.05)


def test_nothing_is_expected_of_a_plan_without_length() -> None:
    same_day = {**PLAN, "planned_start": "2024-05-01", "planned_end": "2024-05-01"}
    found = derived(same_day, report=moving(progress_pct=40.0))
    assert (found["expected_pct"], found["progress_gap_pp"]) == (None, None)


@pytest.mark.parametrize(
    ("status", "days"),
    [("in_progress", 30), ("planned", 30), ("on_hold", 30), ("completed", None), ("merged", None), ("unknown", None)],
)
def test_only_what_is_known_to_be_unfinished_is_overdue(status: str, days: int | None) -> None:
    found = derived({**PLAN, "planned_end": "2025-05-31"}, report=moving(status_code=status))
    assert found["overdue_days"] == days


def test_what_is_not_due_yet_is_overdue_by_no_day() -> None:
    assert derived(PLAN, report=moving())["overdue_days"] == 0
    assert derived(PLAN)["overdue_days"] is None, "of a measure without a report nothing is known"


# On 2025-01-01 half of the plan has gone by (50.1 %); rules.toml: green from -10, yellow from -25 on.
@pytest.mark.parametrize(
    ("progress", "light"),
    [(60.0, "green"), (40.2, "green"), (40.0, "yellow"), (25.2, "yellow"), (25.0, "red"), (None, "grey")],
)
def test_the_light_follows_the_gap(progress: float | None, light: str) -> None:
    assert derived(PLAN, report=moving(progress_pct=progress))["schedule_computed"] == light


@pytest.mark.parametrize("status", ["planned", "unknown", "completed", "discontinued", "merged"])
def test_the_light_says_nothing_of_what_is_not_under_way(status: str) -> None:
    assert derived(PLAN, report=moving(status_code=status, progress_pct=1.0))["schedule_computed"] == "grey"


@pytest.mark.parametrize(
    ("due", "status", "days", "light"),
    [
        ("2025-07", "scheduled", 0, "green"),
        ("2025-06-29", "scheduled", 1, "yellow"),
        ("2025-04-01", "not_met", 90, "yellow"),
        ("2025-03-31", "not_met", 91, "red"),
        ("2025-03-31", "met", None, "green"),
    ],
)
def test_the_light_follows_late_milestones(due: str, status: str, days: int | None, light: str) -> None:
    found = derived(PLAN, report=moving(progress_pct=60.0), milestone={"due_date": due, "status_code": status})
    assert (found["days_late"], found["schedule_computed"]) == (days, light)


def test_an_overdue_measure_is_red_whatever_its_progress() -> None:
    found = derived({**PLAN, "planned_end": "2025-06-29"}, report=moving(progress_pct=99.0))
    assert (found["overdue_days"], found["schedule_computed"]) == (1, "red")


@pytest.mark.parametrize(("day", "overdue"), [("2024-01-01", False), ("2023-12-30", True)])
def test_a_report_older_than_one_and_a_half_intervals_is_overdue(day: str, overdue: bool) -> None:
    found = derived(PLAN, report=moving(day=day))
    assert found["report_overdue"] is overdue
    assert found["report_age_days"] == (546 if not overdue else 548)


def test_the_latest_report_is_that_of_the_latest_day_then_of_the_last_recording() -> None:
    own = {"measure_id": "M-0001", "day": "2024-06-30"}
    late = {"id": "SR-0003", "measure_id": "M-0001", "day": "2024-01-31"}
    first = batch({"status_report": [{"id": "SR-0001", **own}, {"id": "SR-0002", **own}]}, 1)
    kept = ledger(first, batch({"status_report": [late]}, 2))
    assert latest_reports(current(kept, "status_report"))["id"].to_list() == ["SR-0002"]
