"""`schedule` and `run --prefect` as processes of their own, with a real server: nothing is left, nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.soak
SERVE = """
import sys
from pathlib import Path
from flows.orchestration import serve_all
from flows.settings import load
serve_all(load(Path(sys.argv[1]), output=Path(sys.argv[2])))
"""
PATIENCE = 240


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def served(city: Path, output: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    environ["PREFECT_SERVER_API_PORT"] = str(port)
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(city), str(output)], env=environ)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ask(port: int, path: str, body: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return what the server answers, nothing while there is no answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api{path}", json.dumps(body or {}).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            found = json.load(response)
    except OSError:
        return []
    assert isinstance(found, list)
    return found


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.5)


def upcoming(port: int) -> set[tuple[str, str]]:
    """Return deployment and time of the runs that wait for their time."""
    found = ask(port, "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}})
    return {(run["deployment_id"], run["expected_start_time"]) for run in found}


def is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


def test_schedules_survive_the_end_of_the_service(
    make_city: Callable[[dict[str, str]], Path], tmp_path: Path, port: int
) -> None:
    city, output = make_city({}), tmp_path / "output"
    with served(city, output, port) as process:
        # Four deployments have a schedule, and the scheduler plans three runs of each ahead.
        until(lambda: len(upcoming(port)) == 12)
        planned, before = upcoming(port), {d["id"] for d in ask(port, "/deployments/filter")}
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    until(lambda: is_free(port))
    with served(city, output, port):
        until(lambda: len(upcoming(port)) == 12)
        again = ask(port, "/deployments/filter")
        assert {d["id"] for d in again} == before
        assert not any(d["paused"] for d in again)
        assert all(schedule["active"] for d in again for schedule in d["schedules"])
        assert upcoming(port) == planned


def test_the_server_ends_with_a_service_that_is_killed(
    make_city: Callable[[dict[str, str]], Path], tmp_path: Path, port: int
) -> None:
    with served(make_city({}), tmp_path / "output", port) as process:
        until(lambda: len(ask(port, "/deployments/filter")) == 6)
        process.kill()
        process.wait()
        until(lambda: is_free(port))


def test_a_port_that_is_taken_is_said(make_city: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", SERVE, str(make_city({})), str(tmp_path / "output")],
            env={**os.environ, "PREFECT_SERVER_API_PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert f"127.0.0.1:{port} cannot be listened on" in done.stderr


def test_one_run_leaves_a_release_and_no_server(make_city: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from urllib.parse import urlsplit
from flows.orchestration import run_once
from flows.settings import load
summary = run_once(load(Path(sys.argv[1]), output=Path(sys.argv[2])))
assert summary.release
print(urlsplit(os.environ["PREFECT_API_URL"]).port)
"""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    command = [sys.executable, "-c", code, str(make_city({})), str(tmp_path / "output")]
    done = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    assert is_free(int(done.stdout))
    assert (tmp_path / "output" / "public" / "data" / "measures.csv").is_file()
    assert (tmp_path / "output" / "prefect" / "prefect.db").is_file()
