"""What a run left behind, as Prefect shows it: counts and names of datasets, never the value of a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.pipeline import Summary


def run_report(summary: Summary, unreachable: Sequence[str], base_url: str) -> str:
    """Return the run as Markdown; `unreachable` are the ids of feeds whose source could not be reached."""
    counts = {
        "Release shown": summary.release or "none",
        "Counted to": summary.as_of,
        "Deliveries": f"{summary.deliveries}, {summary.new_deliveries} of them new",
        "Sources not reached": ", ".join(unreachable) or "none",
        "Rows": _counts(summary.outcomes),
        "Findings": _counts(summary.findings),
        "Changed datasets": ", ".join(summary.changed) or "none",
        "Seconds": _counts(summary.seconds),
    }
    rows = "".join(f"| {name} | {value} |\n" for name, value in counts.items())
    return f"# Run\n\n| | |\n|---|---|\n{rows}\nPublished at <{base_url}>, on this machine in `output/public/`.\n"


def dataset_rows(summary: Summary) -> list[dict[str, str | int]]:
    """Return one row a dataset: its name, how many rows it has, whether this run changed it."""
    return [
        {"dataset": name, "rows": rows, "changed": "yes" if name in summary.changed else "no"}
        for name, rows in summary.datasets.items()
    ]


def collect_report(found: Mapping[str, int], new: Mapping[str, int], unreachable: Sequence[str]) -> str:
    """Return what collecting came to as Markdown: per feed, deliveries that lie there and those that are new."""
    rows = "".join(
        f"| {feed} | {'not reached' if feed in unreachable else count} | {new.get(feed, 0)} |\n"
        for feed, count in found.items()
    )
    return f"# Collected\n\n| Feed | Found | New |\n|---|---|---|\n{rows}"


def _counts(counts: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
