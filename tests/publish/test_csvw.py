from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from release_example import CATALOGUE, ENTITIES, dataset, frame, release

from flows.formats.write_csv import write_csv
from flows.formats.write_json import write_document
from flows.publish.csvw import csvw


def _columns() -> dict[str, dict[str, Any]]:
    document = csvw(release().datasets[1], ENTITIES["report"], CATALOGUE)
    return {column["name"]: column for column in document["tableSchema"]["columns"]}


def test_as_published(golden: Callable[[str, bytes], None]) -> None:
    document = csvw(release().datasets[1], ENTITIES["report"], CATALOGUE)
    golden("publish/reports.csv-metadata.json", write_document(document))


def test_the_columns_are_those_of_the_file() -> None:
    header = next(csv.reader(io.StringIO(write_csv(frame("report"), ENTITIES["report"]).decode())))
    assert header == list(_columns())
    assert all(name in column["titles"]["de"] for name, column in _columns().items())


def test_every_value_matches_the_format_of_its_column() -> None:
    rows = list(csv.DictReader(io.StringIO(write_csv(frame("report"), ENTITIES["report"]).decode())))
    checked = 0
    for name, column in _columns().items():
        form = column["datatype"].get("format") if isinstance(column["datatype"], dict) else None
        for value in (row[name] for row in rows if form and row[name]):
            assert re.search(form, value)
            checked += 1
    assert checked == 2  # planned_end and status_code of the one full row


@pytest.mark.parametrize(
    ("name", "datatype"),
    [
        ("reported_on", "date"),
        ("progress_pct", {"base": "number", "minimum": 0, "maximum": 100}),
        ("status_code", {"base": "string", "format": "^(planned|completed)$"}),
        ("confirmed", "boolean"),
    ],
)
def test_datatypes_follow_the_schema(name: str, datatype: object) -> None:
    assert _columns()[name]["datatype"] == datatype


def test_lists_name_their_separator_and_keys_are_required() -> None:
    columns = _columns()
    assert [name for name, column in columns.items() if column.get("separator") == "|"] == ["helper_ids"]
    assert [name for name, column in columns.items() if column["required"]] == ["id"]


def test_a_reference_within_the_table_is_a_foreign_key_where_every_row_has_one() -> None:
    ring = dataset("units", "unit", "Ämter", "Units", [["ORG-a", "A", "ORG-b", None], ["ORG-b", "B", "ORG-a", None]])
    schema = csvw(ring, ENTITIES["unit"], CATALOGUE)["tableSchema"]
    reference = {"resource": "units.csv", "columnReference": "id"}
    assert schema["foreignKeys"] == [{"columnReference": "parent_id", "reference": reference}]
    orphan = dataset("units", "unit", "Ämter", "Units", [["ORG-web", "Webteam", "ORG-gone", None]])
    assert "foreignKeys" not in csvw(orphan, ENTITIES["unit"], CATALOGUE)["tableSchema"]
    assert "foreignKeys" not in csvw(release().datasets[0], ENTITIES["unit"], CATALOGUE)["tableSchema"]


def test_a_column_with_an_empty_text_is_not_required_for_a_csv_cannot_hold_one() -> None:
    for title, required in (("Amt", True), ("", False)):
        units = dataset("units", "unit", "Ämter", "Units", [["ORG-a", title, None, None]])
        (_, column, *_) = csvw(units, ENTITIES["unit"], CATALOGUE)["tableSchema"]["columns"]
        assert column["required"] is required


def test_an_example_says_so() -> None:
    document = csvw(release().datasets[0], ENTITIES["unit"], {**CATALOGUE, "example": True})
    assert "keine amtliche Veröffentlichung" in document["dc:title"][0]["@value"]
