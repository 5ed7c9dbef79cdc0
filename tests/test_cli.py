"""The command as it is called: what goes to stdout, the exit codes, and what is never imported."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from flows.cli import app, hoisted
from flows.serve.server import make_server

ROOT = Path(__file__).resolve().parents[1]
GOOD = ROOT / "mappings" / "departments" / "raw" / "measures" / "2024-12-31.xml"
COMMANDS = (
    *("run", "schedule", "check", "trace", "releases", "diff", "rollback"),
    *("rebuild", "verify", "serve", "doctor"),
)


def offenlage(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OFFENLAGE_", "PREFECT_"))}
    command = [sys.executable, "-c", "from flows.cli import main; main()", "--config", str(ROOT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**kept, **environ}, timeout=300, check=False)


def test_shared_options_may_stand_anywhere() -> None:
    assert hoisted(["releases", "--json", "--output", "x"]) == ["--json", "--output", "x", "releases"]
    assert hoisted(["check", "a.csv", "--lang=en"]) == ["--lang=en", "check", "a.csv"]
    assert hoisted(["check", "--", "--json"]) == ["check", "--", "--json"]
    assert hoisted(["run", "--only", "rit", "--output"]) == ["--output", "run", "--only", "rit"]


def test_every_command_has_help_with_an_example() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert set(COMMANDS) <= set(commands)
    assert [
        name for name, command in commands.items() if f"Example: offenlage {name}" not in (command.help or "")
    ] == []


def test_trace_prints_data_to_stdout_only(published: Path) -> None:
    done = offenlage("trace", "measures", "M-0002", "progress_pct", "--output", published, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["format"] == "offenlage-trace/1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("trace", "measure", "M-0002", "title_de"), "did you mean 'measures'"),
        (("rollback", "2026-11-02", "--why", "x"), "did you mean '2026-11-20'"),
        (("rollback", "2026-11-20"), "--why"),
        (("diff",), "before the last"),
        (("run", "--only", "ritt"), "did you mean 'rit'"),
        (("run", "--as-of", "2024-12-31"), "--dry-run"),
        (("check", "no-such-file.csv"), "no-such-file.csv"),
        (("check", GOOD, "--feed", "raw/measure"), "did you mean 'raw/measures'"),
        (("verify", "http://data.example/"), "https://"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_use_is_exit_2(arguments: tuple[object, ...], said: str, published: Path) -> None:
    done = offenlage(*arguments, "--output", published)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_a_wrong_setting_is_exit_2() -> None:
    done = offenlage("releases", OFFENLAGE_OUTPT="somewhere")
    assert done.returncode == 2
    assert "did you mean 'OFFENLAGE_OUTPUT'" in done.stderr


def test_a_checked_file_with_errors_is_exit_3(published: Path, tmp_path: Path) -> None:
    bad = tmp_path / "leistungen.csv"
    bad.write_text("Leistung;Stand;Anmeldung;Hinderungsgrund;Weg ohne Internet\nProbe;vielleicht;;;Amt\n")
    done = offenlage("check", bad, "--output", published, "--lang", "en")
    assert done.returncode == 3
    assert done.stdout.startswith("leistungen.csv, checked as strategie/services: please mend")
    assert offenlage("check", GOOD, "--output", published).returncode == 0


def test_a_check_writes_page_and_marked_excel_beside_the_file(published: Path, tmp_path: Path) -> None:
    file = tmp_path / "vorhaben.xml"
    file.write_bytes(GOOD.read_bytes())
    assert offenlage("check", file, "--write", "--output", published).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("vorhaben.rueckmeldung.html", "vorhaben.rueckmeldung.xlsx", "vorhaben.xml")
    ]


def test_the_templates_of_a_unit_are_written_and_checked_without_a_finding(published: Path, tmp_path: Path) -> None:
    done = offenlage("template", "awm", "--to", tmp_path, "--output", published, "--json")
    assert (done.returncode, json.loads(done.stdout)["format"]) == (0, "offenlage-templates/1")
    [path] = tmp_path.iterdir()
    checked = offenlage("check", path, "--output", published)
    assert checked.returncode == 0
    assert checked.stdout.startswith("vorlage-measures.xlsx, geprüft als awm/measures: in Ordnung")
    assert "Keine Befunde." in checked.stdout


def test_a_check_imports_neither_prefect_nor_the_network(published: Path) -> None:
    code = (
        "import sys; from flows.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "print([name for name in ('prefect', 'requests', 'rdflib', 'pyshacl', 'typer') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, "--config", str(ROOT), "--output", str(published), "check", str(GOOD)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.splitlines()[-1] == "['typer']"


def test_a_dry_run_prints_a_document_and_writes_nothing(tmp_path: Path) -> None:
    done = offenlage("run", "--dry-run", "--only", "strategie", "--json", "--output", tmp_path / "output")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert (document["format"], document["release"]) == ("offenlage-run/1", None)
    assert not (tmp_path / "output").exists()


def test_verify_says_what_is_wrong(published: Path, tmp_path: Path) -> None:
    assert offenlage("verify", "--output", published).returncode == 0
    damaged = Path(shutil.copytree(published / "public", tmp_path / "public"))
    (damaged / "data" / "goals.csv").write_text("id\n")
    done = offenlage("verify", damaged, "--json")
    assert done.returncode == 7
    assert {problem["path"] for problem in json.loads(done.stdout)["problems"]} == {"data/goals.csv"}


def test_an_address_where_nothing_answers_is_exit_6(tmp_path: Path) -> None:
    with make_server(tmp_path, 0) as server:
        port = server.server_address[1]
    done = offenlage("verify", f"http://127.0.0.1:{port}/")
    assert done.returncode == 6
    assert "manifest.json" in done.stderr


def test_a_port_that_is_taken_is_exit_2(published: Path) -> None:
    with make_server(published / "public", 0) as server:
        done = offenlage("serve", "--port", server.server_address[1], "--output", published)
    assert done.returncode == 2
    assert "port" in done.stderr


def test_a_tampered_release_is_not_equal_to_its_rebuild(published: Path, tmp_path: Path) -> None:
    output = Path(shutil.copytree(published, tmp_path / "output", symlinks=True))
    place = output / "public" / "data" / "goals.csv"
    place.unlink()
    place.write_text("id\n")
    done = offenlage("rebuild", "--json", "--output", output)
    assert done.returncode == 7
    document = json.loads(done.stdout)
    assert document["equal"] is False
    assert document["releases"][0]["different"] == ["data/goals.csv"]


def test_the_doctor_speaks_json(published: Path) -> None:
    document = json.loads(offenlage("doctor", "--json", "--output", published).stdout)
    assert document["format"] == "offenlage-doctor/1"
    assert [one["what"] for one in document["examined"] if one["state"] == "wrong"] in ([], ["disk"])


def test_score_asks_the_links_of_what_is_published(published: Path) -> None:
    done = offenlage("score", "--json", "--output", published)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert (document["format"], document["maximum"]) == ("offenlage-score/1", 405)
    assert {each["points"] for each in document["datasets"]} == {405, 385}


def test_a_feed_that_cannot_be_had_is_exit_6(tmp_path: Path) -> None:
    done = offenlage("score", tmp_path / "catalog.ttl")
    assert done.returncode == 6
    assert "catalog.ttl" in done.stderr
