"""A folder as a source: one file, or one folder of parts, a delivery; its name begins with the day of receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from flows.collect.deliveries import Fetched
from flows.collect.fetch.source import MOST
from flows.formats.limits import MAX_FILE_BYTES
from flows.model import Feed, Finding
from flows.settings import day_in_berlin

LARGEST = MAX_FILE_BYTES
# Hidden files, and what Excel and LibreOffice leave beside an open workbook.
TEMPORARY = (".", "~$")


def fetch_folder(directory: Path, feed: Feed, root: Path, today: str) -> tuple[list[Fetched], list[Finding]]:
    """Return everything in `directory` that may be a delivery, ordered by name, and the findings about the rest.

    A name without an ISO date in front is received on the day of its last change in Europe/Berlin. What would be
    received after `today`, is larger than 50 MiB or cannot be read is not taken. The origin is the path below `root`.
    """
    findings: list[Finding] = []
    fetched: list[Fetched] = []
    try:
        entries = list(_entries(directory, findings))
    except OSError as error:
        return [], [Finding("source_unreachable", "WARN", value=f"{directory.name}: {error.strerror}")]
    for path in entries:
        try:
            received = _received(path, findings)
            files = () if received > today else _files(path, findings)
        except OSError as error:
            findings.append(Finding("source_unreachable", "WARN", value=f"{path.name}: {error.strerror}"))
            continue
        if received > today:
            findings.append(Finding("received_in_future", "BLOCK", value=path.name, expected=f"<= {today}"))
        elif files:
            fetched.append(Fetched(feed.id, received, _origin(path, root), files))
    return fetched, findings


def _entries(directory: Path, findings: list[Finding]) -> Iterator[Path]:
    for path in sorted(directory.iterdir()):
        if path.name.startswith(TEMPORARY):
            findings.append(Finding("file_ignored", "INFO", value=path.name))
        else:
            yield path


def _received(path: Path, findings: list[Finding]) -> str:
    if found := re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", path.name):
        try:
            return date.fromisoformat(found[0]).isoformat()
        except ValueError:  # such as 2024-02-30
            pass
    changed = day_in_berlin(datetime.fromtimestamp(path.stat().st_mtime, UTC))
    findings.append(Finding("received_from_file_time", "INFO", value=path.name, expected=f"{changed}{path.suffix}"))
    return changed


def _files(path: Path, findings: list[Finding]) -> tuple[tuple[str, bytes], ...]:
    """Return the name and content of each part; none, with a finding, where there is nothing to take."""
    parts = [path] if path.is_file() else list(_entries(path, findings))
    nested = [part.name for part in parts if not part.is_file()]
    findings += [Finding("file_ignored", "INFO", value=f"{path.name}/{name}") for name in nested]
    parts = [part for part in parts if part.is_file()]
    if not parts:
        findings.append(Finding("file_ignored", "INFO", value=path.name))
        return ()
    if sum(part.stat().st_size for part in parts) > LARGEST:
        findings.append(Finding("file_too_large", "BLOCK", value=path.name, expected=MOST))
        return ()
    return tuple((part.name, part.read_bytes()) for part in parts)


def _origin(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
