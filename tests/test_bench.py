"""The benchmark runs: each case does what it measures, on a catalogue that breaks no rule."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_every_case_is_measured_and_set_beside_ours() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--datasets", "2", "--rounds", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("2 datasets")
    for case in ("write ours", "parse ours", "check ours"):
        (line,) = [line for line in lines if line.startswith(case)]
        assert line.endswith(" 1.0")
    assert "write ckanext-dcat: needs --ckan" in lines


@pytest.mark.parametrize("arguments", [["--datasets", "many"], ["--fast"]])
def test_wrong_use_is_exit_2(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "bench", *arguments], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 2
