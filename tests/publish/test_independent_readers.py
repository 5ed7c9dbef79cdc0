"""What the tables say of themselves is understood by programs that are not ours, row by row and without complaint."""

from __future__ import annotations

from pathlib import Path

import csvw
import frictionless
import pytest


@pytest.fixture(scope="module")
def data(published: Path) -> Path:
    return published / "public" / "data"


def test_every_table_fits_its_csvw_description(data: Path) -> None:
    described = sorted(data.glob("*.csv-metadata.json"))
    assert described
    for metadata in described:
        table = metadata.with_name(metadata.name.removesuffix("-metadata.json"))
        read = csvw.CSVW(str(table), md_url=str(metadata), validate=True)
        assert read.is_valid, (table.name, read.warnings)
        rows = table.with_suffix(".jsonl").read_bytes().count(b"\n")
        assert sum(1 for _ in read.tables[0]) == rows


def test_the_data_package_holds_for_every_row_and_reference(data: Path) -> None:
    report = frictionless.Package(str(data / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []
    assert report.valid
    assert len(report.tasks) == len(list(data.glob("*.csv-metadata.json")))
