"""What should never have been there is nowhere afterwards: every byte of the output is searched, packed ones too."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from jsonschema import Draft202012Validator
from operate_example import LATER, bring, open_store, tables_of
from portal_places import fake_place
from portal_releases import look

from flows.collect.deliveries import Fetched
from flows.history.ledger import current
from flows.operate.published import UnknownNameError
from flows.operate.rebuild import rebuild
from flows.operate.retract import NothingToRetractError, Retracted, retract, retract_document, retract_lines
from flows.portal.release import publish
from flows.replay import replay
from flows.settings import Configuration
from flows.store import Store

FIELD = "measure.short_text_de"
LEAK, OTHER_LEAK = "Erster Text", "Zweiter Text"
WHY = "the text told of somebody"
WHEN = LATER + timedelta(days=2)


def everything(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a directory with its bytes, and what is packed in it."""
    for place in (path for path in root.rglob("*") if path.is_file()):
        name, content = place.relative_to(root).as_posix(), place.read_bytes()
        yield name, content
        if content[:4] == b"PAR1":
            yield name, "|".join(str(row) for row in pl.read_parquet(io.BytesIO(content)).rows()).encode()
        if content[:2] == b"\x1f\x8b":
            yield name, gzip.decompress(content)
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield from ((f"{name}/{inner}", packed.read(inner)) for inner in packed.namelist())


def places_of(text: str, root: Path) -> set[str]:
    """Return the files that hold a text in any form it may be written in."""
    forms = {text.encode(), text.encode("utf-16-le"), text.encode("cp1252"), json.dumps(text)[1:-1].encode()}
    return {name for name, content in everything(root) if any(form in content for form in forms)}


def short_texts(configuration: Configuration) -> dict[str, tuple[str | None, list[str] | None]]:
    rows = tables_of(open_store(configuration)).rows("measures")
    return {row["title_de"]: (row["short_text_de"], row["missing_reasons"]) for row in rows}


def retracted(
    configuration: Configuration, target: str = "D-000002", field: str | None = FIELD, when: datetime = WHEN
) -> Retracted:
    return retract(open_store(configuration), configuration, target, field, WHY, when)


def test_the_value_is_nowhere_and_the_reason_is_there(copied: Configuration) -> None:
    (copied.output / "cache").mkdir(exist_ok=True)
    (copied.output / "cache" / "page.html").write_text(LEAK)
    before = places_of(LEAK, copied.output)
    assert {name.split("/")[0] for name in before} >= {"archive", "releases", "cache"}
    done = retracted(copied)
    assert places_of(LEAK, copied.output) == places_of(OTHER_LEAK, copied.output) == set()
    assert (done.removed, done.remains, done.not_kept) == ({"D-000002": 2}, (), ())
    assert {"measures", "history"} <= set(done.datasets)
    value, reasons = short_texts(copied)["Werkstatt der Töne"]
    assert value is None
    assert "short_text_de=retracted" in (reasons or [])
    store = open_store(copied)
    notice = json.loads((store.releases.public / "retractions.json").read_bytes())["retractions"]
    assert [(one["delivery_id"], one["property"], one["why"]) for one in notice] == [("D-000002", FIELD, WHY)]
    told = json.loads(next((copied.output / "reports").rglob("D-000002.json")).read_bytes())
    assert WHY in json.dumps(told)
    for event in store.journal.events():
        Draft202012Validator(copied.contracts["journal_event"]).validate(event)


def test_releases_are_replaced_consistently(copied: Configuration, tmp_path: Path) -> None:
    before = tables_of(open_store(copied)).rows("measures")
    done = retracted(copied)
    store = open_store(copied)
    released = [event["id"] for event in store.journal.events() if event["event"] == "release"]
    assert released == ["2026-11-20", "2026-11-21", "2026-11-23"]
    assert done.shown == store.releases.current() == "2026-11-23"
    rebuilt = rebuild(store, Store(tmp_path / "scratch"), copied, lambda _text: None)
    assert [(one.release, one.different, one.not_comparable) for one in rebuilt] == [(r, (), "") for r in released]
    after = tables_of(store).rows("measures")
    assert [row["id"] for row in after] == [row["id"] for row in before]
    kept = [name for name in before[0] if name not in ("short_text_de", "missing_reasons")]
    assert [[row[name] for name in kept] for row in after] == [[row[name] for name in kept] for row in before]


