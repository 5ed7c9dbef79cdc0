"""Read a delivery, whatever it is: the one door of the readers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flows.formats.archive import unpack_files
from flows.formats.controls import refuse_long, remove_controls
from flows.formats.limits import MAX_FILE_BYTES
from flows.formats.mojibake import repair_mojibake
from flows.formats.read_csv import read_csv
from flows.formats.read_json import read_json, read_json_lines
from flows.formats.read_workbook import read_workbook
from flows.formats.read_xml import read_xml
from flows.formats.refusal import Unreadable, oversized, unsupported
from flows.formats.sniff import ZIP_STARTS, sniff
from flows.model import Finding, Table

SUFFIXES = {
    **{"csv": "csv", "tsv": "csv", "xml": "xml", "ods": "ods", "xls": "xls"},
    **{"xlsx": "xlsx", "xlsm": "xlsx", "jsonl": "jsonl", "ndjson": "jsonl", "xlsb": "xlsb", "pdf": "pdf"},
}
"""What an ending promises. `.txt` promises nothing, and `.json` holds a document or lines."""

Reading = tuple[list[Table], list[Finding]]


def read(parts: Sequence[tuple[str, bytes]], hints: Mapping[str, Any], headings: Collection[str]) -> Reading:
    """Read the parts (name, content) of one delivery into tables, every delivered row in exactly one of them.

    `hints` is the mapping's `[read]`, `headings` are those it knows. A sheet of a workbook keeps its name, with
    ` (part 2)` where an earlier part has one of the same name; any other part is the sheet "", or `part 1`,
    `part 2`, ... of several. The files in a ZIP container are parts of their own. Control characters are taken out,
    and texts longer than any cell. No bytes make it raise: a part that cannot be read is
    a finding (BLOCK) that names what it is, and the other parts are still read. Further findings:
    `extension_mismatch` (FIX), `control_characters` (FIX), `mojibake_repaired` (WARN), `value_too_long` (ERROR),
    `repeated_record` (FIX: left out, it stands in an earlier page) and those of the readers.
    """
    parts, findings = _unzipped(parts)
    tables: list[Table] = []
    names: set[str] = set()
    for number, (name, data) in enumerate(parts, start=1):
        sheet = f"part {number}" if len(parts) > 1 else ""
        try:
            part_tables, part_findings = _read_part(name, data, hints, headings, sheet)
        except Unreadable as verdict:
            findings.append(verdict.finding(sheet))
            continue
        renamed = {table.sheet: f"{table.sheet} ({sheet})" for table in part_tables if table.sheet in names}
        names |= {table.sheet for table in part_tables}
        for table in part_tables:
            short, refused = refuse_long(replace(table, sheet=renamed.get(table.sheet, table.sheet)))
            mended, repaired = repair_mojibake(short)
            clean, removed = remove_controls(mended)
            tables.append(clean)
            findings += [*refused, *repaired, *removed]
        findings += [replace(found, sheet=renamed.get(found.sheet, found.sheet)) for found in part_findings]
    tables, repeated = _without_repeats(tables)
    return tables, [*findings, *repeated]


def _unzipped(parts: Sequence[tuple[str, bytes]]) -> tuple[list[tuple[str, bytes]], list[Finding]]:
    """Put the files of a ZIP container in its place; one inside another is not opened."""
    found: list[tuple[str, bytes]] = []
    findings: list[Finding] = []
    for name, data in parts:
        if not data.startswith(ZIP_STARTS) or len(data) > MAX_FILE_BYTES or sniff(data) != "zip":
            found.append((name, data))
            continue
        try:
            found += unpack_files(data)
        except Unreadable as verdict:
            findings.append(verdict.finding(""))
    return found, findings


def _without_repeats(tables: list[Table]) -> Reading:
    """Leave out records that an earlier part holds in all their places: they moved over the border of two pages."""
    seen: set[frozenset[tuple[str, str]]] = set()
    kept: list[Table] = []
    findings: list[Finding] = []
    for table in tables:
        if len(tables) == 1 or table.layout == "grid":
            kept.append(table)
            continue
        places = [str(place) for place in table.cells.columns]
        rows = table.cells.itertuples(index=False, name=None)
        said = [frozenset((p, v) for p, v in zip(places, row, strict=True) if v is not None) for row in rows]
        repeated = [int(row) for row, record in zip(table.cells.index, said, strict=True) if record in seen]
        seen.update(said)
        kept.append(replace(table, cells=table.cells.drop(index=repeated)) if repeated else table)
        findings += [Finding("repeated_record", "FIX", sheet=table.sheet, row=row) for row in repeated]
    return kept, findings


def _read_part(name: str, data: bytes, hints: Mapping[str, Any], headings: Collection[str], sheet: str) -> Reading:
    if len(data) > MAX_FILE_BYTES:
        raise oversized(f"{len(data)} bytes", MAX_FILE_BYTES)
    kind = sniff(data)
    tables, findings = _read_kind(kind, data, hints, headings, sheet)
    suffix = name.rpartition(".")[2].casefold()
    if kind != SUFFIXES.get(suffix, kind):
        findings.append(Finding("extension_mismatch", "FIX", sheet=sheet, value=f".{suffix}", expected=f".{kind}"))
    return tables, findings


def _read_kind(kind: str, data: bytes, hints: Mapping[str, Any], headings: Collection[str], sheet: str) -> Reading:
    match kind:
        case "csv":
            return read_csv(data, hints, headings, sheet)
        case "xlsx" | "xls" | "ods":
            return read_workbook(data, kind, hints)
        case "json":
            return read_json(data, hints, sheet)
        case "jsonl":
            return read_json_lines(data, sheet)
        case "xml":
            return read_xml(data, hints, sheet)
        case _:
            raise unsupported(kind)
