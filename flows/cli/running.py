"""Commands of every day: the whole way, on a schedule or at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.shared import opened, say, scratch, show
from flows.operate.published import UnknownNameError
from flows.settings import Configuration, day_in_berlin, now
from flows.store import Cache, Store

if TYPE_CHECKING:
    from flows.collect.fetch import Found
    from flows.pipeline import Summary


def run(
    context: typer.Context,
    prefect: Annotated[
        bool | None, typer.Option(help="As a Prefect flow; so too where PREFECT_API_URL is set.")
    ] = None,
    only: Annotated[str | None, typer.Option(help="Collect from this unit only.")] = None,
    as_of: Annotated[str | None, typer.Option(help="With --dry-run: leave out what came after this day.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Show what would come of it; write nothing.")] = False,
) -> None:
    """Go the whole way: collect, validate, record, publish.

    Example: offenlage run --only rit

    Example: offenlage run --dry-run --as-of 2024-12-31
    """
    from flows.operate.preview import preview
    from flows.operate.words import summary_document, summary_lines
    from flows.pipeline import run as run_pipeline

    configuration, store = opened(context)
    if as_of and not dry_run:
        raise typer.BadParameter(
            "only together with --dry-run: a release is always of all that came", param_hint="--as-of"
        )
    units = {feed.unit for feed in configuration.feeds}
    if only is not None and only not in units:
        raise UnknownNameError("unit", only, units)
    if dry_run:
        with scratch() as aside:
            summary = preview(store, configuration, now(), _collect(configuration, aside, only), as_of)
    elif prefect or (prefect is None and os.environ.get("PREFECT_API_URL")):
        from flows.orchestration import run_once

        summary = run_once(configuration, [only] if only else None)
    else:
        from flows.feedback.post import sender

        send = sender(configuration.mail)
        summary = run_pipeline(
            store, configuration, now(), lambda: _collect(configuration, store.cache, only), say, send
        )
        _bring(configuration, store, summary)
    show(context, summary_document(summary), lambda: summary_lines(summary, configuration, dry=dry_run))


def _bring(configuration: Configuration, store: Store, summary: Summary) -> None:
    """Bring the release to the portal, where one is set; a portal that is down changes nothing of the run."""
    if configuration.portal.url and summary.release:
        from flows.portal.visit import visit, visit_lines

        say("Bringing the release to the portal ...")
        typer.echo("\n".join(visit_lines(visit(configuration, store.releases.public))), err=True)


def _collect(configuration: Configuration, cache: Cache, only: str | None) -> Found:
    from flows.collect.fetch import fetch

    today = day_in_berlin(now())
    feeds = [feed for feed in configuration.feeds if only in (None, feed.unit)]
    found = [fetch(feed, configuration.root, cache, today) for feed in feeds]
    return [item for items, _ in found for item in items], [item for _, items in found for item in items]


def schedule(context: typer.Context) -> None:
    """Run what is due, on its schedule, with a Prefect server on this machine.

    Example: offenlage schedule
    """
    from flows.orchestration import serve_all

    serve_all(opened(context)[0])


def init(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="An empty or new directory.")],
    address: Annotated[str, typer.Option(help="Where the city's identifiers begin; it never changes.")],
) -> None:
    """Begin a new city's project: contracts as they are, mappings to fill in.

    Example: offenlage init ~/freiburg --address https://offenlage.freiburg.example/
    """
    from flows.operate.init import new_project

    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise typer.BadParameter("is there already, and not empty", param_hint="DIRECTORY")
    if not address.startswith(("https://", "http://")) or not address.endswith("/"):
        raise typer.BadParameter("is an address with https:// before and a slash at its end", param_hint="--address")
    root = context.obj.config
    shipped = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for part in ("schemas", "mappings")
        for path in sorted((root / part).rglob("*"))
        if path.is_file()
    }
    made = new_project(shipped, address)
    for path, content in made.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(content)
    document = {"format": "offenlage-init/1", "directory": str(directory), "files": list(made)}
    show(
        context,
        document,
        lambda: [
            f"{len(made)} files in {directory}. What is left to fill in says:",
            f"  offenlage doctor --config {directory}",
        ],
    )