def test_whoever_keeps_copies_learns_that_the_data_changed(copied: Configuration) -> None:
    retracted(copied)
    last = [event for event in open_store(copied).journal.events() if event["event"] == "release"][-1]
    measures = last["datasets"]["measures"]
    assert measures["version"] == "2026-11-23"
    assert measures["modified"] == measures["data_modified"] == WHEN.isoformat()
    assert last["datasets"]["principles"]["modified"] < WHEN.isoformat()


def test_the_next_run_brings_it_back_from_nowhere(copied: Configuration) -> None:
    retracted(copied)
    summary = bring(copied, WHEN + timedelta(days=1))
    assert summary.changed == ()
    assert places_of(LEAK, copied.output) == set()


def test_the_next_push_takes_it_from_the_portal_too(copied: Configuration, tmp_path: Path) -> None:
    with fake_place() as place:
        for number, held in enumerate((True, False)):
            if not held:
                retracted(copied)
            found = look(open_store(copied).releases.public, place.client(), files="upload", datastore=True)
            assert [done.problem for done in publish(found) if done.problem] == []
            copy = tmp_path / str(number)
            copy.mkdir()
            for name, package in place.state().items():
                for place_of, resource in enumerate(package["resources"]):
                    (copy / f"{name}-{place_of}").write_bytes(resource.pop("bytes"))
                (copy / name).write_text(json.dumps(package, default=str, ensure_ascii=False))
            assert bool(places_of(LEAK, copy)) is held


def test_a_release_stands_for_all_deliveries_it_counts(copied: Configuration) -> None:
    done = retracted(copied, "2026-11-21", "measure.title_de")
    assert set(done.removed) == {"D-000002", "D-000003"}
    assert places_of("Werkstatt der Töne", copied.output) == set()
    assert tables_of(open_store(copied)).rows("measures") == []


def test_the_same_text_goes_from_other_deliveries_too(copied: Configuration) -> None:
    content = f"Nr.;Titel;Kurz;Status\nS/3;Garten der Zahlen;{LEAK} und mehr;geplant\n".encode()
    again = Fetched("kult/special", "2026-01-01", "again.csv", (("again.csv", content),))
    bring(copied, LATER + timedelta(days=1), again)
    assert set(retracted(copied).removed) == {"D-000002", "D-000004"}
    assert places_of(LEAK, copied.output) == set()


def test_a_whole_delivery_can_go(copied: Configuration) -> None:
    done = retracted(copied, "D-000003", None)
    assert set(done.removed) == {"D-000003"}
    store = open_store(copied)
    state = replay(store.journal.events(), copied, store.archive.get)
    assert set(current(state.ledger, "status_report")["_delivery"]) == {"D-000002"}
    assert places_of("vielleicht", copied.output / "archive") == set()
    assert "value_retracted" in {finding.rule for finding in state.findings if finding.delivery == "D-000003"}


def test_what_is_not_there_is_not_retracted(copied: Configuration) -> None:
    before = (copied.output / "archive" / "journal.jsonl").read_bytes()
    with pytest.raises(NothingToRetractError, match="holds nothing of"):
        retracted(copied, "D-000003", FIELD)
    with pytest.raises(NothingToRetractError, match="the reason is published"):
        retract(open_store(copied), copied, "D-000002", FIELD, f"it said {LEAK}", WHEN)
    with pytest.raises(NothingToRetractError, match="the reason is published"):
        retract(open_store(copied), copied, "D-000002", FIELD, "it named Frau Mustermann", WHEN)
    for target, field in (("D-000099", FIELD), ("2026-01-01", FIELD), ("D-000002", "measure.nothing")):
        with pytest.raises(UnknownNameError):
            retracted(copied, target, field)
    assert (copied.output / "archive" / "journal.jsonl").read_bytes() == before


def test_a_retraction_is_told(copied: Configuration) -> None:
    done = retracted(copied)
    assert retract_lines(done)[0] == f"Removed     {FIELD} of D-000002: 2 texts"
    assert retract_lines(replace(done, remains=("output/x",)))[-2] == "Still in    output/x"
    assert retract_document(done)["removed"] == {"D-000002": 2}
