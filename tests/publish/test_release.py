"""A release is made of every file; what has the same content as before is kept, not made again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property

import pytest
from small_city import archive, city, delivery, journal

from flows.model import PublishedFile, Release
from flows.pipeline import contents, draft, release_event
from flows.publish.datasets import Moment
from flows.publish.release import MANIFEST, compose, parse_manifest
from flows.replay import replay

CITY = city()
FIRST = delivery("2023-12-31", "1;E-Akte;2025", "2;OZG;2024")
SECOND = delivery("2024-12-31", "1;E-Akte;2026", "2;OZG;2024")


@dataclass
class Made:
    """One composed release: what was kept, and what was written."""

    release: Release
    kept: set[str] = field(default_factory=set)
    written: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def manifest(self) -> dict[str, PublishedFile]:
        return parse_manifest(self.written[MANIFEST])


def composed(release: Release, earlier: dict[str, PublishedFile]) -> Made:
    made = Made(release)

    def write(file: PublishedFile, content: bytes) -> None:
        assert file.path not in made.written, "no file is written twice"
        made.written[file.path] = content

    made.release = compose(release, contents(CITY), earlier, lambda file: made.kept.add(file.path), write)
    return made


@pytest.fixture(scope="module")
def first() -> Made:
    events = journal(FIRST)
    state = replay(events, CITY, archive([FIRST]).__getitem__)
    return composed(draft(state, events, CITY, Moment("2026-01-01", "2026-01-01T09:00:00+00:00")), {})


@pytest.fixture(scope="module")
def second(first: Made) -> Made:
    events = [*journal(FIRST, SECOND)]
    known = [events[0], release_event(first.release, events[:1], CITY), events[1]]
    state = replay(known, CITY, archive([FIRST, SECOND]).__getitem__)
    return composed(draft(state, known, CITY, Moment("2026-02-01", "2026-02-01T09:00:00+00:00")), first.manifest)


def test_a_first_release_writes_every_file_it_lists(first: Made) -> None:
    assert first.kept == set()
    assert set(first.written) == {*first.manifest, MANIFEST}
    assert set(first.release.files) == set(first.manifest)


def test_the_manifest_says_what_every_file_is(first: Made) -> None:
    for path, file in first.manifest.items():
        content = first.written[path]
        assert (file.path, file.bytes, file.sha256) == (path, len(content), hashlib.sha256(content).hexdigest())
        assert file.modified == "2026-01-01T09:00:00+00:00"
        assert file.media_type
    told = json.loads(first.written[MANIFEST])
    assert (told["release"], told["time"], told["as_of"]) == ("2026-01-01", first.release.time, "2023-12-31")
    assert {"name": "measures", "entity": "measure", "rows": 2} in told["datasets"]


def test_the_same_release_again_is_the_same(first: Made) -> None:
    again = composed(replace(first.release, files={}), first.manifest)
    assert again.kept == set(first.manifest)
    assert again.written == {MANIFEST: first.written[MANIFEST]}


def test_only_what_changed_is_made_anew(second: Made) -> None:
    forms = ("csv", "excel.csv", "json", "jsonl", "xlsx", "parquet", "csv-metadata.json")
    assert {f"data/measures.{form}" for form in forms} <= set(second.written)
    assert {f"data/goals.{form}" for form in forms} <= second.kept
    assert "schemas/measure.schema.json" in second.kept
    assert {"catalog.ttl", "catalog.rdf", "catalog.jsonld", "data/datapackage.json"} <= set(second.written)
    assert set(second.manifest) == second.kept | set(second.written) - {MANIFEST}


def test_kept_files_keep_their_time(first: Made, second: Made) -> None:
    assert all(second.manifest[path] == first.manifest[path] for path in second.kept)
    times = {second.manifest[path].modified for path in second.written if path != MANIFEST}
    assert times == {"2026-02-01T09:00:00+00:00"}


def test_what_a_release_changed_stays_under_its_own_address(first: Made, second: Made) -> None:
    old = {path for path in first.manifest if path.startswith("versions/2026-01-01/")}
    assert {"versions/2026-01-01/measures.csv", "versions/2026-01-01/measures.jsonl"} <= old
    assert old <= second.kept
    assert second.written["versions/2026-02-01/measures.csv"] == second.written["data/measures.csv"]
    assert "versions/2026-02-01/goals.csv" not in second.manifest


def test_what_is_described_no_more_is_in_no_release(first: Made) -> None:
    fewer = replace(first.release, files={}, datasets=tuple(d for d in first.release.datasets if d.name != "goals"))
    made = composed(fewer, first.manifest)
    assert not {path for path in made.manifest if path.startswith("data/goals.")}


def test_writers_that_changed_make_every_file_anew(first: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.publish.release.WRITERS", "another")
    again = composed(replace(first.release, files={}), first.manifest)
    assert again.kept == set()
