from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_example import city, facts, measure, report

from flows.publish.site.wording import current_end, has_slipped, lower, sentence, slippage, years
from flows.publish.site.words import Lang


def said(identifier: str, lang: Lang) -> str:
    found = city().by_id("measure")[identifier]
    latest = city().by_id("status_report").get(found["latest_report_id"])
    return sentence(found, latest, city(), lang)


@pytest.mark.parametrize(
    ("identifier", "de"),
    [
        (
            "M-0001",
            "Zugesagt war das Ende für 2029; laut Meldung (Januar 2030) ist die Maßnahme in Umsetzung und hat "
            "40\u202f% der angestrebten Ergebnisse erreicht; das Ende ist jetzt für 2030 vorgesehen, 12 Monate später; "
            "Grund: Vergabe.",
        ),
        (
            "M-0002",
            "Zugesagt war das Ende für Dezember 2029; laut der am 01.02.2030 eingegangenen Meldung ist die Maßnahme in "
            "Umsetzung; am 05.11.2029 wurde sie verschoben, ohne neuen Termin; bis 31.03.2030 also um mindestens "
            "3 Monate; ein Grund ist nicht gemeldet.",
        ),
        ("M-0003", "Ein Endtermin ist nicht bekannt; laut Meldung vom 15.01.2030 ist die Maßnahme abgeschlossen."),
        ("M-0004", "Ein Endtermin ist noch nicht entschieden; der Stand der Maßnahme ist nicht gemeldet."),
    ],
)
def test_promised_now_why_in_one_sentence(identifier: str, de: str) -> None:
    assert said(identifier, "de") == de


def test_the_reason_of_the_department_comes_before_our_code_for_it() -> None:
    assert said("M-0005", "en").endswith("discontinued; reason: Es fehlte an Geld.")


def test_an_ongoing_task_has_no_end_and_that_is_no_gap() -> None:
    ongoing = facts(measure=[measure("M-0001", "Dienst", category="ongoing_task")]).all("measure")[0]
    assert sentence(ongoing, None, city(), "en") == (
        "An ongoing task with no intended end; the status of the measure has not been reported."
    )


@pytest.mark.parametrize(
    ("identifier", "de", "late"),
    [
        ("M-0001", "12 Monate später", True),
        ("M-0002", "verschoben, kein neuer Termin; mindestens 3 Monate", True),
        ("M-0003", "nicht feststellbar", False),
        ("M-0004", "nicht feststellbar", False),
    ],
)
def test_slippage_in_a_few_words(identifier: str, de: str, late: bool) -> None:
    found = city().by_id("measure")[identifier]
    assert (slippage(found, city(), "de"), has_slipped(found)) == (de, late)


def test_overdue_counts_as_slipped_without_another_date() -> None:
    late = measure("M-1", "x", slippage_state="none", overdue_days=1, baseline_end="2029", planned_end="2029")
    found = facts(measure=[late]).all("measure")[0]
    assert (slippage(found, city(), "en"), has_slipped(found)) == ("overdue", True)


def test_a_planned_end_that_passed_in_silence_is_said_to_have_passed() -> None:
    silent = measure("M-1", "x", slippage_state="none", baseline_end="2028-10/2028-12", planned_end="2028-10/2028-12")
    found = facts(measure=[silent]).all("measure")[0]
    assert (slippage(found, city(), "en"), has_slipped(found)) == ("date passed, status unknown", False)
    assert sentence(found, None, city(), "de") == (
        "Zugesagt war das Ende für das 4. Quartal 2028; der Stand der Maßnahme ist nicht gemeldet; "
        "der Termin ist verstrichen."
    )


def test_what_a_department_confirms_unchanged_is_said_to_be_unchanged() -> None:
    found = city().by_id("measure")["M-0003"]
    latest = city().by_id("status_report")[found["latest_report_id"]]
    assert "is still completed" in sentence(found, {**latest, "report_state": "carried_forward"}, city(), "en")


def test_the_current_end_is_the_actual_else_the_forecast_else_the_plan_and_none_where_it_is_open() -> None:
    rows = facts(
        measure=[
            measure("M-1", "x", planned_end="2030", actual_end="2029-05"),
            measure("M-2", "x", planned_end="2030"),
        ],
        status_report=[report("SR-1", "M-2", "in_progress", forecast_end="2031")],
    )
    actual, planned = rows.all("measure")
    forecast = rows.all("status_report")[0]
    assert current_end(actual, forecast) == "2029-05"
    assert current_end(planned, forecast) == "2031"
    assert current_end(planned, None) == "2030"
    assert current_end({**planned, "slippage_state": "open_ended"}, None) is None


@given(st.dates())
@settings(max_examples=50)
def test_years_lie_in_their_year_and_in_order(day: object) -> None:
    start, end = years(str(day)) or (0.0, 0.0)
    assert int(str(day)[:4]) <= start < end <= int(str(day)[:4]) + 1


@pytest.mark.parametrize("value", [None, "", "2024/..", "../2024", "bald"])
def test_what_has_no_two_ends_has_no_place_on_the_line(value: str | None) -> None:
    assert years(value) is None


def test_labels_inside_a_sentence() -> None:
    assert [lower(t) for t in ("In Umsetzung", "Datenschutz", "EU-Mittel", "")] == [
        *("in Umsetzung", "Datenschutz", "EU-Mittel", "")
    ]
