"""A folder elsewhere as a source, seen through fsspec: what lies there is named and dated as in a folder here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Any, Protocol

from flows.collect.deliveries import Fetched
from flows.collect.fetch.source import MOST, Found, RefusedError, TransientFetchError
from flows.formats.limits import MAX_FILE_BYTES
from flows.model import Feed, Finding
from flows.settings import day_in_berlin
from flows.store import Cache

TEMPORARY = (".", "~$")
CHANGED = ("LastModified", "modified", "mtime", "last_modified")
"""Where fsspec's file systems tell when a file was changed: S3, WebDAV, SFTP."""


class Files(Protocol):
    """The part of an fsspec file system that is needed."""

    def ls(self, path: str, detail: bool = True) -> list[dict[str, Any]]:
        """List a folder."""

    def cat_file(self, path: str) -> bytes:
        """Return the content of a file."""


@dataclass(frozen=True)
class RemoteFolder:
    """A folder of a feed on another machine; `where` names it without saying who we are there."""

    feed: Feed
    files: Files
    path: str
    where: str
    cache: Cache
    today: str
    findings: list[Finding] = field(default_factory=list)


def look_into(folder: RemoteFolder, refused: tuple[type[Exception], ...], lost: tuple[type[Exception], ...]) -> Found:
    """Return everything in the folder that may be a delivery, as `fetch_folder` does.

    `refused` are the exceptions by which the file system says no, `lost` those that may pass. A file that has not
    changed since the last look comes from the cache.
    """
    says_no: tuple[type[Exception], ...] = (FileNotFoundError, PermissionError, *refused)
    may_pass: tuple[type[Exception], ...] = (OSError, *lost)
    try:
        fetched = list(_deliveries(folder))
    except RefusedError as verdict:
        return [], [verdict.finding]
    except says_no as error:
        # Only the kind of fault: what a library says may hold the user, the address or a key.
        said = f"{folder.where}: {type(error).__name__}"
        return [], [RefusedError("source_refused", "ERROR", said).finding]
    except may_pass as error:
        raise TransientFetchError(f"{folder.where}: {type(error).__name__}") from None
    return fetched, folder.findings


def _deliveries(folder: RemoteFolder) -> Iterator[Fetched]:
    for entry in _listed(folder, folder.path):
        name = _name(entry)
        parts = [entry] if entry["type"] == "file" else [e for e in _listed(folder, entry["name"]) if _is_file(e)]
        if not parts:
            folder.findings.append(Finding("file_ignored", "INFO", value=name))
            continue
        received = _received(folder, entry, parts)
        if received > folder.today:
            folder.findings.append(Finding("received_in_future", "BLOCK", value=name, expected=f"<= {folder.today}"))
        elif sum(int(part.get("size") or 0) for part in parts) > MAX_FILE_BYTES:
            folder.findings.append(Finding("file_too_large", "BLOCK", value=name, expected=MOST))
        else:
            files = tuple((_name(part), _content(folder, part)) for part in parts)
            yield Fetched(folder.feed.id, received, f"{folder.where}/{name}", files)


def _listed(folder: RemoteFolder, path: str) -> list[dict[str, Any]]:
    """Return the entries of a folder by name; S3 lists a folder among what it holds."""
    entries = [
        entry for entry in folder.files.ls(path, detail=True) if _name(entry) not in ("", PurePosixPath(path).name)
    ]
    kept = [entry for entry in entries if not _name(entry).startswith(TEMPORARY)]
    ignored = (_name(entry) for entry in entries if _name(entry).startswith(TEMPORARY))
    folder.findings.extend(Finding("file_ignored", "INFO", value=name) for name in sorted(ignored))
    return sorted(kept, key=_name)


def _name(entry: Mapping[str, Any]) -> str:
    return PurePosixPath(str(entry["name"]).rstrip("/")).name


def _is_file(entry: Mapping[str, Any]) -> bool:
    return bool(entry["type"] == "file")


def _received(folder: RemoteFolder, entry: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the day in front of the name, else that of the last change; a file without either came today."""
    if found := re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", _name(entry)):
        try:
            return date.fromisoformat(found[0]).isoformat()
        except ValueError:  # such as 2024-02-30
            pass
    moments = [moment for part in parts if (moment := _changed(part))]
    changed = day_in_berlin(max(moments)) if moments else folder.today
    folder.findings.append(Finding("received_from_file_time", "INFO", value=_name(entry), expected=changed))
    return changed


def _changed(entry: Mapping[str, Any]) -> datetime | None:
    said = next((entry[name] for name in CHANGED if entry.get(name)), None)
    if isinstance(said, datetime):
        return said if said.tzinfo else said.replace(tzinfo=UTC)
    return datetime.fromtimestamp(said, UTC) if isinstance(said, int | float) else None


def _content(folder: RemoteFolder, entry: Mapping[str, Any]) -> bytes:
    changed = _changed(entry)
    marks = (folder.where, entry["name"], entry.get("size"), changed, entry.get("ETag") or entry.get("etag"))
    key = f"fetch/{hashlib.sha256(repr(marks).encode()).hexdigest()}.file"
    known = folder.cache.get(key) if changed else None
    if known is not None and len(known) == entry.get("size"):
        return known
    content = folder.files.cat_file(entry["name"])
    if len(content) > MAX_FILE_BYTES:
        raise RefusedError("file_too_large", "BLOCK", _name(entry), MOST)
    if changed:
        folder.cache.put(key, content)
    return content


def not_installed(package: str) -> Found:
    """Return the finding about a kind of source whose library is not there."""
    return [], [Finding("source_refused", "ERROR", value=package, expected=f"pip install {package}")]
