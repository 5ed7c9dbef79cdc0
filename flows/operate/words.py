"""The words at the end of a run: a summary that a newcomer understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flows.pipeline import Summary
from flows.settings import Configuration

OUTCOMES = {
    "published": "published",
    "published_with_finding": "published, with a remark to the department",
    "carried_forward": 'said "no news": the last report carried forward',
    "quarantined": "held back, with the reason for the department",
    "not_a_record": "titles, headers, totals, blank lines",
}
LEVELS = {
    "BLOCK": "delivery not taken",
    "ERROR": "value or row not taken",
    "WARN": "taken, department is told",
    "FIX": "mended on reading",
    "INFO": "for the record",
}


def summary_document(summary: Summary) -> dict[str, Any]:
    """Return the summary of a run as a JSON document."""
    return {"format": "offenlage-run/1", **asdict(summary)}


def summary_lines(summary: Summary, configuration: Configuration, *, dry: bool = False) -> list[str]:
    """Return the summary of a run as lines: deliveries, rows and what became of them, findings, datasets, what next.

    A `dry` run wrote nothing: it is told what would have changed.
    """
    rows = sum(summary.outcomes.values())
    lines = [
        "",
        f"Deliveries  {summary.deliveries} in all, {summary.new_deliveries} new",
        f"Rows        {rows} delivered, each with one outcome:",
        *(f"  {count:>6}  {OUTCOMES[name]}" for name, count in _ordered(summary.outcomes, OUTCOMES)),
        f"Findings    {sum(summary.findings.values())}, all told to whoever can mend them:",
        *(f"  {count:>6}  {name:<5} ({LEVELS[name]})" for name, count in _ordered(summary.findings, LEVELS)),
        f"Datasets    {len(summary.datasets)}, data as of {summary.as_of}",
        *(f"  {summary.datasets[name]:>6}  {name}" for name in sorted(summary.datasets)),
        *(f"Unreachable {source}" for source in summary.unreachable),
        *(f"Not mailed  {what}; the next run tries again" for what in summary.undelivered),
        *(f"Held back   {name}: `offenlage accept {name} --why ...` if it is meant so" for name in summary.held),
    ]
    if dry:
        lines.append(f"Would change {', '.join(summary.changed) or 'nothing'}; nothing was written")
        return lines
    if summary.candidate:
        lines.append(f"Waiting     candidate {summary.candidate}: {', '.join(summary.changed) or 'nothing new'}")
        lines.append(f"            look at it: `offenlage serve --candidate {summary.candidate}`, then")
        lines.append(f"            show it: `offenlage approve {summary.candidate}`")
    elif summary.changed:
        shown = ", ".join(summary.changed)
        lines.append(f"Changed     release {summary.release}: {shown}")
    else:
        lines.append(f"Changed     nothing changed; release {summary.release} stays as it is")
    return [*lines, "", *_next(configuration)]


def _ordered(counts: Mapping[str, int], order: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(name, counts[name]) for name in order if name in counts]


def _next(configuration: Configuration) -> list[str]:
    public = configuration.output / "public"
    notice = ["Example data: reconstructed from public sources, not an official publication."]
    return [
        *(notice if configuration.catalogue["example"] else []),
        f"The release lies in {public}. What to try next:",
        "  .venv/bin/offenlage serve                                     look at it in a browser",
        "  .venv/bin/offenlage trace measures M-0002 progress_pct        see the cell a value came from",
        "  .venv/bin/offenlage verify                                    check what is published",
    ]
