"""A new city's project: the contracts as they are, the mappings to fill in; nothing of the city it was taken from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

KEPT = ("schemas/", "mappings/rules.toml")
"""Paths, or their beginnings, that a new city takes over as they are."""
FORMS = ("catalogue", "theme/theme", "theme/legal")
"""What a city says of itself: mappings/<form>.toml, asked for by the schema of the same name."""
CHECK = re.compile(r"^\[publication_check\b.*", re.MULTILINE | re.DOTALL)
SAMPLE = """\
# A department's file: where it comes from, and what its headings and words mean. mappings/README.md of the example
# explains every key; one file like this and one delivery is all a further department needs.

unit = "amt"
reports_for = ["amt"]

[title]
de = "Maßnahmen des Amts"
en = "Measures of the unit"

[source]
kind = "folder"               # deliveries lie beside this file: measures/2026-03-31.xlsx, named by the day of receipt

[[tables]]
[tables.columns]              # heading -> property of a schema
"Nr." = "measure.key"
"Maßnahme" = "measure.title_de"
"Ende" = "measure.planned_end"
"Status" = "status_report.status_code"
"Ansprechperson" = "ignore:personal"
"""


def new_project(shipped: Mapping[str, bytes], address: str) -> dict[str, bytes]:
    """Return the files of a new city's project by path.

    `shipped` are the files of this repository below schemas/ and mappings/, `address` is where the city's identifiers
    will begin (with a slash at its end). What only the city can say is left empty, so that `offenlage doctor` and `run`
    name all of it; descriptions of datasets come along, their publication checks as "pending".
    """
    made = {path: content for path, content in shipped.items() if path.startswith(KEPT)}
    known = {"id_base": address, "base_url": address, "uuid_namespace": str(uuid5(NAMESPACE_URL, address))}
    for form in FORMS:
        schema = json.loads(shipped[f"schemas/{form.rsplit('/', 1)[-1]}.schema.json"])
        made[f"mappings/{form}.toml"] = _form(schema, known)
    made["mappings/identifiers.csv"] = b"scheme,value,id\n"
    made["mappings/departments/amt/measures.toml"] = SAMPLE.encode()
    for path, content in shipped.items():
        if path.startswith("mappings/datasets/"):
            made[path] = _unchecked(content.decode()).encode()
    return dict(sorted(made.items()))


def _unchecked(description: str) -> str:
    """Return the description of a dataset without the check another city made of it."""
    parts = "".join(
        f'\n[publication_check.{part}]\nresult = "pending"\nnote_de = ""\nnote_en = ""\n'
        for part in ("privacy", "ethics", "public_value")
    )
    return CHECK.sub("", description) + f'[publication_check]\ndate = ""\nrole = ""\n{parts}'


def _form(schema: Mapping[str, Any], known: Mapping[str, str]) -> bytes:
    """Return a TOML file that asks for what the schema requires, each key with what it means."""
    return ("\n".join(_asked(schema, schema, known, ())).lstrip("\n") + "\n").encode()


def _asked(
    whole: Mapping[str, Any], schema: Mapping[str, Any], known: Mapping[str, str], above: Sequence[str]
) -> Iterator[str]:
    properties = {name: _resolved(whole, part) for name, part in schema["properties"].items()}
    required = [name for name in properties if name in schema.get("required", ())]
    for name in required:
        if "properties" not in properties[name]:
            yield f"{name} = {_empty(properties[name], known.get(name, ''))}".ljust(40) + _meant(properties[name])
    for name in required:
        if "properties" in properties[name]:
            yield f"\n[{'.'.join((*above, name))}]".ljust(41) + _meant(properties[name])
            yield from _asked(whole, properties[name], {}, (*above, name))


def _resolved(whole: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    return {**whole["$defs"][part["$ref"].rsplit("/", 1)[1]], **part}


def _empty(schema: Mapping[str, Any], value: str) -> str:
    return "[]" if schema.get("type") == "array" else json.dumps(value, ensure_ascii=False)


def _meant(schema: Mapping[str, Any]) -> str:
    return f" # {schema['description']}" if "description" in schema else ""
