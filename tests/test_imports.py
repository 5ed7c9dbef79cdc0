"""The walls of the house: imports run one way, and only the doors touch network, disk, environment and clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

FLOWS = Path(__file__).resolve().parents[1] / "flows"

# From the ground up; a room may use what stands above it in this list, not what stands beside or below it.
STOREYS: tuple[tuple[str, ...], ...] = (
    ("model",),
    ("contracts", "edtf", "web"),
    ("formats", "store"),
    ("settings",),
    ("collect",),
    ("normalise",),
    ("validate",),
    ("feedback",),
    ("history",),
    ("publish",),
    ("replay",),
    ("reporting", "retention"),
    ("pipeline",),
    ("portal",),
    ("operate", "serve", "orchestration"),
    ("cli",),
)
STOREY = {room: number for number, rooms in enumerate(STOREYS) for room in rooms}

# What reaches out of the program, and the modules that may: everything else is given what it needs.
DOORS = ("flows.collect.fetch", "flows.store", "flows.serve", "flows.settings", "flows.cli", "flows.orchestration")
DOORS += ("flows.portal.client", "flows.portal.release", "flows.portal.visit")
NETWORK = ("flows.collect.fetch", "flows.portal.client", "flows.serve", "flows.orchestration", "flows.feedback.post")
CLOCK = ("flows.settings.clock", "flows.collect.fetch", "flows.portal.client", "flows.serve", "flows.orchestration")
# What it lays out is a function of what it is given; only the memory it takes is another process's (decision 0021).
TYPESETTER = "flows.publish.site.typesetting"
ONLY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("os", "shutil", "tempfile", "fcntl", "glob", "signal", "logging"), DOORS),
    **dict.fromkeys(("sys", "subprocess"), (*DOORS, TYPESETTER)),
    **dict.fromkeys(("pathlib.Path", "open", "input", "print"), DOORS),
    **dict.fromkeys(("requests", "socket", "ssl", "http", "ftplib", "smtplib", "urllib.request"), NETWORK),
    **dict.fromkeys(("time", ".now", ".utcnow", ".today"), CLOCK),
    **dict.fromkeys(("random", "secrets", "uuid.uuid1", "uuid.uuid4"), ()),
    "prefect": ("flows.orchestration",),
}


@cache
def modules() -> dict[str, ast.Module]:
    return {_name(path): ast.parse(path.read_bytes(), str(path)) for path in sorted(FLOWS.rglob("*.py"))}


def _name(path: Path) -> str:
    parts = path.relative_to(FLOWS.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield every imported name, at the top and inside functions, as `module` and `module.name`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def backward(name: str, tree: ast.Module) -> list[str]:
    """Return the rooms a module uses although they do not stand above it."""
    used = {room(found) for found in imports(tree) if found.startswith("flows.")} - {room(name)}
    return sorted(other for other in used if STOREY[other] >= STOREY[room(name)])


def reaches_out(name: str, tree: ast.Module) -> list[str]:
    """Return what a module uses of the world outside although it is not the door to it."""
    used = set(imports(tree)) | set(_calls(tree))
    return sorted(
        found
        for found in used
        for guarded, doors in ONLY.items()
        if (found == guarded or found.startswith(f"{guarded}.")) and not _within(name, doors)
    )


def _calls(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield f".{node.func.attr}"


def _within(name: str, doors: tuple[str, ...]) -> bool:
    return any(name == door or name.startswith(f"{door}.") for door in doors)


@pytest.mark.parametrize("name", [name for name in modules() if "." in name])
def test_every_room_stands_on_a_storey_and_uses_only_those_above(name: str) -> None:
    assert room(name) in STOREY, f"{room(name)} is a new room: say in STOREYS where it stands"
    assert not backward(name, modules()[name])


def test_modules_do_not_go_in_circles() -> None:
    graph = {name: _needed(name, tree) for name, tree in modules().items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def _needed(name: str, tree: ast.Module) -> set[str]:
    """Return the modules of ours a module needs; a package stands for itself only where nothing in it is named."""
    found = {target for target in imports(tree) if target in modules()} - {name}
    return {target for target in found if not any(other.startswith(f"{target}.") for other in found)}


@pytest.mark.parametrize("name", list(modules()))
def test_only_the_doors_reach_out(name: str) -> None:
    assert not reaches_out(name, modules()[name])


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("flows.formats.read", "from flows.settings import load", ["settings"]),
        ("flows.normalise.records", "def f():\n    import flows.validate.judge", ["validate"]),
        ("flows.formats.read", "from flows import store", ["store"]),
        ("flows.publish.tables", "from flows.history.ledger import current\nfrom flows.model import Ledger", []),
        ("flows.pipeline", "from flows.cli import run", ["cli"]),
    ],
)
def test_the_guard_notices_an_arrow_that_runs_back(name: str, source: str, found: list[str]) -> None:
    assert backward(name, ast.parse(source)) == found


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        ("flows.pipeline", "import requests.adapters", ["requests.adapters"]),
        ("flows.validate.judge", "from datetime import datetime\ndatetime.now()", [".now"]),
        ("flows.settings.clock", "from datetime import datetime\ndatetime.now()", []),
        ("flows.settings.reader", "from datetime import date\ndate.today()", [".today"]),
        ("flows.publish.release", "open('x')", ["open"]),
        ("flows.publish.release", "from pathlib import Path", ["pathlib.Path"]),
        ("flows.publish.release", "from pathlib import PurePosixPath\nfrom urllib.parse import quote", []),
        ("flows.cli", "from prefect import flow", ["prefect", "prefect.flow"]),
        ("flows.publish.naming", "from uuid import uuid4", ["uuid.uuid4"]),
        ("flows.storeroom", "import os", ["os"]),
    ],
)
def test_the_guard_notices_who_reaches_out(name: str, source: str, found: list[str]) -> None:
    assert reaches_out(name, ast.parse(source)) == found
