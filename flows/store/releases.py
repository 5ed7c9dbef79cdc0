"""Releases: complete docroots built aside, renamed into place, and shown by one symlink (decision 0006)."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.store.disk import inside, sync, write_new

BUILDING = ".building-"
NEXT_LINK = ".public-next"
PUBLIC_FILE = 0o644
PUBLIC_DIRECTORY = 0o755
# File systems that cannot hard-link, or not once more.
UNLINKABLE = frozenset({errno.EPERM, errno.EMLINK, errno.EXDEV, errno.ENOTSUP})


@dataclass(frozen=True)
class Releases:
    """The releases in `<output>/releases/` and the symlink `<output>/public` to the one that is shown."""

    output: Path

    @property
    def public(self) -> Path:
        """Return the docroot: the only thing a web server may see."""
        return self.output / "public"

    def directory(self, release: str) -> Path:
        """Return where a release lies; raises ValueError where `release` is no id such as `2026-11-20.2`."""
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.\d+)?", release):
            raise ValueError(f"no id of a release: {release!r}")
        return self.output / "releases" / release

    def candidate(self, release: str) -> Path:
        """Return where a release waits for its approval, away from all that is public; raises ValueError."""
        return self.output / "candidates" / self.directory(release).name

    def exists(self, release: str) -> bool:
        """Tell whether a release lies there, complete."""
        return self.directory(release).is_dir()

    def current(self) -> str | None:
        """Return the id of the release that is shown, or None before the first."""
        try:
            return self.public.readlink().name
        except FileNotFoundError:
            return None

    def stage(self, release: str) -> Path:
        """Return a new empty directory aside in which the release is built."""
        stage = self.directory(release).with_name(f"{BUILDING}{release}")
        if stage.exists():
            shutil.rmtree(stage)
        stage.mkdir(parents=True)
        return stage

    def link_or_write(self, stage: Path, path: str, content: bytes, modified: str) -> None:
        """Put a file into the release that is built; `modified` (RFC 3339 with offset) is the time of its data.

        Where the shown release holds the same bytes of the same time it is hard-linked: one file, untouched.
        Raises FileExistsError where the release has that path already.
        """
        seconds = _seconds(modified)
        shown = inside(self.public, path)
        if _holds(shown, content, seconds):
            _link(shown.resolve(), _place(stage, path))
            return
        place = _place(stage, path)
        write_new(place, content, PUBLIC_FILE)
        os.utime(place, (seconds, seconds))

    def keep(self, stage: Path, path: str, release: str) -> None:
        """Put the file that another release has at `path` into the one that is built, without reading it."""
        _link(inside(self.directory(release), path), _place(stage, path))

    def commit(self, stage: Path, release: str) -> None:
        """Give a built and verified release its name, durable when this returns; nothing shows it yet.

        Raises FileExistsError where that release exists: a release is never changed.
        """
        self._settle(stage, self.directory(release))

    def hold(self, stage: Path, release: str) -> None:
        """Keep a built and verified release as a candidate, durable when this returns; raises FileExistsError."""
        self._settle(stage, self.candidate(release))

    def promote(self, release: str) -> None:
        """Turn a candidate into a release, durable when this returns; nothing shows it yet."""
        self.candidate(release).rename(self.directory(release))
        sync(self.directory(release).parent)
        sync(self.candidate(release).parent)

    def _settle(self, stage: Path, target: Path) -> None:
        if target.exists():
            raise FileExistsError(target)
        target.parent.mkdir(exist_ok=True)
        for folder, _, _ in os.walk(stage, topdown=False):
            Path(folder).chmod(PUBLIC_DIRECTORY)
        os.sync()  # once for all: to wait for each of some thousand files takes longer than to write them
        stage.rename(target)
        sync(target.parent)
        sync(self.output)

    def files(self, release: str) -> dict[str, str]:
        """Return the sha256 of every file of a release by its path."""
        root = self.directory(release)
        places = sorted(place for place in root.rglob("*") if place.is_file())
        return {p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in places}

    def damaged(self, release: str, *, waiting: bool = False) -> list[str]:
        """Return the files that the manifest of a release lists and that are missing or of another size.

        With `waiting` it is looked for among the candidates.
        """
        root = self.candidate(release) if waiting else self.directory(release)
        try:
            listed = json.loads((root / "manifest.json").read_bytes())["files"]
        except (OSError, ValueError):
            return ["manifest.json"]
        sizes = {file["path"]: file["bytes"] for file in listed}
        return [path for path, size in sizes.items() if not _is_of(inside(root, path), size)]

    def adopt(self, other: Releases, release: str) -> None:
        """Take over a release of another output directory, replacing one of the same id that is not shown there."""
        shutil.rmtree(self.directory(release), ignore_errors=True)
        shutil.copytree(other.directory(release), self.directory(release), copy_function=shutil.copy2)

    def switch(self, release: str) -> None:
        """Show a committed release: `public` points to the old one or to the new one at any moment."""
        if not self.exists(release):
            raise FileNotFoundError(self.directory(release))
        if self.current() == release:
            return
        upcoming = self.output / NEXT_LINK
        upcoming.unlink(missing_ok=True)
        upcoming.symlink_to(Path("releases", release))
        upcoming.replace(self.public)
        sync(self.output)

    def sweep(self, known: Collection[str], waiting: str | None = None) -> None:
        """Remove what killed runs left: what was being built, releases neither `known` nor shown, other candidates."""
        (self.output / NEXT_LINK).unlink(missing_ok=True)
        wanted = {"releases": {*known, self.current()}, "candidates": {waiting}}
        for folder, names in wanted.items():
            for left in (self.output / folder).glob("*"):
                if left.is_dir() and left.name not in names:
                    shutil.rmtree(left)


def _is_of(place: Path, size: int) -> bool:
    return place.is_file() and place.stat().st_size == size


def _seconds(modified: str) -> int:
    moment = datetime.fromisoformat(modified)
    if moment.tzinfo is None:
        raise ValueError(f"a time without offset: {modified!r}")
    return int(moment.timestamp())


def _holds(place: Path, content: bytes, seconds: int) -> bool:
    if not place.is_file():
        return False
    found = place.stat()
    same = int(found.st_mtime) == seconds and found.st_size == len(content)
    return same and place.read_bytes() == content


def _place(stage: Path, path: str) -> Path:
    place = inside(stage, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in UNLINKABLE:
            raise
        shutil.copy2(source, target)
