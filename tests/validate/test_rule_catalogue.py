"""The catalogue of rules holds what the code finds: every rule is raised somewhere, and some test sees it raised."""

from __future__ import annotations

import re
from pathlib import Path

from deliveries_example import ROOT, configuration

HERE = Path(__file__)
CODES = configuration().codelists["finding_rule"].codes


def literals(folder: str) -> set[str]:
    """Return every text in quotation marks that could be a rule, of all code below a folder."""
    files = [path for path in (ROOT / folder).rglob("*.py") if path != HERE and "feedback" not in path.parts]
    return {word for path in files for word in re.findall(r'"([a-z0-9_]+)[|"]', path.read_text(encoding="utf-8"))}


def test_every_rule_is_raised_by_code_and_seen_by_a_test() -> None:
    assert set(CODES) - literals("flows") == set()
    assert set(CODES) - literals("tests") == set()
