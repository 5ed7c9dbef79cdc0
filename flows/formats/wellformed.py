"""XML inside office files, checked before anything relies on it."""

from __future__ import annotations

from xml.parsers import expat

from flows.formats.refusal import Unreadable, broken

UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


def check_wellformed(xml: bytes, kind: str) -> None:
    """Raise Unreadable where a part is not well-formed, has a document type or is not in an 8-bit encoding.

    calamine reads an ODS file that breaks off in a table for ever, and the expressions of `xlsx` and `ods` rely on
    `<` being the start of a tag. Office programs write UTF-8 without document type.
    """
    if xml.startswith(UTF_16):
        raise broken(kind, "XML in UTF-16")
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as fault:
        raise broken(kind, str(fault)) from fault


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("unsafe_content", "xml: DTD")
