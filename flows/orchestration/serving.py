"""Serve the deployments, and put in order what an earlier service left on its server."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime

import prefect
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.sorting import DeploymentSort, FlowRunSort
from prefect.deployments.runner import RunnerDeployment
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.schedules import Cron
from prefect.states import Cancelled, Crashed
from prefect.types.entrypoint import EntrypointType

from flows.orchestration import runs
from flows.orchestration.schedules import COLLISION, GRACE_SECONDS, LIMIT, TAG, TIMEZONE, Planned, planned
from flows.settings import Configuration

MOST = 200
"""What Prefect's server returns at most for one question."""
ALONE = ConcurrencyLimitConfig(
    limit=LIMIT, collision_strategy=ConcurrencyLimitStrategy(COLLISION), grace_period_seconds=GRACE_SECONDS
)


def deployments(configuration: Configuration) -> list[RunnerDeployment]:
    """Return all deployments of a configuration, for a service on this machine: it works where the files are."""
    places = {"config": str(configuration.root), "output": str(configuration.output)}
    return [_deployment(plan, places) for plan in planned(configuration)]


def _deployment(plan: Planned, places: dict[str, str]) -> RunnerDeployment:
    made = getattr(runs, plan.flow).to_deployment(
        plan.name,
        description=plan.description,
        tags=plan.tags,
        parameters={**plan.parameters, **places},
        schedules=[Cron(cron, timezone=TIMEZONE, slug=slug) for slug, cron in plan.crons.items()],
        concurrency_limit=ALONE,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(made, RunnerDeployment)
    return made


def serve(configuration: Configuration) -> None:
    """Run what is due, one run at a time, until SIGTERM or Ctrl-C; the schedules stay active beyond that."""
    # On SIGTERM Prefect 3.8 forgets to await its own stop and ends all the same, the run under way with it.
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop' was never awaited", RuntimeWarning)
    prefect.serve(*deployments(configuration), pause_on_shutdown=False, print_starting_message=False, limit=1)


def tidy(configuration: Configuration) -> None:
    """Put a server of our own in order before it is served.

    Deployments that the mappings no longer name go. A run that was under way ended with the process that ran it. Of
    the runs missed meanwhile the latest of each deployment is made up for: it collects all that the others would have.
    """
    wanted = {(plan.flow.replace("_", "-"), plan.name) for plan in planned(configuration)}
    with get_client(sync_client=True) as client:
        ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
        for deployment in client.read_deployments(deployment_filter=ours, sort=DeploymentSort.NAME_ASC, limit=MOST):
            if (client.read_flow(deployment.flow_id).name, deployment.name) not in wanted:
                client.delete_deployment(deployment.id)
            else:
                _tidy_runs(client, deployment)


def _tidy_runs(client: SyncPrefectClient, deployment: DeploymentResponse) -> None:
    for left in _runs(client, deployment, StateType.RUNNING, StateType.PENDING, StateType.CANCELLING):
        client.set_flow_run_state(left.id, Crashed(message="The service ended during this run"), force=True)
    now = datetime.now(UTC)
    missed = [
        left
        for left in _runs(client, deployment, StateType.SCHEDULED)
        if left.expected_start_time and left.expected_start_time < now
    ]
    for left in missed[:-1]:
        client.set_flow_run_state(left.id, Cancelled(message="Missed while nothing was served"), force=True)


def _runs(client: SyncPrefectClient, deployment: DeploymentResponse, *types: StateType) -> Iterator[FlowRun]:
    yield from client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types)))),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        limit=MOST,
    )


def drain() -> None:
    """Wait until the server has got all log lines and events: it is about to end."""
    APILogWorker.drain_all()
    EventsWorker.drain_all()
