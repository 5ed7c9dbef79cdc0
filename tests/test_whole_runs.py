"""Runs over the example: again, elsewhere, with a new unit, with a new delivery."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import whole_example as whole

DAY_LATER = str(int(whole.RUN_AT) + 86_400)
MAPPING = """
unit = "sport"

[title]
de = "Vorhaben der Sportabteilung"
en = "Undertakings of the sports unit"

[source]
kind = "folder"

[[tables]]

[tables.columns]
"Kürzel" = "measure.key"
"Vorhaben" = "measure.title_de"
"Stand" = "status_report.status_code"

[tables.codes."status_report.status_code"]
"rollt" = "in_progress"
"""


@pytest.fixture
def again(published: Path, tmp_path: Path) -> Path:
    """Return a copy of the published output to run over once more."""
    return Path(shutil.copytree(published, tmp_path / "output", symlinks=True))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the configuration, to which a test may add."""
    root = tmp_path_factory.mktemp("city")
    for name in ("mappings", "schemas"):
        shutil.copytree(whole.ROOT / name, root / name)
    return root


def test_a_second_run_changes_nothing_not_even_a_time(again: Path) -> None:
    public = (again / "public").resolve()
    before = (whole.tree(public), whole.times(public), (again / "public").lstat(), whole.tree(again / "archive"))
    summary = whole.run(again, at=DAY_LATER)
    assert (summary["changed"], summary["new_deliveries"], summary["release"]) == ([], 0, public.name)
    after = (whole.tree(public), whole.times(public), (again / "public").lstat(), whole.tree(again / "archive"))
    assert after == before
    assert [path.name for path in (again / "releases").iterdir()] == [public.name]


def test_two_runs_of_the_same_moment_are_equal_to_the_byte(published: Path, tmp_path: Path) -> None:
    whole.run(tmp_path / "elsewhere")
    assert whole.tree(tmp_path / "elsewhere" / "public") == whole.tree(published / "public")
    assert whole.tree(tmp_path / "elsewhere" / "archive") == whole.tree(published / "archive")


def test_a_mapping_and_a_delivery_are_all_a_new_unit_needs(again: Path, city: Path) -> None:
    before = whole.manifest(again)
    unit = city / "mappings" / "departments" / "sport"
    (unit / "projects").mkdir(parents=True)
    (unit / "projects.toml").write_text(MAPPING)
    (unit / "projects" / "2026-01-31.csv").write_text("Kürzel;Vorhaben;Stand\nS-1;Digitale Hallenvergabe;rollt\n")
    summary = whole.run(again, config=city, at=DAY_LATER)
    row = next(row for row in whole.rows(again, "measures") if row["title_de"] == "Digitale Hallenvergabe")
    assert (row["id"], row["status_code"], row["recorded_at"]) == ("M-0040", "in_progress", "2026-01-31")
    assert (summary["new_deliveries"], summary["release"]) == (1, "2026-11-21")
    assert {"measures", "status_reports_2026", "deliveries"} <= set(summary["changed"])
    assert "goals" not in summary["changed"]
    _unchanged_files_are_the_same_files(again, before)


def _unchanged_files_are_the_same_files(output: Path, before: dict[str, list[dict[str, str]]]) -> None:
    """Look at what a later release did with the files whose content did not change: linked, with their old times."""
    old = {file["path"]: file for file in before["files"]}
    same = [
        file for file in whole.manifest(output)["files"] if old.get(file["path"], {}).get("sha256") == file["sha256"]
    ]
    assert "data/goals.xlsx" in {file["path"] for file in same}
    assert all(file["modified"] == old[file["path"]]["modified"] for file in same)
    first, second = (output / "releases" / name for name in ("2026-11-20", "2026-11-21"))
    assert all((first / file["path"]).samefile(second / file["path"]) for file in same)
