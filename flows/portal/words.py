"""A plan and what became of it, in words and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flows.portal.apply import Done
from flows.portal.client import RefusedError
from flows.portal.compare import Change
from flows.portal.mapping import TABLE
from flows.portal.plan import HELD, Action, FileAction
from flows.portal.values import EXTRAS, FILE, GROUP, STATE, TAG

SHOWN = 58
"""Letters of a value, so that a line with one fits into a terminal of 80 columns."""
COLUMNS, INDENT = 80, " " * 11
EDITED = "edited on the portal, left as it is:"
KINDS = {"tag": "tag", "group": "group", "file": "file", "extras": "extra"}
ROWS, NO_ROWS = "rows into the DataStore", "rows no longer readable through the DataStore"
INCOMPLETE = "The portal's search is out: what is no longer published was not looked for."


def plan_lines(actions: Sequence[Action], *, complete: bool) -> list[str]:
    """Return a plan as a table: a line a dataset, below it what changes, field by field."""
    lines = [line for action in actions for line in _lines(action)]
    return [*lines, "", _summary(Counter(action.kind for action in actions)), *([] if complete else [INCOMPLETE])]


def outcome_lines(outcomes: Sequence[Done], requests: int, *, complete: bool) -> list[str]:
    """Return what became of a plan: the datasets of which something is to be said, and a summary."""
    lines = [line for done in outcomes for line in _done_lines(done)]
    writes = sum(done.writes for done in outcomes)
    counts = Counter(became(done) for done in outcomes)
    ends = [f"{_summary(counts)}; {writes} writes, {requests} requests", *([] if complete else [INCOMPLETE])]
    return [*lines, *([""] if lines else []), *ends]


def plan_document(actions: Sequence[Action], release: str, *, complete: bool) -> dict[str, Any]:
    """Return a plan as a JSON document."""
    told = [action_document(action) for action in actions]
    return {"format": "offenlage-plan/1", "release": release, "complete": complete, "datasets": told}


def outcome_document(outcomes: Sequence[Done], release: str, requests: int, *, complete: bool) -> dict[str, Any]:
    """Return what became of a plan as a JSON document."""
    told = [
        {
            **action_document(done.action),
            "became": became(done),
            "writes": done.writes,
            "altered": list(done.altered),
            "problem": str(done.problem or ""),
        }
        for done in outcomes
    ]
    return {
        "format": "offenlage-publish/1",
        "release": release,
        "complete": complete,
        "requests": requests,
        "datasets": told,
    }


def action_document(action: Action) -> dict[str, Any]:
    """Return what is to be done to one dataset as JSON."""
    names = _file_names(action)
    return {
        "dataset": action.wanted.name,
        "id": action.wanted.id,
        "action": action.kind,
        "why": action.why,
        "changes": [_change(change) for change in _told(action)] if action.kind != "create" else [],
        "files": [
            {
                "file": names[one.wanted.id],
                "action": "create" if one.new else "change",
                "upload": one.upload,
                "changes": [_change(change) for change in _told_of(one)],
            }
            for one in action.files
            if one.new or one.upload or _told_of(one)
        ],
        "files_removed": [names[file] for file in action.removed],
        "tables_filled": [names[file.id] for file in action.fill],
        "tables_dropped": [names[file] for file in action.drop],
        "drift": [_change(change) for change in _drift(action)],
    }


def drifted_fields(action: Action) -> list[str]:
    """Return the fields of ours that somebody edited on the portal, of the dataset or of one of its files."""
    return [change.field for change in _drift(action)]


def became(done: Done) -> str:
    """Return in a word what became of a dataset: what was planned, or `refused`, `failed`, `not tried`."""
    if done.problem is not None:
        return "refused" if isinstance(done.problem, RefusedError) else "failed"
    return str(done.action.kind) if done.tried else "not tried"


def _lines(action: Action) -> Iterator[str]:
    names, extent = _file_names(action), f"{len(action.files)} files" if action.kind == "create" else ""
    yield from _head(action.kind, action, action.why or extent)
    if action.kind != "create":
        yield from (line for change in _told(action) for line in _change_lines(change))
    for one in action.files:
        name = names[one.wanted.id]
        if action.kind != "create":
            yield from ([f"{INDENT}+ file {name}"] if one.new else [])
            yield from (line for change in _told_of(one) for line in _change_lines(change, f"{name}: "))
        yield from ([f"{INDENT}upload {name}"] if one.upload else [])
    yield from (f"{INDENT}- file {names[file]}" for file in action.removed)
    yield from (f"{INDENT}{ROWS}: {names[file.id]}" for file in action.fill)
    yield from (f"{INDENT}{NO_ROWS}: {names[file]}" for file in action.drop)
    yield from _drift_lines(action)


def _done_lines(done: Done) -> Iterator[str]:
    action, word = done.action, became(done)
    if word != "unchanged" or done.altered or _drift(action):
        yield from _head(word, action, str(done.problem or action.why))
    yield from (f"{INDENT}the portal keeps it otherwise: {_named(name)}" for name in done.altered)
    yield from _drift_lines(action)


def _head(word: str, action: Action, why: str) -> list[str]:
    """Return the line of a dataset, with the reason below it where both do not fit into 80 columns."""
    start = f"{word:<9}  {action.wanted.name:<32}"
    line = f"{start}  {why}".rstrip()
    return [line] if len(line) <= COLUMNS else [start.rstrip(), f"{INDENT}{why}"]


def _file_names(action: Action) -> dict[str, str]:
    """Return what the files of a dataset are called, by id: those we publish, and those the portal has."""
    there = (action.package or {}).get("resources", ())
    shown = {one["id"]: one.get("url", "").rpartition("/")[2] or one["id"] for one in there}
    ours = {file.id: file.path.rpartition("/")[2] for file in action.wanted.files if file.path}
    return {**shown, **ours}


def _drift_lines(action: Action) -> Iterator[str]:
    drift = _drift(action)
    if drift:
        yield f"{INDENT}{EDITED}"
        yield from (line for change in drift for line in _change_lines(change))


def _told(action: Action) -> list[Change]:
    return [change for change in action.comparison.changes if not change.field.startswith((FILE, f"{EXTRAS}{STATE}"))]


def _told_of(one: FileAction) -> list[Change]:
    """Return what changes in a file that is there; which rows its table holds is told of the table."""
    return [] if one.new else [change for change in one.comparison.changes if change.field != TABLE]


def _drift(action: Action) -> list[Change]:
    if action.kind in HELD:
        return []
    names = _file_names(action)
    files = [
        replace(change, field=f"{names[one.wanted.id]}: {change.field}")
        for one in action.files
        for change in one.comparison.drift
    ]
    called = {f"{FILE}{file}": f"{FILE}{name}" for file, name in names.items()}
    return [*(replace(one, field=called.get(one.field, one.field)) for one in action.comparison.drift), *files]


def _change_lines(change: Change, scope: str = "") -> list[str]:
    """Return a change in one line where it fits into 80 columns, else in two, the new value under the old one."""
    before, after = _short(change.before), _short(change.after)
    if change.field.startswith((TAG, GROUP, FILE)):
        before, after = ("not there", "there") if change.after else ("there", "not there")
    start = f"{INDENT}{scope}{_named(change.field)}: {before}"
    line = f"{start} -> {after}"
    return [line] if len(line) <= COLUMNS else [start, f"{INDENT}  -> {after}"]


def _named(key: str) -> str:
    """Return the key of a field as a person reads it: `tag Verkehr`, `extra status`."""
    kind, _, name = key.partition(".")
    return f"{KINDS[kind]} {name}" if kind in KINDS else key


def _short(value: Any) -> str:  # noqa: ANN401 (any JSON)
    text = "(nothing)" if value in (None, "", [], {}) else " ".join(str(value).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def _change(change: Change) -> dict[str, Any]:
    return {"field": change.field, "before": change.before, "after": change.after}


def _summary(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "no datasets"
