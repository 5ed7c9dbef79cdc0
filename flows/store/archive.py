"""Keep bytes: deliveries under their sha256 for ever, the cache under names and only as long as nobody minds."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flows.store.disk import Damaged, inside, replace_file, sync


@dataclass(frozen=True)
class Archive:
    """Every part of every delivery as it came, at `<directory>/<first two digits>/<sha256>`."""

    directory: Path
    aside: Path

    def put(self, content: bytes) -> str:
        """Keep `content`, durable when this returns, and return its sha256; what is there already stays untouched."""
        digest = hashlib.sha256(content).hexdigest()
        place = self.place(digest)
        if not place.exists():
            replace_file(place, content, self.aside)
        return digest

    def get(self, digest: str) -> bytes:
        """Return what was kept; raises KeyError where nothing was, Damaged where it is no longer what was kept."""
        try:
            content = self.place(digest).read_bytes()
        except FileNotFoundError:
            raise KeyError(digest) from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise Damaged(f"{self.place(digest)}: the content is not what was delivered")
        return content

    def remove(self, digest: str) -> None:
        """Remove what was kept; nothing happens where it is gone already. Only a decision of a person leads here."""
        place = self.place(digest)
        place.unlink(missing_ok=True)
        if place.parent.is_dir():
            sync(place.parent)

    def place(self, digest: str) -> Path:
        """Return where the bytes with this sha256 are kept."""
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise ValueError(f"no sha256: {digest!r}")
        return self.directory / digest[:2] / digest


@dataclass(frozen=True)
class Cache:
    """What spares work and may be deleted at any time."""

    directory: Path
    aside: Path

    def get(self, name: str) -> bytes | None:
        """Return what was put under `name`, or None."""
        try:
            return inside(self.directory, name).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, name: str, content: bytes) -> None:
        """Put `content` under `name` in the place of what was there."""
        replace_file(inside(self.directory, name), content, self.aside)
