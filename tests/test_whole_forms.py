"""Every published table exists in all its forms, and they say the same; the manifest lists every file, rightly."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import whole_example as whole
from python_calamine import CalamineWorkbook

# interface.md: what people and machines rely on.
DATASETS = (
    *("measures", "status_reports", "milestones", "indicators", "observations", "relations", "budgets", "resolutions"),
    *("contributions", "services", "changes", "history", "sources", "source_exceptions", "punctuality"),
    *("fields_of_action", "goals", "principles", "guidelines", "organisations", "strategy_versions"),
    *("status_reports_2023", "status_reports_2024", "status_reports_2025"),
)
FORMS = ("csv", "excel.csv", "json", "jsonl", "xlsx", "parquet", "csv-metadata.json")

Table = list[list[str]]
"""Texts as in the CSV, without the header; a missing value is ""."""


def text(value: object) -> str:
    """Write a value of any form as the CSV writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "|".join(text(item) for item in value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _records(objects: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Table:
    assert all(list(one) == list(names) for one in objects), "every property is in every record, in order"
    return [[text(value) for value in one.values()] for one in objects]


def read_csv(content: bytes, names: Sequence[str], _kinds: Mapping[str, Any]) -> Table:
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    assert header == list(names)
    return rows


def read_excel_csv(content: bytes, names: Sequence[str], kinds: Mapping[str, Any]) -> Table:
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header == list(names)
    return [[_from_excel(cell, kinds[name]) for cell, name in zip(row, names, strict=True)] for row in rows]


def _from_excel(cell: str, kind: Mapping[str, Any]) -> str:
    if "number" in kind["type"]:
        return cell.replace(",", ".")
    day = re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", cell) if kind.get("format") in ("date", "edtf") else None
    return f"{day[3]}-{day[2]}-{day[1]}" if day else re.sub(r"^'(?=[=+\-@])", "", cell)


def read_json(content: bytes, names: Sequence[str], _kinds: Mapping[str, Any]) -> Table:
    return _records(json.loads(content), names)


def read_json_lines(content: bytes, names: Sequence[str], _kinds: Mapping[str, Any]) -> Table:
    return _records([json.loads(line) for line in content.decode().split("\n")[:-1]], names)


def read_workbook(content: bytes, names: Sequence[str], _kinds: Mapping[str, Any]) -> Table:
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Data").to_python()
    assert header == list(names)
    return [[text(cell) for cell in row] for row in rows]


def read_parquet(content: bytes, names: Sequence[str], _kinds: Mapping[str, Any]) -> Table:
    frame = pl.read_parquet(io.BytesIO(content))
    assert frame.columns == list(names)
    return [[text(cell) for cell in row] for row in frame.rows()]


READERS: Mapping[str, Callable[[bytes, Sequence[str], Mapping[str, Any]], Table]] = {
    "csv": read_csv,
    "excel.csv": read_excel_csv,
    "json": read_json,
    "jsonl": read_json_lines,
    "xlsx": read_workbook,
    "parquet": read_parquet,
}


@pytest.fixture(scope="module")
def tables(published: Path) -> dict[str, dict[str, Table]]:
    """Return every published table in every form."""
    found: dict[str, dict[str, Table]] = {}
    for dataset in whole.manifest(published)["datasets"]:
        schema = json.loads((published / f"public/schemas/{dataset['entity']}.schema.json").read_bytes())
        kinds = {name: {"type": [], **kind} for name, kind in schema["properties"].items()}
        found[dataset["name"]] = {
            form: read((published / f"public/data/{dataset['name']}.{form}").read_bytes(), list(kinds), kinds)
            for form, read in READERS.items()
        }
    return found


def test_every_promised_dataset_is_there_in_every_form(published: Path) -> None:
    there = {path.name for path in (published / "public" / "data").iterdir()}
    assert {f"{name}.{form}" for name in DATASETS for form in FORMS} <= there


def test_all_forms_of_a_dataset_say_the_same(tables: dict[str, dict[str, Table]]) -> None:
    differing = [(name, form) for name, forms in tables.items() for form in forms if forms[form] != forms["csv"]]
    assert differing == []
    assert sum(len(forms["csv"]) for forms in tables.values()) > 1000


def test_the_years_of_the_series_make_up_the_whole(tables: dict[str, dict[str, Table]]) -> None:
    years = [
        row for name, forms in tables.items() if re.fullmatch(r"status_reports_\d{4}", name) for row in forms["csv"]
    ]
    assert sorted(years) == sorted(tables["status_reports"]["csv"])


def test_the_manifest_lists_every_file_and_nothing_else(published: Path) -> None:
    files = whole.tree(published / "public")
    listed = {file["path"]: file for file in whole.manifest(published)["files"]}
    assert set(files) == {*listed, "manifest.json"}
    for path, file in listed.items():
        assert (file["bytes"], file["sha256"]) == (len(files[path]), hashlib.sha256(files[path]).hexdigest()), path


def test_the_manifest_counts_the_rows(published: Path, tables: dict[str, dict[str, Table]]) -> None:
    counted = {dataset["name"]: dataset["rows"] for dataset in whole.manifest(published)["datasets"]}
    assert counted == {name: len(forms["csv"]) for name, forms in tables.items()}


def test_what_is_not_public_is_in_no_file(published: Path) -> None:
    for name, content in whole.tree(published / "public" / "data").items():
        assert b"embargo_until" not in content, name
        assert b"visibility" not in content, name
