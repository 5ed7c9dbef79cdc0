"""The doctor looks at everything a run needs and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from operate_example import LATER, open_store
from portal_places import fake_place
from portal_releases import ORGANISATION
from pydantic import SecretStr

from flows.collect.fetch import TransientFetchError
from flows.model import Finding
from flows.operate.doctor import doctor_document, doctor_lines, examine
from flows.settings import Configuration, Portal
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


@pytest.mark.parametrize(("left", "state"), [(31, "fine"), (30, "note"), (0, "note"), (-1, "wrong")])
def test_it_warns_before_nobody_can_tell_us_of_a_hole(small: Configuration, left: int, state: str) -> None:
    expires = (LATER + timedelta(days=left)).date().isoformat()
    legal = {**small.theme["legal"], "security": {**small.theme["legal"]["security"], "expires": expires}}
    assert states(replace(small, theme={**small.theme, "legal": legal}))["security.txt"] == state


def test_a_running_writer_is_a_note(small: Configuration) -> None:
    with open_store(small).lock(wait=False):
        assert states(small)["lock"] == "note"


def test_it_is_told_in_lines_and_as_a_document(small: Configuration) -> None:
    seen = list(examine(small, open_store(small), LATER, lambda _feed: ([], []), has_prefect=True))
    assert any(line.startswith("note   portal") for line in doctor_lines(seen))
    assert doctor_document(seen)["format"] == "offenlage-doctor/1"


def test_the_portal_is_asked_what_the_token_may_do(small: Configuration) -> None:
    with fake_place() as place:
        portal = Portal(place.url, SecretStr(place.token), ORGANISATION)
        assert states(replace(small, portal=portal))["portal"] == "fine"
        assert states(replace(small, portal=replace(portal, token=SecretStr("wrong"))))["portal"] == "wrong"
        assert states(replace(small, portal=replace(portal, organisation="nowhere")))["portal"] == "wrong"
