"""A plan as people and programs read it: every kind of action, field by field; whole outputs beside golden files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from flows.portal.apply import Done
from flows.portal.client import RefusedError, UnsettledError
from flows.portal.mapping import Target
from flows.portal.matching import cases, withdrawn
from flows.portal.plan import Action, Memory, World, plan
from flows.portal.plan import creation as created
from flows.portal.reading import Conventions, Package
from flows.portal.tables import Table
from flows.portal.values import STATE
from flows.portal.wanted import Wanted, WantedFile
from flows.portal.words import outcome_document, outcome_lines, plan_document, plan_lines

Golden = Callable[[str, bytes], None]
KNOWN = Conventions(
    "2.12.0", "https://portal.example", "stadt", "org-1", {}, frozenset({"gove"}), {"theme": frozenset()}
)
WORLD = World(KNOWN, Target("upload", datastore=True, prefix="stadt-"))
TEXT = "Ziele je Handlungsfeld mit gleichbleibender Kennung, auch wenn sich ihr Wortlaut ändert."


def wanted(name: str, title: str = "Ziele", digest: str = "aa", tags: tuple[str, ...] = ("München",)) -> Wanted:
    table = Table(({"id": "id", "type": "text"},), ("id",), f"data/{name}.jsonl", f"table-{digest}")
    files = (
        WantedFile(f"{name}-csv", {"name": "CSV", "hash": digest}, f"data/{name}.csv", table),
        WantedFile(f"{name}-json", {"name": "JSON", "hash": digest}, f"data/{name}.json"),
    )
    fields = {"title": title, "notes": TEXT, "name": f"stadt-{name}", "theme": ["GOVE"], "extras.identifier": name}
    there = {f"tag.{tag}": True for tag in tags} | {f"file.{file.id}": True for file in files} | {"group.gove": True}
    return Wanted(name, name, {**fields, **there}, files)


def shown(one: Wanted, **edited: Any) -> Package:
    """Return a dataset as the portal shows it once it is published, and then `edited` there."""
    made = created(plan(cases([one], {})[0], WORLD), own_id=True, draft=False)
    for file in made["resources"]:
        address = f"https://portal.example/dataset/{one.id}/resource/{file['id']}/download/{one.name}"
        file |= {"url": f"{address}.{file['name'].lower()}", "url_type": "upload"}
        file["datastore_active"] = file["name"] == "CSV"
    there = {**made, "metadata_modified": "2026-11-20"}
    filled = Memory(frozenset(file.id for file in one.files if file.table))
    for now, file in zip(plan(cases([one], {one.id: there})[0], WORLD, filled).files, made["resources"], strict=True):
        file |= {**now.comparison.fields, STATE: now.comparison.state}
    return {**there, **edited}


def actions() -> list[Action]:
    """Return a plan in which everything happens."""
    calm, moved, edited, gone, lost, taken = (
        wanted(name) for name in ("calm", "moved", "edited", "gone", "lost", "taken")
    )
    packages = {
        "calm": shown(calm),
        "moved": shown(moved),
        "edited": shown(edited, notes="Von der Redaktion gekürzt.", tags=[{"name": "Rathaus"}]),
        "gone": shown(gone),
        "lost": shown(lost, state="deleted"),
        "theirs": {"id": "theirs", "name": "stadt-taken", "resources": []},
    }
    again = wanted(
        "moved", "Ziele, neu gefasst: mit einem Titel, der in keine Zeile passt", "bb", ("München", "Strategie")
    )
    found = [*cases([calm, again, edited, wanted("new"), lost, taken], packages)]
    former = cases([withdrawn("gone", "gone", packages["gone"])], {"gone": packages["gone"]})
    return [plan(case, WORLD) for case in (*found, *former)]


@pytest.fixture(scope="module")
def all_kinds() -> list[Action]:
    return actions()


def as_json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def test_every_kind_is_there(all_kinds: list[Action]) -> None:
    assert [action.kind for action in all_kinds] == [
        *("unchanged", "change", "unchanged", "create", "deleted", "clash", "withdraw"),
    ]


def test_a_plan_as_a_table(all_kinds: list[Action], golden: Golden) -> None:
    lines = plan_lines(all_kinds, complete=False)
    golden("portal/plan.txt", ("\n".join(lines) + "\n").encode())


def test_a_plan_as_json(all_kinds: list[Action], golden: Golden) -> None:
    golden("portal/plan.json", as_json(plan_document(all_kinds, "20261120T000000Z-aaaa", complete=False)))


def outcomes(all_kinds: list[Action]) -> list[Done]:
    calm, moved, edited, new, lost, taken, gone = all_kinds
    refused = RefusedError('package_create: refused (409): {"title": ["missing"]}', 409)
    unknown = UnsettledError("package_revise: no answer in time")
    return [
        Done(calm, altered=("extras.version", "calm.csv: size")),
        Done(moved, 2, ("moved-csv",), problem=unknown),
        *(Done(edited), Done(new, problem=refused), Done(lost), Done(taken)),
        Done(gone, tried=False),
    ]


def test_what_became_of_it(all_kinds: list[Action], golden: Golden) -> None:
    told = outcomes(all_kinds)
    golden("portal/outcome.txt", ("\n".join(outcome_lines(told, 31, complete=True)) + "\n").encode())
    golden("portal/outcome.json", as_json(outcome_document(told, "20261120T000000Z-aaaa", 31, complete=True)))


def test_a_plan_fits_into_80_columns(all_kinds: list[Action]) -> None:
    assert [line for line in plan_lines(all_kinds, complete=True) if len(line) > 80] == []
