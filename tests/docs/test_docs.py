"""The docs against the code: what is there is described, what is described is there."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
import typer
import yaml

from flows.cli import app
from flows.publish.site.method import method_text
from flows.settings.environment import PREFIX, Environment

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("mappings/*.md")])
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CODE = re.compile(r"^```(?s:.*?)^```|`[^`\n]+`|^    \S.*$", re.MULTILINE)
MADE_BY_TYPER = {"--help", "--install-completion", "--show-completion"}
AT_THE_TOP = {
    *("flows", "schemas", "mappings", "output", "tests", "docs", "bench"),
    *("README.md", "LICENSE", "CHANGELOG.md", "publiccode.yml", "prefect.yaml"),
    *("pyproject.toml", "Makefile", "requirements.lock"),
}
# Put together here, so that this file does not hold what it looks for.
UNWANTED = tuple(
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("registry.", "npmjs"),
        ("deb.", "debian.org"),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
    )
)


def commands() -> Iterator[tuple[str, set[str]]]:
    """Yield every command with its long options, and the program itself with those before any command."""
    group = typer.main.get_command(app)
    yield "", _options(group.params)
    named = getattr(group, "commands", {})
    yield from ((name, _options(command.params)) for name, command in named.items())


def _options(params) -> set[str]:
    found = {text for param in params for text in (*param.opts, *param.secondary_opts) if text.startswith("--")}
    return {text for text in found if not text.startswith("--no-")} - MADE_BY_TYPER


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout: which files belong to the project is not known")
    return [name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def code(text: str) -> str:
    """Return what stands in the code of a page: fenced, indented or between backticks."""
    return "\n".join(CODE.findall(text))


@pytest.mark.parametrize(("name", "options"), [pytest.param(*each, id=each[0] or "-") for each in commands()])
def test_every_command_and_option_is_described(name: str, options: set[str]) -> None:
    lines = [line for line in TEXT.splitlines() if f"offenlage {name}".strip() in line or not name]
    assert lines, f"offenlage {name}"
    missing = sorted(option for option in options if not re.search(rf"{option}\b", "\n".join(lines)))
    assert missing == []


def test_every_command_that_is_described_exists() -> None:
    known = {name for name, _ in commands()}
    told = set(re.findall(r"\boffenlage ([a-z]+)\b", code(TEXT)))
    assert told - known == set()


def test_every_variable_is_described() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    known = {f"{PREFIX}{name.upper()}" for name in Environment.model_fields}
    told = set(re.findall(rf"`({PREFIX}[A-Z_]+)`", operations))
    assert told == known


def test_every_dependency_is_explained() -> None:
    extras = chain.from_iterable(PROJECT["project"]["optional-dependencies"].values())
    wanted = [*PROJECT["project"]["dependencies"], *extras, *PROJECT["dependency-groups"]["dev"]]
    known = {re.match(r"[A-Za-z0-9-]+", line)[0] for line in wanted}
    table = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE))
    assert told == known


def test_every_target_that_is_described_exists() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", rules, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", code(TEXT))) - targets == set()
    assert targets >= {"run", "test", "check"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    relative = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in relative if not (page.parent / link).exists()] == []


def test_every_decision_is_listed_and_numbered_on() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    listed = re.findall(r"\(decisions/([^)]+)\)", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    assert sorted(listed) == names


def test_every_room_is_named_in_the_architecture() -> None:
    rooms = {path.name for path in (ROOT / "flows").iterdir() if path.is_dir() and path.name != "__pycache__"}
    files = {path.name for path in (ROOT / "flows").glob("*.py")} - {"__init__.py"}
    told = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert {room for room in rooms if f"`flows/{room}/`" not in told} == set()
    assert {file for file in files if f"`flows/{file}`" not in told} == set()


def test_thresholds_of_the_method_are_those_in_force() -> None:
    rules = tomllib.loads((ROOT / "mappings" / "rules.toml").read_text(encoding="utf-8"))
    changed = {**rules, "schedule": {**rules["schedule"], "milestone_late_days": 77}}
    for lang, spoken in (("de", "mehr als 77 Tage"), ("en", "more than 77 days")):
        method = method_text(changed, lang)
        assert f"`yellow_gap_pp` = {rules['schedule']['yellow_gap_pp']}" in method
        assert spoken in method
        assert "{" not in method


def test_publiccode_says_what_the_project_says() -> None:
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert told["publiccodeYmlVersion"] == "0.4"
    assert told["legal"]["license"] == PROJECT["project"]["license"]
    for text in told["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]


def test_licence_is_the_one_the_project_names() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\nEUPL © the European Union 2007, 2016\n")
    assert licence.endswith("EUPL version.\n")


def test_changelog_knows_the_version() -> None:
    assert PROJECT["project"]["version"] in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_top_level_holds_what_the_house_allows() -> None:
    names = {name.split("/")[0] for name in tracked()}
    assert {name for name in names if not name.startswith(".")} - AT_THE_TOP == set()


def test_no_registry_and_no_path_of_a_machine_in_the_project() -> None:
    found = []
    for name in tracked():
        content = (ROOT / name).read_bytes()
        found += [(name, text) for text in UNWANTED if text.encode() in content]
    assert found == []
