"""The catalogue of rules is the list of rules: none without words and an example, none that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from deliveries_example import configuration

from flows.feedback.rule_examples import EXAMPLES
from flows.feedback.rules_catalogue import rules_catalogue, rules_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
LISTS = configuration().codelists


def test_the_page_is_in_step_with_the_list(request: pytest.FixtureRequest) -> None:
    made = rules_page(LISTS)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made, "run this test with --update-golden and look at docs/rules.md"


def test_every_rule_has_an_example_and_every_example_a_rule() -> None:
    assert set(EXAMPLES) == set(LISTS["finding_rule"].codes)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_rule_is_told_whole(lang: str) -> None:
    for rule in rules_catalogue(LISTS, lang):
        assert all((rule.title, rule.meaning, rule.remedy, rule.example, rule.level_label)), rule.code
        assert rule.who in ("supplier", "mapping", "pipeline")


def test_the_gravest_come_first() -> None:
    levels = [rule.level for rule in rules_catalogue(LISTS, "de")]
    assert list(dict.fromkeys(levels)) == ["BLOCK", "ERROR", "WARN", "FIX", "INFO"]
    assert len(levels) == len(LISTS["finding_rule"].rows)
