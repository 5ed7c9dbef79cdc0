"""The `offenlage` command: thin, one function a command; data goes to stdout, talk to stderr.

What a command needs is imported by it: `check` must not wait for what only `run` uses.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from flows.operate.published import UnknownNameError
from flows.orchestration import ServerError
from flows.publish.gate import Held
from flows.settings import Configuration, ConfigurationError, day_in_berlin, load, now
from flows.store import Busy, Cache, Damaged, Store

if TYPE_CHECKING:
    from flows.collect.fetch import Found
    from flows.operate.published import PublishedTables

DONE, INTERNAL, USAGE, ERRORS_FOUND, REFUSED, UNREACHABLE, HELD, INTERRUPTED = 0, 1, 2, 3, 5, 6, 7, 130
SHARED = {"--config": True, "--output": True, "--lang": True, "--json": False}
"""The options all commands share, and whether a value follows."""

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


def main() -> None:
    """Run the command and turn what can go wrong outside of us into an exit code and a sentence."""
    try:
        app(args=hoisted(sys.argv[1:]))
    except (ConfigurationError, UnknownNameError) as error:
        _fail(str(error), USAGE)
    except (Busy, Held) as error:
        _fail(str(error), HELD)
    except (Damaged, ServerError) as error:
        _fail(str(error), INTERNAL)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Move the shared options in front of the command, wherever they stand; what follows `--` stays."""
    ahead: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            return [*ahead, *rest, word, *waiting]
        name, _, _value = word.partition("=")
        if name not in SHARED:
            rest.append(word)
        elif SHARED[name] and name == word and waiting:
            ahead += [word, waiting.pop(0)]
        else:
            ahead.append(word)
    return [*ahead, *rest]


def _fail(text: str, code: int) -> NoReturn:
    typer.echo(text, err=True)
    sys.exit(code)


def _opened(context: typer.Context) -> tuple[Configuration, Store]:
    configuration = load(context.obj.config, output=context.obj.output)
    return configuration, Store(configuration.output, configuration.archive)


def _say(text: str) -> None:
    """Tell a person at a terminal what is going on."""
    if sys.stderr.isatty():
        typer.echo(text, err=True)


def _show(context: typer.Context, document: dict[str, Any], lines: Callable[[], list[str]]) -> None:
    """Print data: as JSON where asked for, else as lines a person reads."""
    if context.obj.as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2))
    else:
        typer.echo("\n".join(lines()))


@contextmanager
def _scratch() -> Iterator[Cache]:
    """Lend a cache to whoever looks at sources and must not write to the output."""
    with tempfile.TemporaryDirectory(prefix="offenlage-") as directory:
        yield Cache(Path(directory, "cache"), Path(directory, "aside"))


def _tables(store: Store, release: str | None = None) -> PublishedTables:
    """Open the tables of a release (None: of the one that is shown)."""
    from flows.operate.published import published_tables

    directory = store.releases.directory(release) if release else store.releases.public
    if not directory.is_dir():
        raise UnknownNameError("release", release or "public", ())
    return published_tables(lambda path: (directory / path).read_bytes())


@app.command()
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

    configuration, store = _opened(context)
    if as_of and not dry_run:
        raise typer.BadParameter(
            "only together with --dry-run: a release is always of all that came", param_hint="--as-of"
        )
    units = {feed.unit for feed in configuration.feeds}
    if only is not None and only not in units:
        raise UnknownNameError("unit", only, units)
    if dry_run:
        with _scratch() as scratch:
            summary = preview(store, configuration, now(), _collect(configuration, scratch, only), as_of)
    elif prefect or (prefect is None and os.environ.get("PREFECT_API_URL")):
        from flows.orchestration import run_once

        summary = run_once(configuration, [only] if only else None)
    else:
        summary = run_pipeline(store, configuration, now(), lambda: _collect(configuration, store.cache, only), _say)
    _show(context, summary_document(summary), lambda: summary_lines(summary, configuration, dry=dry_run))


