"""Go to the portal after a run: whatever happens there holds up no release, and the next run goes there again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from flows.portal.apply import Done
from flows.portal.client import RefusedError, UnreachableError
from flows.portal.release import NotAllowedError, client_of, publish, situation
from flows.portal.words import became, drifted_fields, outcome_lines
from flows.settings import Configuration


@dataclass(frozen=True)
class Visit:
    """What came of going to the portal: what became of each dataset, or why nothing could be done at all."""

    url: str
    outcomes: tuple[Done, ...] = ()
    requests: int = 0
    complete: bool = True
    problem: str = ""

    @property
    def good(self) -> bool:
        """Tell whether the portal now holds what is published."""
        return not self.problem and all(done.tried and done.problem is None for done in self.outcomes)


def visit(configuration: Configuration, docroot: Path) -> Visit:
    """Publish the release at `docroot` to the portal that is set; never raises for what the portal does."""
    url = configuration.portal.url
    try:
        client = client_of(configuration)
        found = situation(configuration, docroot.resolve(), client)
        return Visit(url, tuple(publish(found)), client.asked.total(), found.complete)
    except (NotAllowedError, RefusedError, UnreachableError) as error:
        return Visit(url, problem=str(error))


def visit_lines(visited: Visit) -> list[str]:
    """Return what came of a visit as lines for a terminal."""
    if visited.problem:
        return [f"Portal      {visited.problem}; the next run tries again"]
    told = outcome_lines(visited.outcomes, visited.requests, complete=visited.complete)
    return [*told[:-1], f"Portal      {told[-1]}"]


def visit_report(visited: Visit) -> str:
    """Return what came of a visit as Markdown: names and counts, no value of any field."""
    if visited.problem:
        return f"# Portal\n\n<{visited.url}>: {visited.problem}. The release stands; the next run tries again.\n"
    counts = Counter(became(done) for done in visited.outcomes)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "no datasets"
    rows = "".join(
        _row(done) for done in visited.outcomes if became(done) != "unchanged" or drifted_fields(done.action)
    )
    table = f"\n| Dataset | What | Edited there |\n|---|---|---|\n{rows}" if rows else ""
    return f"# Portal\n\n<{visited.url}>: {told}; {visited.requests} requests.\n{table}"


def _row(done: Done) -> str:
    edited = ", ".join(drifted_fields(done.action))
    return f"| {done.action.wanted.name} | {became(done)} {done.problem or done.action.why} | {edited} |\n"
