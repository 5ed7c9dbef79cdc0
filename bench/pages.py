"""Make every file of a generated city: how long it takes, how heavy the pages are, how many a small change rewrites.

    python -m bench.pages [--measures N] [--years N]

The city is made three times, as releases are: first, again with nothing changed, and with one more report of one
measure. Everything in it is made up and says so (bench/generated_city.py).
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.generated_city import FIRST_YEAR, generate, release, report
from flows.model import PublishedFile, Release
from flows.pipeline import contents
from flows.publish.datasets import Moment
from flows.publish.release import MANIFEST, compose
from flows.settings import Configuration, load

ROOT = Path(__file__).resolve().parents[1]
KINDS = (
    *("measures/M-", "measures/page-", "measures/index", "measures/status/", "fields/", "departments/", "radar/"),
    *("slipped/", "strategy/", "changes/", "data/", "reports/", "id/", "index.html"),
)


def main() -> None:
    """Make the city three times, and print what was measured."""
    options = _options()
    own, rows = load(ROOT, environ={}), generate(options.measures, options.years)
    after = FIRST_YEAR + options.years
    with tempfile.TemporaryDirectory(prefix="offenlage-bench-") as folder:
        print(f"{options.measures} measures, {options.years} years of quarterly reports, all generated")
        first = _made(release(rows, own, _moment(f"{after}-01-02")), own, {}, Path(folder), "first")
        _weigh(first.files.values(), Path(folder))
        _made(first, own, first.files, Path(folder), "again, nothing changed")
        report(rows, 1, options.years * 4, "in_progress")
        more = release(rows, own, _moment(f"{after}-04-02"), first)
        _made(more, own, first.files, Path(folder), "one more report of one measure")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description="Measure the pages of a generated city.")
    parser.add_argument("--measures", type=int, default=1000)
    parser.add_argument("--years", type=int, default=5)
    return parser.parse_args()


def _moment(day: str) -> Moment:
    return Moment(day, f"{day}T08:00:00+01:00")


def _made(
    release: Release, own: Configuration, earlier: Mapping[str, PublishedFile], folder: Path, name: str
) -> Release:
    """Make a release into `folder`, say how long it took and what was written, and return it with its files."""
    written: list[str] = []

    def write(file: PublishedFile, content: bytes) -> None:
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        written.append(file.path)

    clock, processor = time.monotonic(), time.process_time()
    made = compose(release, contents(own), earlier, lambda _file: None, write)
    seconds, used = time.monotonic() - clock, time.process_time() - processor
    print(f"{name}: {seconds:.0f} s, {used:.0f} s of them the processor's")
    written.remove(MANIFEST)  # it names the release
    kinds, of = Counter(map(_kind, written)), Counter(map(_kind, made.files))
    print("  written: " + ", ".join(f"{kinds[kind]} of {of[kind]} {kind}" for kind in sorted(of)))
    pages = sorted(path for path in written if _kind(path) == "pages") if earlier else []
    print("".join(f"    {path}\n" for path in pages), end="")
    return made


def _kind(path: str) -> str:
    """Return what is counted together: pages, the small pages of identifiers, feeds, pictures, and all else."""
    if path.endswith(".html"):
        return "pages of identifiers" if path.startswith("id/") else "pages"
    if path.rpartition("/")[2].startswith("feed"):
        return "feeds"
    return "pictures for sharing" if path.startswith("share/") else "other files"


def _weigh(files: Iterable[PublishedFile], folder: Path) -> None:
    """Print how many pages there are of each kind, and how heavy the largest is."""
    pages = {file.path: file.bytes for file in files if file.path.endswith(".html")}
    for kind in KINDS:
        held = [path for path in pages if path.removeprefix("en/").startswith(kind)]
        largest = max(held, key=pages.__getitem__, default="")
        if largest:
            packed = len(gzip.compress((folder / largest).read_bytes(), mtime=0))
            weight = f"{pages[largest] / 1e3:6.1f} kB, {packed / 1e3:5.1f} kB packed"
            print(f"  {kind:16} {len(held):6} pages, the largest {weight} ({largest})")


if __name__ == "__main__":
    main()
