"""Read configuration files below one folder; what is wrong is noted, not raised, so that all is said at once."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from flows.settings.problems import check


@dataclass
class Reader:
    """Reads files below `root`; `digests` holds the sha256 of each that was read, `problems` what is wrong."""

    root: Path
    problems: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)

    def where(self, path: Path) -> str:
        """Return a path as it is written in problems and in the digest."""
        return path.relative_to(self.root).as_posix()

    def text(self, path: Path) -> str | None:
        """Return the text of a file, or None with a problem noted."""
        where = self.where(path)
        try:
            content = path.read_bytes()
            self.digests[where] = hashlib.sha256(content).hexdigest()
            return content.decode("utf-8-sig")
        except OSError as error:
            self.problems.append(f"{where}: cannot be read: {error.strerror}")
        except UnicodeDecodeError:
            self.problems.append(f"{where}: expected UTF-8 text")
        return None

    def json(self, path: Path) -> dict[str, Any] | None:
        """Return the object in a JSON file, or None with a problem noted."""
        return self._parsed(path, json.loads)

    def toml(self, path: Path, contract: str, contracts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """Return a TOML file after a check against the contract of that name; {} where it cannot be read."""
        found = self._parsed(path, tomllib.loads)
        if found is None:
            return {}
        plain = {key: _plain(value) for key, value in found.items()}
        if contract in contracts:
            self.problems += check(self.where(path), plain, contracts[contract])
        elif (missing := f"schemas/{contract}.schema.json: is missing or wrong") not in self.problems:
            self.problems.append(missing)
        return plain

    def _parsed(self, path: Path, parse: Callable[[str], Any]) -> dict[str, Any] | None:
        text = self.text(path)
        if text is None:
            return None
        try:
            found = parse(text)
        except ValueError as error:
            self.problems.append(f"{self.where(path)}: {error}")
            return None
        if not isinstance(found, dict):
            self.problems.append(f"{self.where(path)}: expected an object at the top")
            return None
        return found


def _plain(value: object) -> object:
    """Turn the dates TOML knows into ISO texts, so that `2026-11-20` and `"2026-11-20"` mean the same."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | time) else value
