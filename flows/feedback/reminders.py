"""Which departments are to be reminded of a report: once before it is due, once when it is missing after the grace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from flows.model import Delivery, Feed

Kind = Literal["before", "after"]
REMIND_DAYS = 14
"""How many days before a deadline the reminder goes out, where the mapping says nothing else."""
RECENT_DAYS = 30
"""What is older is not mailed: whoever sets up the mail server late must not write of bygone days."""


@dataclass(frozen=True)
class Reminder:
    """One reminder: of which feed's deadline (ISO day), before it or after the grace period."""

    feed: Feed
    due: str
    kind: Kind

    @property
    def what(self) -> str:
        """Return by what the journal knows it."""
        return f"{self.feed.id} {self.due}"


def reminders(
    feeds: Iterable[Feed], deliveries: Collection[Delivery], today: str, told: Collection[tuple[str, str]]
) -> list[Reminder]:
    """Return the reminders that are to go out on the day `today` (ISO) and of which the journal does not know yet.

    A report belongs to a deadline if it came after the grace period of the one before. `told` holds (what, kind).
    """
    received: dict[str, list[str]] = {}
    for delivery in deliveries:
        received.setdefault(delivery.feed, []).append(delivery.received)
    found = [r for feed in feeds for r in _of_feed(feed, received.get(feed.id, []), date.fromisoformat(today))]
    return [reminder for reminder in found if (reminder.what, reminder.kind) not in told]


def _of_feed(feed: Feed, received: Collection[str], today: date) -> Iterator[Reminder]:
    reporting: Mapping[str, int] = feed.mapping.get("reporting", {})
    grace = timedelta(days=reporting.get("grace_days", 0))
    ahead = timedelta(days=reporting.get("remind_days", REMIND_DAYS))
    for before, due in _deadlines(feed, today.year):
        came = any((before + grace).isoformat() < day <= today.isoformat() for day in received)
        if not came and due - ahead <= today <= due:
            yield Reminder(feed, due.isoformat(), "before")
        if not came and due + grace < today <= due + grace + timedelta(days=RECENT_DAYS):
            yield Reminder(feed, due.isoformat(), "after")


def _deadlines(feed: Feed, year: int) -> list[tuple[date, date]]:
    """Return the deadlines around a year, each with the one before it; 29 February is the last day of February."""
    days = feed.mapping.get("reporting", {}).get("due", [])
    dues = sorted({_day(y, day) for y in range(year - 2, year + 2) for day in days})
    return list(pairwise(dues))


def _day(year: int, day: str) -> date:
    month, number = (int(part) for part in day.split("-"))
    after = date(year + (month == 12), month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=number - 1), after - timedelta(days=1))
