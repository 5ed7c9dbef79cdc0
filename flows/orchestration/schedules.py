"""Which deployments there are and when they run: read from the mappings, and written out as prefect.yaml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.settings import Configuration

TIMEZONE = "Europe/Berlin"
TAG = "offenlage"
CODE = "flows.orchestration.runs"
LIMIT, COLLISION, GRACE_SECONDS = 1, "CANCEL_NEW", 300
HEADER = """\
# Made from mappings/ (`pytest tests/orchestration --update-golden` writes it anew): change a schedule there, not here.
# For a server and workers of your own: `prefect work-pool create offenlage --type process`; `prefect deploy --all`.
name: offenlage
prefect-version: 3.8.8
pull:
  - prefect.deployments.steps.set_working_directory:
      directory: "{{ $PWD }}"
deployments:
"""


@dataclass(frozen=True)
class Planned:
    """One deployment: a flow with its parameters; `crons` maps a slug to a cron expression in Europe/Berlin."""

    flow: str
    name: str
    description: str
    crons: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def entrypoint(self) -> str:
        """Return where the flow is found: module and function."""
        return f"{CODE}.{self.flow}"

    @property
    def tags(self) -> list[str]:
        """Return what the deployment is found by."""
        return [TAG, self.flow.replace("_", "-")]


def planned(configuration: Configuration) -> list[Planned]:
    """Return all deployments: one `collect` a unit as its mappings say, `publish` and `check_live` as the catalogue."""
    units = list(dict.fromkeys(feed.unit for feed in configuration.feeds))
    schedule = configuration.catalogue.get("schedule", {})
    return [
        *(
            Planned("collect", unit, f"Fetch what {unit} delivers", _crons(configuration, unit), {"unit": unit})
            for unit in units
        ),
        Planned("publish", "publish", "Publish a release where something changed", _one("publish", schedule)),
        Planned("check_live", "check-live", "Verify the release that is shown", _one("check_live", schedule)),
        Planned("run", "run", "Go the whole way, by hand"),
    ]


def _crons(configuration: Configuration, unit: str) -> dict[str, str]:
    """Return one schedule for each time at which feeds of a unit are due, called after the first of these feeds.

    Collecting asks all feeds of the unit: two schedules at the same time would only be in each other's way.
    """
    crons: dict[str, str] = {}
    for feed in configuration.feeds:
        cron = feed.mapping.get("schedule", {}).get("cron")
        if feed.unit == unit and cron and cron not in crons.values():
            crons[feed.name] = cron
    return crons


def _one(name: str, schedule: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): schedule[name]} if name in schedule else {}


def render(configuration: Configuration) -> str:
    """Return prefect.yaml as the configuration has it."""
    return HEADER + "".join(_render(deployment) for deployment in planned(configuration))


def _render(deployment: Planned) -> str:
    """Return one deployment; texts are written as JSON strings, which YAML reads as they are."""
    schedules = "".join(
        f"""
      - slug: {json.dumps(slug)}
        cron: {json.dumps(cron)}
        timezone: {TIMEZONE}
        active: true"""
        for slug, cron in deployment.crons.items()
    )
    return f"""\
  - name: {json.dumps(deployment.name)}
    description: {json.dumps(deployment.description, ensure_ascii=False)}
    entrypoint: {deployment.entrypoint}
    tags: {json.dumps(deployment.tags)}
    parameters: {json.dumps(dict(deployment.parameters))}
    schedules:{schedules or " []"}
    concurrency_limit:
      limit: {LIMIT}
      collision_strategy: {COLLISION}
      grace_period_seconds: {GRACE_SECONDS}
    work_pool:
      name: offenlage
"""
