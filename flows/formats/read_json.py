"""Read the records of a JSON document, or JSON lines, into columns named by JSON pointers (RFC 6901)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from flows.formats.encoding import decode
from flows.formats.exact import exact_number
from flows.formats.limits import MAX_DEPTH
from flows.formats.records import Flat, check_rows, join_list, records_table
from flows.formats.refusal import Unreadable, broken, no_records, too_deep
from flows.model import Finding, Table

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | None"
"""A document as `_parse` returns it: numbers are text."""

RECORD = ""
"""The pointer to a whole record: the place of a record that is no object."""


class _Number(str):
    """A number exactly as it was written; text of its own kind so that it can be written back without quotes."""


class _Duplicates(dict[str, None]):
    """Names that occur twice in one object; the last value wins, as in every JSON parser, but we say so."""

    def collect(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        if len(found) != len(pairs):
            counts = Counter(name for name, _ in pairs)
            self.update(dict.fromkeys(name for name, count in counts.items() if count > 1))
        return found


def read_json(data: bytes, hints: Mapping[str, Any], sheet: str = "") -> tuple[list[Table], list[Finding]]:
    """Read one JSON document; each record of the array at the pointer `hints["records"]` is a row, from 1.

    Without the hint it is the document itself if that is an array, its only array of objects, or else the document is
    the one record. Objects are flattened to pointers, arrays of plain values joined by `|`, other arrays kept as JSON
    text. Numbers stay as written; null and missing are None, "" and [] are "". Findings: those of `decode`,
    `repeated_name` (ERROR). Raises Unreadable.
    """
    decoded = decode(data, sheet=sheet)
    duplicates = _Duplicates()
    document = _parse(decoded.text, duplicates)
    records = find_records(document, hints.get("records"))
    findings = [*decoded.findings, *_duplicate_findings(duplicates, sheet)]
    check_rows(len(records), "records")
    return [records_table([_flatten(record) for record in records], sheet)], findings


def read_json_lines(data: bytes, sheet: str = "") -> tuple[list[Table], list[Finding]]:
    """Read JSON lines: each line that is not blank is a record, its row is the number of the line.

    A line that is no JSON is kept as text at the place "" and found: `broken_record` (ERROR). Otherwise as `read_json`.
    """
    decoded = decode(data, sheet=sheet)
    findings = list(decoded.findings)
    duplicates = _Duplicates()
    flats: list[Flat] = []
    rows: list[int] = []
    check_rows(decoded.text.count("\n"), "lines")
    for row, line in enumerate(decoded.text.split("\n"), start=1):
        if line.strip():
            rows.append(row)
            try:
                flats.append(_flatten(_parse(line, duplicates)))
            except Unreadable as fault:
                flats.append({RECORD: _clean(line.strip())})
                findings.append(Finding("broken_record", "ERROR", sheet=sheet, row=row, value=fault.value))
    return [records_table(flats, sheet, rows)], [*findings, *_duplicate_findings(duplicates, sheet)]


def _parse(text: str, duplicates: _Duplicates) -> Json:
    try:
        document: Json = json.loads(
            text, parse_int=_Number, parse_float=_Number, parse_constant=_Number, object_pairs_hook=duplicates.collect
        )
    except json.JSONDecodeError as fault:
        raise broken("json", f"{fault.msg}, line {fault.lineno}, column {fault.colno}") from fault
    except RecursionError as fault:
        # The parser's own recursion, on a hostile document; our readers stop at MAX_DEPTH.
        raise too_deep("json", MAX_DEPTH) from fault
    return document


def parse_document(data: bytes) -> Json:
    """Return a document with its numbers as text; raises Unreadable."""
    return _parse(decode(data).text, _Duplicates())


def find_records(document: Json, pointer: str | None) -> list[Json]:
    """Return the records of a document, as `read_json` finds them; raises Unreadable."""
    if pointer is not None:
        found = resolve(document, pointer)
        if isinstance(found, list):
            return found
        raise no_records(_members(document), pointer)
    if isinstance(document, list):
        return document
    values = document.values() if isinstance(document, dict) else []
    arrays = [value for value in values if isinstance(value, list) and any(isinstance(v, dict) for v in value)]
    if len(arrays) > 1:
        raise no_records(_members(document), "[read] records")
    return arrays[0] if arrays else [document]


def _members(document: Json) -> str:
    return ", ".join(_clean(name) for name in document) if isinstance(document, dict) else type(document).__name__


def resolve(document: Json, pointer: str) -> Json:
    """Follow a JSON pointer through objects and arrays; None where it leads nowhere."""
    found = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isdecimal() and name.isascii() and len(name) < 10:
            found = found[int(name)] if int(name) < len(found) else None
        else:
            return None
    return found


def _flatten(record: Json) -> Flat:
    return dict(_places(record, RECORD, 0))


def _places(value: Json, pointer: str, depth: int) -> Iterator[tuple[str, str | None]]:
    if depth > MAX_DEPTH:
        raise too_deep("json", MAX_DEPTH)
    if isinstance(value, dict):
        for name, child in value.items():
            token = _clean(name).replace("~", "~0").replace("/", "~1")
            yield from _places(child, f"{pointer}/{token}", depth + 1)
    elif isinstance(value, list):
        yield pointer, _list_text(value, depth)
    else:
        yield pointer, _scalar_text(value)


def _list_text(items: list[Json], depth: int) -> str:
    if any(isinstance(item, dict | list) for item in items):
        return _json_text(items, depth)
    return join_list([_scalar_text(item) for item in items])


def _scalar_text(value: Json) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Number):
        return exact_number(value)
    return None if value is None else _clean(str(value))


def _json_text(value: Json, depth: int) -> str:
    """Write a value as JSON with its numbers as they came, which json.dumps cannot."""
    if depth > MAX_DEPTH:
        raise too_deep("json", MAX_DEPTH)
    if isinstance(value, dict):
        members = (f"{_json_text(name, depth)}: {_json_text(child, depth + 1)}" for name, child in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json_text(item, depth + 1) for item in value) + "]"
    if isinstance(value, _Number):
        return str(value)
    return _clean(json.dumps(value, ensure_ascii=False))


def _clean(text: str) -> str:
    """Replace lone surrogates, which JSON escapes can smuggle in and no file can hold, by U+FFFD."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _duplicate_findings(duplicates: _Duplicates, sheet: str) -> list[Finding]:
    return [Finding("repeated_name", "ERROR", sheet=sheet, value=_clean(name)) for name in duplicates]
