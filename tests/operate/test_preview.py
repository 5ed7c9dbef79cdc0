"""A preview tells what a run would come to, or what was known on a day, and writes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from operate_example import LATER, LATER_FILE, open_store

from flows.collect.deliveries import Fetched
from flows.operate.preview import preview
from flows.operate.words import summary_document, summary_lines
from flows.settings import Configuration


def tree(directory: Path) -> dict[str, float]:
    return {str(path): path.stat().st_mtime for path in directory.rglob("*")}


def test_nothing_is_written(small: Configuration) -> None:
    before = tree(small.output)
    new = Fetched("kult/special", "2026-11-20", "new.csv", (("new.csv", LATER_FILE.replace(b"vielleicht", b"60 %")),))
    summary = preview(open_store(small), small, LATER + timedelta(days=1), ([new], []))
    assert tree(small.output) == before
    assert (summary.new_deliveries, summary.deliveries, summary.release) == (1, 4, "2026-11-21")
    assert "measures" in summary.changed
    lines = summary_lines(summary, small, dry=True)
    assert lines[-1].startswith("Would change")
    assert summary_document(summary)["format"] == "offenlage-run/1"


def test_without_news_nothing_would_change(small: Configuration) -> None:
    summary = preview(open_store(small), small, LATER + timedelta(days=1), ([], []))
    assert (summary.changed, summary.new_deliveries) == ((), 0)


def test_the_state_of_an_earlier_day_holds_what_had_come_by_then(small: Configuration) -> None:
    early = preview(open_store(small), small, LATER, ([], []), "2024-12-31")
    assert (early.deliveries, early.as_of) == (2, "2024-07-02")
    assert early.datasets["status_reports"] == 2
    assert preview(open_store(small), small, LATER, ([], [])).datasets["status_reports"] == 4
