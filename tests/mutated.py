"""Mutated deliveries by the thousand, in a process with bounds: `python tests/mutated.py FIRST COUNT`.

Each seed takes a delivery of the example in one of all formats, damages it (bytes flipped, pieces cut out, lines
repeated, cells shuffled or spoilt, also inside the container of a workbook), and sends it the whole way to records.
Nothing is caught: an exception, or a row without exactly one end, stops the process, and the seed is named.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import resource
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "formats"), str(HERE.parent)]

import deliveries_example as example  # noqa: E402

MEMORY_BYTES = 3 * 2**30
"""Address space for whatever is delivered; the libraries alone take one gigabyte of it."""
PROCESSOR_SECONDS_EACH = 20
"""On the average of a batch; a file that keeps the processor busy for ever ends it."""


@cache
def deliveries() -> tuple[example.Example, ...]:
    """Return the deliveries of the example, and some again in the formats in which none of them came."""
    import office_files

    found = list(example.examples())
    plain = next(one for one in found if one.feed.id == "awm/measures")
    grid = _grid(plain.parts[0][1])
    cells = [(row, column, text) for row, texts in enumerate(grid) for column, text in enumerate(texts) if text]
    others = {"again.xls": office_files.xls(cells), "again.zip": office_files.zipped(dict(plain.parts))}
    others["again.tsv"] = "\n".join("\t".join(texts) for texts in grid).encode("utf-16")
    found += [example.Example(plain.feed, ((name, content),)) for name, content in others.items()]
    return tuple(found)


def _grid(content: bytes) -> list[list[str]]:
    from flows.formats.read import read

    tables, _ = read([("x", content)], {}, [])
    buffer = io.StringIO()
    csv.writer(buffer).writerows(tables[0].cells.to_numpy().tolist())
    return [[" ".join(text.split()) for text in row] for row in csv.reader(io.StringIO(buffer.getvalue()))]


def mutated(seed: int) -> example.Example:
    """Return the delivery of a seed: each format as often as any other, one of its parts damaged."""
    chance = random.Random(seed)
    by_format: dict[str, list[example.Example]] = {}
    for one in deliveries():
        by_format.setdefault(one.parts[0][0].rpartition(".")[2], []).append(one)
    chosen = chance.choice(by_format[chance.choice(sorted(by_format))])
    parts = list(chosen.parts)
    hit = chance.randrange(len(parts))
    parts[hit] = (parts[hit][0], example.damage(parts[hit][1], chance))
    return example.Example(chosen.feed, tuple(parts))


def batch(first: int, count: int) -> dict[str, object]:
    """Send `count` mutated deliveries the whole way; returns what became of their rows."""
    from test_rows import check

    ends: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    held = 0
    for seed in range(first, first + count):
        print(seed, file=sys.stderr, flush=True)
        delivered = mutated(seed)
        formats[delivered.parts[0][0].rpartition(".")[2]] += 1
        taken = check(delivered.feed, delivered.parts)
        ends.update(taken.outcomes["outcome"].to_list())
        held += any(finding.level == "BLOCK" for finding in taken.findings)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = {"megabytes": usage.ru_maxrss // 1024, "processor_seconds": round(usage.ru_utime + usage.ru_stime)}
    return {
        "deliveries": count,
        "formats": dict(formats),
        "rows": ends.total(),
        "ends": dict(ends),
        "held": held,
        **spent,
    }


def run(first: int, count: int) -> dict[str, object]:
    """Send a batch in a process of its own; fails with the seed that ended it."""
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(HERE / "mutated.py"), str(first), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, f"ended with {done.returncode}, after these seeds: {done.stderr[-3000:]}"
    found: dict[str, object] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    first, count = (int(argument) for argument in sys.argv[1:3])
    seconds = 60 + PROCESSOR_SECONDS_EACH * count
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    print(json.dumps(batch(first, count)))
