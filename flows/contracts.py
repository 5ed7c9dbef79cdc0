"""The schemas as the code sees them: entities, their properties, and the code lists they use (ground)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

POLARS_TYPES: Mapping[str, type[pl.DataType]] = {
    "string": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
}


@dataclass(frozen=True)
class CodeList:
    """A city-neutral list of codes, in the order of its file; each row holds `code`, labels and definitions."""

    name: str
    rows: tuple[Mapping[str, str], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes in the order of the file."""
        return tuple(row["code"] for row in self.rows)

    def words(self) -> dict[str, str]:
        """Map every word a supplier may write (code, labels, synonyms), casefolded, to its code."""
        found: dict[str, str] = {}
        for row in self.rows:
            for word in (row["code"], row["label_de"], row["label_en"], *row.get("synonyms", "").split("|")):
                if word.strip():
                    found.setdefault(word.strip().casefold(), row["code"])
        return found


@dataclass(frozen=True)
class Property:
    """One property of an entity, with what its schema says about it."""

    name: str
    type: str
    is_list: bool
    nullable: bool
    schema: Mapping[str, Any]

    @property
    def dtype(self) -> pl.DataType:
        """Return the polars type of its column."""
        base = POLARS_TYPES[self.type]()
        return pl.List(base) if self.is_list else base

    @property
    def format(self) -> str:
        """Return the schema's `format`, of the items where it is a list, or ""."""
        return str(self.item.get("format", ""))

    @property
    def item(self) -> Mapping[str, Any]:
        """Return the schema of one value: the items' schema of a list, else the property's own."""
        items: Mapping[str, Any] = self.schema["items"] if self.is_list else self.schema
        return items

    @property
    def codelist(self) -> str:
        """Return the name of its code list, or ""."""
        return str(self.schema.get("x-codelist", ""))

    @property
    def ref(self) -> str:
        """Return the entity whose id it holds, or ""."""
        return str(self.schema.get("x-ref", ""))

    @property
    def public(self) -> bool:
        """Tell whether it may leave the house: what is not listed stays inside."""
        return bool(self.schema.get("x-public", False))

    @property
    def derived(self) -> bool:
        """Tell whether it is computed by us and never delivered."""
        return "x-derived" in self.schema

    @property
    def key(self) -> bool:
        """Tell whether it is part of the entity's primary key."""
        return bool(self.schema.get("x-key", False))

    @property
    def reason_if_empty(self) -> bool:
        """Tell whether it may be empty only with a reason in `missing_reasons`."""
        return bool(self.schema.get("x-reason-if-empty", False))

    def text(self, annotation: str, lang: str) -> str:
        """Return the annotation `x-<annotation>` in `lang` ("de" or "en"), or ""."""
        return str(self.schema.get(f"x-{annotation}", {}).get(lang, ""))


@dataclass(frozen=True, eq=False)
class Entity:
    """One kind of record: the contract in `schemas/<name>.schema.json`; read once, so compared by identity."""

    name: str
    schema: Mapping[str, Any]
    properties: tuple[Property, ...]

    @property
    def version(self) -> str:
        """Return the version in the schema's relative `$id`, `<name>/<version>`."""
        return str(self.schema["$id"]).rsplit("/", 1)[1]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of all properties in the order of the schema."""
        return tuple(p.name for p in self.properties)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the primary key."""
        return tuple(p.name for p in self.properties if p.key)

    @property
    def public(self) -> tuple[Property, ...]:
        """Return the properties that may be published, in order."""
        return tuple(p for p in self.properties if p.public)

    def __getitem__(self, name: str) -> Property:
        """Return the property called `name`; raises KeyError."""
        for found in self.properties:
            if found.name == name:
                return found
        raise KeyError(f"{self.name}.{name}")

    def __contains__(self, name: str) -> bool:
        """Tell whether the entity has a property called `name`."""
        return name in self.columns

    def empty(self) -> pl.DataFrame:
        """Return a frame of its columns without rows."""
        return pl.DataFrame(schema={p.name: p.dtype for p in self.properties})


def parse_entity(schema: Mapping[str, Any], codelists: Mapping[str, CodeList]) -> Entity:
    """Read one contract; a property with `x-codelist` gets the list's codes as `enum`, so the list stays the truth."""
    bundled = bundle(schema, codelists)
    name = str(schema["$id"]).split("/", 1)[0]
    return Entity(name, bundled, tuple(_property(key, value) for key, value in bundled["properties"].items()))


def bundle(schema: Mapping[str, Any], codelists: Mapping[str, CodeList]) -> dict[str, Any]:
    """Return the schema with every `x-codelist` spelled out as `enum`: the form that is validated and published."""
    properties = {name: _with_enum(value, codelists) for name, value in schema["properties"].items()}
    return {**schema, "properties": properties}


def public_view(entity: Entity) -> Entity:
    """Return the contract of what is published of an entity: its public properties only, in form and requirements."""
    properties = {p.name: p.schema for p in entity.public}
    required = [name for name in entity.schema["required"] if name in properties]
    schema = {**entity.schema, "properties": properties, "required": required}
    return Entity(entity.name, schema, entity.public)


def _with_enum(schema: Mapping[str, Any], codelists: Mapping[str, CodeList]) -> dict[str, Any]:
    if "x-codelist" not in schema:
        return dict(schema)
    codes: list[str | None] = list(codelists[schema["x-codelist"]].codes)
    if "items" in schema:
        return {**schema, "items": {**schema["items"], "enum": codes}}
    return {**schema, "enum": [*codes, None] if "null" in _types(schema) else codes}


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    declared = schema["type"]
    return (declared,) if isinstance(declared, str) else tuple(declared)


def _property(name: str, schema: Mapping[str, Any]) -> Property:
    types = [t for t in _types(schema) if t != "null"]
    is_list = types == ["array"]
    base = _types(schema["items"])[0] if is_list else types[0]
    return Property(name, base, is_list, "null" in _types(schema), schema)


def parse_codelist(name: str, text: str) -> CodeList:
    """Read one code list from its CSV text (RFC 4180, header row)."""
    return CodeList(name, tuple(csv.DictReader(io.StringIO(text))))
