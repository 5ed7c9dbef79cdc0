"""What was true when, and when we knew it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from batch_example import ENTITIES, Row, batch, ledger, recorded_entities

from flows.history.ledger import current, empty_ledger, record
from flows.model import Ledger

E_FILE: Row = {"id": "M-0001", "title_de": "E-Akte", "planned_end": "2025", "planned_end_precision": "year"}


def measures(*deliveries: Row, received: tuple[str, ...] = ("2023-12-31", "2024-12-31", "2025-12-31")) -> Ledger:
    """Return the ledger after deliveries of one measure each."""
    days = zip(deliveries, received, strict=False)
    return ledger(*(batch({"measure": [row]}, n, day) for n, (row, day) in enumerate(days, start=1)))


def now(kept: Ledger, entity: str = "measure", **when: str) -> dict[str, Any]:
    return current(kept, entity, **when).row(0, named=True)


def exceptions(kept: Ledger, version: int) -> dict[str, tuple[str, int, str]]:
    """Return property -> (delivery, row, how) of one version."""
    own = kept.exceptions.filter(pl.col("_version") == version)
    return {name: place for name, *place in map(list, own.select("property", "delivery", "row", "how").rows())}


def test_what_is_said_first_is_the_first_version() -> None:
    kept = measures(E_FILE)
    found = now(kept)
    assert (found["title_de"], found["planned_end"]) == ("E-Akte", "2025")
    assert (found["valid_from"], found["recorded_at"], found["_version"]) == ("2023-12-31", "2023-12-31", 1)
    assert (found["_delivery"], found["_row"]) == ("D-000001", 1)
    assert kept.exceptions.is_empty()


def test_a_default_holds_where_nothing_was_said() -> None:
    assert now(measures(E_FILE))["visibility"] == "public"
    assert now(measures({**E_FILE, "visibility": "internal"}))["visibility"] == "internal"


def test_an_expected_value_nobody_spoke_of_is_not_stated() -> None:
    found = now(measures(E_FILE))
    assert (found["planned_start"], found["_why_planned_start"]) == (None, "not_stated")
    assert found["_why_title_en"] is None, "an optional value needs no reason"


def test_saying_the_same_again_adds_nothing() -> None:
    kept = measures(E_FILE, E_FILE)
    assert len(kept.versions["measure"]) == 1
    assert now(kept)["_delivery"] == "D-000001"


def test_the_same_row_twice_in_one_delivery_is_one_version() -> None:
    kept = ledger(batch({"measure": [E_FILE, E_FILE]}))
    assert len(kept.versions["measure"]) == 1


def test_a_blank_keeps_the_earlier_value_and_names_its_place() -> None:
    kept = measures(E_FILE, {**E_FILE, "title_de": "eAkte", "planned_end": None, "planned_end_precision": None})
    found = now(kept)
    assert (found["title_de"], found["planned_end"], found["planned_end_precision"]) == ("eAkte", "2025", "year")
    carried = {name: ["D-000001", 1, "carried_forward"] for name in ("planned_end", "planned_end_precision")}
    assert exceptions(kept, 2) == carried


def test_a_marker_empties_the_value_and_gives_the_reason() -> None:
    kept = measures(E_FILE, {"id": "M-0001", "planned_end": None, "why": {"planned_end": "not_decided"}})
    found = now(kept)
    assert (found["title_de"], found["planned_end"], found["_why_planned_end"]) == ("E-Akte", None, "not_decided")
    assert found["planned_end_precision"] is None, "a companion goes with its value"
    assert "planned_end" not in exceptions(kept, 2)


def test_a_value_takes_the_place_of_a_reason() -> None:
    emptied = {**E_FILE, "planned_end": None, "planned_end_precision": None, "why": {"planned_end": "not_decided"}}
    found = now(measures(emptied, E_FILE))
    assert (found["planned_end"], found["_why_planned_end"]) == ("2025", None)


def test_a_blank_after_a_marker_keeps_the_reason() -> None:
    emptied = {**E_FILE, "planned_end": None, "why": {"planned_end": "not_decided"}}
    found = now(measures(emptied, {**E_FILE, "planned_end": None, "title_de": "eAkte"}))
    assert (found["title_de"], found["planned_end"], found["_why_planned_end"]) == ("eAkte", None, "not_decided")


def test_a_refused_value_keeps_the_previous_one() -> None:
    refused = {"id": "M-0001", "title_de": "eAkte", "planned_end": None, "refused": ["planned_end"]}
    kept = measures(E_FILE, refused)
    assert now(kept)["planned_end"] == "2025"
    assert exceptions(kept, 2)["planned_end"] == ["D-000001", 1, "previous_kept"]


def test_a_property_the_delivery_does_not_speak_of_comes_from_the_other_delivery() -> None:
    kept = measures(E_FILE, {"id": "M-0001", "title_de": "eAkte"})
    assert exceptions(kept, 2)["planned_end"] == ["D-000001", 1, "other_delivery"]


def test_an_exception_names_the_first_origin_through_several_deliveries() -> None:
    blank = {"id": "M-0001", "planned_end": None}
    kept = measures(E_FILE, {**blank, "title_de": "eAkte"}, {**blank, "title_de": "E-Akte 2"})
    assert now(kept)["planned_end"] == "2025"
    assert exceptions(kept, 3)["planned_end"] == ["D-000001", 1, "carried_forward"]
    assert "title_de" not in exceptions(kept, 3)


def test_a_late_record_fills_the_past_and_leaves_the_present() -> None:
    late = {"id": "M-0001", "title_de": "Akte", "day": "2022-06-30"}
    kept = measures(E_FILE, late)
    assert now(kept)["title_de"] == "E-Akte"
    assert now(kept, valid="2023-01-01")["title_de"] == "Akte"
    assert current(kept, "measure", valid="2023-01-01", known="2023-12-31").is_empty(), "nobody knew it then"
    assert now(kept, valid="2023-01-01")["planned_end"] is None, "what came later is not carried back"


def test_a_correction_takes_the_place_of_what_was_known() -> None:
    first = {**E_FILE, "day": "2023-06-30"}
    kept = measures(first, {**first, "planned_end": "2026"})
    assert now(kept)["planned_end"] == "2026"
    assert now(kept, known="2023-12-31")["planned_end"] == "2025", "what we knew then is not forgotten"
    assert kept.versions["measure"]["valid_from"].to_list() == ["2023-06-30", "2023-06-30"]


def test_nothing_recorded_is_ever_changed() -> None:
    first = measures(E_FILE)
    second = record(first, batch({"measure": [{**E_FILE, "title_de": "eAkte"}]}, 2, "2024-12-31"), ENTITIES)
    assert second.versions["measure"].head(1).equals(first.versions["measure"])


def test_versions_are_numbered_over_all_entities() -> None:
    report = {"id": "SR-0001", "measure_id": "M-0001", "status_code": "planned", "report_state": "received"}
    kept = ledger(batch({"measure": [E_FILE], "status_report": [report]}))
    assert kept.versions["measure"]["_version"].to_list() == [1]
    assert kept.versions["status_report"]["_version"].to_list() == [2]


def test_records_keep_apart() -> None:
    kept = ledger(batch({"measure": [E_FILE, {"id": "M-0002", "title_de": "OZG"}]}))
    assert current(kept, "measure").select("id", "planned_end").rows() == [("M-0001", "2025"), ("M-0002", None)]
    assert kept.exceptions.is_empty()


REPORT: Row = {
    "id": "SR-0001",
    "measure_id": "M-0001",
    "status_code": "in_progress",
    "progress_pct": 58.0,
    "achievements_de": "Begonnen",
    "report_state": "received",
}


def later_report(**said: Any) -> Ledger:
    """Return the ledger after a report of 2023 and another of 2024 of the same measure."""
    row = {"id": "SR-0002", "measure_id": "M-0001", "report_state": "received", **said}
    first = batch({"status_report": [REPORT]}, 1, "2023-12-31")
    return ledger(first, batch({"status_report": [row]}, 2, "2024-12-31"))


def report(kept: Ledger) -> dict[str, Any]:
    return current(kept, "status_report").filter(pl.col("id") == "SR-0002").row(0, named=True)


def test_a_report_without_news_takes_everything_from_the_one_before() -> None:
    kept = later_report(status_code=None, progress_pct=None, unchanged=True, report_state="carried_forward")
    found = report(kept)
    assert (found["status_code"], found["progress_pct"], found["achievements_de"]) == ("in_progress", 58.0, "Begonnen")
    assert found["report_state"] == "carried_forward"
    assert exceptions(kept, 2)["progress_pct"] == ["D-000001", 1, "carried_forward"]


def test_a_report_that_is_silent_takes_nothing_from_another_report() -> None:
    found = report(later_report(status_code="in_progress", progress_pct=None))
    assert (found["progress_pct"], found["achievements_de"]) == (None, None)


def test_a_report_whose_status_was_refused_keeps_the_last_accepted_one_only() -> None:
    kept = later_report(status_code=None, progress_pct=None, refused=["status_code"])
    found = report(kept)
    assert (found["status_code"], found["progress_pct"]) == ("in_progress", None)
    assert exceptions(kept, 2) == {"status_code": ["D-000001", 1, "previous_kept"]}


def test_a_report_whose_day_was_refused_does_not_take_the_day_of_another() -> None:
    first = batch({"status_report": [{**REPORT, "reporting_date": "2023-06-30"}]}, 1, "2023-12-31")
    row = {"id": "SR-0002", "measure_id": "M-0001", "reporting_date": None, "refused": ["reporting_date"]}
    found = report(ledger(first, batch({"status_report": [row]}, 2, "2024-12-31")))
    assert (found["reporting_date"], found["_why_reporting_date"]) == (None, "not_stated")


def test_a_report_does_not_lean_on_one_of_a_later_day() -> None:
    late = {"id": "SR-0002", "measure_id": "M-0001", "unchanged": True, "day": "2022-12-31"}
    first = batch({"status_report": [REPORT]}, 1, "2023-12-31")
    found = report(ledger(first, batch({"status_report": [late]}, 2, "2024-12-31")))
    assert (found["status_code"], found["_why_status_code"]) == (None, "not_stated")


def test_a_cell_filled_from_above_is_named_with_the_row_it_came_from() -> None:
    said = batch({"measure": [E_FILE, {**E_FILE, "id": "M-0002"}]})
    filled = said.filled.vstack(
        pl.DataFrame([("measure", "planned_end", "", 2, 1, "merged_cell")], schema=said.filled.schema, orient="row")
    )
    kept = ledger(replace(said, filled=filled))
    assert kept.exceptions.select("id", "property", "delivery", "row", "how").rows() == [
        ("M-0002", "planned_end", "D-000001", 1, "merged_cell")
    ]


@pytest.mark.parametrize("entity", sorted(recorded_entities()))
def test_an_empty_ledger_has_a_place_for_every_stored_property(entity: str) -> None:
    versions = empty_ledger(recorded_entities()).versions[entity]
    delivered = {p.name for p in ENTITIES[entity].properties if not p.derived} - {"missing_reasons"}
    assert delivered <= set(versions.columns)
    assert current(empty_ledger(recorded_entities()), entity).is_empty()
