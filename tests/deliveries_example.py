"""The example's deliveries in memory: what the journal would say of them, and ways to damage them."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flows.collect.deliveries import Fetched, new_deliveries
from flows.collect.fetch.folder import fetch_folder
from flows.model import Feed
from flows.replay import State, replay
from flows.settings import Configuration, load

ROOT = Path(__file__).resolve().parents[1]
TODAY = "2026-11-20"
NASTY = (
    *("", "-", "k.A.", "offen", "unverändert", "s.o.", "#NV", "###", "=1+1", "NaN", "inf", "1e999", "-0", "9" * 400),
    *("31.02.2024", "2024-13", "Ende 2024", "2024/..", "0000", "9999-12-31", "44927", "1.234,56 €", "150 %", "0,5"),
    *("M-0001", "M-9999", "ORG-rit", "RIT/POR", "RIT; RIT", "Summe", "Stand: ?", "a|b|c", "\u0000", "\ufffd", "\ud7ff"),
    *(
        "a@b.example",
        "http://[",
        "https://x.example/" + "y" * 3000,
        "🙂",
        "ß",
        "true",
        "null",
        "[]",
        "{}",
        "<b>",
        "&x;",
    ),
)


@dataclass(frozen=True)
class Example:
    """One delivery of the example: its feed and its parts (name, content)."""

    feed: Feed
    parts: tuple[tuple[str, bytes], ...]


@cache
def configuration() -> Configuration:
    return load(ROOT, environ={})


@cache
def fetched() -> tuple[Fetched, ...]:
    root = ROOT / "mappings" / "departments"
    return tuple(
        found
        for feed in configuration().feeds
        for found in fetch_folder(root / feed.unit / feed.name, feed, ROOT, TODAY)[0]
    )


@cache
def examples() -> tuple[Example, ...]:
    feeds = {feed.id: feed for feed in configuration().feeds}
    return tuple(Example(feeds[found.feed], found.files) for found in fetched())


@cache
def events() -> tuple[Mapping[str, Any], ...]:
    return tuple(new_deliveries(fetched(), []))


@cache
def contents() -> dict[str, bytes]:
    pairs = [zip(found.parts, found.files, strict=True) for found in fetched()]
    return {part.sha256: content for parts in pairs for part, (_, content) in parts}


@cache
def state() -> State:
    """Return what is known after the whole example."""
    return replay(events(), configuration(), contents().__getitem__)


def flip(content: bytes, chance: random.Random) -> bytes:
    """Change some bytes."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def cut(content: bytes, chance: random.Random) -> bytes:
    """Take a piece out, at the end or in the middle."""
    start, stop = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:start] + (content[stop:] if chance.random() < 0.5 else b"")


def repeat(content: bytes, chance: random.Random) -> bytes:
    """Say some lines twice."""
    lines = content.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join([*lines[: at + 1], *lines[at : at + 5], *lines[at + 1 :]])


def shuffle(content: bytes, chance: random.Random) -> bytes:
    """Let cells change their places."""
    return _in_cells(content, lambda cells: chance.sample(cells, len(cells)))


def spoil(content: bytes, chance: random.Random) -> bytes:
    """Write into some cells what nobody expects there."""
    return _in_cells(content, lambda cells: [chance.choice(NASTY) if chance.random() < 0.1 else c for c in cells])


def _in_cells(content: bytes, change: Callable[[list[str]], list[str]]) -> bytes:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "latin-1", content.decode("latin-1")
    between = r"(>[^<>\n]+<)" if text.lstrip("\ufeff").startswith("<") else r'([^;\t,\r\n"{}\[\]:]{2,})'
    pieces = re.split(between, text)
    cells = change([piece.strip("<>") for piece in pieces[1::2]])
    pieces[1::2] = [old.replace(old.strip("<>"), new) for old, new in zip(pieces[1::2], cells, strict=True)]
    return "".join(pieces).encode(encoding, "replace")


DAMAGES = (flip, cut, repeat, shuffle, spoil)
Damage = Callable[[bytes, random.Random], bytes]


def damage(content: bytes, chance: random.Random) -> bytes:
    """Damage one file in up to three ways; of a workbook often what is in it, not only its container."""
    ways = chance.choices(DAMAGES, k=chance.randint(1, 3))
    if content[:2] == b"PK" and chance.random() < 0.8:
        return _inside(content, ways, chance)
    return _outside(content, ways, chance)


def _outside(content: bytes, ways: Sequence[Damage], chance: random.Random) -> bytes:
    for way in ways:
        content = way(content, chance) if content else content
    return content


def _inside(content: bytes, ways: Sequence[Damage], chance: random.Random) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(changed, "w") as copy:
        for name in book.namelist():
            inner = book.read(name)
            hit = re.search(r"sheet|sharedStrings|content", name) and chance.random() < 0.7
            copy.writestr(name, _outside(inner, ways, chance) if hit else inner)
    return changed.getvalue()
