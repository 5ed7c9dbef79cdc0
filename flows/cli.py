"""The `offenlage` command: thin, one function a command; data goes to stdout, talk to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from flows.collect.fetch import fetch
from flows.operate.words import summary_lines
from flows.pipeline import Held, Summary
from flows.pipeline import run as run_pipeline
from flows.settings import Configuration, ConfigurationError, day_in_berlin, load, now
from flows.store import Busy, Damaged, Store

DONE, INTERNAL, USAGE, ERRORS_FOUND, REFUSED, UNREACHABLE, HELD, INTERRUPTED = 0, 1, 2, 3, 5, 6, 7, 130

app = typer.Typer(
    help="Offenlage: what a city promised, laid open. Departments' reports become checked open data.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[Path, typer.Option(help="Directory that holds mappings/ and schemas/.")] = Path(),
    output: Annotated[Path | None, typer.Option(help="Directory everything is written to.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data as JSON.")] = False,
) -> None:
    """Set what all commands share."""
    context.obj = {"config": config, "output": output, "json": as_json}


def main() -> None:
    """Run the command and turn what can go wrong outside of us into an exit code and a sentence."""
    try:
        app()
    except ConfigurationError as error:
        _fail(str(error), USAGE)
    except (Busy, Held) as error:
        _fail(str(error), HELD)
    except Damaged as error:
        _fail(str(error), INTERNAL)
    except KeyboardInterrupt:
        _fail("interrupted", INTERRUPTED)


def _fail(text: str, code: int) -> NoReturn:
    typer.echo(text, err=True)
    sys.exit(code)


def _opened(context: typer.Context) -> tuple[Configuration, Store]:
    configuration = load(context.obj["config"], output=context.obj["output"])
    return configuration, Store(configuration.output, configuration.archive)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _show(context: typer.Context, data: Any, lines: Callable[[], list[str]]) -> None:  # noqa: ANN401 (any JSON)
    """Print data: as JSON where asked for, else as lines a person reads."""
    if context.obj["json"]:
        typer.echo(json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2))
    else:
        typer.echo("\n".join(lines()))


@app.command()
def run(
    context: typer.Context,
    prefect: Annotated[bool, typer.Option(help="Run as a Prefect flow.")] = False,
    only: Annotated[str | None, typer.Option(help="Collect from this unit only.")] = None,
) -> None:
    """Go the whole way: collect, validate, record, publish.

    Example: offenlage run --only rit
    """
    configuration, store = _opened(context)
    if prefect:
        from flows.orchestration import run_once

        summary = run_once(configuration, store)
    else:
        summary = _run_plain(configuration, store, only)
    _show(context, asdict(summary), lambda: summary_lines(summary, configuration))


def _run_plain(configuration: Configuration, store: Store, only: str | None) -> Summary:
    moment = now()
    feeds = [feed for feed in configuration.feeds if only in (None, feed.unit)]
    if not feeds:
        raise typer.BadParameter(f"no unit is called {only}", param_hint="--only")
    today = day_in_berlin(moment)

    def collect() -> tuple[list[Any], list[Any]]:
        found = [fetch(feed, configuration.root, store.cache, today) for feed in feeds]
        return [item for items, _ in found for item in items], [item for _, items in found for item in items]

    return run_pipeline(store, configuration, moment, collect, _say)
