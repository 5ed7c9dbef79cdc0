"""Read one hostile file in a process of its own, within bounds: `python bounded.py NAME`, or `run` from a test.

The bounds are limits of the operating system on memory and processor time; no clock is looked at.
"""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from office_files import SHEET, ods, ods_cell, unzipped, with_sheet, xls, xls_record, xlsx, zipped  # noqa: E402

MEMORY_BYTES = 3 * 2**30
"""Address space. An interpreter with polars and its threads takes one gigabyte of it before anything is read."""
PROCESSOR_SECONDS = 60
HEAD = "Nr.;Maßnahme;Status\n".encode()
STRINGS = "xl/sharedStrings.xml"
SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheets(number: int, xml: bytes) -> bytes:
    members = unzipped(xlsx(lambda sheet: [sheet.parent.create_sheet(str(n)) for n in range(number - 1)]))
    return zipped({name: xml if "worksheets/sheet" in name else content for name, content in members.items()})


def shared(text: bytes, cells: int) -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, cells + 1))
    members = unzipped(with_sheet(rows))
    types = members["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.sharedStrings+xml"/></Types>',
    )
    strings = b'<sst %b count="9999999999" uniqueCount="9999999999"><si><t>%b</t></si></sst>' % (SPACE, text)
    return zipped({**members, "[Content_Types].xml": types, STRINGS: strings})


def far_cell() -> bytes:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000"><c r="T1000000"><v>1</v></c></row>'
    return b"<worksheet %b><sheetData>%b</sheetData></worksheet>" % (SPACE, rows)


def repeated(attributes: str, text: str = "x") -> bytes:
    return ods(f"<table:table-row>{ods_cell(text, attributes=attributes)}</table:table-row>")


def nested_zip() -> bytes:
    return zipped({"a.zip": zipped({"b.zip": zipped({"c.csv": HEAD})})})


