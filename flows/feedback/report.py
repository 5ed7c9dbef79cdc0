"""The report on one delivery: what became of its rows, and every finding in words. Internal, for the department."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flows.contracts import CodeList
from flows.feedback.words import discreet, wording
from flows.model import Delivery, Finding

FORMAT = "offenlage-report/1"
LANGUAGES = ("de", "en")


def report(
    delivery: Delivery, outcomes: Iterable[str], findings: Sequence[Finding], codelists: Mapping[str, CodeList]
) -> dict[str, Any]:
    """Return the report on a delivery: `outcomes` holds the outcome of each of its rows.

    It holds nothing that changes with time, so the report on an old delivery stays as it is.
    """
    told = discreet(findings)
    return {
        "format": FORMAT,
        "delivery": delivery.id,
        "feed": delivery.feed,
        "received": delivery.received,
        "rows": dict(sorted(Counter(outcomes).items())),
        "levels": dict(sorted(Counter(finding.level for finding in told).items())),
        "findings": [described(finding, codelists) for finding in told],
    }


def described(finding: Finding, codelists: Mapping[str, CodeList]) -> dict[str, Any]:
    """Return a finding as it is stored: its own fields, as schemas/finding.schema.json has them, and its words."""
    return {**asdict(finding), **{lang: asdict(wording(finding, codelists, lang)) for lang in LANGUAGES}}
