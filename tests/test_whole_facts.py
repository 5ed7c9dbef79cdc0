"""The example as it is published: the facts it is made of arrive, what is unknown stays unknown with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import whole_example as whole

UNKNOWN_TITLE = "M-0039"
ADDED_BY_THE_FOURTH_AMENDMENT = {"M-0009", "M-0011", "M-0037", "M-0038"}


@pytest.fixture(scope="module")
def measures(published: Path) -> dict[str, whole.Row]:
    return whole.by_id(published, "measures")


@pytest.fixture(scope="module")
def reports(published: Path) -> list[whole.Row]:
    return whole.rows(published, "status_reports")


@pytest.fixture(scope="module")
def changes(published: Path) -> list[whole.Row]:
    return whole.rows(published, "changes")


def latest(reports: list[whole.Row], measures: dict[str, whole.Row], measure: str) -> whole.Row:
    return next(report for report in reports if report["id"] == measures[measure]["latest_report_id"])


def reasons(row: whole.Row) -> dict[str, str]:
    return dict(pair.split("=") for pair in row["missing_reasons"].split("|") if pair)


def test_every_measure_with_a_known_title_is_published(measures: dict[str, whole.Row]) -> None:
    assert list(measures) == [f"M-{number:04d}" for number in range(1, 39)]
    assert all(row["title_de"] for row in measures.values())


def test_the_measure_without_a_title_is_held_back_and_nothing_names_it(published: Path) -> None:
    delivered = whole.by_id(published, "deliveries")["D-000014"]
    assert int(delivered["rows_delivered"]) - int(delivered["rows_published"]) == 2, "the header and the one row"
    naming = [path.name for path in (published / "public" / "data").glob("*.csv") if UNKNOWN_TITLE in path.read_text()]
    assert naming == []


def test_both_values_of_the_same_progress_are_kept_with_unknown_reporting_days(
    measures: dict[str, whole.Row], reports: list[whole.Row], changes: list[whole.Row], published: Path
) -> None:
    own = {report["id"]: report for report in reports if report["measure_id"] == "M-0002"}
    assert [report["progress_pct"] for report in own.values()] == ["56", "73"]
    assert all(report["reporting_date"] == "" for report in own.values())
    assert all("reporting_date" in reasons(report) for report in own.values())
    history = whole.rows(published, "history")
    kept = [row["value"] for row in history if row["id"] in own and row["property"] == "progress_pct"]
    assert kept == ["56", "73"]
    moved = [row for row in changes if row["id"] == "M-0002" and row["property"] == "progress_pct"]
    assert [(row["old_value"], row["new_value"], row["change_class"]) for row in moved] == [("56", "73", "progress")]
    assert measures["M-0002"]["progress_pct"] == "73"
    assert measures["M-0002"]["planned_start"] == measures["M-0002"]["planned_end"] == "", "the slider is no period"


def test_a_low_progress_shows_with_its_vague_day_and_the_whole_period(
    measures: dict[str, whole.Row], reports: list[whole.Row]
) -> None:
    measure, report = measures["M-0029"], latest(reports, measures, "M-0029")
    assert (measure["planned_start"], measure["planned_end"], measure["progress_pct"]) == ("2022", "2024", "11")
    assert (report["reporting_date"], report["reporting_date_precision"]) == ("2024-01/2024-03", "vague")
    assert report["valid_from"] == "2024-03-31"
    assert (measure["expected_pct"], measure["progress_gap_pp"]) == ("74.9", "-63.9")
    assert (measure["schedule_computed"], measure["overdue_days"]) == ("red", "365")


def test_no_news_carries_the_last_state_forward_and_says_how_old_it_is(
    measures: dict[str, whole.Row], published: Path
) -> None:
    assert [row for row in whole.rows(published, "status_reports_2025") if row["measure_id"] == "M-0029"] == []
    assert measures["M-0029"]["status_code"] == "in_progress"
    assert (measures["M-0029"]["report_age_days"], measures["M-0029"]["report_overdue"]) == ("640", "true")


def test_a_postponement_without_a_new_day_is_open_ended(
    measures: dict[str, whole.Row], reports: list[whole.Row]
) -> None:
    measure, report = measures["M-0008"], latest(reports, measures, "M-0008")
    assert (report["forecast_state"], report["postponed_on"], report["forecast_end"]) == (
        "no_new_date",
        "2025-12-05",
        "",
    )
    assert reasons(report)["forecast_end"] == "not_decided"
    assert (measure["slippage_state"], measure["slippage_months"]) == ("open_ended", "")
    assert (measure["baseline_end"], measure["planned_end"], measure["schedule_computed"]) == ("2025", "2025", "red")


def test_what_the_report_said_before_the_postponement_stays(reports: list[whole.Row], published: Path) -> None:
    april = next(r for r in reports if r["measure_id"] == "M-0008" and r["reporting_date"] == "2025-04")
    assert "Abschluss" in april["achievements_de"]
    milestone = next(row for row in whole.rows(published, "milestones") if row["measure_id"] == "M-0008")
    assert (milestone["due_date"], milestone["status_code"], milestone["forecast_date"]) == (
        "2026-01-01",
        "not_met",
        "",
    )
    spent = next(row for row in whole.rows(published, "budgets") if row["measure_id"] == "M-0008")
    assert (spent["amount_type"], spent["amount_eur"], spent["stated_on"]) == ("actual", "171000000", "2025-12-21")


def test_a_renamed_goal_keeps_its_id_and_both_names(changes: list[whole.Row], published: Path) -> None:
    renamed = [row for row in changes if row["entity"] == "goal" and row["property"] == "title_de"]
    said = [(row["id"], row["old_value"], row["new_value"], row["change_class"]) for row in renamed]
    old, new = "Digitale Gremienarbeit", "Digitale Stadtrats- und Bezirksausschussarbeit"
    assert said == [("Z-2021-0203", old, new, "text")]
    assert whole.by_id(published, "goals")["Z-2021-0203"]["title_de"] == new


def test_the_fourth_amendment_names_what_it_added(measures: dict[str, whole.Row]) -> None:
    added = {name for name, row in measures.items() if row["introduced_in_version_id"] == "SV-4"}
    assert added == ADDED_BY_THE_FOURTH_AMENDMENT


def test_a_year_of_the_slider_is_no_date_but_the_text_of_the_page_is(measures: dict[str, whole.Row]) -> None:
    assert (measures["M-0001"]["planned_start"], measures["M-0001"]["planned_end"]) == ("", "2025")
    assert measures["M-0001"]["progress_pct"] == "58"
    assert (measures["M-0014"]["planned_start"], measures["M-0014"]["planned_end"]) == ("2020", "2023")


def test_joint_leads_keep_their_order_and_unconfirmed_ones_say_so(measures: dict[str, whole.Row]) -> None:
    assert measures["M-0036"]["lead_org_ids"] == "ORG-plan|ORG-kr|ORG-rit"
    assert measures["M-0007"]["lead_org_ids"] == "ORG-por|ORG-rit"
    assert {measures[name]["lead_confirmed"] for name in ("M-0003", "M-0014", "M-0028")} == {"false"}


def test_lead_and_period_that_depend_on_the_council_are_not_decided(measures: dict[str, whole.Row]) -> None:
    said = reasons(measures["M-0012"])
    assert {said[name] for name in ("lead_org_ids", "planned_start", "planned_end")} == {"not_decided"}
    assert measures["M-0012"]["status_code"] == "in_progress"


def test_what_is_expected_and_empty_has_a_reason(measures: dict[str, whole.Row]) -> None:
    for row in measures.values():
        empty = {name for name in ("short_text_de", "scope", "planned_start", "planned_end") if not row[name]}
        assert empty <= set(reasons(row)), row["id"]


def test_services_tell_the_way_without_the_internet(published: Path) -> None:
    passport = next(r for r in whole.rows(published, "services") if r["title_de"].startswith("Reisepass"))
    papers = next(r for r in whole.rows(published, "services") if r["title_de"].startswith("Fahrzeugpapiere"))
    assert (passport["state"], papers["state"], papers["identification"]) == (
        "not_possible",
        "live",
        "account_eid_optional",
    )
    assert passport["obstacle_de"]
    assert all(service["offline_way_de"] for service in (passport, papers))


def test_every_delivered_row_is_counted(published: Path) -> None:
    record = json.loads(next((published / "runs").glob("*.json")).read_bytes())
    deliveries = whole.rows(published, "deliveries")
    taken = ("published", "published_with_finding", "carried_forward")
    assert sum(record["outcomes"].values()) == sum(int(row["rows_delivered"]) for row in deliveries)
    assert sum(record["outcomes"][name] for name in taken) == sum(int(row["rows_published"]) for row in deliveries)
    assert record["outcomes"]["quarantined"] == 1
