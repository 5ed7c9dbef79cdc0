import os
from datetime import datetime
from pathlib import Path

import pytest

from flows.collect.fetch import fetch
from flows.collect.fetch import folder as folder_module
from flows.model import Feed, Finding
from flows.store import Store

TODAY = "2026-11-20"
FEED = Feed("rit", "report", {"unit": "rit", "source": {"kind": "folder"}})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    directory = tmp_path / "mappings" / "departments" / "rit" / "report"
    directory.mkdir(parents=True)
    return directory


def look(tmp_path: Path, feed: Feed = FEED):
    return fetch(feed, tmp_path, Store(tmp_path / "output").cache, TODAY)


def rules(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.value) for finding in findings]


def test_files_and_folders_are_deliveries_by_day(tmp_path: Path, place: Path):
    (place / "2025-12-31.xlsx").write_bytes(b"x")
    (place / "2024-12-31").mkdir()
    (place / "2024-12-31" / "page-2.json").write_bytes(b"2")
    (place / "2024-12-31" / "page-1.json").write_bytes(b"1")
    fetched, findings = look(tmp_path)
    assert findings == []
    assert [(found.feed, found.received, found.files) for found in fetched] == [
        ("rit/report", "2024-12-31", (("page-1.json", b"1"), ("page-2.json", b"2"))),
        ("rit/report", "2025-12-31", (("2025-12-31.xlsx", b"x"),)),
    ]
    assert fetched[1].origin == "mappings/departments/rit/report/2025-12-31.xlsx"


def test_the_day_may_be_followed_by_words(tmp_path: Path, place: Path):
    (place / "2024-12-31_Korrektur.csv").write_bytes(b"")
    fetched, findings = look(tmp_path)
    assert [found.received for found in fetched] == ["2024-12-31"]
    assert findings == []


@pytest.mark.parametrize("name", ["Bericht.csv", "2024-02-30.csv", "2024-12-311.csv"])
def test_a_name_without_a_day_is_received_when_it_was_last_changed(tmp_path: Path, place: Path, name: str):
    path = place / name
    path.write_bytes(b"")
    changed = datetime.fromisoformat("2025-03-31T23:30:00+00:00").timestamp()  # already April in Berlin
    os.utime(path, (changed, changed))
    fetched, findings = look(tmp_path)
    assert [found.received for found in fetched] == ["2025-04-01"]
    assert findings == [Finding("received_from_file_time", "INFO", value=name, expected="2025-04-01.csv")]


def test_hidden_and_temporary_files_are_ignored_and_said(tmp_path: Path, place: Path):
    (place / "~$2024-12-31.xlsx").write_bytes(b"")
    (place / ".2024-12-31.csv.swp").write_bytes(b"")
    (place / "2024-12-31").mkdir()
    (place / "2024-12-31" / ".DS_Store").write_bytes(b"")
    (place / "2024-12-31" / "more").mkdir()
    fetched, findings = look(tmp_path)
    assert fetched == []
    assert rules(findings) == [
        ("file_ignored", ".2024-12-31.csv.swp"),
        ("file_ignored", "~$2024-12-31.xlsx"),
        ("file_ignored", ".DS_Store"),
        ("file_ignored", "2024-12-31/more"),
        ("file_ignored", "2024-12-31"),
    ]


def test_nothing_is_received_tomorrow(tmp_path: Path, place: Path):
    (place / "2026-11-20.csv").write_bytes(b"a")
    (place / "2026-11-21.csv").write_bytes(b"b")
    fetched, findings = look(tmp_path)
    assert [found.received for found in fetched] == ["2026-11-20"]
    assert rules(findings) == [("received_in_future", "2026-11-21.csv")]


def test_what_is_too_large_is_not_taken(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(folder_module, "LARGEST", 3)
    (place / "2024-12-31.csv").write_bytes(b"1234")
    (place / "2025-12-31.csv").write_bytes(b"123")
    fetched, findings = look(tmp_path)
    assert [found.received for found in fetched] == ["2025-12-31"]
    assert rules(findings) == [("file_too_large", "2024-12-31.csv")]


def test_a_link_to_nowhere_spoils_only_itself(tmp_path: Path, place: Path):
    (place / "2024-12-31.csv").symlink_to(tmp_path / "absent")
    (place / "2025-12-31.csv").write_bytes(b"")
    fetched, findings = look(tmp_path)
    assert [found.received for found in fetched] == ["2025-12-31"]
    assert [finding.rule for finding in findings] == ["source_unreachable"]


def test_a_missing_folder_is_a_finding(tmp_path: Path):
    fetched, findings = look(tmp_path)
    assert fetched == []
    assert rules(findings) == [("source_unreachable", "report: No such file or directory")]


def test_the_mapping_may_name_another_folder(tmp_path: Path):
    share = tmp_path / "share"
    share.mkdir()
    (share / "2024-12-31.csv").write_bytes(b"a")
    feed = Feed("rit", "report", {"source": {"kind": "folder", "path": str(share)}})
    fetched, _ = look(tmp_path / "project", feed)
    assert [(found.received, found.origin) for found in fetched] == [("2024-12-31", "2024-12-31.csv")]
