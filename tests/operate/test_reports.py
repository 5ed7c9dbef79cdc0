from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from whole_example import COMMAND, ROOT, environment

from flows.operate.published import UnknownNameError
from flows.operate.reports import find_report, report_lines

PATHS = ["reports/2024/index.html", "reports/2024/report.pdf", "en/reports/2024/index.html", "reports/2023/index.html",
         "reports/index.html"]  # fmt: skip


def test_the_files_of_a_year_are_named_in_both_languages() -> None:
    found = find_report(2024, PATHS, "https://stadt.example/")
    assert [(form["language"], form["media_type"], form["url"]) for form in found["files"]] == [
        ("de", "text/html", "https://stadt.example/reports/2024/"),
        ("de", "application/pdf", "https://stadt.example/reports/2024/report.pdf"),
        ("en", "text/html", "https://stadt.example/en/reports/2024/"),
    ]
    assert report_lines(found, "public")[0] == "de  public/reports/2024/index.html  https://stadt.example/reports/2024/"


def test_a_year_without_a_report_is_named_with_one_that_has_one() -> None:
    with pytest.raises(UnknownNameError, match=r"annual report '2022' is not published; did you mean '2024'\?"):
        find_report(2022, PATHS, "https://stadt.example/")


def test_the_command_finds_what_a_run_published(published: Path) -> None:
    started = [*COMMAND, "--json", "--output", str(published), "report", "2025"]
    done = subprocess.run(started, env=environment(), capture_output=True, text=True, check=True, cwd=ROOT)
    found = json.loads(done.stdout)
    assert {"de", "en"} == {form["language"] for form in found["files"]}
    assert all((published / "public" / form["path"]).is_file() for form in found["files"])
