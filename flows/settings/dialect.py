"""Check that a schema is a JSON Schema (2020-12), fast enough for a command that is to answer at once.

The official metaschema is eight documents that refer to each other dynamically; a validator walks all of them at every
subschema, which took most of the time of a start. Put together into one they accept the same schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]

BASE = "https://json-schema.org/draft/2020-12"
VOCABULARIES = ("core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content")
NAMED = ("properties", "$defs", "patternProperties")
LISTED = ("allOf", "anyOf", "oneOf")


@cache
def schema_validator() -> Draft202012Validator:
    """Return a validator of schemas: the metaschema and its vocabularies as one document."""
    parts = [REGISTRY.contents(f"{BASE}/{name}") for name in ("schema", *(f"meta/{name}" for name in VOCABULARIES))]
    properties = {key: value for part in parts for key, value in part["properties"].items()}
    definitions = {key: value for part in parts for key, value in part.get("$defs", {}).items()}
    merged = {"type": ["object", "boolean"], "properties": properties, "$defs": definitions}
    return Draft202012Validator(_static(merged))


def _static(schema: Any) -> Any:  # noqa: ANN401 (any schema: an object, or true and false)
    """Return a schema whose references all lead into the one document."""
    if not isinstance(schema, Mapping):
        return schema
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "$dynamicRef":
            found["$ref"] = "#"
        elif key == "$ref":
            found["$ref"] = f"#/{value.split('#/', 1)[1]}"
        elif key in NAMED:
            found[key] = {name: _static(inner) for name, inner in value.items()}
        elif key in LISTED:
            found[key] = [_static(inner) for inner in value]
        elif key != "$dynamicAnchor":
            found[key] = _static(value)
    return found
