"""A small city: the least configuration that can be loaded."""

import json
from pathlib import Path

import pytest

LABEL = {"x-label": {"de": "x", "en": "x"}, "x-definition": {"de": "x", "en": "x"}, "x-public": True}
CODELIST = "code,label_de,label_en,definition_de,definition_en,synonyms\nyes,Ja,Yes,,,\nno,Nein,No,,,\n"
TEXT = {"type": "string"}
DAY = {"type": "string", "format": "date"}
FILES = {
    "mappings/catalogue.toml": 'id_base = "https://offenlage.example/"\nbase_url = "http://127.0.0.1:8000"\n',
    "mappings/rules.toml": "[delay]\ndays = 30\n",
    "mappings/theme/theme.toml": 'name = "City"\n',
    "mappings/theme/legal.toml": 'contact = "x"\n',
    "mappings/identifiers.csv": "scheme,value,id\nrit,7,M-0001\n",
    "mappings/datasets/measures.toml": 'name = "measures"\nentity = "measure"\nchecked = 2026-11-20\n',
    "mappings/departments/rit/report.toml": 'unit = "rit"\n',
    "mappings/departments/mor/report.toml": 'unit = "mor"\n',
    "schemas/codelists/answer.csv": CODELIST,
    "schemas/shapes/one.ttl": "@prefix a: <urn:a> .\n",
    "schemas/shapes/two.ttl": "@prefix b: <urn:b> .\n",
}


def contract(properties: dict[str, object], required: tuple[str, ...] = ()) -> str:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return json.dumps(schema)


SCHEMAS = {
    "catalogue": contract({"id_base": TEXT, "base_url": TEXT}, ("id_base", "base_url")),
    "rules": contract({"delay": {"type": "object", "properties": {"days": {"type": "integer"}}}}),
    "theme": contract({"name": TEXT, "logo": TEXT}, ("name",)),
    "legal": contract({"contact": TEXT}, ("contact",)),
    "dataset": contract({"name": TEXT, "entity": TEXT, "checked": DAY}, ("name", "entity")),
    "mapping": contract({"unit": TEXT, "interval": {"enum": ["P1Y", "P6M"]}}, ("unit",)),
    "measure": json.dumps(
        {
            "$id": "measure/1.0",
            **LABEL,
            "properties": {"id": {**TEXT, "x-key": True}, "done": {**TEXT, "x-codelist": "answer"}},
        }
    ),
}


@pytest.fixture
def city(tmp_path: Path) -> Path:
    root = tmp_path / "city"
    for name, text in {**FILES, **{f"schemas/{k}.schema.json": v for k, v in SCHEMAS.items()}}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
