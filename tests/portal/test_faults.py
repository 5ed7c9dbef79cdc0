"""Every request of a publish fails once in every way; the next run comes to the same state, nothing doubled or lost.

`make test-portal` takes a seeded sample at the real CKAN; `make soak` (with --run-portal) all of them there.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import whole_example as whole
from between import KILLS, WAYS, Between, between
from portal_places import Place, fake_place
from portal_releases import LATER, cut, edited, look, retitled, with_rows, withdrawn

from flows.portal.apply import Done
from flows.portal.client import PortalError
from flows.portal.release import publish

WISHES: dict[str, Any] = {"files": "upload", "datastore": True}
IMPATIENT = 1.5
"""Seconds the publisher listens; the proxy is silent for longer."""
SAMPLE = random.Random(20261120)
PUBLISHER = """
import sys
from pathlib import Path
sys.path[:0] = {paths!r}
from portal_places import Place
from portal_releases import look
from flows.portal.release import publish
place = Place(sys.argv[2], sys.argv[3])
for done in publish(look(Path(sys.argv[1]), place.client(), files="upload", datastore=True)):
    assert done.problem is None, done.problem
"""


@dataclass(frozen=True)
class Story:
    """What is published first without a fault, if anything, and what then with one; how many requests that takes."""

    before: Path | None
    then: Path


@pytest.fixture(scope="session")
def stories(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Story]:
    """Return a first publish of one dataset, and a second with a new title, other rows, and one dataset withdrawn."""
    base = tmp_path_factory.mktemp("stories")
    one = cut(published, base / "one", ("goals",))
    two = cut(published, base / "two", ("goals", "services"))
    rows = with_rows(two, base / "rows", "goals", lambda rows: rows[:-1])
    later = edited(rows, base / "title", retitled("goals", "Ziele, neu gefasst"), time=LATER)
    return {"first": Story(None, one), "later": Story(two, edited(later, base / "gone", withdrawn("services")))}


def push(place: Place, docroot: Path, url: str = "", patience: float = 60.0) -> list[Done] | PortalError:
    """Publish; returns what became of it, or why it could not even be planned."""
    try:
        return list(publish(look(docroot, place.client(url, patience=patience), **WISHES)))
    except PortalError as error:
        return error


def prepared(place: Place, story: Story) -> None:
    place.clear()
    if story.before:
        assert not problems(push(place, story.before))


def problems(outcome: list[Done] | PortalError) -> list[str]:
    if isinstance(outcome, PortalError):
        return [str(outcome)]
    return [str(done.problem) for done in outcome if done.problem] + ["not tried" for done in outcome if not done.tried]


def expected(place: Place, proxy: Between, story: Story) -> tuple[dict[str, Any], int]:
    """Return the state a publish without faults comes to, and how many requests it takes."""
    prepared(place, story)
    proxy.fail(0, "")
    assert not problems(push(place, story.then, proxy.url))
    return place.state(), len(proxy.log)


def converges(place: Place, proxy: Between, story: Story, case: tuple[int, str], wanted: dict[str, Any]) -> list[str]:
    """Let one request fail, then publish once more; return what is not as it would be without the fault."""
    prepared(place, story)
    proxy.fail(*case)
    said = problems(push(place, story.then, proxy.url, IMPATIENT))
    proxy.fail(0, "")
    wrong = [f"{case}: again: {text}" for text in problems(push(place, story.then, proxy.url))]
    wrong += [f"{case}: another state than without it"] if place.state() != wanted else []
    written = [action for action in proxy.writes if not said]
    wrong += [f"{case}: nothing was wrong, but the second run wrote {written}"] if written else []
    return wrong + [f"{case}: the token was told" for text in said if place.token in text]


def cases(requests: int, ways: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    return ((number, way) for number in range(1, requests + 1) for way in ways)


def run(place: Place, story: Story, choose: Callable[[list[tuple[int, str]]], list[tuple[int, str]]]) -> int:
    """Try the chosen cases of all; returns how many."""
    with between(place.url) as proxy:
        wanted, requests = expected(place, proxy, story)
        chosen = choose(list(cases(requests, WAYS)))
        wrong = [text for case in chosen for text in converges(place, proxy, story, case, wanted)]
    assert wrong == []
    print(f"{len(chosen)} cases ({requests} requests, {len(WAYS)} ways)")
    return len(chosen)


def sample(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Choose one case of each way, each time the same."""
    return [SAMPLE.choice([case for case in found if case[1] == way]) for way in WAYS]


