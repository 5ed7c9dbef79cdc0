"""What is held back stays out until somebody says why it is meant; what waits for approval is not public until then."""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from operate_example import bring, open_store, tables_of

from flows.collect.deliveries import Fetched
from flows.operate.accept import NotHeldError, accept
from flows.operate.approve import approve
from flows.operate.published import UnknownNameError
from flows.operate.rebuild import rebuild
from flows.publish.gate import Held
from flows.settings import Configuration
from flows.store import Store

HEADER = "Nr.;Titel;Feld;Kurz;Zeitraum;Status;Fortschritt"
ROW = "S/{0};Vorhaben {0} im Test;Digital Government;Kurzer Text;2021-2025;in Umsetzung;{1} %"
FIRST, SECOND, THIRD = (datetime(2026, 11, day, 8, tzinfo=UTC) for day in (23, 24, 25))


def rows(number: int, progress: int = 40, day: str = "30.06.2026") -> bytes:
    return "\n".join([f"Stand: {day};;;;;;", HEADER, *(ROW.format(n, progress) for n in range(1, number + 1))]).encode()


def delivered(received: str, content: bytes) -> Fetched:
    return Fetched("kult/special", received, "special.csv", (("special.csv", content),))


def progress(configuration: Configuration) -> set[float]:
    return {row["progress_pct"] for row in tables_of(open_store(configuration)).rows("measures")}


def asks_approval(configuration: Configuration) -> Configuration:
    return replace(configuration, catalogue={**configuration.catalogue, "release": {"approval": True}})


@pytest.fixture
def city(copied: Configuration) -> Configuration:
    """The small city after a release with six records of one feed."""
    bring(copied, FIRST, delivered("2026-07-01", rows(6)))
    return copied


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (rows(2, 90), "rows_halved"),
        (rows(0), "no_records"),
        (b"", "empty_file"),
        (b"PK\x03\x04 torn off", "corrupt_file"),
    ],
    ids=["halved", "empty table", "empty file", "unreadable"],
)
def test_the_last_good_state_stays_where_a_delivery_is_held_back(city: Configuration, content: bytes, rule: str):
    before = tables_of(open_store(city)).rows("measures")
    summary = bring(city, SECOND, delivered("2026-08-01", content))
    after = tables_of(open_store(city)).rows("measures")
    kept = ("id", "title_de", "status_code", "progress_pct", "planned_end")
    assert [[row[name] for name in kept] for row in after] == [[row[name] for name in kept] for row in before]
    [held] = summary.held
    [path] = (city.output / "reports" / "kult").glob(f"{held}.json")
    told = json.loads(path.read_bytes())
    assert told["verdict"] == "not_accepted"
    assert rule in [finding["rule"] for finding in told["findings"]] or rule == "corrupt_file"


def test_half_of_the_records_is_not_yet_too_few(city: Configuration):
    assert bring(city, SECOND, delivered("2026-08-01", rows(3, 90, "31.07.2026"))).held == ()


def test_a_declared_minimum_holds_a_delivery_back(city: Configuration):
    feeds = tuple(replace(f, mapping={**f.mapping, "expect": {"rows_min": 6}}) for f in city.feeds)
    summary = bring(replace(city, feeds=feeds), SECOND, delivered("2026-08-01", rows(5, 90, "31.07.2026")))
    assert summary.held[-1] == "D-000005"
    assert 90 not in progress(city)


def test_an_accepted_delivery_is_published_with_the_reason(city: Configuration):
    [held] = bring(city, SECOND, delivered("2026-08-01", rows(2, 90, "31.07.2026"))).held
    assert 90 not in progress(city)
    publication = accept(open_store(city), city, held, "vier Vorhaben wurden verkauft", THIRD)
    assert publication.shown == "2026-11-25"
    assert 90 in progress(city)
    tables = tables_of(open_store(city))
    [row] = [row for row in tables.rows("deliveries") if row["id"] == held]
    assert (row["accepted_on"], row["accepted_because"]) == ("2026-11-25", "vier Vorhaben wurden verkauft")
    assert {c["release_id"] for c in tables.rows("changes") if c["delivery_id"] == held} == {"2026-11-25"}
    told = json.loads((city.output / "reports" / "kult" / f"{held}.json").read_bytes())
    assert (told["verdict"], told["accepted"]["why"]) == ("with_remarks", "vier Vorhaben wurden verkauft")
    assert bring(city, datetime(2026, 11, 26, 8, tzinfo=UTC)).changed == ()


def test_the_next_delivery_is_compared_with_the_accepted_one(city: Configuration):
    [held] = bring(city, SECOND, delivered("2026-08-01", rows(2, 90, "31.07.2026"))).held
    accept(open_store(city), city, held, "vier Vorhaben wurden verkauft", THIRD)
    assert (
        bring(city, datetime(2026, 11, 26, 8, tzinfo=UTC), delivered("2026-09-01", rows(2, 95, "31.08.2026"))).held
        == ()
    )


def test_replaying_agrees_with_what_was_accepted(city: Configuration, tmp_path: Path):
    [held] = bring(city, SECOND, delivered("2026-08-01", rows(2, 90, "31.07.2026"))).held
    accept(open_store(city), city, held, "vier Vorhaben wurden verkauft", THIRD)
    rebuilt = rebuild(open_store(city), Store(tmp_path / "again"), city, lambda _text: None)
    assert [(one.good, one.not_comparable) for one in rebuilt] == [(True, "")] * 5


