"""The flows: few coarse tasks around the plain functions of the pipeline; retries only where a source is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from prefect import Task, flow, get_run_logger, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff
from prefect.utilities.annotations import quote

from flows import pipeline
from flows.collect.deliveries import Fetched
from flows.collect.fetch import ATTEMPTS, Found, TransientFetchError, attempt, unreachable
from flows.feedback.post import sender
from flows.model import Delivery, Feed, Finding
from flows.orchestration.report import collect_report, dataset_rows, run_report
from flows.pipeline import Summary
from flows.portal.visit import Visit, visit, visit_report
from flows.publish.gate import Held, Problem
from flows.publish.verification import verify
from flows.settings import Configuration, day_in_berlin, load, now
from flows.store import Cache, Store

HERE = Path()
SIDE_BY_SIDE = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=8))


class ProblemsError(Exception):
    """A release is not as it should be. Prefect shows its words, so they name files only; `problems` hold values."""

    def __init__(self, what: str, problems: Sequence[Problem]) -> None:
        per_file = Counter(problem.path for problem in problems)
        super().__init__(f"{what}: {', '.join(f'{path} ({count})' for path, count in sorted(per_file.items()))}")
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Collected:
    """What lay at the sources; `unreachable` are the ids of feeds that did not answer, in the end."""

    feeds: tuple[str, ...]
    fetched: tuple[Fetched, ...]
    findings: tuple[Finding, ...]
    unreachable: tuple[str, ...]


def is_transient(_task: Task[..., Found], _run: TaskRun, state: State[Found]) -> bool:
    """Tell whether another attempt may succeed: nothing else is retried, least of all a bug of ours."""
    return isinstance(state.result(raise_on_failure=False), TransientFetchError)


@task(
    task_run_name="fetch {feed.id}",
    retries=ATTEMPTS - 1,
    retry_delay_seconds=exponential_backoff(2),
    retry_jitter_factor=0.5,
    retry_condition_fn=is_transient,
    cache_policy=NO_CACHE,
)
def fetch_feed(feed: Feed, root: Path, cache: Cache, today: str) -> Found:
    """Look once at the source of a feed; raises TransientFetchError where looking again may help."""
    try:
        return attempt(feed, root, cache, today)
    except TransientFetchError as error:
        # Prefect logs what caused an exception, and there stands the whole address with any key in its query.
        raise error from None


@task(cache_policy=NO_CACHE)
def journal(store: Store, collected: Collected) -> list[Delivery]:
    """Keep what is new and say so in the journal; returns the new deliveries."""
    with store.lock(wait=True):
        store.recover()
        return pipeline.journal_deliveries(store, collected.fetched)


@task(cache_policy=NO_CACHE)
def publish_collected(store: Store, configuration: Configuration, collected: Collected) -> Summary:
    """Journal what was collected, replay, publish a release where something changed.

    Raises ProblemsError where the release is held back.
    """

    def bring() -> tuple[Sequence[Fetched], Sequence[Finding]]:
        return collected.fetched, collected.findings

    try:
        return pipeline.run(store, configuration, now(), bring, get_run_logger().info, sender(configuration.mail))
    except Held as held:
        raise ProblemsError("The release is held back", held.problems) from None


@task(cache_policy=NO_CACHE)
def bring_to_portal(configuration: Configuration, docroot: Path) -> Visit:
    """Publish the release that is shown to the portal; whatever happens there is in the result, and fails nothing."""
    return visit(configuration, docroot)


@flow(flow_run_name="collect-{unit}", task_runner=SIDE_BY_SIDE)
def collect(unit: str, config: Path = HERE, output: Path | None = None) -> list[str]:
    """Fetch what the feeds of one unit offer and journal what is new; returns the ids of the new deliveries."""
    configuration, store = _open(config, output)
    collected = _fetch([feed for feed in configuration.feeds if feed.unit == unit], configuration, store)
    new = journal(store, collected)
    found = {feed: sum(fetched.feed == feed for fetched in collected.fetched) for feed in collected.feeds}
    report = collect_report(found, Counter(delivery.feed for delivery in new), collected.unreachable)
    create_markdown_artifact(report, key=f"collect-{unit}", description=f"What lay at the sources of {unit}")
    return [delivery.id for delivery in new]


@flow
def publish(config: Path = HERE, output: Path | None = None) -> Summary:
    """Replay the journal and publish a release where something changed; asks no source."""
    configuration, store = _open(config, output)
    return _publish(configuration, store, Collected((), (), (), ()))


@flow(task_runner=SIDE_BY_SIDE)
def run(config: Path = HERE, output: Path | None = None, units: list[str] | None = None) -> Summary:
    """Go the whole way: fetch from all units (or `units`) side by side, journal once, replay, publish."""
    configuration, store = _open(config, output)
    feeds = [feed for feed in configuration.feeds if units is None or feed.unit in units]
    return _publish(configuration, store, _fetch(feeds, configuration, store))


@flow
def check_live(config: Path = HERE, output: Path | None = None) -> str | None:
    """Verify the release that is shown, file by file; returns its id, or None before the first.

    Raises ProblemsError where a file of it is not as it was published.
    """
    configuration, store = _open(config, output)
    shown = store.releases.current()
    if shown is None:
        get_run_logger().info("Nothing is published yet")
        return None
    public = store.releases.directory(shown)
    problems = verify(lambda path: (public / path).read_bytes(), configuration.entities, pipeline.shapes(configuration))
    if problems:
        raise ProblemsError(f"Release {shown} is not as it was published", problems)
    get_run_logger().info("Release %s is as it was published", shown)
    return shown


def _open(config: Path, output: Path | None) -> tuple[Configuration, Store]:
    configuration = load(config, output=output)
    return configuration, Store(configuration.output, configuration.archive)


def _fetch(feeds: Sequence[Feed], configuration: Configuration, store: Store) -> Collected:
    """Ask all sources side by side; the result is in the order of `feeds`, whoever answered first."""
    today = day_in_berlin(now())
    asked = [fetch_feed.submit(feed, configuration.root, store.cache, today) for feed in feeds]
    fetched: list[Fetched] = []
    findings: list[Finding] = []
    lost: list[str] = []
    for feed, future in zip(feeds, asked, strict=True):
        future.wait()
        result = future.result(raise_on_failure=False)
        if isinstance(result, TransientFetchError):
            lost.append(feed.id)
            findings.append(unreachable(result))
        elif isinstance(result, BaseException):
            raise result
        else:
            fetched += result[0]
            findings += result[1]
    return Collected(tuple(feed.id for feed in feeds), tuple(fetched), tuple(findings), tuple(lost))


def _publish(configuration: Configuration, store: Store, collected: Collected) -> Summary:
    # quote: Prefect would otherwise look through the whole configuration for results of other tasks.
    summary = publish_collected(store, quote(configuration), collected, return_state=False)
    base_url = str(configuration.catalogue["base_url"])
    report = run_report(summary, collected.unreachable, base_url)
    create_markdown_artifact(report, key="run-report", description="What the run did")
    create_table_artifact(dataset_rows(summary), key="datasets", description="What is published")
    create_link_artifact(base_url, key="published", description="Where it is published")
    if configuration.portal.url and summary.release:
        visited = bring_to_portal(quote(configuration), store.releases.public, return_state=False)
        create_markdown_artifact(visit_report(visited), key="portal", description="What the portal got")
        if not visited.good:
            get_run_logger().warning("The portal does not hold the release yet; the next run tries again")
    return summary
