"""The flows, in Prefect's own test harness."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest
from told_to_prefect import ask, latest_artifacts, said_to_prefect

from flows.orchestration import runs
from flows.orchestration.serving import deployments, tidy
from flows.pipeline import Summary
from flows.publish.verification import Problem
from flows.settings import load
from flows.store import Store

pytestmark = pytest.mark.usefixtures("harness")

ROOT = Path(__file__).resolve().parents[2]
WORKBOOK = ROOT / "mappings" / "departments" / "kr" / "measures" / "2024-12-31.xlsx"
GONE = "http://127.0.0.1:9/measures.csv"
"""Nobody listens at the discard port."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    patient = runs.fetch_feed
    monkeypatch.setattr(runs, "fetch_feed", patient.with_options(retry_delay_seconds=0))


@contextmanager
def source(answers: list[int]) -> Iterator[tuple[str, list[str]]]:
    """Answer with these statuses in turn, a 200 with a workbook; yield the address and the list of what was asked."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = answers[len(asked)]
            asked.append(self.path)
            content = WORKBOOK.read_bytes() if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/measures.xlsx", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def city(make_city: Callable[[dict[str, str]], Path]) -> Path:
    return make_city({})


@pytest.fixture(scope="session")
def first(city: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, Path]:
    output = tmp_path_factory.mktemp("first") / "output"
    return runs.run(city, output), output


def test_a_run_publishes(first: tuple[Summary, Path]) -> None:
    summary, output = first
    assert summary.release is not None
    assert "measures" in summary.changed
    assert summary.new_deliveries == summary.deliveries > 0
    assert (output / "public" / "data" / "measures.csv").is_file()


def test_a_second_run_changes_nothing(first: tuple[Summary, Path], city: Path) -> None:
    summary, output = first
    before = (output / "archive" / "journal.jsonl").read_bytes()
    again = runs.run(city, output)
    assert (again.release, again.changed, again.new_deliveries) == (summary.release, (), 0)
    assert (output / "archive" / "journal.jsonl").read_bytes() == before


def test_a_run_leaves_artifacts_without_the_value_of_any_cell(first: tuple[Summary, Path]) -> None:
    summary, output = first
    artifacts = latest_artifacts()
    assert {"run-report", "datasets", "published"} <= artifacts.keys()
    assert str(summary.release) in artifacts["run-report"]
    rows = {row["dataset"]: row["rows"] for row in json.loads(artifacts["datasets"])}
    assert rows == summary.datasets
    told = said_to_prefect()
    texts = pl.read_ndjson(output / "public" / "data" / "history.jsonl")["value"].drop_nulls().unique()
    long = [text for text in texts if len(text) >= 20]
    assert len(long) > 50
    assert not [text for text in long if text in told]


def test_only_what_is_transient_is_tried_again(make_city: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
    with source([503, 429, 200]) as (url, asked):
        assert len(runs.collect("kr", make_city({"kr/measures": url}), tmp_path / "output")) == 1
        assert len(asked) == 3


def test_what_is_refused_is_asked_for_once(make_city: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
    with source([404, 200]) as (url, asked):
        assert runs.collect("kr", make_city({"kr/measures": url}), tmp_path / "output") == []
        assert len(asked) == 1


def test_a_bug_of_ours_is_loud_and_not_tried_again(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def broken(*_args: object) -> None:
        calls.append(1)
        raise ZeroDivisionError

    monkeypatch.setattr(runs, "attempt", broken)
    with pytest.raises(ZeroDivisionError):
        runs.collect("kr", city, tmp_path / "output")
    assert len(calls) == 1


def test_a_source_that_is_gone_does_not_stop_the_others(
    make_city: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    summary = runs.run(make_city({"awm/measures": f"{GONE}?key=Zwiebelfisch"}), tmp_path / "output")
    assert len(summary.unreachable) == 1
    assert summary.release is not None
    assert summary.new_deliveries > 0
    assert "| Sources not reached | awm/measures |" in latest_artifacts()["run-report"]
    assert "Zwiebelfisch" not in said_to_prefect()


def test_collecting_journals_and_publishing_publishes(city: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    assert runs.collect("strategie", city, output) == ["D-000001", "D-000002", "D-000003"]
    assert runs.collect("strategie", city, output) == []
    assert not (output / "public").exists()
    assert runs.publish(city, output).release is not None
    assert (output / "public" / "data" / "goals.csv").is_file()


def test_a_release_that_is_held_back_fails_the_run_without_telling_values(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem("data/measures.jsonl", "row 1, title_de: expected a text, found Schusterjunge")
    monkeypatch.setattr("flows.pipeline.verify", lambda *_args: [problem])
    runs.collect("strategie", city, tmp_path / "output")
    with pytest.raises(runs.ProblemsError, match=r"held back: data/measures\.jsonl \(1\)") as held:
        runs.publish(city, tmp_path / "output")
    assert held.value.problems == (problem,)
    assert not (tmp_path / "output" / "public").exists()
    assert "Schusterjunge" not in said_to_prefect()


def test_what_is_live_is_checked(first: tuple[Summary, Path], city: Path) -> None:
    summary, output = first
    assert runs.check_live(city, output) == summary.release
    damaged = output / "public" / "data" / "measures.csv"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole + b"\n")
    try:
        with pytest.raises(runs.ProblemsError, match=r"data/measures\.csv \(1\)"):
            runs.check_live(city, output)
    finally:
        damaged.write_bytes(whole)


def test_nothing_published_is_nothing_to_check(city: Path, tmp_path: Path) -> None:
    assert runs.check_live(city, tmp_path / "output") is None
    assert not Store(tmp_path / "output").journal.events()


def test_deployments_are_registered_once_and_go_with_their_mapping(
    make_city: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    root = make_city({})
    for _ in range(2):
        for deployment in deployments(load(root, environ={}, output=tmp_path)):
            deployment.apply()
    found = ask("deployments")
    assert sorted(d["name"] for d in found) == ["awm", "check-live", "kr", "publish", "run", "strategie"]
    slugs = {d["name"]: [(s["slug"], s["schedule"]["timezone"], s["active"]) for s in d["schedules"]] for d in found}
    assert slugs["kr"] == [("measures", "Europe/Berlin", True)]
    assert all(d["global_concurrency_limit"]["limit"] == 1 for d in found)
    (root / "mappings" / "departments" / "kr" / "measures.toml").unlink()
    tidy(load(root, environ={}, output=tmp_path))
    assert sorted(d["name"] for d in ask("deployments")) == ["awm", "check-live", "publish", "run", "strategie"]
