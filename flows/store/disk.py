"""Write so that a kill or a power cut leaves the old state or the new one, never something between."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

# What departments delivered is not for every account of the machine; what is published sets its own mode.
INTERNAL_FILE = 0o640
INTERNAL_DIRECTORY = 0o750


class Damaged(Exception):  # noqa: N818 (it says what is, as Busy does)
    """What lies on the disk contradicts itself; no run should build on it."""


def inside(root: Path, name: str) -> Path:
    """Return the place of `name` (POSIX, relative) below `root`; raises ValueError where it would lead outside."""
    steps = name.split("/")
    if "\\" in name or "\0" in name or PurePosixPath(name).is_absolute() or {"", ".", ".."} & set(steps):
        raise ValueError(f"no name of a file below {root}: {name!r}")
    return root.joinpath(*steps)


def make_directory(path: Path) -> None:
    """Make an internal directory and its parents, each of them durable."""
    if path.is_dir():
        return
    make_directory(path.parent)
    path.mkdir(mode=INTERNAL_DIRECTORY, exist_ok=True)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the entries of a directory, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that does not exist yet, with this mode whatever the umask; raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        os.fchmod(descriptor, mode)
        write_all(descriptor, content)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of `content`; the system may take it in several bites."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def replace_file(path: Path, content: bytes, aside: Path) -> None:
    """Put an internal file in its place in one step: written in the directory `aside`, on the disk, then renamed.

    `aside` must lie on the same file system; one writer at a time (the lock) keeps its names apart.
    """
    make_directory(aside)
    make_directory(path.parent)
    temporary = aside / path.name
    temporary.unlink(missing_ok=True)
    write_new(temporary, content, INTERNAL_FILE)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)
