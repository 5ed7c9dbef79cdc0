"""What a CSV file holds, as a table of the portal's DataStore: columns with their meaning, key, digest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.contracts import Entity, Property
from flows.formats.columns import LIST_SEPARATOR
from flows.portal.values import digest

# Types of PostgreSQL; a vague date (EDTF) and a list stay texts.
TYPES = {"integer": "int", "number": "numeric", "boolean": "bool", "string": "text"}
FORMATS = {"date": "date", "date-time": "timestamptz"}


@dataclass(frozen=True)
class Table:
    """A table as the DataStore is to hold it; `path` is the file under the docroot its rows are read from."""

    fields: tuple[Mapping[str, Any], ...]
    keys: tuple[str, ...]
    path: str
    digest: str

    @property
    def columns(self) -> dict[str, str]:
        """Return the type of each column."""
        return {str(column["id"]): str(column["type"]) for column in self.fields}


def table_of(name: str, entity: Entity, content: str) -> Table:
    """Return the table of the dataset `name`; `content` is the sha256 of the file its rows come from."""
    fields = tuple(_column(prop) for prop in entity.public)
    keys = tuple(key for key in entity.keys if key in {prop.name for prop in entity.public})
    return Table(fields, keys, f"data/{name}.jsonl", digest([list(fields), list(keys), content]) + content[:24])


def rows_of(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the rows of a .jsonl file as the DataStore takes them: a list is a text, joined as in the CSV file."""
    for line in content.splitlines():
        yield {name: _cell(value) for name, value in json.loads(line).items()}


def _cell(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    return LIST_SEPARATOR.join(map(str, value)) if isinstance(value, list) else value


def _column(prop: Property) -> dict[str, Any]:
    kind = "text" if prop.is_list else FORMATS.get(prop.format, TYPES[prop.type])
    info = {
        "label": prop.text("label", "de"),
        "notes": prop.text("definition", "de"),
        "label_en": prop.text("label", "en"),
        "notes_en": prop.text("definition", "en"),
        "unit": str(prop.schema.get("x-unit", "")),
        "code_list": prop.codelist,
    }
    return {"id": prop.name, "type": kind, "info": {name: text for name, text in info.items() if text}}
