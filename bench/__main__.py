"""Run the cases of the benchmark in fresh processes, in turn, and print the medians side by side.

    python -m bench [--datasets N] [--full] [--rounds N] [--ckan PYTHON]

Seconds are those of the CPU, without imports and without making the input, so that a busy machine disturbs little. What
is compared are ratios; seconds of one machine say nothing about another.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
SMALL, FULL = 300, 20_000
# rdflib's writer of Turtle looks every address up among all it has seen: its time grows with the square.
# The checks are timed without the reading, so all pages are in memory.
UP_TO: Mapping[str, int] = {
    "write rdflib": 1000,
    "check ours": 1000,
    "check pyshacl": 1000,
    "write ckanext-dcat": 1000,
}
OURS = (
    "write ours",
    "write rdflib",
    "write rdflib-nt",
    "parse ours",
    "parse rdflib",
    "check ours",
    "check pyshacl",
)
CKAN = ("write ckanext-dcat", "parse ckanext-dcat")


@dataclass(frozen=True)
class Measured:
    """What one run of a case took."""

    seconds: float
    megabytes: float


def main() -> None:
    """Measure and print."""
    options = _options()
    count = FULL if options.full else options.datasets
    cases = [case for case in (*OURS, *(CKAN if options.ckan else ())) if count <= UP_TO.get(case, count)]
    with tempfile.TemporaryDirectory(prefix="offenlage-bench-") as folder:
        results = _measure(cases, count, Path(folder), options.rounds, options.ckan)
    print("\n".join(_table(results, count, options.rounds)))
    for case in (*OURS, *CKAN):
        if case not in cases:
            why = f"left out above {UP_TO[case]} datasets" if case in UP_TO and count > UP_TO[case] else "needs --ckan"
            print(f"{case}: {why}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the catalogue beside others.")
    parser.add_argument("--datasets", type=int, default=SMALL, help=f"how many datasets (default {SMALL})")
    parser.add_argument(
        "--full", action="store_true", help=f"{FULL} datasets; takes many minutes, and rdflib several GB"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each case is run (default 3)")
    parser.add_argument("--ckan", help="a Python that has ckan and ckanext-dcat")
    return parser.parse_args()


def _measure(
    cases: Sequence[str], count: int, folder: Path, rounds: int, ckan: str | None
) -> dict[str, list[Measured]]:
    """Run the cases in turn, so that a slow minute of the machine meets all of them."""
    results: dict[str, list[Measured]] = {case: [] for case in cases}
    for number in range(rounds):
        for case in cases:
            print(f"round {number + 1} of {rounds}: {case}", file=sys.stderr)
            results[case].append(_run(case, count, folder, ckan))
    return results


def _run(case: str, count: int, folder: Path, ckan: str | None) -> Measured:
    command = [sys.executable, "-m", "bench.catalogue"]
    if case in CKAN:
        command = [str(ckan), str(ROOT / "bench" / "ckanext_dcat.py")]
    done = subprocess.run([*command, case, str(count), str(folder)], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{case}: {done.stderr.decode(errors='replace')[-2000:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _table(results: Mapping[str, Sequence[Measured]], count: int, rounds: int) -> Iterator[str]:
    yield f"{count} datasets with six files each; medians of {rounds} fresh processes"
    yield f"{'':<22}{'s':>9}{'MB':>8}{'x ours':>9}"
    for case, measured in results.items():
        seconds, megabytes = median(one.seconds for one in measured), median(one.megabytes for one in measured)
        ours = median(one.seconds for one in results[f"{case.partition(' ')[0]} ours"])
        yield f"{case:<22}{seconds:>9.2f}{megabytes:>8.0f}{seconds / ours:>9.1f}"


if __name__ == "__main__":
    main()
