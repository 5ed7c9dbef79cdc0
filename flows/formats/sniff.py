"""What a file is, by its content: names and endings lie."""

from __future__ import annotations

import codecs
import json
import re

from flows.formats.archive import member_names, read_member

HEAD = 64 * 1024
"""Bytes looked at; a letterhead or a comment before the first element is shorter."""

MAGIC = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "parquet"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"GIF8", "image"),
    (b"7z\xbc\xaf", "zip"),
    (b"Rar!", "zip"),
)
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
OLE_STREAMS = (("EncryptedPackage", "encrypted"), ("Workbook", "xls"), ("Book", "xls"), ("WordDocument", "doc"))
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OFFICE_MEMBERS = (
    ("xl/workbook.bin", "xlsb"),
    ("xl/workbook.xml", "xlsx"),
    ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
)
ODF = "application/vnd.oasis.opendocument."
HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|script|div)\b", re.IGNORECASE)
EMAIL = re.compile(
    r"\A(?:[A-Za-z-]+: [^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*?(?:MIME-Version|Received|Message-ID): ", re.IGNORECASE
)
JSON_START = re.compile(r'\{\s*["}]|\[\s*[\[{"\]]')
CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1a")
BINARY_SHARE = 0.1
"""Share of control characters from which a file is no text; stray ones in a text are single."""


def sniff(data: bytes) -> str:
    """Return the kind of a file: `csv, xlsx, xls, ods, json, jsonl, xml` are read, any other has its advice.

    Macro workbooks are `xlsx` (their macros are not even unpacked); text that is nothing else is `csv`.
    """
    if data.startswith(ZIP_STARTS):
        return _sniff_zip(data)
    if data.startswith(OLE):
        return _sniff_ole(data)
    for magic, kind in MAGIC:
        if data.startswith(magic):
            return kind
    return _sniff_text(data)


def _sniff_zip(data: bytes) -> str:
    names = member_names(data)
    if not names:
        return "damaged"
    for name, kind in OFFICE_MEMBERS:
        if name in names:
            return kind
    media_type = read_member(data, "mimetype", 200).decode("ascii", "replace").strip()
    if not media_type.startswith(ODF):
        return "zip"
    if b"encryption-data" in read_member(data, "META-INF/manifest.xml"):
        return "encrypted"
    return "ods" if media_type.startswith(ODF + "spreadsheet") else "odt"


def _sniff_ole(data: bytes) -> str:
    for stream, kind in OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return kind
    return "ole"


def _sniff_text(data: bytes) -> str:
    head = head_text(data).lstrip()
    if not head and not data.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        return "empty"
    if sum(ord(char) in CONTROL for char in head) > BINARY_SHARE * len(head):
        return "binary"
    if head.startswith("<"):
        return _sniff_markup(head)
    if JSON_START.match(head):
        return "jsonl" if _is_lines(head) else "json"
    return "email" if EMAIL.match(head) else "csv"


def head_text(data: bytes) -> str:
    """Return the beginning of a file as text, good enough to see markup and separators; never raises."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data[:HEAD].decode("utf-16", "replace")
    return data[:HEAD].decode("utf-8-sig", "replace")


def _sniff_markup(head: str) -> str:
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "spreadsheetml"
    if HTML.match(head) or (not head.startswith("<?xml") and HTML.search(head)):
        return "html"
    return "html" if "http://www.w3.org/1999/xhtml" in head[:2000] else "xml"


def _is_lines(head: str) -> bool:
    """Tell whether the first line is a whole JSON value and another value follows on a later line."""
    first, _, rest = head.partition("\n")
    if not rest.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(first, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        # A line longer than HEAD never gets here: then there is no second line to see.
        return False
    return True
