"""Commands about what is public: verify it, score it, serve it; and whether everything is in place."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.shared import HELD, UNREACHABLE, USAGE, fail, opened, scratch, show
from flows.operate.published import UnknownNameError
from flows.settings import day_in_berlin, now
from flows.store import waiting_candidate


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

    configuration, store = opened(context)
    graph = shapes(configuration)
    if place and "://" in place:
        try:
            problems = check_live(place, configuration.entities, graph)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        except UnreachableError as error:
            fail(str(error), UNREACHABLE)
    else:
        directory = Path(place) if place else store.releases.public
        problems = look(lambda path: (directory / path).read_bytes(), configuration.entities, graph)
    told = [{"path": problem.path, "text": problem.text} for problem in problems]
    document = {"format": "offenlage-verify/1", "good": not problems, "problems": told}
    show(context, document, lambda: [str(problem) for problem in problems] or ["everything is as it should be"])
    if problems:
        raise typer.Exit(HELD)


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

    configuration, store = opened(context)
    rules, published = shapes(configuration), configuration.catalogue["base_url"]
    try:
        if place is None:
            scores = score_release(store.releases.public, rules, published)
        else:
            relocate = moved(published, f"{base.rstrip('/')}/" if base else published)
            scores = score_feed(place, rules, relocate, ask=bool(base) or "://" in place)
    except FeedError as error:
        fail(str(error), UNREACHABLE)
    show(context, score_document(scores), lambda: score_lines(scores))


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="0: any free port.")] = 8000,
    candidate: Annotated[str | None, typer.Option(help="A release that waits for its approval.")] = None,
) -> None:
    """Serve output/public/ on this machine as a portal should, or a candidate before it is approved.

    Example: offenlage serve --port 8000

    Example: offenlage serve --candidate 2026-11-20
    """
    from flows.serve.server import make_server

    _, store = opened(context)
    waiting = waiting_candidate(store.journal.events()) if candidate else None
    docroot = store.releases.candidate(waiting["id"]) if waiting else store.releases.public
    if not docroot.is_dir() or (candidate and (waiting is None or waiting["id"] != candidate)):
        raise UnknownNameError("release", candidate or "public", ())
    try:
        server = make_server(docroot, port)
    except OSError as error:
        fail(f"port {port}: {error.strerror}", USAGE)
    with server:
        typer.echo(f"http://127.0.0.1:{server.server_address[1]}/  (Ctrl-C ends it)", err=True)
        server.serve_forever()


def report(
    context: typer.Context,
    year: Annotated[int, typer.Argument(help="A year from which there are status reports.")],
    to: Annotated[Path | None, typer.Option(help="Copy the PDF files into this directory.")] = None,
) -> None:
    """Say where the annual report on a year is, as page and as PDF, in both languages; copy the PDF if asked to.

    The report belongs to the release: `run` makes it anew where something in it changed.

    Example: offenlage report 2025 --to /tmp
    """
    from flows.operate.reports import find_report, report_lines

    configuration, store = opened(context)
    public = store.releases.public
    files = sorted(path.relative_to(public).as_posix() for path in public.glob("**/reports/**/*.*"))
    found = find_report(year, files, configuration.catalogue["base_url"])
    if to:
        for form in found["files"]:
            if form["media_type"] == "application/pdf":
                copied = to / f"report-{year}-{form['language']}.pdf"
                copied.write_bytes((public / form["path"]).read_bytes())
                form["copied_to"] = str(copied)
    show(context, found, lambda: report_lines(found, str(public)))


def doctor(context: typer.Context) -> None:
    """Tell whether everything is in place: settings, sources, disk, lock, last success, release, portal.

    Example: offenlage doctor
    """
    from importlib.util import find_spec

    from flows.collect.fetch import attempt
    from flows.operate.doctor import doctor_document, doctor_lines, examine

    configuration, store = opened(context)
    moment = now()
    today, has_prefect = day_in_berlin(moment), find_spec("prefect") is not None
    with scratch() as cache:
        look = partial(attempt, root=configuration.root, cache=cache, today=today)
        seen = list(examine(configuration, store, moment, look, has_prefect=has_prefect))
    show(context, doctor_document(seen), lambda: doctor_lines(seen))
    wrong = [one for one in seen if one.state == "wrong"]
    if wrong:
        raise typer.Exit(UNREACHABLE if all(one.what.startswith("source ") for one in wrong) else HELD)
