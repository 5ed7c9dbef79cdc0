"""The past is replaced as a whole or not at all, killed before every single step it takes on the disk."""

from __future__ import annotations

import json
import shutil
from itertools import count
from pathlib import Path

import pytest
from test_kill import STEPS, TIME

from flows.store import Store

LEAK = b"what should not be there"
OLD, NEW = "2026-11-20", "2026-11-21"


def city(output: Path) -> str:
    """Make an output with one release that holds the leak, as does the archive; returns the sha256 of the delivery."""
    store = Store(output)
    with store.lock(wait=False):
        digest = store.archive.put(LEAK)
        _release(store, OLD, LEAK)
        store.journal.append([{"event": "delivery", "sha256": digest}, {"event": "release", "id": OLD}])
        store.releases.switch(OLD)
        store.write_report("rit", "report.html", LEAK)
        store.cache.put("page", LEAK)
    return digest


def _release(store: Store, release: str, content: bytes) -> None:
    stage = store.releases.stage(release)
    store.releases.link_or_write(stage, "data/a.csv", content, TIME)
    store.releases.commit(stage, release)


def replace(output: Path, digest: str) -> None:
    store = Store(output)
    with store.lock(wait=False):
        store.recover()
        if any(event.get("id") == NEW for event in store.journal.events()):
            return
        made = store.another()
        for release in (OLD, NEW):
            _release(made, release, release.encode())
            made.journal.append([{"event": "release", "id": release}])
        made.releases.switch(NEW)
        store.replace_by(made, [digest])


def held(output: Path) -> set[str]:
    places = (path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).parts[0] for path in places if LEAK in path.read_bytes()}


def test_nothing_of_the_old_past_is_left(tmp_path: Path) -> None:
    digest = city(tmp_path)
    assert held(tmp_path) == {"archive", "releases", "reports", "cache"}
    replace(tmp_path, digest)
    assert held(tmp_path) == set()
    assert Store(tmp_path).releases.current() == NEW
    assert [event["id"] for event in Store(tmp_path).journal.events()] == [OLD, NEW]
    assert not (tmp_path / ".replacing").exists()


class _KilledError(BaseException):
    """Stands for a kill: no handler of ours catches it."""


@pytest.mark.parametrize("again", [False, True], ids=["the next start", "the same command"])
def test_killed_at_any_step_it_has_happened_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, again: bool
) -> None:
    digest = city(tmp_path / "start")
    for kill_before in count():
        output = tmp_path / f"{kill_before}"
        shutil.copytree(tmp_path / "start", output, symlinks=True)
        killed = _killed(output, digest, kill_before, monkeypatch)
        assert (output / "public" / "data" / "a.csv").is_file()
        if again:
            replace(output, digest)
        else:
            with Store(output).lock(wait=False):
                Store(output).recover()
        events = Store(output).journal.events()
        assert [event.get("id") for event in events] in ([None, OLD], [OLD, NEW])
        assert held(output) == (set() if events[0].get("id") == OLD else {"archive", "releases", "reports", "cache"})
        assert not (output / ".replacing").exists()
        assert json.dumps(events)
        shutil.rmtree(output)
        if not killed:
            return


def _killed(output: Path, digest: str, kill_before: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    import os

    steps = count()

    def step(real):
        def stepped(*arguments, **named):
            if next(steps) == kill_before:
                raise _KilledError
            return real(*arguments, **named)

        return stepped

    with monkeypatch.context() as patched:
        for name in STEPS:
            patched.setattr(os, name, step(getattr(os, name)))
        try:
            replace(output, digest)
        except _KilledError:
            return True
    return False
