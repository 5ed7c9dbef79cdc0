"""Describe all published CSV files together: Data Package 2.0 (datapackage.org, 2024-06-26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.contracts import CodeList, Entity, Property
from flows.formats.columns import LIST_SEPARATOR
from flows.formats.write_csv import LINE_END
from flows.model import Dataset, PublishedFile, Release
from flows.publish.codebooks import foreign_keys, is_filled, whole_pattern
from flows.publish.naming import described, identifier, titled

PROFILES = "https://datapackage.org/profiles/2.0"
TYPE = {"date": "date", "date-time": "datetime"}
FORMAT = {"uri": "uri", "email": "email"}
LIMITS = ("minimum", "maximum", "minLength", "maxLength")
DIALECT = {
    "$schema": f"{PROFILES}/tabledialect.json",
    "delimiter": ",",
    "lineTerminator": LINE_END,
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
}


def datapackage(
    release: Release,
    catalogue: Mapping[str, Any],
    entities: Mapping[str, Entity],
    codelists: Mapping[str, CodeList],
) -> dict[str, Any]:
    """Return the document for `data/datapackage.json`: a resource per `data/<dataset>.csv` among the release's files.

    `title` and `description` are German, `titles` and `descriptions` say both. `created` is when a dataset last
    changed, so an unchanged release has an unchanged document. Foreign keys are stated where they hold for every row.
    `catalogue` is as in `naming`. Raises KeyError where an entity or a code list lacks.
    """
    files = release.files
    tables = [(d, entities[d.entity]) for d in release.datasets if f"data/{d.name}.csv" in files]
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": "offenlage",
        "id": str(identifier(catalogue, "catalogue", "measures")),
        **_texts(titled(catalogue, catalogue["title"]), described(catalogue, catalogue["description"])),
        "homepage": catalogue["base_url"],
        "created": max((dataset.modified for dataset, _ in tables), default=""),
        "licenses": [{"path": catalogue["license"]}],
        "attribution": dict(catalogue["attribution"]),
        "contributors": [
            {
                "title": catalogue["publisher"]["name"]["de"],
                "path": catalogue["publisher"]["homepage"],
                "roles": ["publisher"],
            }
        ],
        "resources": [
            {
                **_resource(dataset, files[f"data/{dataset.name}.csv"], catalogue),
                "schema": _table_schema(dataset, entity, tables, codelists),
            }
            for dataset, entity in tables
        ],
    }


def _resource(dataset: Dataset, file: PublishedFile, catalogue: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": dataset.name,
        "type": "table",
        **_texts(
            titled(catalogue, dataset.description["title"]), described(catalogue, dataset.description["description"])
        ),
        "path": f"{dataset.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "dialect": DIALECT,
    }


def _table_schema(
    dataset: Dataset,
    entity: Entity,
    tables: Sequence[tuple[Dataset, Entity]],
    codelists: Mapping[str, CodeList],
) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [_field(p, entity, codelists, required=is_filled(dataset, p)) for p in entity.public],
        "missingValues": [""],
    }
    if entity.keys:
        schema["primaryKey"] = list(entity.keys)
    keys = [
        {"fields": [name], "reference": {"resource": "" if target == dataset.name else target, "fields": [key]}}
        for name, target, key in foreign_keys(dataset, entity, tables)
    ]
    return {**schema, "foreignKeys": keys} if keys else schema


def _field(prop: Property, entity: Entity, codelists: Mapping[str, CodeList], *, required: bool) -> dict[str, Any]:
    texts = _texts(prop.schema["x-label"], prop.schema["x-definition"])
    constraints: dict[str, Any] = {"required": True} if required else {}
    if prop.is_list:
        # `list` stands in the text of the standard; its JSON profile 2.0 leaves it out.
        kind = {"type": "list", "delimiter": LIST_SEPARATOR, "itemType": prop.type}
        return {"name": prop.name, **kind, **texts, "constraints": constraints}
    if entity.keys == (prop.name,):
        constraints["unique"] = True
    field = {"name": prop.name, **_kind(prop), **texts, "constraints": {**constraints, **_constraints(prop)}}
    if prop.codelist:
        rows = codelists[prop.codelist].rows
        field["categories"] = [{"value": row["code"], "label": row["label_de"]} for row in rows]
    return field


def _kind(prop: Property) -> dict[str, Any]:
    if prop.type == "boolean":
        return {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]}
    kind = {"type": TYPE.get(prop.format, prop.type)}
    return {**kind, "format": FORMAT[prop.format]} if prop.format in FORMAT else kind


def _constraints(prop: Property) -> dict[str, Any]:
    constraints = {limit: prop.schema[limit] for limit in LIMITS if limit in prop.schema}
    codes = [code for code in prop.schema.get("enum", ()) if code is not None]
    if codes:
        constraints["enum"] = codes
    elif prop.type == "string" and TYPE.get(prop.format) is None and (pattern := whole_pattern(prop)):
        constraints["pattern"] = pattern
    return constraints


def _texts(title: Mapping[str, str], description: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": title["de"],
        "description": description["de"],
        "titles": dict(title),
        "descriptions": dict(description),
    }
