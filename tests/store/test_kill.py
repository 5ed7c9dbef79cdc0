"""Kill a publication before every single step it takes on the disk, and look at what is left."""

import os
import signal
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from flows.store import Store

# Every way in which the store changes something; a write is cut in the middle.
STEPS = ("chmod", "fchmod", "fsync", "ftruncate", "link", "mkdir", "open", "rename", "replace", "rmdir", "symlink")
STEPS += ("unlink", "utime", "write")
TIME = "2026-11-20T12:00:00+01:00"
FIRST, SECOND = "2026-11-20", "2026-11-21"


def files(release: str) -> dict[str, bytes]:
    return {"index.html": release.encode(), "data/a.csv": release.encode() * 2, "data/same.csv": b"same"}


def publish(output: Path, release: str) -> None:
    """Run once as the pipeline does: recover, archive, build, commit, enter in the journal, show."""
    store = Store(output)
    with store.lock(wait=False):
        store.recover()
        events = store.journal.events()
        digest = store.archive.put(f"delivery of {release}".encode())
        if not any(event.get("sha256") == digest for event in events):
            store.journal.append([{"event": "delivery", "sha256": digest}])
        if not any(event.get("id") == release for event in events):
            _build(store, release)
            store.journal.append([{"event": "release", "id": release}])
            store.releases.switch(release)
        store.write_report("rit", "report.html", release.encode())
        store.record_run(datetime(2026, 11, 20, tzinfo=UTC), {})


def _build(store: Store, release: str) -> None:
    previous = store.releases.current()
    stage = store.releases.stage(release)
    for path, content in files(release).items():
        store.releases.link_or_write(stage, path, content, TIME)
    if previous:
        store.releases.keep(stage, f"versions/{previous}.csv", previous)
    store.releases.link_or_write(stage, f"versions/{release}.csv", release.encode(), TIME)
    store.releases.commit(stage, release)


def run(output: Path, release: str, kill_before: int | None = None) -> bool:
    """Publish in a process of its own that is killed before its n-th step; tell whether it was killed."""
    child = os.fork()
    if child == 0:
        _publish_and_exit(output, release, kill_before)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL)
    return status == signal.SIGKILL


def _publish_and_exit(output: Path, release: str, kill_before: int | None) -> None:
    try:
        steps = count()
        for name in STEPS:
            setattr(os, name, _step(getattr(os, name), steps, kill_before))
        publish(output, release)
        os._exit(0)
    except BaseException:  # noqa: BLE001 (a forked child must never come back into pytest)
        traceback.print_exc()
        os._exit(1)


def _step(real: Callable[..., Any], steps: Any, kill_before: int | None) -> Callable[..., Any]:
    def step(*args: Any, **kwargs: Any) -> Any:
        if next(steps) == kill_before:
            if real.__name__ == "write":
                real(args[0], bytes(args[1])[: len(args[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    return step


def complete(output: Path) -> str | None:
    """Return the release that is shown after a look at each of its files."""
    shown = Store(output).releases.current()
    if shown is not None:
        found = {path: (output / "public" / path).read_bytes() for path in files(shown)}
        assert found == files(shown)
        assert (output / "public" / f"versions/{shown}.csv").read_bytes() == shown.encode()
    return shown


def tree(output: Path) -> dict[str, tuple[bytes, int]]:
    """Return all that lasts: content and time of every public file, content of the archive and the reports."""
    found = {}
    for path in output.rglob("*"):
        name = path.relative_to(output).as_posix()
        if path.is_file() and not name.startswith(("runs/", ".lock")):
            found[name] = (path.read_bytes(), path.stat().st_mtime_ns if name.startswith("releases/") else 0)
    return found


def test_a_kill_at_any_step_of_the_first_publication(tmp_path: Path):
    run(tmp_path / "whole", FIRST)
    expected = tree(tmp_path / "whole")
    for n in count():
        output = tmp_path / str(n)
        if not run(output, FIRST, n):
            break
        assert complete(output) in (None, FIRST)
        assert run(output, FIRST) is False
        assert (complete(output), tree(output)) == (FIRST, expected)
    assert n > 50


def test_kills_at_any_step_of_a_later_publication_and_again_in_its_repair(tmp_path: Path):
    run(tmp_path / "whole", FIRST)
    run(tmp_path / "whole", SECOND)
    expected = tree(tmp_path / "whole")
    for n in count():
        output = tmp_path / str(n)
        run(output, FIRST)
        if not run(output, SECOND, n):
            break
        shown = complete(output)
        assert shown in (FIRST, SECOND)
        run(output, SECOND, n * 7 % 60)
        assert complete(output) in (shown, SECOND)
        assert run(output, SECOND) is False
        assert (complete(output), tree(output)) == (SECOND, expected)
    assert n > 50


def test_a_run_in_which_nothing_changed_leaves_everything_untouched(tmp_path: Path):
    run(tmp_path, FIRST)
    before = (tree(tmp_path), (tmp_path / "public").lstat())
    run(tmp_path, FIRST)
    assert (tree(tmp_path), (tmp_path / "public").lstat()) == before
