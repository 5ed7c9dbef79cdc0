"""The report on one delivery: what became of its rows, and every finding in words. Internal, for the department."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flows.contracts import CodeList
from flows.feedback.words import discreet, wording
from flows.model import Delivery, Finding
from flows.validate.gates import holding

FORMAT = "offenlage-report/1"
LANGUAGES = ("de", "en")
TAKEN = ("published", "published_with_finding", "carried_forward")
REMARKS = ("WARN", "ERROR", "BLOCK")


def report(
    delivery: Delivery,
    outcomes: Iterable[str],
    findings: Sequence[Finding],
    codelists: Mapping[str, CodeList],
    changes: Sequence[Mapping[str, Any]] = (),
    accepted: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the report on a delivery: `outcomes` holds the outcome of each of its rows, `changes` what it changed.

    `accepted` is the event with which an operator let it through. It holds nothing that changes with time, so the
    report on an old delivery stays as it is.
    """
    told = discreet(findings)
    rows = dict(sorted(Counter(outcomes).items()))
    return {
        "format": FORMAT,
        "delivery": delivery.id,
        "feed": delivery.feed,
        "received": delivery.received,
        "verdict": verdict(rows, told),
        "accepted": {"why": accepted["why"], "time": accepted["time"]} if accepted else None,
        "rows": rows,
        "levels": dict(sorted(Counter(finding.level for finding in told).items())),
        "changes": [dict(change) for change in changes],
        "findings": [described(finding, codelists) for finding in told],
    }


def verdict(rows: Mapping[str, int], findings: Sequence[Finding]) -> str:
    """Return `accepted`, `with_remarks` or `not_accepted`: held back as a whole, or no row of it could be taken."""
    if holding(findings) or not any(rows.get(outcome) for outcome in TAKEN):
        return "not_accepted"
    return "with_remarks" if any(finding.level in REMARKS for finding in findings) else "accepted"


def described(finding: Finding, codelists: Mapping[str, CodeList]) -> dict[str, Any]:
    """Return a finding as it is stored: its own fields, as schemas/finding.schema.json has them, and its words.

    `who` can mend it: supplier, mapping or pipeline.
    """
    who = next(row["who"] for row in codelists["finding_rule"].rows if row["code"] == finding.rule)
    said = {lang: asdict(wording(finding, codelists, lang)) for lang in LANGUAGES}
    return {**asdict(finding), "who": who, **said}
