"""XML inside office files, checked before anything relies on it."""

from __future__ import annotations

import re
from io import StringIO
from xml.parsers import expat
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from flows.formats.refusal import Unreadable, broken

UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
HIDING_PLACE = re.compile(rb"""=\s*(?:"[^"<>]*>|'[^'<>]*>)|<!--|<!\[CDATA\[""")
"""Where a tag may end later, or start elsewhere, than expressions on `<` and `>` believe."""


def plain_xml(xml: bytes, kind: str) -> bytes:
    """Return a part in which every `<` starts a tag and the next `>` ends it, as office programs write it.

    The expressions of `xlsx` and `ods` rely on that, and a part in which it is not so could hide from them how much it
    holds. Raises Unreadable where the part is not well-formed (calamine reads an ODS file that breaks off in a table
    for ever), has a document type or is not in an 8-bit encoding.
    """
    if xml.startswith(UTF_16):
        raise broken(kind, "XML in UTF-16")
    hiding = HIDING_PLACE.search(xml) is not None
    written = StringIO()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if hiding:
        _write_plainly(parser, written)
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as fault:
        raise broken(kind, str(fault)) from fault
    return written.getvalue().encode() if hiding else xml


def _write_plainly(parser: expat.XMLParserType, written: StringIO) -> None:
    """Let the parser write what it reads: without comments, and with `>` escaped wherever it ends no tag."""
    writer = XMLGenerator(written, "utf-8")

    def start(name: str, attributes: dict[str, str]) -> None:
        writer.startElement(name, AttributesImpl(attributes))

    parser.StartElementHandler = start
    parser.EndElementHandler = writer.endElement
    parser.CharacterDataHandler = writer.characters


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("unsafe_content", "xml: DTD")