def overlapping_zip() -> bytes:
    """Build a ZIP whose directory names one large member a thousand times (a bomb without nesting)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("0.csv", bytes(40_000_000))
        one = container.infolist()[0]
        for number in range(1, 1000):
            copy = zipfile.ZipInfo(f"{number}.csv")
            for name in ("CRC", "compress_size", "file_size", "header_offset", "compress_type", "flag_bits"):
                setattr(copy, name, getattr(one, name))
            container.filelist.append(copy)
    return buffer.getvalue()


def shared_in_xls(uses: int) -> bytes:
    text = b"x" * 8000
    table = xls_record(0x00FC, struct.pack("<iiHB", uses, 1, len(text), 0) + text)
    cell = struct.pack("<HHHI", 0, 0, 0, 0)
    return xls([], globals_extra=table, sheet_extra=xls_record(0x00FD, cell) * uses)


def sized_xls(first_row: int, end_row: int) -> bytes:
    return xls([(0, 0, 1.5)], sheet_extra=xls_record(0x0200, struct.pack("<IIHHH", first_row, end_row, 0, 255, 0)))


ENTITIES = b'<!DOCTYPE r [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(12)
)
HOSTILE: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "entity bomb": (lambda: ENTITIES + b"]><r><a>&m;</a></r>", "unsafe_content"),
    "external entity": (
        lambda: b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r><a>&e;</a></r>',
        "unsafe_content",
    ),
    "external entity in a workbook": (
        lambda: zipped(
            {**unzipped(xlsx()), SHEET: b'<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><w>&e;</w>'}
        ),
        "unsafe_content",
    ),
    "nested JSON": (lambda: b'{"a":' * 1_000_000, "unsafe_content|unreadable_file"),
    "nested XML": (lambda: b"<a>" * 1_000_000 + b"</a>" * 1_000_000, "unsafe_content|records_not_found"),
    "zip bomb": (
        lambda: zipped({**unzipped(xlsx()), **{f"xl/{n}.xml": bytes(30_000_000) for n in range(20)}}),
        "file_too_large",
    ),
    "overlapping zip bomb": (overlapping_zip, "file_too_large"),
    "zip in zip in zip": (nested_zip, "unsupported_format"),
    "too many files in a zip": (lambda: zipped({f"{n}.csv": HEAD for n in range(2000)}), "file_too_large"),
    "far cells on twenty sheets": (lambda: sheets(20, far_cell()), "file_too_large"),
    "far cell behind a hidden end of a tag": (
        lambda: with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row><c x=">" r="XFD1048576"><v>1</v></c></row>'),
        "file_too_large",
    ),
    "far cell in a comment": (
        lambda: with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><!-- <c r="XFD1048576"><v>1</v></c> -->'),
        "",
    ),
    "one text in a million cells": (lambda: shared(b"x" * 32_767, 200_000), "file_too_large"),
    "texts that are only said to be many": (lambda: shared(b"x", 1), ""),
    "a cell of ten megabytes": (lambda: shared(b"x" * 10_000_000, 1), "value_too_long"),
    "cells repeated four billion times": (
        lambda: repeated('table:number-columns-repeated="4000000000"'),
        "file_too_large",
    ),
    "cells repeated with a sign": (lambda: repeated('table:number-columns-repeated="+900000000"'), "unreadable_file"),
    "cells repeated by a reference": (
        lambda: repeated('table:number-columns-repeated="&#57;00000000"'),
        "unreadable_file",
    ),
    "repeated behind a hidden end of a tag": (
        lambda: repeated('table:a=">" table:number-columns-repeated="900000000"'),
        "file_too_large",
    ),
    "formulas repeated": (
        lambda: ods(
            '<table:table-row><table:table-cell table:formula="of:=1" table:number-columns-repeated="1048576"/>'
            "</table:table-row>" * 4000
        ),
        "file_too_large",
    ),
    "a long text repeated": (
        lambda: ods(
            '<table:table-row table:number-rows-repeated="1000000">' + ods_cell("x" * 100_000) + "</table:table-row>"
        ),
        "file_too_large",
    ),
    "an old workbook that says it is large": (lambda: sized_xls(0, 4_000_000_000), "unreadable_file"),
    "an old workbook that ends before it begins": (lambda: sized_xls(10, 1), "unreadable_file"),
    "one text in many cells of an old workbook": (lambda: shared_in_xls(200_000), "file_too_large"),
    "16,385 columns": (lambda: b";" * 16_384 + b"\n" + HEAD, "file_too_large"),
    "16,384 columns": (lambda: b";" * 16_383 + b"\n" + HEAD, ""),
    "16,384 columns of 2,000 rows": (lambda: (b"x;" * 16_383 + b"\n") * 1_590, "file_too_large"),
    "sixty million lines": (lambda: b"\n" * 50_000_000, "empty_file"),
    "nine million rows": (lambda: HEAD + b"1;a;b\n" * 8_000_000, "file_too_large"),
    "ten million empty records": (lambda: b"[" + b"{}," * 10_000_000 + b"{}]", "file_too_large"),
    "ten million lines of JSON": (lambda: b"{}\n" * 10_000_000, "file_too_large"),
    "ten million elements": (lambda: b"<r>" + b"<a/>" * 10_000_000 + b"</r>", "file_too_large"),
    "a cell of a hundred kilobytes": (lambda: HEAD + b'1;"' + b"x" * 100_000 + b'";a\n', "value_too_long"),
    "a megabyte in JSON": (lambda: b'[{"a": "' + b"x" * 1_000_000 + b'"}]', "value_too_long"),
    "names that lead elsewhere": (lambda: zipped({"../../../etc/a.csv": HEAD, "/etc/b.csv": HEAD}), ""),
    "an open cell of a megabyte": (lambda: HEAD + b'1;"' + b"x" * 1_000_000, "unclosed_quote"),
    "a heading of 30,000 lines": (lambda: b'Nr.;"Ma-' + b"\n" * 30_000 + b'";Status\n1;2;3\n', ""),
    "lines like those of a mail": (lambda: b"Stand: 2024\r\n" * 400 + HEAD, ""),
    "a number with a giant exponent": (lambda: b'[{"a": 1e999999999, "b": -1E+999999999}]', ""),
    "a number of a million digits": (lambda: b'[{"a": ' + b"9" * 1_000_000 + b"}]", "value_too_long"),
    "NUL and control characters": (lambda: HEAD + b"1;a\x00b\x07c;d\n", "control_characters"),
    "fifty megabytes and one": (lambda: HEAD + b"x" * 52_428_801, "file_too_large"),
}
"""What to read, and the one rule it must be told by: "" where it is read without any finding of that weight."""


def answer(name: str) -> dict[str, object]:
    """Read a hostile file through the door every delivery takes, and look for its header."""
    from flows.formats.read import read
    from flows.normalise.headings import find_header

    tables, findings = read([("a", HOSTILE[name][0]())], {}, ["Nr.", "Maßnahme", "Status"])
    for table in tables:
        find_header(table, ["Nr.", "Maßnahme", "Status"])
    return {"tables": len(tables), "rules": [found.rule for found in findings]}


def run(name: str) -> dict[str, object]:
    """Answer in a process of its own; fails where it dies of a limit."""
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(HERE / "bounded.py"), name]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, f"{name}: ended with {done.returncode}: {done.stderr[-2000:]}"
    found: dict[str, object] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    said = answer(sys.argv[1])
    said["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    said["seconds"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_utime, 1)
    print(json.dumps(said))
