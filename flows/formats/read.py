"""Read a delivery, whatever it is: the one door of the readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flows.formats.limits import MAX_FILE_BYTES
from flows.formats.read_csv import read_csv
from flows.formats.read_json import read_json, read_json_lines
from flows.formats.read_workbook import read_workbook
from flows.formats.read_xml import read_xml
from flows.formats.refusal import ADVICE, Unreadable, oversized
from flows.formats.sniff import sniff
from flows.model import Finding, Table

Reading = tuple[list[Table], list[Finding]]


def read(parts: Sequence[tuple[str, bytes]], hints: Mapping[str, Any], headings: Collection[str]) -> Reading:
    """Read the parts (name, content) of one delivery into tables, every delivered row in exactly one of them.

    `hints` is the mapping's `[read]`, `headings` are those it knows. A sheet of a workbook keeps its name, with
    ` (part 2)` where an earlier part has one of the same name; any other part is the sheet "", or `part 1`,
    `part 2`, ... of several. No bytes make it raise: a part that cannot be read is a finding `unreadable_file`
    (BLOCK) with what it is and, in German, what to do; the other parts are still read.
    """
    tables: list[Table] = []
    findings: list[Finding] = []
    names: Counter[str] = Counter()
    for number, (_, data) in enumerate(parts, start=1):
        sheet = f"part {number}" if len(parts) > 1 else ""
        try:
            part_tables, part_findings = _read_part(data, hints, headings, sheet)
        except Unreadable as verdict:
            findings.append(verdict.finding(sheet))
            continue
        renamed = {table.sheet: f"{table.sheet} ({sheet})" for table in part_tables if names[table.sheet]}
        names.update(table.sheet for table in part_tables)
        tables += [replace(table, sheet=renamed.get(table.sheet, table.sheet)) for table in part_tables]
        findings += [replace(found, sheet=renamed.get(found.sheet, found.sheet)) for found in part_findings]
    return tables, findings


def _read_part(data: bytes, hints: Mapping[str, Any], headings: Collection[str], sheet: str) -> Reading:
    if len(data) > MAX_FILE_BYTES:
        raise oversized(f"{len(data)} bytes")
    match sniff(data):
        case "csv":
            return read_csv(data, hints, headings, sheet)
        case "xlsx" | "xls" | "ods" as kind:
            return read_workbook(data, kind)
        case "json":
            return read_json(data, hints, sheet)
        case "jsonl":
            return read_json_lines(data, sheet)
        case "xml":
            return read_xml(data, hints, sheet)
        case kind:
            raise Unreadable(kind, ADVICE[kind])
