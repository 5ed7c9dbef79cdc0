"""The published tables: what may be seen, in the form that was promised, and nothing that hangs on what may not."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from batch_example import ENTITIES, RULES, Row, batch, ledger

from flows.model import Batch, Feed
from flows.normalise.mapping import OUTCOME_SCHEMA, SOURCE_SCHEMA
from flows.publish.tables import Past, build_tables, by_year, interval_days

RIT = Feed("rit", "measures", {"unit": "rit", "reporting": {"interval": "P1Y", "grace_days": 14}})
MEASURE: Row = {"id": "M-0001", "title_de": "E-Akte", "planned_end": "2025", "lead_org_ids": ["ORG-rit"]}
ORGANISATION: Row = {"id": "ORG-rit", "name_de": "IT-Referat"}
REPORT: Row = {"id": "SR-0001", "measure_id": "M-0001", "status_code": "in_progress", "progress_pct": 58.0}


def tables(
    *batches: Batch, as_of: str = "2025-12-31", feeds: tuple[Feed, ...] = (RIT,), sources: pl.DataFrame | None = None
) -> dict[str, pl.DataFrame]:
    named = [said.outcomes.with_columns(delivery=pl.lit(said.delivery.id)) for said in batches]
    outcomes = pl.concat([pl.DataFrame(schema={**OUTCOME_SCHEMA, "delivery": pl.String}), *named])
    none = pl.DataFrame(schema={**SOURCE_SCHEMA, "delivery": pl.String})
    releases = {said.delivery.id: "2026-01-01" for said in batches}
    deliveries = [said.delivery for said in batches]
    past = Past(ledger(*batches), deliveries, none if sources is None else sources, outcomes, releases, as_of)
    return build_tables(past, ENTITIES, feeds, RULES)


def everything(**measure: Any) -> Batch:
    """Return a measure with one of everything that hangs on it, and a second measure."""
    own = {"measure_id": "M-0001"}
    return batch(
        {
            "organisation": [ORGANISATION],
            "measure": [{**MEASURE, **measure}, {"id": "M-0002", "title_de": "OZG-Umsetzung"}],
            "status_report": [REPORT],
            "milestone": [{"id": "MS-0001", "title_de": "Start", "due_date": "2025", **own}],
            "budget": [{"id": "B-0001", "amount_eur": 5, **own}],
            "measure_relation": [{"id": "R-0001", "from_measure_id": "M-0002", "to_measure_id": "M-0001"}],
            "service": [{"id": "L-0001", "title_de": "Antrag", "measure_ids": ["M-0001", "M-0002"]}],
        }
    )


def test_every_table_has_its_public_columns_in_order() -> None:
    found = tables(everything())
    assert set(found) == set(ENTITIES)
    for name, frame in found.items():
        assert frame.columns == [prop.name for prop in ENTITIES[name].public], name
        assert frame.schema == {prop.name: prop.dtype for prop in ENTITIES[name].public}, name
    assert {"visibility", "embargo_until"} & set(found["measure"].columns) == set()


def test_tables_are_sorted_by_their_key() -> None:
    said = batch({"measure": [{**MEASURE, "id": name} for name in ("M-0003", "M-0001", "M-0002")]})
    assert tables(said)["measure"]["id"].to_list() == ["M-0001", "M-0002", "M-0003"]


def test_a_row_names_its_source() -> None:
    row = tables(everything())["measure"].row(0, named=True)
    assert (row["source_delivery_id"], row["source_sheet"], row["source_row"]) == ("D-000001", "", 1)
    assert (row["valid_from"], row["recorded_at"], row["as_of"]) == ("2024-12-31", "2024-12-31", "2025-12-31")
    assert "scope=not_stated" in row["missing_reasons"]


def naming(found: dict[str, pl.DataFrame], needle: str) -> list[str]:
    return sorted(name for name, frame in found.items() if needle in frame.write_json())


@pytest.mark.parametrize(
    "said",
    [
        {"visibility": "internal"},
        {"visibility": "embargoed", "embargo_until": "2025-12-31"},
        {"visibility": "embargoed", "embargo_until": None},
        {"embargo_until": "2025-12-31"},
    ],
)
def test_nothing_names_a_measure_that_may_not_be_seen(said: dict[str, Any]) -> None:
    found = tables(everything(**said))
    assert naming(found, "M-0001") == []
    assert naming(found, "E-Akte") == []
    assert [found[name].height for name in ("status_report", "milestone", "budget", "measure_relation")] == [0] * 4
    assert found["service"]["measure_ids"].to_list() == [["M-0002"]]
    assert naming(found, "SR-0001") == []


def test_an_embargo_lasts_to_the_end_of_its_day() -> None:
    said = everything(visibility="embargoed", embargo_until="2025-12-31")
    assert "M-0001" not in tables(said, as_of="2025-12-31")["measure"]["id"]
    assert "M-0001" in tables(said, as_of="2026-01-01")["measure"]["id"]


def test_what_names_a_record_that_is_not_published_loses_the_name() -> None:
    found = tables(batch({"measure": [{**MEASURE, "field_id": "HF-1", "lead_org_ids": ["ORG-rit", "ORG-x"]}]}))
    row = found["measure"].row(0, named=True)
    assert (row["field_id"], row["lead_org_ids"]) == (None, None)
    with_rit = batch({"organisation": [ORGANISATION], "measure": [{**MEASURE, "lead_org_ids": ["ORG-rit", "ORG-x"]}]})
    assert tables(with_rit)["measure"].row(0, named=True)["lead_org_ids"] == ["ORG-rit"]


def second_round(**said: Any) -> tuple[Batch, Batch]:
    report = {"id": "SR-0002", "measure_id": "M-0001", "status_code": "in_progress", "progress_pct": 73.0}
    second = batch({"measure": [{**MEASURE, **said}], "status_report": [report]}, 2, "2025-12-31")
    return everything(), second


def test_changes_tell_old_and_new_and_count_reports_for_their_measure() -> None:
    found = tables(*second_round(title_de="eAkte"))["change_event"]
    moved = found.filter(pl.col("change_class") != "added")
    assert moved.select("entity", "id", "property", "old_value", "new_value", "change_class").rows() == [
        ("measure", "M-0001", "progress_pct", "58", "73", "progress"),
        ("measure", "M-0001", "title_de", "E-Akte", "eAkte", "text"),
    ]
    assert set(moved["delivery_id"]) == {"D-000002"}
    assert set(moved["measure_id"]) == {"M-0001"}
    added = found.filter(pl.col("change_class") == "added")
    assert "status_report" not in added["entity"], "a report is no change by itself"
    assert ("M-0002", "id", "M-0002") in added.select("id", "property", "new_value").rows()


def test_history_keeps_every_value_with_both_its_times() -> None:
    history = tables(*second_round(title_de="eAkte"))["history_entry"]
    titles = history.filter((pl.col("id") == "M-0001") & (pl.col("property") == "title_de"))
    assert titles.select("value", "valid_from", "recorded_at", "delivery_id").rows() == [
        ("E-Akte", "2024-12-31", "2024-12-31", "D-000001"),
        ("eAkte", "2025-12-31", "2025-12-31", "D-000002"),
    ]


def test_exceptions_are_told_of_what_holds_now_and_may_be_seen() -> None:
    first, second = second_round(title_de="eAkte", planned_end=None)
    third = batch({"measure": [{**MEASURE, "title_de": "E-Akte 3", "planned_end": None}]}, 3, "2026-12-31")
    hidden = everything(visibility="public", embargo_until="2020-01-01")
    found = tables(hidden, second, third)["source_exception"]
    assert found.select("id", "property", "delivery_id", "row", "how").rows() == [
        ("M-0001", "planned_end", "D-000001", 1, "carried_forward")
    ]
    assert tables(first, second)["source_exception"].height == 1


def test_sources_tell_nothing_of_internal_columns() -> None:
    rows = [
        ("", "measure", "title_de", "A", "Maßnahme", "D-000001"),
        ("", "measure", "visibility", "B", "öffentlich", "D-000001"),
    ]
    sources = pl.DataFrame(rows, schema={**SOURCE_SCHEMA, "delivery": pl.String}, orient="row")
    found = tables(everything(), sources=sources)["source"]
    assert found["property"].to_list() == ["title_de"]


def test_deliveries_count_their_rows() -> None:
    said = everything()
    lost = said.outcomes.with_columns(
        outcome=pl.when(pl.col("row") == 1).then(pl.lit("quarantined")).otherwise(pl.lit("carried_forward"))
    )
    row = tables(Batch(**{**vars(said), "outcomes": lost}))["delivery"].row(0, named=True)
    assert (row["id"], row["received_at"], row["organisation_id"]) == ("D-000001", "2024-12-31", "ORG-rit")
    assert (row["rows_delivered"], row["rows_published"]) == (2, 1)


@pytest.mark.parametrize(
    ("as_of", "missing"), [("2025-12-31", None), ("2026-01-14", None), ("2026-01-15", "2026-01-14")]
)
def test_a_report_is_missing_after_its_interval_and_the_grace(as_of: str, missing: str | None) -> None:
    row = tables(everything(), as_of=as_of)["punctuality"].row(0, named=True)
    assert (row["organisation_id"], row["interval"], row["last_received"]) == ("ORG-rit", "P1Y", "2024-12-31")
    assert (row["report_missing_since"], row["as_of"]) == (missing, as_of)


def test_a_unit_is_as_punctual_as_its_last_feed() -> None:
    later = Feed("rit", "milestones", {"unit": "rit", "reporting": {"interval": "P1Y"}})
    second = batch({"organisation": [ORGANISATION]}, 2, "2025-12-31", "rit/milestones")
    row = tables(everything(), second, feeds=(RIT, later))["punctuality"].row(0, named=True)
    assert row["last_received"] == "2025-12-31"


def test_who_need_not_report_is_not_listed() -> None:
    assert tables(everything(), feeds=(Feed("rit", "measures", {"unit": "rit"}),))["punctuality"].is_empty()


@pytest.mark.parametrize(("interval", "days"), [("P1Y", 365), ("P6M", 180), ("P2W", 14), ("P10D", 10)])
def test_intervals_in_days(interval: str, days: int) -> None:
    assert interval_days(interval) == days


def test_a_year_of_reports_is_that_of_the_reporting_day_else_of_receipt() -> None:
    days = {"SR-0001": "2023-12", "SR-0002": None, "SR-0003": "2024", "SR-0004": "2023-10/2024-03"}
    rows = [{**REPORT, "id": name, "reporting_date": day} for name, day in days.items()]
    reports = tables(batch({"measure": [MEASURE], "status_report": rows}))["status_report"]
    years = {year: frame["id"].to_list() for year, frame in by_year(reports).items()}
    assert years == {2023: ["SR-0001", "SR-0004"], 2024: ["SR-0002", "SR-0003"]}
