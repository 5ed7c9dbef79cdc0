"""What every kind of source has in common: what it returns, how it fails, and who we are there."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from flows.collect.deliveries import Fetched
from flows.formats.limits import MAX_FILE_BYTES
from flows.model import Feed, Finding, Level
from flows.store import Cache

Found = tuple[list[Fetched], list[Finding]]
Kind: TypeAlias = Callable[[Feed, Path, Cache, str], Found]
"""Looks once at the source of a feed: `(feed, root, cache, today)`, with the configuration's directory and the ISO day
in Europe/Berlin. Returns everything that lies there, known or not, with the findings about what cannot be taken, and
raises nothing but TransientFetchError."""

MOST = f"<= {MAX_FILE_BYTES // 2**20} MiB"


class TransientFetchError(Exception):
    """The source could not be reached now; later it may. `retry_after` is the pause it asked for, in seconds."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class RefusedError(Exception):
    """What the source answered cannot be taken, now or later; carries the finding."""

    def __init__(self, rule: str, level: Level, value: str, expected: str = "") -> None:
        self.finding = Finding(rule, level, value=value, expected=expected)
        super().__init__(rule)


def too_large(where: str) -> RefusedError:
    """Make the refusal of what is larger than one delivery may be."""
    return RefusedError("file_too_large", "BLOCK", where, MOST)


def secret_of(source: Mapping[str, Any], root: Path) -> str:
    """Return the secret a mapping's `[source.login]` refers to, "" where it refers to none.

    It is looked up when it is needed and kept nowhere: no object that is logged, stored or handed to Prefect holds it.
    Raises RefusedError (`secret_missing`), which names the variable or file, where there is none.
    """
    login = source.get("login", {})
    if "secret_env" in login:
        where, found = str(login["secret_env"]), os.environ.get(login["secret_env"], "")
    elif "secret_file" in login:
        where = str(login["secret_file"])
        try:
            found = (root / where).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            found = ""
    else:
        return ""
    if not found:
        raise RefusedError("secret_missing", "ERROR", where)
    return found
