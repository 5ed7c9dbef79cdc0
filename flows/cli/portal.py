"""Commands about the data portal: what it would get, give it, take a withdrawn dataset from it for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.shared import DONE, HELD, REFUSED, UNREACHABLE, USAGE, fail, opened, show
from flows.operate.published import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.portal.apply import Done
    from flows.portal.release import Situation

PortalOption = Annotated[str | None, typer.Option("--portal", help="Its address; else OFFENLAGE_PORTAL_URL.")]
ForceOption = Annotated[bool, typer.Option(help="Write over what was edited, deleted or is newer on the portal.")]


def plan(context: typer.Context, portal: PortalOption = None, force: ForceOption = False) -> None:
    """Show what the portal would get: create, change field by field, upload, withdraw, leave alone; write nothing.

    Example: offenlage plan --portal http://127.0.0.1:5000
    """
    from flows.portal.release import planned
    from flows.portal.words import plan_document, plan_lines

    found = _situation(context, portal, force=force)
    actions = planned(found)
    document = plan_document(actions, found.release, complete=found.complete)
    show(context, document, lambda: plan_lines(actions, complete=found.complete))


def publish(context: typer.Context, portal: PortalOption = None, force: ForceOption = False) -> None:
    """Bring the release that is shown to the portal; writes only what differs, and nobody else's work.

    The token comes from OFFENLAGE_PORTAL_TOKEN or OFFENLAGE_PORTAL_TOKEN_FILE. To begin again after any interruption,
    run it again.

    Example: offenlage publish --portal http://127.0.0.1:5000
    """
    from flows.portal.client import RefusedError
    from flows.portal.release import publish as bring
    from flows.portal.words import outcome_document, outcome_lines

    found = _situation(context, portal, force=force)
    try:
        outcomes = list(bring(found))
    except RefusedError as error:
        fail(str(error), REFUSED)
    requests = found.client.asked.total()
    document = outcome_document(outcomes, found.release, requests, complete=found.complete)
    show(context, document, lambda: outcome_lines(outcomes, requests, complete=found.complete))
    raise typer.Exit(_code(outcomes))


def purge(
    context: typer.Context,
    dataset: str,
    portal: PortalOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a withdrawn dataset from the portal for good, with its addresses; asks first. Needs a sysadmin's token.

    Example: offenlage purge contributions
    """
    from flows.portal.client import RefusedError, UnreachableError, UnsettledError
    from flows.portal.purge import purge as remove
    from flows.portal.purge import purgeable

    found = _situation(context, portal, force=False)
    named = {case.wanted.name: case for case in found.cases}
    if dataset not in named:
        raise UnknownNameError("dataset", dataset, named)
    try:
        package = purgeable(named[dataset])
        if not yes:
            typer.confirm(f"Purge {package['name']} from {found.client.url} for good?", abort=True, err=True)
        remove(found.client, package)
    except RefusedError as error:
        fail(str(error), REFUSED)
    except (UnreachableError, UnsettledError) as error:
        fail(str(error), UNREACHABLE)
    show(context, {"format": "offenlage-purge/1", "purged": dataset}, lambda: [f"{dataset} is purged"])


def _situation(context: typer.Context, portal: str | None, *, force: bool) -> Situation:
    from flows.portal.client import RefusedError, UnreachableError
    from flows.portal.release import NotAllowedError, client_of, situation

    configuration, store = opened(context)
    if not store.releases.public.is_dir():
        raise UnknownNameError("release", "public", ())
    try:
        return situation(configuration, store.releases.public, client_of(configuration, portal or ""), force=force)
    except NotAllowedError as error:
        fail(str(error), USAGE)
    except RefusedError as error:
        fail(str(error), REFUSED)
    except UnreachableError as error:
        fail(str(error), UNREACHABLE)


def _code(outcomes: Sequence[Done]) -> int:
    """Return the exit code: what was refused before what had no answer before what was held back or left edited."""
    from flows.portal.client import RefusedError
    from flows.portal.plan import HELD as HELD_BACK
    from flows.portal.words import drifted_fields

    problems = [done.problem for done in outcomes if done.problem is not None]
    if any(isinstance(problem, RefusedError) for problem in problems):
        return REFUSED
    if problems or not all(done.tried for done in outcomes):
        return UNREACHABLE
    held = any(done.action.kind in HELD_BACK or drifted_fields(done.action) for done in outcomes)
    return HELD if held else DONE
