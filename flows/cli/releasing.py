"""Commands about releases: what there is, what differs, going back, where a value came from."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.shared import HELD, USAGE, fail, opened, say, show, tables_of
from flows.settings import now
from flows.store import Store


def releases(context: typer.Context) -> None:
    """List the releases, the newest first, with what each changed.

    Example: offenlage releases
    """
    from flows.operate.releases import list_releases, release_lines, releases_document

    _, store = opened(context)
    listed = list_releases(store.journal.events(), store.releases.current(), store.releases.exists)
    show(context, releases_document(listed), lambda: release_lines(listed))


def diff(
    context: typer.Context,
    before: Annotated[str | None, typer.Argument(help="A release; else the last but one.")] = None,
    after: Annotated[str | None, typer.Argument(help="A later release; else the last.")] = None,
) -> None:
    """Show what differs between two releases, field by field.

    Example: offenlage diff 2026-11-20 2026-11-20.2
    """
    from flows.operate.diff import diff as compare
    from flows.operate.diff import diff_document, diff_lines
    from flows.operate.releases import compared

    configuration, store = opened(context)
    events = store.journal.events()
    pair = compared(events, before, after)
    found = compare(tables_of(store, pair[0]), tables_of(store, pair[1]), configuration.entities)
    show(context, diff_document(pair[0], pair[1], found), lambda: diff_lines(found))


def rollback(
    context: typer.Context, release: str, why: Annotated[str, typer.Option(help="Why, in your words; it is kept.")]
) -> None:
    """Publish a new release with the content of an older one; deliveries that came after it no longer count.

    Example: offenlage rollback 2026-11-20 --why "the delivery of 21 November was a draft"
    """
    from flows.operate.rollback import rollback as go_back
    from flows.operate.rollback import rollback_document, rollback_lines

    configuration, store = opened(context)
    done = go_back(store, configuration, release, why, now())
    show(context, rollback_document(done), lambda: rollback_lines(done))


def retract(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="DELIVERY|RELEASE", help="Such as D-000003, or 2026-11-20.")],
    why: Annotated[str, typer.Option(help="Why, in your words; it is published, so without the data itself.")],
    field: Annotated[str | None, typer.Option(help="Property, such as measure.description_de; else all.")] = None,
) -> None:
    """Remove what should never have been there, everywhere: archive, all releases, reports, what the portal gets next.

    A notice with the reason stays. The department's own file, backups and copies of others are out of reach.

    Example: offenlage retract D-000003 --field measure.description_de --why "a telephone number stood in the text"
    """
    from flows.operate.retract import NothingToRetractError, retract_document, retract_lines
    from flows.operate.retract import retract as take_out

    configuration, store = opened(context)
    try:
        done = take_out(store, configuration, target, field, why, now())
    except NothingToRetractError as error:
        fail(str(error), USAGE)
    show(context, retract_document(done), lambda: retract_lines(done))
    if done.remains:
        raise typer.Exit(HELD)


def rebuild(context: typer.Context) -> None:
    """Make every release again from the journal and compare it, file by file, with what was published.

    Example: offenlage rebuild
    """
    from flows.operate.rebuild import rebuild as make_again
    from flows.operate.rebuild import rebuild_document, rebuild_lines

    configuration, store = opened(context)
    with tempfile.TemporaryDirectory(prefix="offenlage-rebuild-") as scratch:
        rebuilt = make_again(store, Store(Path(scratch)), configuration, say)
    show(context, rebuild_document(rebuilt), lambda: rebuild_lines(rebuilt))
    if not all(one.good for one in rebuilt):
        raise typer.Exit(HELD)


def trace(
    context: typer.Context, dataset: str, identifier: str, name: Annotated[str, typer.Argument(metavar="PROPERTY")]
) -> None:
    """Show the delivery, sheet and cell a published value came from, or what it was computed from.

    Example: offenlage trace measures M-0002 progress_pct
    """
    from flows.operate.trace import gather
    from flows.operate.trace import trace as find
    from flows.operate.trace_words import trace_document, trace_lines

    configuration, store = opened(context)
    answer = find(dataset, identifier, name, gather(tables_of(store), store, configuration))
    show(context, trace_document(answer), lambda: trace_lines(answer))
