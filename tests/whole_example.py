"""What the tests of the whole share: one more run over a configuration, and the published tables, read plainly."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RUN_AT = "1795132800"
"""SOURCE_DATE_EPOCH of the fixture `published`: 2026-11-20T00:00:00Z."""
COMMAND = (sys.executable, "-c", "from flows.cli import main; main()")

Row = Mapping[str, str]


def command(output: Path, config: Path = ROOT, options: Sequence[str] = ()) -> list[str]:
    return [*COMMAND, "--json", "--config", str(config), "--output", str(output), "run", *options]


def run(output: Path, *, config: Path = ROOT, at: str = RUN_AT, options: Sequence[str] = ()) -> dict[str, Any]:
    """Run `offenlage run` as a process of its own, as a person would, and return its summary."""
    started = command(output, config, options)
    done = subprocess.run(started, env=environment(at), capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def environment(at: str = RUN_AT) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("OFFENLAGE_", "PREFECT_"))}
    return {**own, "SOURCE_DATE_EPOCH": at}


def rows(output: Path, dataset: str) -> list[Row]:
    """Return the rows of a published CSV; a missing value is ""."""
    text = (output / "public" / "data" / f"{dataset}.csv").read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def by_id(output: Path, dataset: str) -> dict[str, Row]:
    return {row["id"]: row for row in rows(output, dataset)}


def manifest(output: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((output / "public" / "manifest.json").read_bytes())
    return found


def tree(directory: Path) -> dict[str, bytes]:
    """Return every file below a directory."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def times(directory: Path) -> dict[str, tuple[int, int]]:
    """Return the inode and the time of change of everything below a directory."""
    found = {path.relative_to(directory).as_posix(): path.stat() for path in directory.rglob("*")}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found.items()}
