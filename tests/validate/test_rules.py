"""What records mean together: every rule with what breaks it, and with what only looks as if it did."""

from __future__ import annotations

from typing import Any

import pytest
from batch_example import Row, batch, case, ledger

from flows.validate.rulebook import broken_rules

RECEIVED = "2024-12-31"
KNOWN: Row = {
    "id": "M-0001",
    "title_de": "E-Akte",
    "short_text_de": "Akte",
    "planned_start": "2020",
    "scope": "central",
}
COMPLETE: Row = {
    **KNOWN,
    "scope": "central",
    "planned_end": "2025",
    "lead_org_ids": ["ORG-rit"],
    "field_id": "HF-2021-01",
}

FEW: Row = {"id": "P-0001", "process_title_de": "Befragung", "count": 4}


def broken(
    entity: str, *rows: Row, before: dict[str, list[Row]] | None = None, **mapping: Any
) -> list[tuple[str, ...]]:
    """Return (rule, property) of what is broken in a delivery of these rows, after another one of `before`."""
    kept = ledger(batch(before, 1, "2023-12-31")) if before else ledger()
    found = broken_rules(case(batch({entity: list(rows)}, 2, RECEIVED), kept, **mapping))
    return found.select("rule", "property").rows()


def report(**said: Any) -> Row:
    return {"id": "SR-0002", "measure_id": "M-0001", **said}


def earlier(status: str) -> dict[str, list[Row]]:
    return {"measure": [KNOWN], "status_report": [{"id": "SR-0001", "measure_id": "M-0001", "status_code": status}]}


@pytest.mark.parametrize(
    ("entity", "row", "expected"),
    [
        pytest.param("measure", COMPLETE, [], id="complete"),
        pytest.param("measure", {**COMPLETE, "title_de": None}, [("title_missing", "")], id="no title"),
        pytest.param("measure", {**COMPLETE, "visibility": None}, [], id="public by default"),
        pytest.param(
            "measure",
            {**COMPLETE, "visibility": None, "why": {"visibility": "not_decided"}},
            [("required_missing", "")],
            id="nobody knows whether it is public",
        ),
        pytest.param(
            "measure",
            {**COMPLETE, "visibility": None, "refused": ["visibility"]},
            [("required_missing", "")],
            id="nobody can read whether it is public",
        ),
        pytest.param("milestone", {"id": "MS-0001", "title_de": "Start"}, [("required_missing", "")], id="no measure"),
        pytest.param(
            "measure",
            {**COMPLETE, "planned_start": "2026", "planned_end": "2025"},
            [("end_before_start", "planned_start"), ("end_before_start", "planned_end")],
            id="plan ends before it begins",
        ),
        pytest.param("measure", {**COMPLETE, "planned_start": "2025-06", "planned_end": "2025"}, [], id="same year"),
        pytest.param("measure", {**COMPLETE, "actual_end": "2025"}, [("date_in_future", "actual_end")], id="end ahead"),
        pytest.param("measure", {**COMPLETE, "actual_end": "2024"}, [], id="ended this year"),
        pytest.param("measure", {**COMPLETE, "planned_end": "2030"}, [], id="a plan may lie ahead"),
        pytest.param(
            "status_report", report(reporting_date="2025-01-01"), [("date_in_future", "reporting_date")], id="too early"
        ),
        pytest.param("status_report", report(reporting_date="2024-12/2025-02"), [], id="the quarter has begun"),
        pytest.param(
            "status_report",
            report(status_code="in_progress", progress_pct=100.0),
            [("progress_not_completed", "progress_pct")],
            id="all reached and going on",
        ),
        pytest.param(
            "status_report",
            report(status_code="planned", progress_pct=5.0),
            [("planned_with_progress", "progress_pct")],
            id="progress before the start",
        ),
        pytest.param("status_report", report(status_code="planned", progress_pct=0.0), [], id="not begun"),
        pytest.param(
            "status_report",
            report(status_code="completed", progress_pct=90.0),
            [("completed_below_100", "progress_pct"), ("completed_without_end", "status_code")],
            id="completed with something left",
        ),
        pytest.param(
            "participation_contribution",
            FEW,
            [("too_few_contributors", "count")],
            id="few people",
        ),
        pytest.param("participation_contribution", {**FEW, "count": 5}, [], id="five"),
    ],
)  # fmt: skip
def test_one_row(entity: str, row: Row, expected: list[tuple[str, str]]) -> None:
    ignored = {"missing_reason_needed"}
    assert [hit for hit in broken(entity, row) if hit[0] not in ignored] == expected


def test_a_title_that_is_known_need_not_be_said_again() -> None:
    assert broken("measure", {**COMPLETE, "title_de": None}, before={"measure": [COMPLETE]}) == []


