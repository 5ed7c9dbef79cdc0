"""Runs killed at any moment: what is shown is whole, and the next run comes to what an undisturbed one comes to."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import whole_example as whole

DAY_LATER = str(int(whole.RUN_AT) + 86_400)
SECOND_ROUND = "2025-12-31"
LASTING = ("public", "archive", "reports")
START_SECONDS = 2
"""About what a process needs before its run begins."""


@dataclass(frozen=True)
class Journey:
    """A run that can be repeated: what it starts from, what it came to undisturbed, and the seconds it took."""

    start: Path | None
    came_to: Path
    seconds: float
    at: str
    options: tuple[str, ...] = ()

    def begin(self, output: Path) -> Path:
        if self.start is not None:
            shutil.copytree(self.start, output, symlinks=True)
        return output


def journey(start: Path | None, came_to: Path, at: str, *options: str) -> Journey:
    """Run undisturbed and look at the clock."""
    found = Journey(start, came_to, 0, at, options)
    found.begin(came_to)
    began = time.monotonic()
    whole.run(came_to, at=at, options=options)
    return Journey(start, came_to, time.monotonic() - began, at, options)


@pytest.fixture(scope="module")
def first_round(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Go from nothing to everything the example has."""
    return journey(None, tmp_path_factory.mktemp("first") / "output", whole.RUN_AT)


@pytest.fixture(scope="module")
def second_round(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Go from a release of the first round to one of the second, a day later."""
    root = tmp_path_factory.mktemp("second")
    city = root / "city"
    left_out = shutil.ignore_patterns(f"{SECOND_ROUND}*")
    for name in ("mappings", "schemas"):
        shutil.copytree(whole.ROOT / name, city / name, ignore=left_out)
    whole.run(root / "before", config=city)
    return journey(root / "before", root / "output", DAY_LATER)


def moments(count: int, seed: int) -> list[float]:
    """Return `count` shares of a run, one at random from each of as many equal parts of it."""
    chance = random.Random(seed)
    return [(part + chance.random()) / count for part in range(count)]


def kill(output: Path, journey: Journey, share: float) -> Sequence[int]:
    """Start the run and kill it after that share of its time; returns the processes it had started by then."""
    command = whole.command(output, options=journey.options)
    process = subprocess.Popen(command, env=whole.environment(journey.at), cwd=whole.ROOT, stderr=subprocess.DEVNULL)
    time.sleep(share * journey.seconds)
    children = list(descendants(process.pid))
    process.kill()
    assert process.wait() in (0, -signal.SIGKILL)
    return children


def descendants(parent: int) -> Iterator[int]:
    for listed in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in map(int, listed.read_text().split()):
            yield child
            yield from descendants(child)


def shown(output: Path) -> str | None:
    """Return the release that is shown, None where there is none yet, after a look at each of its files."""
    if not (output / "public").exists():
        assert not (output / "public").is_symlink()
        return None
    files, manifest = whole.tree(output / "public"), whole.manifest(output)
    listed = {file["path"]: file["sha256"] for file in manifest["files"]}
    found = {path: hashlib.sha256(content).hexdigest() for path, content in files.items() if path != "manifest.json"}
    assert found == listed
    return str(manifest["release"])


def lasting(output: Path) -> dict[str, dict[str, bytes]]:
    return {name: whole.tree(output / name) for name in LASTING}


def survives(output: Path, journey: Journey, share: float) -> None:
    """Kill a run, look at what it left, and let the next one finish the work."""
    before = shown(journey.begin(output))
    kill(output, journey, share)
    assert shown(output) in (before, shown(journey.came_to))
    whole.run(output, at=journey.at)
    assert shown(output) == shown(journey.came_to)
    differing = [name for name, files in lasting(output).items() if files != whole.tree(journey.came_to / name)]
    assert differing == []
    assert {path.name for path in (output / "releases").iterdir()} == {
        path.name for path in (journey.came_to / "releases").iterdir()
    }


def test_a_run_killed_again_and_again_leaves_nothing_half_done(published: Path, tmp_path: Path) -> None:
    record = json.loads(next((published / "runs").glob("*.json")).read_bytes())
    run = Journey(None, published, sum(record["seconds"].values()) + START_SECONDS, whole.RUN_AT)
    for share in moments(2, seed=3):
        kill(tmp_path, run, share)
        assert shown(tmp_path) in (None, shown(published))
    survives(tmp_path, run, 0.9)


@pytest.mark.soak
@pytest.mark.parametrize("share", moments(50, seed=50))
def test_a_first_run_killed_at_any_moment(share: float, first_round: Journey, tmp_path: Path) -> None:
    survives(tmp_path / "output", first_round, share)


@pytest.mark.soak
@pytest.mark.parametrize("share", moments(50, seed=51))
def test_a_later_run_killed_at_any_moment(share: float, second_round: Journey, tmp_path: Path) -> None:
    survives(tmp_path / "output", second_round, share)


@pytest.fixture(scope="module")
def as_a_flow(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    return journey(None, tmp_path_factory.mktemp("flow") / "output", whole.RUN_AT, "--prefect")


@pytest.mark.soak
@pytest.mark.parametrize("share", moments(3, seed=7))
def test_a_killed_flow_leaves_nothing_half_done_and_no_server(share: float, as_a_flow: Journey, tmp_path: Path) -> None:
    output = tmp_path / "output"
    children = kill(output, as_a_flow, share)
    assert ended(children), "the server of a killed run lives on"
    assert shown(output) in (None, shown(as_a_flow.came_to))
    whole.run(output, options=as_a_flow.options)
    assert lasting(output) == lasting(as_a_flow.came_to)


def ended(processes: Sequence[int], seconds: float = 60) -> bool:
    """Wait for processes to end by themselves; the ones that do not are killed, and it is told."""
    deadline = time.monotonic() + seconds
    while (alive := [process for process in processes if _lives(process)]) and time.monotonic() < deadline:
        time.sleep(0.2)
    for process in alive:
        os.kill(process, signal.SIGKILL)
    return not alive


def _lives(process: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
