"""One output directory and its archive: the lock, and what a start finds after a kill."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.store.archive import Archive, Cache
from flows.store.disk import Damaged, inside, replace_file
from flows.store.journal import Journal, journal_lines, waiting_candidate
from flows.store.releases import Releases
from flows.store.replacing import Replacing
from flows.store.search import files_with


class Busy(Exception):  # noqa: N818 (it says what is)
    """Another run is writing to this output directory."""


class Store:
    """The disk as the program knows it; writing takes the lock, reading does not."""

    def __init__(self, output: Path, archive: Path | None = None) -> None:
        """Open `output` and the archive (default: inside); nothing is read or written yet."""
        self.output = Path(output)
        kept = Path(archive) if archive else self.output / "archive"
        self._aside = (self.output / ".aside", kept / ".aside")
        self.archive = Archive(kept / "deliveries", self._aside[1])
        self.journal = Journal(kept / "journal.jsonl")
        self.releases = Releases(self.output)
        self.cache = Cache(self.output / "cache", self._aside[0])
        self._replacing = Replacing(self.output, self.archive, self.journal, self.releases)

    @contextmanager
    def lock(self, *, wait: bool) -> Iterator[None]:
        """Be the one writer; the kernel frees the lock whatever ends the process.

        Where another run holds it: wait for its end, or raise Busy.
        """
        self.output.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.output / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _take(descriptor, self.output, wait=wait)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
            yield
        finally:
            os.close(descriptor)

    def recover(self) -> str | None:
        """Finish or undo what a killed run left, and return the id of the release that is shown, or None.

        A release is real once the journal names it: the newest one is shown if it lies there, also where it still lies
        among the candidates; what was built or committed without that is removed, as is a candidate that was
        overtaken. A replacement that was committed is brought to its end. Call it with the lock, before anything is
        written. Raises Damaged where the release that is shown is not in the journal (an archive of another output, or
        a lost one). None although the journal names releases means that the output was lost and the release is to be
        built again.
        """
        self._replacing.finish()
        events = self.journal.events()
        released = [event["id"] for event in events if event["event"] == "release"]
        shown = self.releases.current()
        if shown is not None and shown not in released:
            raise Damaged(f"{self.releases.public} shows release {shown}, which {self.journal.path} does not know")
        if released and not self.releases.exists(released[-1]) and self.releases.candidate(released[-1]).is_dir():
            self.releases.promote(released[-1])
        if released and self.releases.exists(released[-1]):
            self.releases.switch(released[-1])
        waiting = waiting_candidate(events)
        self.releases.sweep(released, waiting["id"] if waiting else None)
        for aside in self._aside:
            if aside.exists():
                shutil.rmtree(aside)
        shown = self.releases.current()
        return shown if shown is not None and self.releases.exists(shown) else None

    def another(self) -> Store:
        """Return an empty store on the same disk, in which another past can be made (see `replace_by`)."""
        if self._replacing.aside.exists():
            shutil.rmtree(self._replacing.aside)
        return Store(self._replacing.aside)

    def replace_by(self, made: Store, gone: Collection[str]) -> None:
        """Take journal and releases of `another` store in place of one's own; remove `gone` from the archive.

        Reports and cache go too. Needs the lock. Killed before its one decisive rename it has done nothing, killed
        after it `recover` finishes it.
        """
        self._replacing.commit(made.journal, gone, self._aside[1])
        self._replacing.finish()

    def rewrite(self, events: Sequence[Mapping[str, Any]], gone: Collection[str]) -> None:
        """Let `events` be the journal, in one step, and then remove `gone` from the archive; needs the lock."""
        if list(events) != self.journal.events():
            replace_file(self.journal.path, journal_lines(events), self._aside[1])
        for digest in gone:
            self.archive.remove(digest)

    def find_texts(self, texts: Sequence[str]) -> list[str]:
        """Return the files of output and archive that hold one of the texts, packed ones too."""
        roots = {self.output, self.archive.directory.parent}
        return [f"{root.name}/{place}" for root in sorted(roots) for place in files_with(root, texts)] if texts else []

    def record_run(self, started: datetime, record: Mapping[str, Any]) -> Path:
        """Write the record of one run to `runs/<UTC stamp>.json` and return its place."""
        stamp = started.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        place, number = self.output / "runs" / f"{stamp}.json", 2
        while place.exists():
            place, number = place.with_name(f"{stamp}.{number}.json"), number + 1
        text = json.dumps(record, sort_keys=True, ensure_ascii=False, indent=2)
        replace_file(place, f"{text}\n".encode(), self._aside[0])
        return place

    def last_run(self) -> datetime | None:
        """Return when the last run started that ended well (others leave no record), or None."""
        names = sorted(path.name.split(".")[0] for path in (self.output / "runs").glob("*.json"))
        return datetime.strptime(names[-1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if names else None

    def free_bytes(self) -> int:
        """Return how much room is left where the output lies, or will lie."""
        place = next(path for path in (self.output, *self.output.parents) if path.exists())
        return shutil.disk_usage(place).free

    def runs(self) -> list[dict[str, Any]]:
        """Return the records of all runs, the oldest first."""
        return [json.loads(path.read_bytes()) for path in sorted((self.output / "runs").glob("*.json"))]

    def report(self, unit: str, name: str) -> bytes | None:
        """Return one file of a unit's reports as it lies there, or None."""
        place = inside(self.output / "reports", f"{unit}/{name}")
        return place.read_bytes() if place.is_file() else None

    def write_report(self, unit: str, name: str, content: bytes) -> Path:
        """Write one file of a unit's report to `reports/<unit>/`; equal bytes stay untouched."""
        place = inside(self.output / "reports", f"{unit}/{name}")
        if not place.is_file() or place.read_bytes() != content:
            replace_file(place, content, self._aside[0])
        return place


def _take(descriptor: int, output: Path, *, wait: bool) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode() or "unknown"
        raise Busy(f"another run is writing to {output} (process {holder})") from None
