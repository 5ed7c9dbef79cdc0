"""Describe a published CSV file for machines: CSV on the Web (W3C Recommendation 2015-12-17)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flows.contracts import Entity, Property
from flows.formats.columns import LIST_SEPARATOR
from flows.formats.write_csv import LINE_END
from flows.model import Dataset
from flows.publish.codebooks import foreign_keys, is_filled, language_strings, whole_pattern
from flows.publish.naming import described, schema_identifier, titled

# JSON Schema formats and types -> CSVW built-in datatypes (Metadata Vocabulary for Tabular Data, 5.11.1).
BASE = {"date": "date", "date-time": "dateTime", "uri": "anyURI"}
TYPE = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
LIMITS = ("minimum", "maximum", "minLength", "maxLength")
DIALECT = {
    "encoding": "utf-8",
    "delimiter": ",",
    "lineTerminators": [LINE_END],
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
}


def csvw(dataset: Dataset, entity: Entity, catalogue: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata document for `data/<name>.csv`, to lie beside it as `<name>.csv-metadata.json`.

    Foreign keys name only the table itself, and only where every row has one: those into other tables, and a unit's
    parent that the first unit lacks, stand in the data package. One CSVW document may refer only to tables it
    describes. `catalogue` is as in `naming`.
    """
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "de"}],
        "@type": "Table",
        "url": f"{dataset.name}.csv",
        "dc:title": language_strings(titled(catalogue, dataset.description["title"])),
        "dc:description": language_strings(described(catalogue, dataset.description["description"])),
        "dc:publisher": language_strings(catalogue["publisher"]["name"]),
        "dc:license": {"@id": catalogue["license"]},
        "dc:modified": {"@value": dataset.modified, "@type": "xsd:dateTime"},
        "dc:conformsTo": {"@id": str(schema_identifier(catalogue, entity))},
        "dialect": DIALECT,
        "tableSchema": _table_schema(dataset, entity),
    }


def _table_schema(dataset: Dataset, entity: Entity) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_column(p, required=is_filled(dataset, p)) for p in entity.public]}
    if entity.keys:
        schema["primaryKey"] = list(entity.keys)
    keys = [
        {"columnReference": name, "reference": {"resource": f"{target}.csv", "columnReference": key}}
        for name, target, key in foreign_keys(dataset, entity, [(dataset, entity)])
        # A validator looks for a row with an empty key too, and finds none.
        if dataset.frame[name].null_count() == 0
    ]
    return {**schema, "foreignKeys": keys} if keys else schema


def _column(prop: Property, *, required: bool) -> dict[str, Any]:
    column: dict[str, Any] = {
        "name": prop.name,
        # A validator looks for the heading of the file among the titles, so it stands there beside the label.
        "titles": {lang: [prop.text("label", lang), prop.name] for lang in ("de", "en")},
        "dc:description": language_strings(prop.schema["x-definition"]),
        "datatype": _datatype(prop),
        "required": required,
        "null": "",
    }
    return {**column, "separator": LIST_SEPARATOR, "ordered": True} if prop.is_list else column


def _datatype(prop: Property) -> str | dict[str, Any]:
    base = BASE.get(prop.format, TYPE[prop.type])
    details = {limit: prop.item[limit] for limit in LIMITS if limit in prop.item}
    pattern = _pattern(prop) if base in ("string", "anyURI") else ""
    if pattern:
        details["format"] = f"^({pattern})$"
    return {"base": base, **details} if details else base


def _pattern(prop: Property) -> str:
    codes = [str(code) for code in prop.item.get("enum", ()) if code is not None]
    return "|".join(map(re.escape, codes)) if codes else whole_pattern(prop)
