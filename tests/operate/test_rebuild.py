"""A release is a function of journal, configuration and program: making it again gives the same files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from operate_example import open_store

from flows.operate.rebuild import rebuild, rebuild_document, rebuild_lines
from flows.settings import Configuration
from flows.store import Store


def test_untouched_releases_are_equal(small: Configuration, tmp_path: Path) -> None:
    rebuilt = rebuild(open_store(small), Store(tmp_path / "scratch"), small, lambda _text: None)
    assert [(one.release, one.different) for one in rebuilt] == [("2026-11-20", ()), ("2026-11-21", ())]
    assert min(one.equal for one in rebuilt) > 100
    assert rebuild_document(rebuilt)["equal"] is True
    assert [line.endswith("0 different") for line in rebuild_lines(rebuilt)] == [True, True]


def test_what_was_tampered_with_is_named(copied: Configuration, tmp_path: Path) -> None:
    data = copied.output / "public" / "data"
    (data / "goals.csv").unlink()
    (data / "measures.csv").unlink()
    (data / "measures.csv").write_bytes(b"id\r\nM-9999\r\n")
    rebuilt = rebuild(open_store(copied), Store(tmp_path / "scratch"), copied, lambda _text: None)
    assert [one.different for one in rebuilt] == [(), ("data/goals.csv", "data/measures.csv")]
    assert rebuild_document(rebuilt)["equal"] is False
    assert "  data/measures.csv" in rebuild_lines(rebuilt)


def test_another_configuration_is_not_compared(small: Configuration, tmp_path: Path) -> None:
    other = replace(small, digest="0" * 64)
    rebuilt = rebuild(open_store(small), Store(tmp_path / "scratch"), other, lambda _text: None)
    assert [one.equal for one in rebuilt] == [0, 0]
    assert all("another configuration" in one.not_comparable for one in rebuilt)
    assert all(one.good for one in rebuilt)
