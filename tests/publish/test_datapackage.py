from __future__ import annotations

from collections.abc import Callable
from typing import Any

from release_example import CATALOGUE, CODELISTS, ENTITIES, ROWS, release

from flows.formats.write_json import write_document
from flows.model import Release
from flows.publish.datapackage import datapackage


def _schemas(published: Release) -> dict[str, Any]:
    document = datapackage(published, CATALOGUE, ENTITIES, CODELISTS)
    return {resource["name"]: resource["schema"] for resource in document["resources"]}


def _fields(name: str) -> dict[str, Any]:
    return {field["name"]: field for field in _schemas(release())[name]["fields"]}


def test_as_published(golden: Callable[[str, bytes], None]) -> None:
    golden("publish/datapackage.json", write_document(datapackage(release(), CATALOGUE, ENTITIES, CODELISTS)))


def test_a_resource_names_its_file_with_size_and_checksum() -> None:
    resource = datapackage(release(), CATALOGUE, ENTITIES, CODELISTS)["resources"][0]
    assert (resource["path"], resource["bytes"], resource["hash"]) == ("units.csv", 834, f"sha256:{'ab' * 32}")


def test_only_tables_with_a_csv_file_are_resources() -> None:
    bare = Release("2026-03-31", "2026-03-31T08:00:00+02:00", "2025-12-31", release().datasets, {})
    assert datapackage(bare, CATALOGUE, ENTITIES, CODELISTS)["resources"] == []


def test_constraints_follow_the_schema() -> None:
    unit, report = _fields("units"), _fields("reports")
    assert unit["id"]["constraints"] == {"required": True, "unique": True, "pattern": "ORG-[a-z]+"}
    assert unit["title_de"]["constraints"] == {"required": True, "minLength": 1, "maxLength": 80}
    assert report["progress_pct"]["constraints"] == {"minimum": 0, "maximum": 100}
    assert report["status_code"]["constraints"] == {"enum": ["planned", "completed"]}


def test_code_lists_are_categories_with_labels() -> None:
    assert _fields("reports")["status_code"]["categories"] == [
        {"value": "planned", "label": "Geplant"},
        {"value": "completed", "label": "Abgeschlossen"},
    ]


def test_lists_and_dates_are_typed() -> None:
    fields = _fields("reports")
    assert {name: field["type"] for name, field in fields.items()} == {
        "id": "string",
        "unit_id": "string",
        "helper_ids": "list",
        "reported_on": "date",
        "planned_end": "string",
        "status_code": "string",
        "progress_pct": "number",
        "confirmed": "boolean",
    }
    assert fields["helper_ids"]["delimiter"] == "|"


def test_references_are_foreign_keys_where_they_hold() -> None:
    schemas = _schemas(release())
    assert schemas["reports"]["foreignKeys"] == [
        {"fields": ["unit_id"], "reference": {"resource": "units", "fields": ["id"]}}
    ]
    assert schemas["units"]["foreignKeys"] == [
        {"fields": ["parent_id"], "reference": {"resource": "", "fields": ["id"]}}
    ]
    dangling = _schemas(release(report=[["R-1", "ORG-gone", *ROWS["report"][0][2:]]]))
    assert "foreignKeys" not in dangling["reports"]
