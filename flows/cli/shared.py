"""What all commands share: options, exit codes, and how an answer is shown; data goes to stdout, talk to stderr."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from flows.operate.published import UnknownNameError
from flows.settings import Configuration, load
from flows.store import Cache, Store

if TYPE_CHECKING:
    from flows.operate.published import PublishedTables

DONE, INTERNAL, USAGE, ERRORS_FOUND, REFUSED, UNREACHABLE, HELD, INTERRUPTED = 0, 1, 2, 3, 5, 6, 7, 130

app = typer.Typer(
    help="Offenlage: what a city promised, laid open. Departments' reports become checked open data.\n\n"
    "The options below may stand before or after a command. Example: offenlage trace measures M-0002 progress_pct",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Language(StrEnum):
    """The languages words for suppliers are in."""

    de = "de"
    en = "en"


@dataclass(frozen=True)
class Shared:
    """What all commands share."""

    config: Path
    output: Path | None
    as_json: bool
    lang: str


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[Path, typer.Option(help="Directory that holds mappings/ and schemas/.")] = Path(),
    output: Annotated[Path | None, typer.Option(help="Directory everything is written to.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data as JSON.")] = False,
    lang: Annotated[Language, typer.Option(help="Language of what suppliers read.")] = Language.de,
) -> None:
    """Set what all commands share."""
    context.obj = Shared(config, output, as_json, lang.value)


def fail(text: str, code: int) -> NoReturn:
    """Say what is wrong, and end with that exit code."""
    typer.echo(text, err=True)
    sys.exit(code)


def opened(context: typer.Context) -> tuple[Configuration, Store]:
    """Load the configuration the options name, and open its store."""
    configuration = load(context.obj.config, output=context.obj.output)
    return configuration, Store(configuration.output, configuration.archive)


def say(text: str) -> None:
    """Tell a person at a terminal what is going on."""
    if sys.stderr.isatty():
        typer.echo(text, err=True)


def show(context: typer.Context, document: dict[str, Any], lines: Callable[[], list[str]]) -> None:
    """Print data: as JSON where asked for, else as lines a person reads."""
    if context.obj.as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2))
    else:
        typer.echo("\n".join(lines()))


@contextmanager
def scratch() -> Iterator[Cache]:
    """Lend a cache to whoever looks at sources and must not write to the output."""
    with tempfile.TemporaryDirectory(prefix="offenlage-") as directory:
        yield Cache(Path(directory, "cache"), Path(directory, "aside"))


def tables_of(store: Store, release: str | None = None) -> PublishedTables:
    """Open the tables of a release (None: of the one that is shown)."""
    from flows.operate.published import published_tables

    directory = store.releases.directory(release) if release else store.releases.public
    if not directory.is_dir():
        raise UnknownNameError("release", release or "public", ())
    return published_tables(lambda path: (directory / path).read_bytes())
