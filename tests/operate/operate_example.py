"""What the tests of operating share: how to open what is published, and a small city of unusual forms."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from flows.collect.deliveries import Fetched
from flows.operate.published import PublishedTables, published_tables
from flows.operate.trace import Evidence, gather
from flows.pipeline import Summary, run
from flows.settings import Configuration
from flows.store import Store

ROOT = Path(__file__).resolve().parents[2]
LATER = datetime(2026, 11, 21, 8, tzinfo=UTC)


def open_store(configuration: Configuration) -> Store:
    return Store(configuration.output, configuration.archive)


def tables_of(store: Store, release: str | None = None) -> PublishedTables:
    directory = store.releases.directory(release) if release else store.releases.public
    return published_tables(lambda path: (directory / path).read_bytes())


def evidence_of(configuration: Configuration) -> Evidence:
    store = open_store(configuration)
    return gather(tables_of(store), store, configuration)


def bring(configuration: Configuration, now: datetime, *fetched: Fetched) -> Summary:
    return run(open_store(configuration), configuration, now, lambda: (fetched, []), lambda _text: None)


SMALL_FEED = """
unit = "kult"
reports_for = "*"
[title]
de = "Sonderformen"
en = "Special forms"
[source]
kind = "folder"
[[tables]]
fill_down = ["Feld"]
report_date = {pattern = 'Stand: *(.+)'}
[tables.columns]
"Nr." = "measure.key"
"Titel" = "measure.title_de"
"Feld" = "measure.field_id"
"Kurz" = "measure.short_text_de"
"Zeitraum" = "measure.planned_period"
"Status" = "status_report.status_code"
"Fortschritt" = "status_report.progress_pct"
[tables.constants]
"measure.scope" = "departmental"
"""
ROWS = (
    ("Stand: 30.06.2024",),
    ("Nr.", "Titel", "Feld", "Kurz", "Zeitraum", "Status", "Fortschritt"),
    ("S/1", "Werkstatt der Töne", "Digital Government", "Erster Text", "2021-2025", "in Umsetzung", "40 %"),
    ("S/2", "Archiv der Bilder", "", "Zweiter Text", None, "in Umsetzung", "50 %"),
)


def special_workbook() -> bytes:
    """A title with the reporting day, a merged period, and a field that is to be filled down."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sonderformen")
        for row, cells in enumerate(ROWS):
            for column, text in enumerate(cells):
                if text is not None:
                    sheet.write_string(row, column, text)
        sheet.merge_range(2, 4, 3, 4, "2021-2025")
    return buffer.getvalue()


LATER_FILE = """Stand: 30.06.2025;;;;
Nr.;Titel;Feld;Status;Fortschritt
S/1;Werkstatt der Töne;Digital Government;in Umsetzung;vielleicht
S/2;Archiv der Bilder;;unverändert;
""".encode()
"""A second delivery without two of the columns, with a value nobody can read and a report without news."""
