"""Put what we want into the fields that a portal has: its schema's, CKAN's own, else extras in the legacy form.

A field that a CKAN does not know it drops without a word; an extra it keeps. Legacy: ckanext-dcat before schemas, where
a list is a JSON text and a publisher is `publisher_uri`, `publisher_name` and so on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from flows.portal.reading import Conventions, licence_id
from flows.portal.values import EXTRAS, FILE, GROUP, TAG
from flows.portal.wanted import Wanted, WantedFile

# What every CKAN takes for a dataset without any schema.
CORE = frozenset({"title", "name", "notes", "url", "version", "license_id", "owner_org"})
TRANSLATED = "_translated"
LEGACY_PARTS = {"spatial_coverage": "spatial", "temporal_coverage": "temporal"}
TABLE = "offenlage_table"
"""The field of a file that says which rows its DataStore table holds."""


@dataclass(frozen=True)
class Target:
    """What is wanted of the portal: files linked to our own docroot or uploaded, tables in its DataStore or not."""

    files: Literal["link", "upload"] = "link"
    datastore: bool = False
    prefix: str = ""


def placed(wanted: Wanted, known: Conventions, target: Target) -> Wanted:
    """Return a dataset with its fields where this portal keeps them."""
    fields = dict(_dataset_fields(wanted, known))
    files = tuple(replace(file, fields=_file_fields(file, known, target)) for file in wanted.files)
    return replace(wanted, fields={**fields, **{f"{FILE}{file.id}": True for file in files}}, files=files)


def _dataset_fields(wanted: Wanted, known: Conventions) -> Iterator[tuple[str, Any]]:
    for key, value in wanted.fields.items():
        yield from _placed(key, value, known.fields)
    yield "owner_org", known.organisation_id
    licence = licence_id(known, wanted.licence)
    if licence:
        yield "license_id", licence
    yield from ((f"{TAG}{tag}", True) for tag in wanted.tags)
    yield from ((f"{GROUP}{theme}", True) for theme in wanted.themes if theme in known.groups)


def _placed(key: str, value: Any, schema: Mapping[str, frozenset[str]] | None) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    if key in CORE or (schema is not None and key in schema):
        yield key, _parts(value, (schema or {}).get(key, frozenset()))
    elif key.endswith(TRANSLATED):
        # The languages a portal has no field for stand in extras; its own language is the field itself.
        name = key.removesuffix(TRANSLATED)
        yield from ((f"{EXTRAS}{name}_{lang}", text) for lang, text in value.items() if lang != "de")
    else:
        yield from ((f"{EXTRAS}{name}", text) for name, text in _legacy(key, value))


def _parts(value: Any, known: frozenset[str]) -> Any:  # noqa: ANN401
    """Leave out of tables in a list what the portal's schema has no subfield for: it would vanish."""
    if known and isinstance(value, list):
        return [{name: text for name, text in part.items() if name in known} for part in value]
    return value


def _legacy(key: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    if isinstance(value, str):
        yield key, value
    elif all(isinstance(item, str) for item in value):
        yield key, json.dumps(value, ensure_ascii=False)
    else:
        for name, text in value[0].items():
            yield f"{LEGACY_PARTS.get(key, key)}_{name}", text


def _file_fields(file: WantedFile, known: Conventions, target: Target) -> dict[str, Any]:
    """Return the fields of a file; one that no schema knows is kept all the same, lists only as JSON."""
    fields: dict[str, Any] = {}
    for key, value in file.fields.items():
        known_here = known.file_fields is not None and key in known.file_fields
        if key.endswith(TRANSLATED) and not known_here:
            fields |= {f"{key.removesuffix(TRANSLATED)}_{lang}": text for lang, text in value.items() if lang != "de"}
        else:
            fields[key] = value if known_here or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if target.files == "upload":
        # The address is the portal's to give; what else says where the file is follows once it is known.
        fields = {key: value for key, value in fields.items() if key not in ("url", "access_url", "download_url")}
    return {**fields, "url_type": "upload" if target.files == "upload" else ""}
