"""The strategy: its versions and amendments, what it wants, and what came, went or is called differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flows.publish.site.events import entries
from flows.publish.site.facts import Facts, Record, named
from flows.publish.site.fields import current_fields
from flows.publish.site.rendering import LANGUAGES, Page
from flows.publish.site.texts import topics, words
from flows.publish.site.words import Lang

OF_THE_STRATEGY = ("goal", "principle", "guideline", "field_of_action", "strategy_version", "strategy")


def strategy_pages(facts: Facts) -> Iterator[Page]:
    """Yield the page of the strategy."""
    text = topics()["strategy"]["strategy_description"]
    strategy = next(iter(facts.all("strategy")), None)
    title = {lang: named(strategy, lang) or words(lang, facts.theme)["base"]["strategy"] for lang in LANGUAGES}
    yield Page("strategy/index.html", "strategy.html", title, text, partial(_values, strategy, facts))


def _values(strategy: Record | None, facts: Facts, lang: Lang) -> Mapping[str, Any]:
    versions = sorted(facts.all("strategy_version"), key=lambda version: version["ordinal"], reverse=True)
    current = current_fields(facts)
    shown = {field["strategy_version_id"] for field in current}
    return {
        "strategy": strategy,
        "vision": next((v["vision_de"] for v in versions if v["vision_de"]), None),
        "mission": next((v["mission_de"] for v in versions if v["mission_de"]), None),
        "versions": [(version, _brought(version, facts, lang)) for version in versions],
        "resolutions": facts.by_id("council_resolution"),
        "fields": [(field, facts.where("goal", "field_id", field["id"])) for field in current],
        "earlier": [f for f in facts.all("field_of_action") if f["strategy_version_id"] not in shown],
        "known_fields": facts.by_id("field_of_action"),
        "renamed": [
            (entry, change, str(facts.entities[entry.subject].schema["x-label"][lang]))
            for entry in reversed(entries(facts, lang))
            for change in entry.changes
            if entry.subject in OF_THE_STRATEGY and change.kind != "added"
        ],
        "principles": facts.all("principle"),
        "guidelines": _tree(facts),
        "label": partial(facts.label, lang=lang),
        "named": lambda record: named(record, lang),
    }


def _brought(version: Record, facts: Facts, lang: Lang) -> list[str]:
    """Return what a version brought, in words: its fields, its principles, the measures introduced with it."""
    say = words(lang, facts.theme)["strategy"]
    fields = [f for f in facts.where("field_of_action", "strategy_version_id", version["id"]) if f["level"] == "field"]
    principles = facts.where("principle", "strategy_version_id", version["id"])
    measures = len(facts.where("measure", "introduced_in_version_id", version["id"]))
    parts = [say["brought_fields"].format(count=len(fields))] if fields else []
    parts += [say["brought_principles"].format(count=len(principles))] if principles else []
    if measures:
        parts.append(say["brought_measure"] if measures == 1 else say["brought_measures"].format(count=measures))
    return parts


def _tree(facts: Facts) -> list[tuple[Record, list[Record]]]:
    tops = [guideline for guideline in facts.all("guideline") if not guideline["parent_id"]]
    return [(guideline, facts.where("guideline", "parent_id", guideline["id"])) for guideline in tops]