def _collect(configuration: Configuration, cache: Cache, only: str | None) -> Found:
    from flows.collect.fetch import fetch

    today = day_in_berlin(now())
    feeds = [feed for feed in configuration.feeds if only in (None, feed.unit)]
    found = [fetch(feed, configuration.root, cache, today) for feed in feeds]
    return [item for items, _ in found for item in items], [item for _, items in found for item in items]


@app.command()
def schedule(context: typer.Context) -> None:
    """Run what is due, on its schedule, with a Prefect server on this machine.

    Example: offenlage schedule
    """
    from flows.orchestration import serve_all

    serve_all(_opened(context)[0])


@app.command()
def check(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Files, or folders whose files are one delivery.", exists=True)],
    feed: Annotated[str | None, typer.Option(help="UNIT/FEED; else the one whose headings fit best.")] = None,
) -> None:
    """Check a file as a supplier before handing it in; nothing is published or kept.

    Example: offenlage check massnahmen.xlsx --feed rit/measures
    """
    from flows.operate.check import check as judge
    from flows.operate.check import check_document, check_lines, feed_of, known_from, named_feed

    configuration, store = _opened(context)
    shown = store.releases.current()
    checked = []
    for path in files:
        inside = sorted(part for part in path.iterdir() if part.is_file()) if path.is_dir() else [path]
        parts = [(part.name, part.read_bytes()) for part in inside]
        found = named_feed(feed, configuration.feeds) if feed else feed_of(*parts[0], configuration.feeds)
        known = known_from(_tables(store), store.journal.events(), found, configuration.entities) if shown else None
        checked.append(judge(parts, found, day_in_berlin(now()), known, configuration))
    document = check_document(checked, configuration.codelists)
    lang = context.obj.lang
    _show(context, document, lambda: [x for one in checked for x in check_lines(one, configuration.codelists, lang)])
    if not all(one.good for one in checked):
        raise typer.Exit(ERRORS_FOUND)


@app.command()
def trace(
    context: typer.Context, dataset: str, identifier: str, name: Annotated[str, typer.Argument(metavar="PROPERTY")]
) -> None:
    """Show the delivery, sheet and cell a published value came from, or what it was computed from.

    Example: offenlage trace measures M-0002 progress_pct
    """
    from flows.operate.trace import gather
    from flows.operate.trace import trace as find
    from flows.operate.trace_words import trace_document, trace_lines

    configuration, store = _opened(context)
    answer = find(dataset, identifier, name, gather(_tables(store), store, configuration))
    _show(context, trace_document(answer), lambda: trace_lines(answer))


@app.command()
def releases(context: typer.Context) -> None:
    """List the releases, the newest first, with what each changed.

    Example: offenlage releases
    """
    from flows.operate.releases import list_releases, release_lines, releases_document

    _, store = _opened(context)
    listed = list_releases(store.journal.events(), store.releases.current(), store.releases.exists)
    _show(context, releases_document(listed), lambda: release_lines(listed))


@app.command()
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

    configuration, store = _opened(context)
    events = store.journal.events()
    pair = compared(events, before, after)
    found = compare(_tables(store, pair[0]), _tables(store, pair[1]), configuration.entities)
    _show(context, diff_document(pair[0], pair[1], found), lambda: diff_lines(found))


@app.command()
def rollback(
    context: typer.Context, release: str, why: Annotated[str, typer.Option(help="Why, in your words; it is kept.")]
) -> None:
    """Publish a new release with the content of an older one; deliveries that came after it no longer count.

    Example: offenlage rollback 2026-11-20 --why "the delivery of 21 November was a draft"
    """
    from flows.operate.rollback import rollback as go_back
    from flows.operate.rollback import rollback_document, rollback_lines

    configuration, store = _opened(context)
    done = go_back(store, configuration, release, why, now())
    _show(context, rollback_document(done), lambda: rollback_lines(done))


@app.command()
def rebuild(context: typer.Context) -> None:
    """Make every release again from the journal and compare it, file by file, with what was published.

    Example: offenlage rebuild
    """
    from flows.operate.rebuild import rebuild as make_again
    from flows.operate.rebuild import rebuild_document, rebuild_lines

    configuration, store = _opened(context)
    with tempfile.TemporaryDirectory(prefix="offenlage-rebuild-") as scratch:
        rebuilt = make_again(store, Store(Path(scratch)), configuration, _say)
    _show(context, rebuild_document(rebuilt), lambda: rebuild_lines(rebuilt))
    if not all(one.good for one in rebuilt):
        raise typer.Exit(HELD)


