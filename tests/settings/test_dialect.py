"""One metaschema in place of eight: the same verdict on every schema, ours and damaged ones."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from flows.settings.dialect import schema_validator

SCHEMAS = [json.loads(p.read_bytes()) for p in sorted(Path(__file__).parents[2].glob("schemas/*.schema.json"))]
OFFICIAL = Draft202012Validator(Draft202012Validator.META_SCHEMA)
KEYWORDS = (
    *("type", "properties", "items", "enum", "minLength", "maximum", "pattern", "required", "anyOf", "$ref", "$id"),
    *("additionalProperties", "uniqueItems", "minItems", "$defs", "const", "format", "propertyNames", "if", "not"),
    *("dependentRequired", "dependentSchemas", "$anchor", "definitions", "dependencies", "prefixItems", "contains"),
)
VALUES = (
    1,
    -1,
    "a",
    None,
    True,
    [],
    {},
    ["string"],
    ["x"],
    {"type": "strin"},
    [1, 1],
    "string",
    [{"type": "x"}],
    {"a": 1},
)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: str(schema["$id"]))
def test_every_schema_of_ours_is_one(schema):
    assert schema_validator().is_valid(schema)


def test_the_verdict_on_damaged_schemas_is_the_official_one():
    chance, wrong = random.Random(20261120), 0
    for _ in range(150):
        schema = copy.deepcopy(chance.choice(SCHEMAS))
        node = schema
        while (inner := [value for value in node.values() if isinstance(value, dict)]) and chance.random() > 0.3:
            node = chance.choice(inner)
        node[chance.choice(KEYWORDS)] = chance.choice(VALUES)
        expected = OFFICIAL.is_valid(schema)
        wrong += not expected
        assert schema_validator().is_valid(schema) == expected, node
    assert wrong > 30
