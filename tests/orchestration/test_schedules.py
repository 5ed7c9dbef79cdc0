"""Deployments and schedules come from the mappings; prefect.yaml says the same, and Prefect is imported late."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from prefect.utilities.importtools import import_object

from flows.orchestration.schedules import planned, render
from flows.settings import Configuration, load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    return load(ROOT, environ={})


@pytest.fixture(scope="module")
def declared() -> list[dict[str, object]]:
    found = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert isinstance(found, list)
    return found


def test_prefect_yaml_is_what_the_mappings_say(configuration: Configuration, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        (ROOT / "prefect.yaml").write_text(render(configuration), encoding="utf-8")
    committed = (ROOT / "prefect.yaml").read_text(encoding="utf-8")
    assert committed == render(configuration), "run pytest tests/orchestration/test_schedules.py --update-golden"


def test_every_schedule_of_a_mapping_is_declared_once(declared) -> None:
    wanted = {}
    for path in (ROOT / "mappings" / "departments").glob("*/*.toml"):
        cron = tomllib.loads(path.read_text(encoding="utf-8")).get("schedule", {}).get("cron")
        wanted.setdefault(path.parent.name, set()).update({cron} - {None})
    catalogue = tomllib.loads((ROOT / "mappings" / "catalogue.toml").read_text(encoding="utf-8"))["schedule"]
    wanted |= {"publish": {catalogue["publish"]}, "check-live": {catalogue["check_live"]}, "run": set()}
    assert {d["name"]: {s["cron"] for s in d["schedules"]} for d in declared} == wanted
    assert all(len({s["cron"] for s in d["schedules"]}) == len(d["schedules"]) for d in declared)


def test_every_entrypoint_is_a_flow_that_takes_its_parameters(declared) -> None:
    for deployment in declared:
        flow = import_object(deployment["entrypoint"])
        flow.validate_parameters(deployment["parameters"])


def test_schedules_are_named_in_berlin_and_not_in_the_hour_that_is_lost(declared) -> None:
    for deployment in declared:
        slugs = [schedule["slug"] for schedule in deployment["schedules"]]
        assert all(slugs)
        assert len(set(slugs)) == len(slugs)
        assert {schedule["timezone"] for schedule in deployment["schedules"]} <= {"Europe/Berlin"}
        assert all(schedule["cron"].split()[1] != "2" for schedule in deployment["schedules"])


def test_one_run_at_a_time_and_the_next_gives_way(declared) -> None:
    for deployment in declared:
        assert deployment["concurrency_limit"]["limit"] == 1
        assert deployment["concurrency_limit"]["collision_strategy"] == "CANCEL_NEW"


def test_feeds_of_a_unit_share_a_schedule_at_the_same_time_and_keep_their_own_otherwise(make_city) -> None:
    city = make_city({})
    unit = city / "mappings" / "departments" / "kr"
    mapping = (unit / "measures.toml").read_text(encoding="utf-8")
    (unit / "budgets.toml").write_text(mapping.replace("0 6 * * 1", "0 6 1 * *"), encoding="utf-8")
    (unit / "milestones.toml").write_text(mapping, encoding="utf-8")
    plans = {plan.name: plan for plan in planned(load(city, environ={}))}
    assert plans["kr"].crons == {"budgets": "0 6 1 * *", "measures": "0 6 * * 1"}
    assert plans["kr"].parameters == {"unit": "kr"}


def test_prefect_is_imported_only_behind_its_doors() -> None:
    code = "import sys, flows.orchestration, flows.orchestration.schedules; sys.exit('prefect' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
