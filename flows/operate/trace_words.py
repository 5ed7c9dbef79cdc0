"""The answer of a trace as lines a person reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flows.operate.trace import HOW, Answer

INDENT = "  "


def trace_lines(answer: Answer, depth: int = 0) -> list[str]:
    """Return the value, how it came about, the delivery and cell it stood in, and below it what it was made from."""
    lines = [f"{answer.dataset} {answer.id} {answer.property} = {_shown(answer.value)}", *_told(answer)]
    for number, source in enumerate(answer.inputs):
        lines += ([f"{INDENT}from"] if number == 0 else []) + trace_lines(source, 1)
    return [INDENT * 2 * depth + line for line in lines]


def trace_document(answer: Answer) -> dict[str, Any]:
    """Return the answer as a JSON document."""
    return {"format": "offenlage-trace/1", **asdict(answer)}


def _told(answer: Answer) -> Iterator[str]:
    yield f"{INDENT}{HOW[answer.how]}"
    if answer.formula:
        yield f"{INDENT}formula   {answer.formula['en']}"
    if answer.note:
        yield f"{INDENT}{'key       ' if answer.how == 'identifier' else 'note      '}{answer.note}"
    if answer.delivery:
        said = answer.delivery
        yield f"{INDENT}delivery  {said['id']}, received {said['received']}, feed {said['feed']}"
    if answer.row_of:
        yield f"{INDENT}          (the record's own row is of delivery {answer.row_of})"
    if answer.cell:
        sheet = f"sheet {answer.cell.sheet}, " if answer.cell.sheet else ""
        heading = f", heading {_one_line(answer.cell.heading)}" if answer.cell.heading else ""
        yield f"{INDENT}cell      {sheet}{answer.cell.name}{heading}"
        yield f"{INDENT}text      {_one_line(answer.cell.text) or '(empty)'}"


def _shown(value: Any) -> str:  # noqa: ANN401 (whatever a published row holds)
    if value is None:
        return "(empty)"
    if isinstance(value, list):
        return " | ".join(str(item) for item in value)
    return _one_line(value) if isinstance(value, str) else json.dumps(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())