def test_a_title_that_is_known_is_not_emptied_by_a_mark() -> None:
    emptied = {**COMPLETE, "title_de": None, "why": {"title_de": "not_stated"}}
    assert broken("measure", emptied, before={"measure": [COMPLETE]}) == [("title_missing", "")]


def test_two_rows_that_differ_under_one_id_are_both_refused() -> None:
    found = broken_rules(case(batch({"measure": [COMPLETE, {**COMPLETE, "planned_end": "2026"}]})))
    assert found.select("rule", "row", "expected").rows() == [
        ("duplicate_key", 1, "M-0001: planned_end"),
        ("duplicate_key", 2, "M-0001: planned_end"),
    ]


def test_two_equal_rows_are_said_once() -> None:
    assert broken("measure", COMPLETE, COMPLETE) == [("repeated_row", "")]


def test_a_measure_with_two_reports_may_stand_in_two_rows() -> None:
    twice = [{**COMPLETE, "day": "2024-06-30"}, {**COMPLETE, "day": "2024-12-31"}]
    assert broken("measure", *twice) == [("repeated_row", "")]


@pytest.mark.parametrize(
    ("leads", "mapping", "refused"),
    [
        (["ORG-rit"], {}, False),
        (["ORG-por", "ORG-rit"], {}, False),
        (["ORG-por"], {}, True),
        (["ORG-por"], {"reports_for": ["por"]}, False),
        (["ORG-por"], {"reports_for": "*"}, False),
        (["ORG-por"], {"organisation": "ORG-por"}, False),
        (None, {}, False),
    ],
)
def test_who_may_report_for_whom(leads: list[str] | None, mapping: dict[str, Any], refused: bool) -> None:
    hits = broken("measure", {**COMPLETE, "lead_org_ids": leads, "why": {"lead_org_ids": "not_known"}}, **mapping)
    assert (("not_authorised", "") in hits) is refused


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("planned", "in_progress", None),
        ("planned", "completed", "transition_unusual"),
        ("in_progress", "planned", "transition_not_allowed"),
        ("in_progress", "in_progress", None),
        ("completed", "in_progress", "transition_unusual"),
        ("merged", "planned", "transition_not_allowed"),
        ("unknown", "completed", None),
    ],
)
def test_steps_from_one_status_to_the_next(before: str, after: str, rule: str | None) -> None:
    found = broken("status_report", report(status_code=after), before=earlier(before))
    assert [hit for hit in found if hit[0].startswith("transition")] == ([(rule, "status_code")] if rule else [])


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"report_state": "corrected", "reason_text_de": "falsch abgelesen"}, False),
        ({"report_state": "corrected"}, True),
        ({"reason_text_de": "falsch abgelesen"}, True),
    ],
)
def test_a_step_back_needs_a_correction_with_a_reason(said: dict[str, Any], refused: bool) -> None:
    found = broken("status_report", report(status_code="planned", **said), before=earlier("in_progress"))
    assert (("transition_not_allowed", "status_code") in found) is refused


def test_a_step_into_the_past_is_none() -> None:
    late = report(status_code="planned", day="2022-12-31")
    assert ("transition_not_allowed", "status_code") not in broken("status_report", late, before=earlier("in_progress"))


@pytest.mark.parametrize("place", ["delivered", "known"])
def test_a_completed_measure_with_an_actual_end_needs_no_question(place: str) -> None:
    ended = {**COMPLETE, "actual_end": "2024-06-30"}
    first = {"measure": [ended]} if place == "known" else {}
    said: dict[str, list[Row]] = {"status_report": [report(status_code="completed")]}
    if place == "delivered":
        said["measure"] = [ended]
    kept = ledger(batch(first, 1, "2023-12-31")) if first else ledger()
    found = broken_rules(case(batch(said, 2, RECEIVED), kept))
    assert "completed_without_end" not in found["rule"].to_list()


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"planned_end": None}, True),
        ({"planned_end": "2025"}, False),
        ({"planned_end": None, "why": {"planned_end": "not_decided"}}, False),
        ({"planned_end": None, "refused": ["planned_end"]}, False),
        ({}, False),
    ],
    ids=["blank", "stated", "with a reason", "refused", "not spoken of"],
)
def test_an_expected_value_that_is_empty_needs_a_reason(said: dict[str, Any], asked: bool) -> None:
    found = broken("measure", {**KNOWN, **said})
    assert (("missing_reason_needed", "planned_end") in found) is asked


def test_what_is_known_needs_no_reason_where_it_is_left_blank() -> None:
    blank = {**KNOWN, "planned_end": None}
    assert broken("measure", blank, before={"measure": [COMPLETE]}) == []


def test_a_report_without_news_needs_no_reasons() -> None:
    assert broken("status_report", report(status_code=None, unchanged=True)) == []
