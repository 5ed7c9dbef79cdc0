"""A department is reminded once before a deadline and once after its grace period, however often a run looks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flows.feedback.reminders import reminders
from flows.model import Delivery, Feed

FEED = Feed("rit", "measures", {"reporting": {"interval": "P1Y", "due": ["03-31"], "grace_days": 14}})


def came(day: str) -> Delivery:
    return Delivery("D-000001", "rit/measures", day, "0" * 64, (), "")


def kinds(today: str, *days: str, told=()) -> list[tuple[str, str]]:
    return [(r.due, r.kind) for r in reminders([FEED], [came(day) for day in days], today, set(told))]


@pytest.mark.parametrize(
    ("today", "days", "expected"),
    [
        ("2027-03-16", [], []),
        ("2027-03-17", [], [("2027-03-31", "before")]),
        ("2027-03-31", [], [("2027-03-31", "before")]),
        ("2027-04-01", [], []),
        ("2027-04-14", [], []),
        ("2027-04-15", [], [("2027-03-31", "after")]),
        ("2027-05-14", [], [("2027-03-31", "after")]),
        ("2027-05-15", [], []),
        ("2027-03-20", ["2027-03-01"], []),
        ("2027-03-20", ["2026-05-02"], []),
        ("2027-03-20", ["2026-04-10"], [("2027-03-31", "before")]),
        ("2027-04-20", ["2027-04-10"], []),
        ("2027-04-20", ["2026-04-14"], [("2027-03-31", "after")]),
    ],
    ids=str,
)
def test_reminders_go_out_around_the_deadline_where_no_report_came(today: str, days: list[str], expected):
    assert kinds(today, *days) == expected


def test_each_reminder_goes_out_once_however_often_a_run_looks():
    told: set[tuple[str, str]] = set()
    sent = []
    for n in range(400):
        today = (date(2027, 1, 1) + timedelta(days=n)).isoformat()
        for _ in range(2):
            for reminder in reminders([FEED], [], today, told):
                told.add((reminder.what, reminder.kind))
                sent.append((reminder.due, reminder.kind))
    assert sent == [("2027-03-31", "before"), ("2027-03-31", "after")]


def test_a_feed_without_deadlines_is_left_alone():
    assert reminders([Feed("rit", "x", {})], [], "2027-03-31", set()) == []


def test_the_last_of_february_is_a_deadline_in_every_year():
    feed = Feed("rit", "measures", {"reporting": {"interval": "P1Y", "due": ["02-29"]}})
    assert [r.due for r in reminders([feed], [], "2027-02-28", set())] == ["2027-02-28"]
    assert [r.due for r in reminders([feed], [], "2028-02-29", set())] == ["2028-02-29"]
