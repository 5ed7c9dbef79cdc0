"""A city with one small feed, in memory: the contracts are the real ones, the deliveries a few lines of text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from deliveries_example import configuration

from flows.collect.deliveries import Fetched, new_deliveries
from flows.model import Feed
from flows.settings import Configuration

COLUMNS = {
    "Nr.": "measure.key",
    "Titel": "measure.title_de",
    "Ende": "measure.planned_end",
    "Gesperrt bis": "measure.embargo_until",
    "Sichtbarkeit": "measure.visibility",
    "Status": "status_report.status_code",
    "Fortschritt": "status_report.progress_pct",
    "Stand": "status_report.reporting_date",
}
TITLE = {"de": "Pläne des Kulturreferats", "en": "Plans of the culture department"}
FEED = Feed("kult", "plans", {"unit": "kult", "title": TITLE, "reports_for": "*", "tables": [{"columns": COLUMNS}]})


def city(*feeds: Feed) -> Configuration:
    """Return a configuration in which nobody has an id yet."""
    return replace(configuration(), feeds=feeds or (FEED,), identifiers=configuration().identifiers.clear())


def delivery(received: str, *rows: str, feed: str = FEED.id) -> Fetched:
    """Return a delivery of lines such as `1;E-Akte;2025`, in the order of COLUMNS."""
    text = "\n".join([";".join(COLUMNS), *(f"{row}{';' * (len(COLUMNS) - row.count(';') - 1)}" for row in rows)])
    return Fetched(feed, received, f"{received}.csv", ((f"{received}.csv", f"{text}\n".encode()),))


def journal(*fetched: Fetched) -> list[Mapping[str, Any]]:
    """Return the journal's events of these deliveries."""
    return list(new_deliveries(fetched, []))


def archive(fetched: Sequence[Fetched]) -> dict[str, bytes]:
    return {hashlib.sha256(content).hexdigest(): content for found in fetched for _, content in found.files}