@pytest.mark.parametrize("name", ["first", "later"])
def test_a_sample_of_faults_converges(place: Place, stories: dict[str, Story], name: str) -> None:
    assert run(place, stories[name], sample) == len(WAYS)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["first", "later"])
def test_every_fault_converges(place: Place, stories: dict[str, Story], name: str) -> None:
    run(place, stories[name], lambda found: found)


def killed(place: Place, proxy: Between, story: Story, case: tuple[int, str], wanted: dict[str, Any]) -> list[str]:
    """Kill a publisher of its own process around one request; return what is wrong after the next run."""
    prepared(place, story)
    proxy.fail(*case)
    script = PUBLISHER.format(paths=[str(whole.ROOT / "tests")])
    command = [sys.executable, "-c", script, str(story.then), proxy.url, place.token]
    with subprocess.Popen(command, cwd=whole.ROOT, env=dict(os.environ)) as publisher:
        proxy.pid = publisher.pid
    assert publisher.returncode == -9, f"{case}: was to be killed, ended with {publisher.returncode}"
    wrong = [f"{case}: again: {text}" for text in problems(push(place, story.then))]
    return wrong + ([f"{case}: another state than without it"] if place.state() != wanted else [])


def kill(place: Place, story: Story, choose: Callable[[list[tuple[int, str]]], list[tuple[int, str]]]) -> None:
    with between(place.url) as proxy:
        wanted, requests = expected(place, proxy, story)
        chosen = choose(list(cases(requests, KILLS)))
        wrong = [text for case in chosen for text in killed(place, proxy, story, case, wanted)]
    assert wrong == []
    print(f"{len(chosen)} kills ({requests} requests, before and after each)")


def test_a_sample_of_kills_converges(place: Place, stories: dict[str, Story]) -> None:
    kill(place, stories["later"], lambda found: [SAMPLE.choice(found[len(found) // 2 :])])


@pytest.mark.soak
@pytest.mark.parametrize("name", ["first", "later"])
def test_a_kill_around_every_request_converges(place: Place, stories: dict[str, Story], name: str) -> None:
    kill(place, stories[name], lambda found: found)


@pytest.mark.portal
def test_a_portal_whose_disk_takes_no_file(portal: Any, real: Place, stories: dict[str, Story]) -> None:
    place, story = real, stories["first"]
    prepared(place, story)
    assert not problems(push(place, story.then))
    wanted = place.state()
    prepared(place, story)
    storage, aside = portal.directory / "storage" / "resources", portal.directory / "storage" / "resources.aside"
    storage.rename(aside)
    storage.write_text("no directory: every file that is to be stored fails")
    try:
        assert any("failed (500)" in text for text in problems(push(place, story.then)))
    finally:
        storage.unlink()
        shutil.move(aside, storage)
    assert not problems(push(place, story.then))
    assert place.state() == wanted


def test_a_portal_whose_search_is_out(stories: dict[str, Story]) -> None:
    with fake_place() as place:
        fake = place.fake
        assert fake
        fake.search_is_out = True
        assert any("search is out" in text for text in problems(push(place, stories["first"].then)))
        fake.search_is_out = False
        assert not problems(push(place, stories["first"].then))
        fake.search_is_out = True
        # Nothing is to be written: that is known without the search too.
        assert not problems(push(place, stories["first"].then))