@app.command()
def verify(
    context: typer.Context,
    place: Annotated[str | None, typer.Argument(help="Directory or web address; else output/public/.")] = None,
) -> None:
    """Check what is published: checksums, schemas, references, SHACL; over HTTP media types and lengths too.

    Example: offenlage verify http://127.0.0.1:8000/
    """
    from flows.pipeline import shapes
    from flows.publish.verification import verify as look
    from flows.serve.live import UnreachableError, check_live

    configuration, store = _opened(context)
    graph = shapes(configuration)
    if place and "://" in place:
        try:
            problems = check_live(place, configuration.entities, graph)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        except UnreachableError as error:
            _fail(str(error), UNREACHABLE)
    else:
        directory = Path(place) if place else store.releases.public
        problems = look(lambda path: (directory / path).read_bytes(), configuration.entities, graph)
    told = [{"path": problem.path, "text": problem.text} for problem in problems]
    document = {"format": "offenlage-verify/1", "good": not problems, "problems": told}
    _show(context, document, lambda: [str(problem) for problem in problems] or ["everything is as it should be"])
    if problems:
        raise typer.Exit(HELD)


@app.command()
def serve(context: typer.Context, port: Annotated[int, typer.Option(help="0: any free port.")] = 8000) -> None:
    """Serve output/public/ on this machine as a portal should.

    Example: offenlage serve --port 8000
    """
    from flows.serve.server import make_server

    _, store = _opened(context)
    if not store.releases.public.is_dir():
        raise UnknownNameError("release", "public", ())
    try:
        server = make_server(store.releases.public, port)
    except OSError as error:
        _fail(f"port {port}: {error.strerror}", USAGE)
    with server:
        typer.echo(f"http://127.0.0.1:{server.server_address[1]}/  (Ctrl-C ends it)", err=True)
        server.serve_forever()


@app.command()
def doctor(context: typer.Context) -> None:
    """Tell whether everything is in place: settings, sources, disk, lock, last success, release, portal.

    Example: offenlage doctor
    """
    from importlib.util import find_spec

    from flows.collect.fetch import attempt
    from flows.operate.doctor import doctor_document, doctor_lines, examine

    configuration, store = _opened(context)
    moment = now()
    today, has_prefect = day_in_berlin(moment), find_spec("prefect") is not None
    with _scratch() as cache:
        look = partial(attempt, root=configuration.root, cache=cache, today=today)
        seen = list(examine(configuration, store, moment, look, has_prefect=has_prefect))
    _show(context, doctor_document(seen), lambda: doctor_lines(seen))
    wrong = [one for one in seen if one.state == "wrong"]
    if wrong:
        raise typer.Exit(UNREACHABLE if all(one.what.startswith("source ") for one in wrong) else HELD)


@app.command()
def score(
    context: typer.Context,
    place: Annotated[str | None, typer.Argument(help="File or web address of a feed; else output/public/.")] = None,
    base: Annotated[str | None, typer.Option(help="Ask here for what the feed says is at base_url.")] = None,
) -> None:
    """Compute the EU portal's metadata quality score of a feed, metric by metric, and say why points are missing.

    Links are asked (HEAD), but those of a file only with --base.

    Example: offenlage score

    Example: offenlage score http://127.0.0.1:8000/catalog.ttl --base http://127.0.0.1:8000/
    """
    from flows.pipeline import shapes
    from flows.serve.score import FeedError, moved, score_document, score_feed, score_lines, score_release

    configuration, store = _opened(context)
    rules, published = shapes(configuration), configuration.catalogue["base_url"]
    try:
        if place is None:
            scores = score_release(store.releases.public, rules, published)
        else:
            relocate = moved(published, f"{base.rstrip('/')}/" if base else published)
            scores = score_feed(place, rules, relocate, ask=bool(base) or "://" in place)
    except FeedError as error:
        _fail(str(error), UNREACHABLE)
    _show(context, score_document(scores), lambda: score_lines(scores))
