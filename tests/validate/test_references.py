"""What a record refers to, and whether it is the one it is taken for."""

from __future__ import annotations

from typing import Any

import pytest
from batch_example import Row, batch, case, ledger

from flows.validate.rulebook import broken_rules

MEASURE: Row = {"id": "M-0001", "title_de": "Digitale Akte der Verwaltung"}
UNITS: list[Row] = [
    {"id": "ORG-rgu", "name_de": "Referat für Gesundheit und Umwelt", "dissolved_on": "2020-12-31"},
    {"id": "ORG-gsr", "name_de": "Gesundheitsreferat", "predecessor_ids": ["ORG-rgu"]},
    {"id": "ORG-rku", "name_de": "Referat für Klima- und Umweltschutz", "predecessor_ids": ["ORG-rgu"]},
]
FIELDS: dict[str, list[Row]] = {
    "strategy_version": [{"id": "SV-0", "label": "2019", "ordinal": 0}, {"id": "SV-2", "label": "2021", "ordinal": 2}],
    "field_of_action": [
        {
            "id": "HF-2019-02-1",
            "strategy_version_id": "SV-0",
            "title_de": "Mobilität",
            "successor_ids": ["HF-2021-08"],
        },
        {"id": "HF-2021-08", "strategy_version_id": "SV-2", "title_de": "Mobilität"},
    ],
}


def broken(said: dict[str, list[Row]], before: dict[str, list[Row]]) -> list[tuple[str, ...]]:
    found = broken_rules(case(batch(said, 2), ledger(batch(before, 1, "2023-12-31"))))
    return found.filter(found["rule"] != "missing_reason_needed").select("rule", "property", "expected").rows()


@pytest.mark.parametrize("prop", ["lead_org_ids", "participating_org_ids"])
def test_a_dissolved_unit_has_successors(prop: str) -> None:
    said = {"measure": [{**MEASURE, prop: ["ORG-rgu"]}]}
    assert ("abolished_organisation", prop, "ORG-gsr, ORG-rku") in broken(said, {"organisation": UNITS})
    past = {"measure": [{**MEASURE, prop: ["ORG-rgu"], "day": "2020-06-30"}]}
    assert all(rule != "abolished_organisation" for rule, *_ in broken(past, {"organisation": UNITS}))


def test_a_field_of_an_earlier_version_is_named_with_what_follows_it() -> None:
    said = {"measure": [{**MEASURE, "field_id": "HF-2019-02-1"}]}
    assert broken(said, FIELDS) == [("old_structure", "field_id", "Mobilität")]
    assert broken({"measure": [{**MEASURE, "field_id": "HF-2021-08"}]}, FIELDS) == []
    assert broken(FIELDS, FIELDS) == []


@pytest.mark.parametrize(
    ("title", "conflict"),
    [
        ("OZG-Umsetzung", "M-0002"),
        ("ozg-umsetzung ", "M-0002"),
        ("Digitale Akte der Verwaltung", None),
        ("Digitale Akte für die ganze Verwaltung", None),
    ],
)
def test_a_key_of_one_measure_with_the_title_of_another(title: str, conflict: str | None) -> None:
    known: dict[str, list[Row]] = {"measure": [MEASURE, {"id": "M-0002", "title_de": "OZG-Umsetzung"}]}
    found = broken({"measure": [{**MEASURE, "title_de": title}]}, known)
    assert found == ([("key_title_conflict", "", conflict)] if conflict else [])


@pytest.mark.parametrize(
    ("title", "near"),
    [
        ("Digitale Akten der Verwaltung", True),
        ("Digitale Bildung", False),
        ("Radweg", False),
    ],
)
def test_a_new_title_like_a_known_one_is_asked_about(title: str, near: bool) -> None:
    found = broken({"measure": [{"id": "M-0009", "title_de": title}]}, {"measure": [MEASURE]})
    assert found == ([("similar_title", "title_de", MEASURE["title_de"])] if near else [])


@pytest.mark.parametrize(
    ("entity", "subjects", "unclear"),
    [
        ("indicator", {"measure_id": "M-0001"}, False),
        ("indicator", {"measure_id": "M-0001", "goal_id": "Z-2021-0501"}, True),
        ("indicator", {}, True),
        ("indicator", {"refused": ["measure_id"]}, False),
        ("participation_contribution", {}, False),
        ("participation_contribution", {"field_id": "HF-2021-08", "goal_id": "Z-2021-0501"}, True),
    ],
)
def test_a_record_is_about_one_thing(entity: str, subjects: dict[str, Any], unclear: bool) -> None:
    prefix = {"indicator": "IND", "participation_contribution": "C"}[entity]
    said = {entity: [{"id": f"{prefix}-0001", "title_de": "Anzahl", **subjects}]}
    assert ("subject_unclear" in {rule for rule, *_ in broken(said, {"measure": [MEASURE]})}) is unclear


def test_what_cannot_be_online_says_why() -> None:
    service: Row = {"id": "L-0001", "title_de": "Reisepass", "state": "not_possible"}
    asked = ("obstacle_missing", "obstacle_de", "")
    assert asked in broken({"service": [service]}, {"measure": [MEASURE]})
    said = {**service, "obstacle_de": "Erscheinen ist gesetzlich vorgeschrieben"}
    assert asked not in broken({"service": [said]}, {"measure": [MEASURE]})
    assert asked not in broken({"service": [service]}, {"service": [said]})


def test_quite_another_title_under_a_known_key_is_pointed_out() -> None:
    known: dict[str, list[Row]] = {"measure": [MEASURE]}
    found = broken({"measure": [{**MEASURE, "title_de": "Glasfaser bis in jedes Haus"}]}, known)
    assert found == [("title_replaced", "title_de", MEASURE["title_de"])]