def test_only_what_a_gate_holds_can_be_accepted(city: Configuration):
    [held] = bring(city, SECOND, delivered("2026-08-01", b"")).held
    before = open_store(city).journal.events()
    store = open_store(city)
    with pytest.raises(NotHeldError, match="cannot be taken as it is"):
        accept(store, city, held, "soll so sein", THIRD)
    with pytest.raises(NotHeldError, match="is not held back"):
        accept(store, city, "D-000001", "soll so sein", THIRD)
    with pytest.raises(UnknownNameError):
        accept(store, city, "D-999999", "soll so sein", THIRD)
    with pytest.raises(NotHeldError, match="name a person"):
        accept(store, city, held, "Frau Müller, Tel. 089 233-12345, hat es bestätigt", THIRD)
    assert store.journal.events() == before


def test_a_candidate_is_not_public_until_it_is_approved(city: Configuration):
    waiting = asks_approval(city)
    shown = (city.output / "public").readlink().name
    summary = bring(waiting, SECOND, delivered("2026-08-01", rows(6, 90, "31.07.2026")))
    assert (summary.candidate, summary.release) == ("2026-11-24", shown)
    assert 90 not in progress(city)
    assert not (city.output / "releases" / "2026-11-24").exists()
    assert (city.output / "candidates" / "2026-11-24" / "index.html").is_file()
    approve(open_store(waiting), "2026-11-24", THIRD, "gesehen")
    assert 90 in progress(city)
    assert (city.output / "public").readlink().name == "2026-11-24"
    assert bring(waiting, THIRD).changed == ()


def test_a_run_without_news_leaves_the_candidate_as_it_is(city: Configuration):
    waiting = asks_approval(city)
    bring(waiting, SECOND, delivered("2026-08-01", rows(6, 90, "31.07.2026")))
    journal = (city.archive / "journal.jsonl").read_bytes()
    assert bring(waiting, THIRD).candidate == "2026-11-24"
    assert (city.archive / "journal.jsonl").read_bytes() == journal


def test_a_later_delivery_overtakes_a_candidate(city: Configuration):
    waiting = asks_approval(city)
    bring(waiting, SECOND, delivered("2026-08-01", rows(6, 90, "31.07.2026")))
    summary = bring(waiting, SECOND, delivered("2026-09-01", rows(6, 95, "31.08.2026")))
    assert summary.candidate == "2026-11-24.2"
    with pytest.raises(UnknownNameError, match="2026-11-24"):
        approve(open_store(waiting), "2026-11-24", THIRD)
    assert [path.name for path in (city.output / "candidates").iterdir()] == ["2026-11-24.2"]
    approve(open_store(waiting), "2026-11-24.2", THIRD)
    assert 95 in progress(city)


def test_replaying_agrees_with_what_was_approved(city: Configuration, tmp_path: Path):
    waiting = asks_approval(city)
    bring(waiting, SECOND, delivered("2026-08-01", rows(7, 90, "31.07.2026")))
    bring(waiting, SECOND, delivered("2026-09-01", rows(8, 95, "31.08.2026")))
    approve(open_store(waiting), "2026-11-24.2", THIRD)
    rebuilt = rebuild(open_store(waiting), Store(tmp_path / "again"), waiting, lambda _text: None)
    assert [(one.release, one.good, one.not_comparable) for one in rebuilt][-1] == ("2026-11-24.2", True, "")
    assert all(one.good and not one.not_comparable for one in rebuilt)


def test_a_damaged_candidate_is_not_shown(city: Configuration):
    waiting = asks_approval(city)
    bring(waiting, SECOND, delivered("2026-08-01", rows(6, 90, "31.07.2026")))
    (city.output / "candidates" / "2026-11-24" / "data" / "measures.csv").unlink()
    with pytest.raises(Held, match=r"measures\.csv"):
        approve(open_store(waiting), "2026-11-24", THIRD)
    assert 90 not in progress(city)


def test_a_kill_at_any_step_of_an_approval_ends_in_one_whole_release(city: Configuration, tmp_path: Path):
    waiting = asks_approval(city)
    bring(waiting, SECOND, delivered("2026-08-01", rows(6, 90, "31.07.2026")))
    for step in count():
        output = Path(shutil.copytree(city.output, tmp_path / str(step), symlinks=True))
        killed = _killed_approval(output, step)
        store = Store(output)
        with store.lock(wait=False):
            shown = store.recover()
        approved = any(event["event"] == "approved" for event in store.journal.events())
        released = store.journal.events()[-1]["event"] == "release"
        assert shown == ("2026-11-24" if released else "2026-11-23")
        assert store.releases.damaged(str(shown)) == []
        if not released:
            approve(store, "2026-11-24", THIRD)
            assert store.releases.current() == "2026-11-24"
        shutil.rmtree(output)
        if not killed:
            assert approved
            break
    assert step > 5


def _killed_approval(output: Path, step: int) -> bool:
    """Approve in a process of its own that is killed before its n-th change of the disk; tell whether it was killed."""
    child = os.fork()
    if child == 0:
        steps = count()
        for name in ("fsync", "ftruncate", "rename", "replace", "symlink", "unlink", "write"):
            setattr(os, name, _counted(getattr(os, name), steps, step))
        try:
            approve(Store(output), "2026-11-24", THIRD)
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def _counted(real, steps, fatal: int):
    def step(*args, **kwargs):
        if next(steps) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    return step
