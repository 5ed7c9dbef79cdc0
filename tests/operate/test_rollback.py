"""Going back is a new release with older content; what comes later counts again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from operate_example import LATER, bring, open_store, tables_of

from flows.collect.deliveries import Fetched
from flows.operate.diff import diff, diff_document, diff_lines
from flows.operate.published import UnknownNameError
from flows.operate.rebuild import rebuild
from flows.operate.releases import compared, list_releases, release_lines, releases_document
from flows.operate.rollback import rollback, rollback_document, rollback_lines, rolled_back
from flows.settings import Configuration
from flows.store import Store

THIRD_FILE = """Stand: 30.11.2026;;;
Nr.;Titel;Feld;Status;Fortschritt
S/1;Werkstatt der Töne;Digital Government;abgeschlossen;100 %
""".encode()


def progress(store: Store) -> dict[str, float | None]:
    return {row["title_de"]: row["progress_pct"] for row in tables_of(store).rows("measures")}


def test_what_came_after_is_set_aside_and_may_count_again(copied: Configuration, tmp_path: Path) -> None:
    store = open_store(copied)
    assert progress(store) == {"Werkstatt der Töne": 40, "Archiv der Bilder": 50}
    third = Fetched("kult/special", "2026-12-01", "third.csv", (("third.csv", THIRD_FILE),))
    bring(copied, LATER + timedelta(days=11), third)
    assert progress(store)["Werkstatt der Töne"] == 100

    back = rollback(store, copied, "2026-11-21", "it was a draft", LATER + timedelta(days=12))
    assert progress(store) == {"Werkstatt der Töne": 40, "Archiv der Bilder": 50}
    assert (back.set_aside, back.publication.shown) == (("D-000004",), "2026-12-03")
    assert back.because[0].startswith("what was published since stays")
    event = next(event for event in store.journal.events() if event["event"] == "rolled_back")
    Draft202012Validator(copied.contracts["journal_event"]).validate(event)
    assert bring(copied, LATER + timedelta(days=13), third).changed == ()

    there = rollback(store, copied, "2026-12-02", "it was none", LATER + timedelta(days=14))
    assert there.set_aside == ()
    assert progress(store)["Werkstatt der Töne"] == 100
    listed = list_releases(store.journal.events(), store.releases.current(), store.releases.exists)
    assert [one.id for one in listed] == ["2026-12-05", "2026-12-03", "2026-12-02", "2026-11-21", "2026-11-20"]
    assert [one.shown for one in listed] == [True, False, False, False, False]
    assert release_lines(listed)[0].endswith("shown")
    assert "measures" in releases_document(listed)["releases"][0]["changed"]

    rebuilt = rebuild(store, Store(tmp_path / "scratch"), copied, lambda _text: None)
    assert [(one.release, one.different) for one in rebuilt] == [(one.id, ()) for one in reversed(listed)]


def test_a_rollback_is_told(copied: Configuration) -> None:
    done = rollback(open_store(copied), copied, "2026-11-20", "it was a draft", LATER + timedelta(days=1))
    assert rollback_lines(done)[0] == "Set aside   D-000003"
    assert rollback_document(done)["set_aside"] == ["D-000003"]
    assert rollback_document(done)["shown"] == "2026-11-22"


def test_another_configuration_is_said_to_make_the_difference(copied: Configuration) -> None:
    other = replace(copied, digest="0" * 64)
    done = rollback(open_store(other), other, "2026-11-20", "it was a draft", LATER + timedelta(days=1))
    assert any("another configuration" in reason for reason in done.because)


def test_going_back_to_what_is_shown_sets_nothing_aside(copied: Configuration) -> None:
    store = open_store(copied)
    before = store.journal.events()
    done = rollback(store, copied, "2026-11-21", "to be sure", LATER + timedelta(days=1))
    assert (done.set_aside, done.publication.changed, done.differs) == ((), (), ())
    assert store.journal.events() == before


def test_an_unknown_release_is_refused(small: Configuration) -> None:
    with pytest.raises(UnknownNameError, match="did you mean '2026-11-2"):
        rolled_back(open_store(small).journal.events(), "2026-11-02", "why", LATER)


def test_two_releases_differ_field_by_field(small: Configuration) -> None:
    store = open_store(small)
    pair = compared(store.journal.events(), None, None)
    found = diff(tables_of(store, pair[0]), tables_of(store, pair[1]), small.entities)
    moved = {(one.dataset, one.property, one.before, one.after) for one in found if one.what == "changed"}
    assert ("deliveries", "", None, None) not in moved
    assert [one.key for one in found if one.dataset == "deliveries"] == ["D-000003"]
    assert len([one for one in found if one.dataset == "status_reports" and one.what == "added"]) == 2
    assert any(dataset == "measures" and name == "latest_report_id" for dataset, name, *_ in moved)
    assert not [one for one in found if one.dataset.startswith("status_reports_")]
    assert "  + D-000003" in diff_lines(found)
    assert json.loads(json.dumps(diff_document(*pair, found)))["differences"][0]["dataset"]


def test_a_release_does_not_differ_from_itself(small: Configuration) -> None:
    tables = tables_of(open_store(small))
    assert diff(tables, tables, small.entities) == []
    assert diff_lines([]) == ["nothing differs"]


def test_releases_to_compare_must_be_known(small: Configuration) -> None:
    events = open_store(small).journal.events()
    assert compared(events, "2026-11-20", None) == ("2026-11-20", "2026-11-21")
    with pytest.raises(UnknownNameError):
        compared(events, "2026-11-20", "2026-11-22")
    with pytest.raises(UnknownNameError):
        compared(events[: events.index(next(e for e in events if e.get("id") == "2026-11-21"))], None, None)
