"""Whatever arrives, the readers answer with tables and findings, within bounds (deliveries.md 56, 57)."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_files import ods, ods_cell, unzipped, with_sheet, xls, xlsx, zipped

from flows.formats.limits import MAX_CELLS, MAX_COLUMNS
from flows.formats.mojibake import repair
from flows.formats.read import read
from flows.formats.sniff import sniff

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BOOK = xlsx(lambda sheet: sheet.append(["Maßnahme", 5, "läuft"]))
OPEN_CELLS = ods_cell("Maßnahme") + ods_cell("5", "float", 'office:value="5"')
OPEN_BOOK = ods(f"<table:table-row>{OPEN_CELLS}</table:table-row>")
SHEET_XML = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c>'
    '<c r="B1"><f>1</f></c><c r="C1" t="e"><v>#N/A</v></c></row>'
)
TEXTS = (
    'sep=;\r\nMaßnahme;Status\r\n"a\nb";läuft\r\n\r\n'.encode("cp1252"),
    "Maßnahme\tStatus\nx\ty\n".encode("utf-16"),
    json.dumps({"items": [{"a": 1.5, "b": [1, {"c": None}], "ü": {"x": "y"}}]}, ensure_ascii=False).encode(),
    b'{"a": 1}\n{"b": [true, null]}\n',
    '<?xml version="1.0" encoding="UTF-8"?><r xmlns:a="urn:a"><a:x i="1"><a:y>ü</a:y></a:x><a:x/></r>'.encode(),
)
FILES = (*TEXTS, BOOK, OPEN_BOOK, xls([(0, 0, "Titel"), (3, 2, 1.5)]))


def _office_members() -> st.SearchStrategy[bytes]:
    """Damage a part inside the container, where the checksums of the container do not catch it."""
    whole = [(unzipped(with_sheet(SHEET_XML)), "xl/worksheets/sheet1.xml"), (unzipped(BOOK), "xl/workbook.xml")]
    whole += [(unzipped(BOOK), "xl/styles.xml"), (unzipped(OPEN_BOOK), "content.xml")]
    parts = st.sampled_from(whole)
    return parts.flatmap(lambda part: _damaged(part[0][part[1]]).map(lambda xml: zipped({**part[0], part[1]: xml})))


@st.composite
def _damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        width = draw(st.sampled_from([0, 1, 1, 4, 40]))
        data[at : at + width] = draw(st.binary(max_size=4) | st.sampled_from([b"99999999", b'"', b"<", b"\xff\xff"]))
    return bytes(data)


ANY_BYTES = st.one_of(
    st.binary(max_size=200),
    st.text(st.sampled_from(list('abü;,\t|"\n\r\0{}[]:<>/&=-1.')), max_size=60).map(lambda t: t.encode("utf-8")),
    st.builds(bytes.__add__, st.sampled_from([b"PK\x03\x04", OLE, b"<r>", b"[{", b"\xff\xfe", b"%PDF"]), st.binary()),
    st.sampled_from(FILES).flatmap(_damaged),
    _office_members(),
)
HINTS = st.sampled_from(
    [
        {},
        {"records": "/items"},
        {"records": "//a:x", "namespaces": {"a": "urn:a"}},
        {"delimiter": "|"},
        {"hidden": True},
    ]
)


def _answers(parts: list[tuple[str, bytes]], hints: dict[str, object]) -> None:
    tables, findings = read(parts, hints, ["Maßnahme", "Status"])
    assert tables or any(found.level == "BLOCK" for found in findings)
    assert len({table.sheet for table in tables}) == len(tables) or len(parts) > 2
    for table in tables:
        assert table.cells.index.is_monotonic_increasing
        assert table.cells.index.is_unique
        assert table.cells.columns.is_unique
        assert len(table.cells.columns) <= MAX_COLUMNS
        assert table.cells.size <= MAX_CELLS
        assert all(isinstance(v, str) or (v is None and table.layout == "records") for v in table.cells.to_numpy().flat)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(["a.csv", "b.xlsx", "c", ""]), ANY_BYTES), min_size=1, max_size=2), HINTS)
def test_any_bytes_are_answered(parts, hints):
    _answers(parts, hints)


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.just("a"), ANY_BYTES), min_size=1, max_size=2), HINTS)
def test_any_bytes_are_answered_in_full_numbers(parts, hints):
    _answers(parts, hints)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), min_size=2, max_size=4)))
def test_quoted_cells_come_back_as_they_were(lines):
    quoted = "\n".join(";".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    head = '"Maßnahme";"Status"\n'
    tables, _ = read([("a.csv", (head + quoted).encode())], {}, ["Maßnahme", "Status"])
    rows = [list(row) for row in tables[0].cells.iloc[1:].itertuples(index=False)]
    width = max([2, *map(len, lines)])
    assert rows == [
        [*(repair(cell.replace("\uffff", "").replace("\ufffe", "")) for cell in line), *[""] * (width - len(line))]
        for line in lines
    ]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"a;b\n1;2\n", "csv"),
        (b"[1];x\n", "csv"),
        (BOOK, "xlsx"),
        (OPEN_BOOK, "ods"),
        (xls([]), "xls"),
        (zipped({"xl/workbook.bin": b""}), "xlsb"),
        (zipped({"word/document.xml": b""}), "docx"),
        (zipped({"ppt/presentation.xml": b""}), "pptx"),
        (zipped({"a.csv": b"a;b"}), "zip"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "odt"),
        (ods("", manifest="<manifest><encryption-data/></manifest>"), "encrypted"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE, "ole"),
        (b'{"a": 1}', "json"),
        (b'\xef\xbb\xbf[\n {"a": 1}]', "json"),
        (b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        ('{"a": 1}\n{"a": 2}\n'.encode("utf-16"), "jsonl"),
        (b"<?xml version='1.0'?><r/>", "xml"),
        ("<r/>".encode("utf-16"), "xml"),
        (b"\n<!DOCTYPE html><html>", "html"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "html"),
        (b"<!-- x --><html><body>", "html"),
        (b"<table><tr><td>x</td></tr></table>", "html"),
        (b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "spreadsheetml"),
        (b"%PDF-1.7", "pdf"),
        (BOOK[:-30], "damaged"),
        (b"{\\rtf1 x}", "rtf"),
        (b"\x89PNG\r\n", "image"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"From: a\r\nMIME-Version: 1.0\r\n\r\nHallo", "email"),
        (bytes(range(32)) * 10, "binary"),
    ],
)
def test_content_decides_what_a_file_is(data, kind):
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty_file"),
        (b"<html>", "html_instead_of_data"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password_protected"),
        (zipped({"xl/workbook.bin": b""}), "unsupported_format"),
        (b"%PDF-1.7", "unsupported_format"),
        (BOOK[:-30], "unreadable_file"),
        (zipped({"xl/workbook.xml": b"<x"}), "unreadable_file"),
        (OLE + "Workbook".encode("utf-16-le"), "unreadable_file"),
    ],
)
def test_what_is_not_read_holds_the_delivery_back(data, rule):
    tables, findings = read([("a", data)], {}, [])
    assert tables == []
    assert [(found.rule, found.level) for found in findings] == [(rule, "BLOCK")]


def test_a_bomb_is_recognised_before_it_is_unpacked():
    bomb = zipped({**unzipped(BOOK), "xl/bomb.xml": bytes(2**20)})
    # The directory declares two gigabytes for the member; nothing is unpacked to find out.
    at = bomb.rindex(b"xl/bomb.xml") - 46
    declared = bytearray(bomb)
    declared[at + 24 : at + 28] = (2**31 - 1).to_bytes(4, "little")
    assert [f.rule for f in read([("a.xlsx", bytes(declared))], {}, [])[1]] == ["file_too_large"]


def test_a_member_larger_than_it_declares_is_damaged():
    bomb = bytearray(zipped({**unzipped(BOOK), "xl/bomb.xml": bytes(2**20)}))
    at = bomb.rindex(b"xl/bomb.xml") - 46
    bomb[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert [f.rule for f in read([("a.xlsx", bytes(bomb))], {}, [])[1]] == ["unreadable_file"]


def test_pictures_and_embedded_files_are_never_unpacked():
    data = zipped({**unzipped(BOOK), "xl/media/image1.png": b"x" * 100})
    damaged = data.replace(b"xl/media/image1.png", b"xl/media/image2.png", 1)
    assert len(read([("a.xlsx", damaged)], {}, [])[0]) == 1


def test_a_protected_zip_member_is_told_as_such():
    buffer = io.BytesIO(BOOK)
    with zipfile.ZipFile(buffer) as container:
        at = container.infolist()[0].header_offset
    data = bytearray(BOOK)
    central = data.index(b"PK\x01\x02")
    data[at + 6] |= 1
    data[central + 8] |= 1
    assert [f.rule for f in read([("a.xlsx", bytes(data))], {}, [])[1]] == ["password_protected"]


@pytest.mark.parametrize(
    ("name", "rules"),
    [("a.csv", ["extension_mismatch"]), ("a.xlsx", []), ("a.XLSM", []), ("a", []), ("a.txt", []), ("a.b/c", [])],
)
def test_an_ending_that_lies_is_told(name, rules):
    assert [f.rule for f in read([(name, BOOK)], {}, [])[1]] == rules
