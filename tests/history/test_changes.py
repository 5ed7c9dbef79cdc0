"""What changed from one version to the next, and what kind of change that is."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from batch_example import ENTITIES, Row, batch, frame, ledger

from flows.history.changes import as_text, change_class, change_log, missing_reasons, reported_changes
from flows.history.ledger import current
from flows.model import Ledger

FIRST: Row = {"id": "M-0001", "title_de": "E-Akte", "planned_end": "2025", "lead_org_ids": ["ORG-rit"]}


def measures(*rows: Row) -> Ledger:
    return ledger(*(batch({"measure": [row]}, n, f"{2022 + n}-12-31") for n, row in enumerate(rows, start=1)))


def changes(kept: Ledger) -> list[tuple[Any, ...]]:
    """Return (property, old, new, class) of everything that is no first value."""
    log = change_log(kept, ENTITIES).with_columns(kind=pl.lit(""))
    log = log.with_columns(change_class(log, ENTITIES).alias("kind")).filter(~pl.col("first"))
    return log.select("property", "old_value", "value", "kind").rows()


def test_the_first_version_logs_every_value_it_states() -> None:
    log = change_log(measures(FIRST), ENTITIES)
    assert log.select("property", "old_value", "value", "first").rows() == [
        ("lead_org_ids", None, "ORG-rit", True),
        ("planned_end", None, "2025", True),
        ("title_de", None, "E-Akte", True),
    ]
    assert set(log["valid_from"]) == {"2023-12-31"}


def test_what_is_internal_is_in_no_log() -> None:
    kept = measures({**FIRST, "visibility": "internal", "embargo_until": "2030-01-01"})
    assert not {"visibility", "embargo_until"} & set(change_log(kept, ENTITIES)["property"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"title_de": "eAkte"}, ("title_de", "E-Akte", "eAkte", "text")),
        ({"planned_end": "2026"}, ("planned_end", "2025", "2026", "date_slip")),
        ({"planned_end": "2025-06"}, ("planned_end", "2025", "2025-06", "date_gain")),
        ({"planned_end": "2025-12"}, ("planned_end", "2025", "2025-12", "scope")),
        ({"lead_org_ids": ["ORG-rit", "ORG-por"]}, ("lead_org_ids", "ORG-rit", "ORG-rit|ORG-por", "lead")),
        ({"scope": "central"}, ("scope", None, "central", "scope")),
        (
            {"planned_end": None, "why": {"planned_end": "not_decided"}},
            ("planned_end", "2025", None, "scope"),
        ),
    ],
)
def test_one_change_and_its_kind(said: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert changes(measures(FIRST, {**FIRST, **said})) == [expected]


def test_another_value_of_the_same_day_is_a_correction() -> None:
    day = {"day": "2023-06-30"}
    assert changes(measures({**FIRST, **day}, {**FIRST, **day, "planned_end": "2026"})) == [
        ("planned_end", "2025", "2026", "correction")
    ]


def test_a_late_report_is_compared_with_what_held_before_it() -> None:
    kept = measures(FIRST, {**FIRST, "planned_end": "2024", "day": "2022-06-30"})
    log = change_log(kept, ENTITIES).filter(pl.col("property") == "planned_end")
    assert log.sort("valid_from").select("old_value", "value", "first").rows() == [
        (None, "2024", True),
        ("2024", "2025", False),
    ]


def test_consecutive_reports_change_their_measure() -> None:
    def report(number: int, **said: Any) -> dict[str, list[Row]]:
        return {"status_report": [{"id": f"SR-000{number}", "measure_id": "M-0001", "status_code": "planned", **said}]}

    kept = ledger(
        batch(report(1, progress_pct=None), 1, "2022-12-31"),
        batch(report(2, progress_pct=56.0, status_code="in_progress"), 2, "2023-12-31"),
        batch(report(3, progress_pct=None, status_code="in_progress"), 3, "2024-06-30"),
        batch(report(4, progress_pct=73.5, status_code="in_progress"), 4, "2024-12-31"),
    )
    log = reported_changes(current(kept, "status_report"), ENTITIES["status_report"])
    found = log.with_columns(change_class(log, ENTITIES).alias("kind"))
    assert found.select("entity", "id", "property", "old_value", "value", "kind").rows() == [
        ("measure", "M-0001", "status_code", "planned", "in_progress", "status"),
        ("measure", "M-0001", "progress_pct", "56", "73.5", "progress"),
    ]


def test_a_postponement_is_a_change_though_no_report_before_it_spoke_of_the_end() -> None:
    said = {"measure_id": "M-0001", "status_code": "in_progress"}
    kept = ledger(
        batch({"status_report": [{"id": "SR-0001", **said}]}, 1, "2024-12-31"),
        batch({"status_report": [{"id": "SR-0002", **said, "forecast_state": "no_new_date"}]}, 2, "2025-12-31"),
    )
    log = reported_changes(current(kept, "status_report"), ENTITIES["status_report"])
    found = log.with_columns(change_class(log, ENTITIES).alias("kind"))
    assert found.select("id", "property", "old_value", "value", "kind").rows() == [
        ("M-0001", "forecast_state", None, "no_new_date", "date_slip")
    ]


@pytest.mark.parametrize(
    ("entity", "name", "value", "text"),
    [
        ("status_report", "progress_pct", 73.0, "73"),
        ("status_report", "progress_pct", 73.5, "73.5"),
        ("status_report", "progress_pct", 10.0, "10"),
        ("measure", "lead_confirmed", True, "true"),
        ("measure", "lead_org_ids", ["ORG-por", "ORG-rit"], "ORG-por|ORG-rit"),
        ("budget", "amount_eur", 171_000_000, "171000000"),
        ("measure", "title_de", None, None),
    ],
)
def test_a_value_as_it_is_published(entity: str, name: str, value: object, text: str | None) -> None:
    row = frame(entity, [{"id": "X", name: value}])
    assert row.select(as_text(ENTITIES[entity][name])).item() == text


def test_the_reasons_why_values_are_empty() -> None:
    said = {"id": "M-0001", "title_de": "E-Akte", "planned_end": "2025"}
    kept = measures(
        {**said, "planned_start": None, "why": {"planned_start": "not_decided", "embargo_until": "withheld"}}
    )
    reasons = current(kept, "measure").select(missing_reasons(ENTITIES["measure"])).item().to_list()
    assert "planned_start=not_decided" in reasons
    assert "scope=not_stated" in reasons
    assert not [reason for reason in reasons if reason.startswith(("planned_end=", "embargo_until="))]


def test_what_misses_nothing_gives_no_reasons() -> None:
    kept = ledger(batch({"guideline": [{"id": "G-1", "title_de": "Offenheit", "parent_id": "G-2"}]}))
    assert current(kept, "guideline").select(missing_reasons(ENTITIES["guideline"])).item() is None
