"""The doctor looks at everything a run needs and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from operate_example import LATER, open_store

from flows.collect.fetch import TransientFetchError
from flows.model import Finding
from flows.operate.doctor import doctor_document, doctor_lines, examine
from flows.settings import Configuration
from flows.store import Store


def states(configuration: Configuration, store: Store | None = None, look=lambda _feed: ([], [])) -> dict[str, str]:
    seen = examine(configuration, store or open_store(configuration), LATER, look, has_prefect=True)
    return {one.what: one.state for one in seen}


def test_all_is_well_after_a_run(small: Configuration) -> None:
    found = states(small)
    assert {what for what, state in found.items() if state == "wrong"} <= {"disk"}
    assert found["portal"] == "note"
    assert found["last run"] == "fine"


def test_sources_that_cannot_be_reached_are_named(small: Configuration) -> None:
    def look(feed):
        if feed.unit == "kult":
            raise TransientFetchError("no answer")
        return [], [Finding("source_unreachable", "WARN", value="folder: is not there")]

    found = states(small, look=look)
    assert (found["source kult/special"], found["source strategie/reference"]) == ("wrong", "wrong")


def test_a_lost_file_of_the_shown_release_is_found(copied: Configuration) -> None:
    (copied.output / "public" / "data" / "goals.csv").unlink()
    seen = examine(copied, open_store(copied), LATER, lambda _feed: ([], []), has_prefect=False)
    wrong = {one.what: one.said for one in seen if one.state == "wrong"}
    assert "data/goals.csv" in wrong["release"]
    assert "prefect" in wrong


def test_a_release_unknown_to_the_journal_is_found(copied: Configuration) -> None:
    (copied.archive / "journal.jsonl").unlink()
    assert states(copied)["release"] == "wrong"
    (copied.archive / "journal.jsonl").write_text("no event\n{}\n")
    assert states(copied)["journal"] == "wrong"


def test_before_the_first_run_nothing_is_wrong(small: Configuration, tmp_path: Path) -> None:
    fresh = replace(small, output=tmp_path / "output", archive=tmp_path / "output" / "archive")
    found = states(fresh)
    assert {what for what, state in found.items() if state == "wrong"} <= {"disk"}
    assert not fresh.output.exists()


def test_a_running_writer_is_a_note(small: Configuration) -> None:
    with open_store(small).lock(wait=False):
        assert states(small)["lock"] == "note"


def test_it_is_told_in_lines_and_as_a_document(small: Configuration) -> None:
    seen = list(examine(small, open_store(small), LATER, lambda _feed: ([], []), has_prefect=True))
    assert any(line.startswith("note   portal") for line in doctor_lines(seen))
    assert doctor_document(seen)["format"] == "offenlage-doctor/1"
