"""The page of all rules that deliveries are checked by, with examples; reports of departments lead here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flows.feedback.rules_catalogue import rules_catalogue
from flows.feedback.words import GRAVEST_FIRST
from flows.publish.site.facts import Facts
from flows.publish.site.rendering import Page
from flows.publish.site.texts import topics
from flows.publish.site.words import Lang


def rules_pages(facts: Facts) -> Iterator[Page]:
    """Yield the page of the rules."""
    said = topics()["rules"]
    yield Page("rules/index.html", "rules.html", said["title"], said["description"], partial(_values, facts))


def _values(facts: Facts, lang: Lang) -> Mapping[str, Any]:
    rules = rules_catalogue(facts.codelists, lang)
    levels = {row["code"]: row for row in facts.codelists["finding_level"].rows}
    groups = [
        (levels[level][f"label_{lang}"], levels[level][f"definition_{lang}"], [r for r in rules if r.level == level])
        for level in GRAVEST_FIRST
    ]
    return {"groups": groups, "total": len(rules)}
