"""Files as departments send them, built in memory: workbooks of each kind, and ways to damage them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

ODS_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style")
)
ODS_SPACES += ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
SHEET = "xl/worksheets/sheet1.xml"


def xlsx(fill: Callable[[Worksheet], object] = lambda _: None) -> bytes:
    """Build a workbook of one sheet `Sheet`, as `fill` leaves it."""
    book = openpyxl.Workbook()
    fill(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in members.items():
            container.writestr(name, content)
    return buffer.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {name: container.read(name) for name in container.namelist()}


def with_sheet(rows: str) -> bytes:
    """Build a workbook whose sheet holds `rows`, written as XML."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    return zipped({**unzipped(xlsx()), SHEET: sheet.encode()})


def ods(rows: str, manifest: str = "<manifest/>", styles: str = "") -> bytes:
    """Build an OpenDocument workbook of one sheet `Blatt` that holds `rows`, with `styles`, both written as XML."""
    content = (
        f"<office:document-content {ODS_SPACES} {CALCEXT}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="Blatt">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": content.encode(),
        }
    )


def ods_cell(text: str, kind: str = "string", attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {attributes}><text:p>{text}</text:p></table:table-cell>'


def xls(cells: Sequence[tuple[int, int, str | float]], globals_extra: bytes = b"", sheet_extra: bytes = b"") -> bytes:
    """Build a BIFF8 workbook of one sheet `Tabelle1` in a compound file; cells are (row, column, value) from 0."""
    globals_ = xls_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + globals_extra
    name = "Tabelle1".encode("latin-1")
    sheet_at = len(globals_) + 4 + 8 + len(name) + 4
    globals_ += xls_record(0x0085, struct.pack("<IHBB", sheet_at, 0, len(name), 0) + name) + xls_record(0x000A, b"")
    sheet = xls_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + sheet_extra
    for row, column, value in cells:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            text = value.encode("utf-16-le")
            sheet += xls_record(0x0204, place + struct.pack("<HB", len(value), 1) + text)
        else:
            sheet += xls_record(0x0203, place + struct.pack("<d", value))
    return _compound(globals_ + sheet + xls_record(0x000A, b""))


def xls_record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _compound(stream: bytes) -> bytes:
    """Wrap a stream `Workbook` into a compound file: header, allocation tables, directory, stream."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // 512)
    tables = -(-(count + 2) // 126)
    chain = [*range(tables + 2, tables + 1 + count), 0xFFFFFFFE]
    numbers = [*[0xFFFFFFFD] * tables, 0xFFFFFFFE, *chain]
    fat = struct.pack(f"<{128 * tables}I", *numbers, *[0xFFFFFFFF] * (128 * tables - len(numbers)))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry("Workbook", 2, tables + 1, len(stream))
    return header + fat + directory.ljust(512, b"\0") + stream.ljust(count * 512, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
