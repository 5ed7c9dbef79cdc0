"""Accept, approve and retract as an operator calls them: exit codes, what is said, what is public before and after."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from operate_example import bring, open_store, tables_of
from test_gates import FIRST, SECOND, delivered, rows

from flows.settings import Configuration, load


@pytest.fixture
def city(copied: Configuration, tmp_path: Path) -> Configuration:
    """The small city with a configuration of its own, after a release with six records and a delivery of two."""
    root = Path(shutil.copytree(copied.root, tmp_path / "city", ignore=shutil.ignore_patterns("output")))
    own = replace(copied, root=root)
    bring(own, FIRST, delivered("2026-07-01", rows(6)))
    bring(own, SECOND, delivered("2026-08-01", rows(2, 90)))
    return own


def offenlage(city: Configuration, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OFFENLAGE_", "PREFECT_"))}
    shared = ["--config", str(city.root), "--output", str(city.output), "--json"]
    command = [sys.executable, "-c", "from flows.cli import main; main()", *shared, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=kept, timeout=300, check=False)


def progress(city: Configuration) -> set[float]:
    return {row["progress_pct"] for row in tables_of(open_store(city)).rows("measures")}


def test_a_held_delivery_is_accepted_with_a_reason_once(city: Configuration) -> None:
    held = open_store(city).journal.events()
    last = [event["id"] for event in held if event["event"] == "delivery"][-1]
    personal = offenlage(city, "accept", last, "--why", "Frau Musterfrau hat es bestätigt")
    assert (personal.returncode, "must not name a person" in personal.stderr) == (2, True)
    assert "Musterfrau" not in personal.stderr
    assert 90 not in progress(city)
    done = offenlage(city, "accept", last, "--why", "vier Vorhaben sind zusammengelegt")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["delivery"] == last
    assert 90 in progress(city)
    again = offenlage(city, "accept", last, "--why", "noch einmal")
    assert (again.returncode, again.stderr.strip()) == (2, f"{last} is not held back")


def test_what_waits_for_approval_is_shown_by_approve(city: Configuration) -> None:
    settings = city.root / "mappings" / "catalogue.toml"
    settings.write_text(f"{settings.read_text('utf-8')}\n[release]\napproval = true\n", encoding="utf-8")
    waiting = load(city.root, environ={}, output=city.output)
    summary = bring(waiting, SECOND, delivered("2026-09-01", rows(6, 80, "31.08.2026")))
    assert 80 not in progress(city)
    assert offenlage(city, "approve", "2020-01-01").returncode == 2
    done = offenlage(city, "approve", str(summary.candidate))
    assert (done.returncode, done.stderr) == (0, "")
    assert 80 in progress(city)


def test_retract_says_what_is_left_to_do(city: Configuration) -> None:
    nothing = offenlage(city, "retract", "D-000002", "--field", "measure.description_de", "--why", "x")
    assert (nothing.returncode, "holds nothing of" in nothing.stderr) == (2, True)
    done = offenlage(city, "retract", "D-000002", "--field", "measure.short_text_de", "--why", "es nannte jemanden")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["remains"] == []
    assert json.loads(done.stdout)["removed"]["D-000002"] > 0
