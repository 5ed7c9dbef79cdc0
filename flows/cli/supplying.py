"""Commands of a department before it hands something in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.shared import ERRORS_FOUND, opened, say, show, tables_of
from flows.settings import Configuration, day_in_berlin, now

if TYPE_CHECKING:
    from flows.model import Feed
    from flows.operate.check import Checked


def check(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Files, or folders whose files are one delivery.", exists=True)],
    feed: Annotated[str | None, typer.Option(help="UNIT/FEED; else the one whose headings fit best.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write page and marked Excel beside the file.")] = False,
) -> None:
    """Check a file as a supplier before handing it in; nothing is published or kept.

    Example: offenlage check massnahmen.xlsx --feed rit/measures

    Example: offenlage check massnahmen.xlsx --write
    """
    from flows.operate.check import check as judge
    from flows.operate.check import check_document, check_lines, feed_of, known_from, named_feed

    configuration, store = opened(context)
    shown = store.releases.current()
    checked = []
    lang = context.obj.lang
    for path in files:
        inside = sorted(part for part in path.iterdir() if part.is_file()) if path.is_dir() else [path]
        parts = [(part.name, part.read_bytes()) for part in inside]
        found = named_feed(feed, configuration.feeds) if feed else feed_of(*parts[0], configuration.feeds)
        known = known_from(tables_of(store), store.journal.events(), found, configuration.entities) if shown else None
        checked.append(judge(parts, found, day_in_berlin(now()), known, configuration))
        if write:
            _write_beside(path, parts, checked[-1], found, configuration, lang)
    document = check_document(checked, configuration.codelists)
    words, entities = configuration.codelists, configuration.entities
    show(context, document, lambda: [line for one in checked for line in check_lines(one, words, entities, lang)])
    if not all(one.good for one in checked):
        raise typer.Exit(ERRORS_FOUND)


def _write_beside(
    path: Path, parts: list[tuple[str, bytes]], checked: Checked, feed: Feed, configuration: Configuration, lang: str
) -> None:
    from flows.feedback.workbook import marked_workbook
    from flows.reporting import page_of

    stem = path.with_name(f"{path.stem}.{'rueckmeldung' if lang == 'de' else 'feedback'}")
    suffix, workbook = marked_workbook(parts, checked.tables, checked.told, lang)
    marked = stem.with_name(f"{stem.name}.{suffix}")
    page = stem.with_name(f"{stem.name}.html")
    marked.write_bytes(workbook)
    page.write_bytes(page_of(checked.told, feed, configuration, marked.name, lang))
    say(f"{page}\n{marked}")


def template(
    context: typer.Context,
    unit: str,
    to: Annotated[Path, typer.Option(help="Folder to write to.", exists=True, file_okay=False)] = Path(),
) -> None:
    """Write the Excel templates of a unit, filled with its present state; handed in unchanged they change nothing.

    Example: offenlage template rit --to .
    """
    from flows.operate.template import templates, templates_document

    configuration, store = opened(context)
    made = templates(store, configuration, unit, context.obj.lang)
    for name, content in made.items():
        (to / name).write_bytes(content)
    written = {name: str(to / name) for name in made}
    show(context, templates_document(unit, written), lambda: list(written.values()))
