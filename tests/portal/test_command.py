"""The commands plan, publish and purge: what they print, and the exit codes that scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import whole_example as whole
from click.testing import Result
from portal_places import Place, fake_place
from portal_releases import ORGANISATION, cut, edited, withdrawn
from typer.testing import CliRunner

from flows.cli import app, hoisted

Command = Callable[..., Result]


@pytest.fixture
def place() -> Iterator[Place]:
    with fake_place() as fake:
        yield fake


@pytest.fixture
def command(place: Place, published: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command over the example against the fake portal."""
    monkeypatch.setattr("flows.portal.client.pause_after", lambda *_: 0.0)
    monkeypatch.setattr("flows.portal.apply.pause_after", lambda *_: 0.0)
    shared = ["--config", str(whole.ROOT), "--output", str(published)]
    environment = {"URL": place.url, "TOKEN": place.token, "ORGANISATION": ORGANISATION}

    def run(*arguments: str, **changed: str) -> Result:
        told = {f"OFFENLAGE_PORTAL_{name}": text for name, text in {**environment, **changed}.items()}
        return CliRunner().invoke(app, [*shared, *hoisted(arguments)], env=told)

    return run


def document(result: Result) -> Any:
    assert result.exit_code in (0, 5, 6, 7), result.output
    return json.loads(result.stdout)


def test_plan_writes_nothing_and_publish_does_what_it_said(place: Place, command: Command) -> None:
    plan = document(command("--json", "plan"))
    assert plan["format"] == "offenlage-plan/1"
    assert {dataset["action"] for dataset in plan["datasets"]} == {"create"}
    assert place.packages() == {}
    done = document(command("--json", "publish"))
    assert [one["became"] for one in done["datasets"]] == [one["action"] for one in plan["datasets"]]
    again = command("publish")
    assert again.exit_code == 0
    assert "0 writes, 6 requests" in again.stdout


def test_drift_is_told_and_is_exit_7(place: Place, command: Command) -> None:
    command("publish")
    (goals,) = [package for name, package in place.packages().items() if name.endswith("goals")]
    place.call("package_patch", id=goals["id"], notes="Gekürzt.")
    told = command("publish")
    assert told.exit_code == 7
    assert told.stdout.startswith(
        "unchanged  goals\n           edited on the portal, left as it is:\n           notes: Gekürzt."
    )
    assert command("plan").exit_code == 0
    assert command("publish", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"TOKEN": "Zwiebelfisch"}, 5, "wrong, expired or read-only"),
        ({"TOKEN": ""}, 5, "no token is set"),
        ({"TOKEN": "Zwiebel–fisch"}, 2, "a letter beyond ASCII"),
        ({"TOKEN": "Zwiebel\nfisch"}, 2, "a line break"),
        ({"ORGANISATION": "nowhere"}, 5, "nowhere"),
        ({"URL": "http://127.0.0.1:9/"}, 6, "cannot be connected to"),
        ({"URL": ""}, 2, "no portal is set"),
        ({"URL": "https://portal.example/"}, 2, "this is the example"),
    ],
)
def test_what_goes_wrong_is_said_plainly(command: Command, changed: dict[str, str], code: int, words: str) -> None:
    told = command("publish", **changed)
    assert told.exit_code == code
    assert words in told.stderr
    assert "Zwiebel" not in told.output


def test_a_search_that_is_out_is_exit_6(place: Place, command: Command) -> None:
    assert place.fake
    place.fake.search_is_out = True
    told = command("publish")
    assert told.exit_code == 6
    assert "search is out" in told.stdout
    place.fake.search_is_out = False
    assert command("publish").exit_code == 0


def test_what_is_published_is_not_purged(place: Place, command: Command) -> None:
    command("publish")
    before = len(place.packages())
    assert command("purge", "goals", "--yes").exit_code == 5
    assert len(place.packages()) == before


def test_purge_asks_and_then_leaves_nothing(place: Place, command: Command, published: Path, tmp_path: Path) -> None:
    shown = cut(published, tmp_path / "shown" / "public", ("goals", "services"))
    gone = edited(shown, tmp_path / "gone" / "public", withdrawn("goals")).parent
    for output in (shown.parent, gone):
        assert command("publish", "--output", str(output)).exit_code == 0
    asked = command("purge", "goals", "--output", str(gone))
    assert asked.exit_code == 1
    assert "for good?" in asked.stderr
    assert len(place.packages()) == 2
    assert command("purge", "goals", "--yes", "--output", str(gone)).exit_code == 0
    assert [name for name in place.packages() if name.endswith("goals")] == []
