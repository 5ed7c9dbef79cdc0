"""Commands in which somebody decides: let through what a gate held, show what waits for approval."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.shared import USAGE, fail, opened, show
from flows.settings import now

Why = Annotated[str, typer.Option(help="Why, in your words; it is kept and published, so name no person.")]


def accept(context: typer.Context, delivery: str, why: Why) -> None:
    """Let through a delivery that is held back: too few records, only a part, an older file.

    Example: offenlage accept D-000031 --why "two projects were merged, the department confirmed it"
    """
    from flows.operate.accept import NotHeldError, accept_document, accept_lines
    from flows.operate.accept import accept as let_through

    configuration, store = opened(context)
    try:
        publication = let_through(store, configuration, delivery, why, now())
    except NotHeldError as error:
        fail(str(error), USAGE)
    show(context, accept_document(delivery, publication), lambda: accept_lines(delivery, publication))


def approve(
    context: typer.Context, release: str, why: Annotated[str, typer.Option(help="Why, if there is more to say.")] = ""
) -> None:
    """Show a release that waits as a candidate; look at it first with `serve --candidate RELEASE`.

    Example: offenlage approve 2026-11-20
    """
    from flows.operate.approve import approve as let_be_shown
    from flows.operate.approve import approve_document

    _, store = opened(context)
    let_be_shown(store, release, now(), why)
    show(context, approve_document(release), lambda: [f"Shown       release {release}"])
