"""All rules about what records mean together, in their order."""

from __future__ import annotations

import polars as pl

from flows.validate.references import REFERENCE_RULES
from flows.validate.reports import REPORT_RULES
from flows.validate.rules import HIT_SCHEMA, RULES, Case


def broken_rules(case: Case) -> pl.DataFrame:
    """Return every place where a rule is broken (HIT_SCHEMA), in the order of the rules."""
    found = [hit for rule in (*RULES, *REPORT_RULES, *REFERENCE_RULES) for hit in rule(case)]
    return pl.concat([pl.LazyFrame(schema=HIT_SCHEMA), *found]).collect()
