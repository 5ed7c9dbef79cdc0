"""Replace the journal and every release by others that were made aside: committed by one rename, finished by any start.

The only way in which the past is changed (decision 0027). Until the journal is replaced nothing has happened; from
then on whoever opens the output next brings it to its end.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from flows.store.archive import Archive
from flows.store.disk import replace_file, sync, write_new
from flows.store.journal import Journal
from flows.store.releases import Releases

ASIDE = ".replacing"
GONE = "gone.json"
OLD = "old"
INTERNAL_FILE = 0o640


@dataclass(frozen=True)
class Replacing:
    """What is prepared in `<output>/.replacing/` to take the place of a journal and its releases."""

    output: Path
    archive: Archive
    journal: Journal
    releases: Releases

    @property
    def aside(self) -> Path:
        """Return where the others are made: an output directory of its own."""
        return self.output / ASIDE

    def commit(self, journal: Journal, gone: Collection[str], temporary: Path) -> None:
        """Let `journal`, made aside, take the place of the present one; `gone` are parts of the archive to remove."""
        write_new(self.aside / GONE, json.dumps(sorted(gone)).encode(), INTERNAL_FILE)
        sync(self.aside / GONE)
        sync(self.aside)
        replace_file(self.journal.path, journal.path.read_bytes(), temporary)

    def finish(self) -> bool:
        """Bring what was committed to its end, or throw away what was not; tells whether anything was replaced."""
        if not self.aside.exists():
            return False
        committed = (self.aside / GONE).exists() and self._is_the_journal()
        if committed:
            self._take_releases(Releases(self.aside))
            for digest in json.loads((self.aside / GONE).read_bytes()):
                self.archive.remove(digest)
            for name in ("cache", "reports", "candidates"):
                shutil.rmtree(self.output / name, ignore_errors=True)
            if (self.aside / "candidates").exists():
                (self.aside / "candidates").rename(self.output / "candidates")
        shutil.rmtree(self.aside)
        return committed

    def _is_the_journal(self) -> bool:
        made = self.aside / "archive" / self.journal.path.name
        return made.exists() and made.read_bytes() == self.journal.path.read_bytes()

    def _take_releases(self, made: Releases) -> None:
        """Move the new releases in, first the one to be shown, so that at every moment a whole one is shown."""
        shown = made.current()
        waiting = [place for place in (self.aside / "releases").glob("*") if place.is_dir()]
        for place in sorted(waiting, key=lambda place: place.name != shown):
            target = self.releases.directory(place.name)
            if target.exists():
                (self.aside / OLD).mkdir(exist_ok=True)
                target.rename(self.aside / OLD / f"{place.name}-{target.stat().st_ino}")
            target.parent.mkdir(parents=True, exist_ok=True)
            place.rename(target)
            sync(target.parent)
            if place.name == shown:
                self.releases.switch(shown)
        if shown is not None:
            self.releases.switch(shown)
