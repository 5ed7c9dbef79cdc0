"""Look for texts in every file below a directory, also in what is packed: workbooks, archives, Parquet."""

from __future__ import annotations

import html
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl


def files_with(root: Path, texts: Sequence[str]) -> list[str]:
    """Return the files below `root` that hold any of the texts in any of the forms we write or read."""
    needles = [needle for text in texts for needle in _forms(text)]
    found = []
    for folder, _, names in os.walk(root):
        for place in (Path(folder, name) for name in sorted(names)):
            if not place.is_symlink() and any(needle in content for content in _contents(place) for needle in needles):
                found.append(place.relative_to(root).as_posix())
    return sorted(found)


def _forms(text: str) -> Iterator[bytes]:
    """Return the bytes a text may be written as: as it is, for XML, for JSON, in the encodings departments use."""
    for form in {text, html.escape(text), html.escape(text, quote=False), json.dumps(text)[1:-1]}:
        for encoding in ("utf-8", "cp1252", "utf-16-le"):
            yield form.encode(encoding, "ignore")


def _contents(place: Path) -> Iterator[bytes]:
    content = place.read_bytes()
    yield content
    if content[:4] == b"PAR1":
        yield "\n".join(str(row) for row in pl.read_parquet(io.BytesIO(content)).rows()).encode()
    if content[:2] == b"PK":
        yield from _packed(content)


def _packed(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return  # a damaged delivery: its bytes were looked at as they are
