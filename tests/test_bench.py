"""The benchmark runs: each case does what it measures, on a catalogue that breaks no rule."""

from __future__ import annotations

import re
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


def test_a_second_build_of_the_same_pages_rewrites_none_and_a_report_only_what_tells_of_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.pages", "--measures", "4", "--years", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    again, more = (next(n for n, line in enumerate(lines) if line.startswith(name)) for name in ("again", "one more"))
    counts = re.findall(r"(\d+) of (\d+) ([a-z ]+)", lines[again + 1])
    assert len(counts) == 5
    assert [written for written, of, _ in counts if int(of) == 0 or written != "0"] == []
    rewritten = {line.strip().removeprefix("en/") for line in lines[more + 2 :]}
    assert "measures/M-0001/index.html" in rewritten
    assert [path for path in rewritten if path.startswith(("measures/M-", "fields/", "departments/"))] == [
        "measures/M-0001/index.html"
    ]


@pytest.mark.parametrize("arguments", [["--datasets", "many"], ["--fast"]])
def test_wrong_use_is_exit_2(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "bench", *arguments], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 2
