"""Edit the parts of an XLSX file as text, so that what is not touched keeps its bytes (decision 0024)."""

from __future__ import annotations

import posixpath
import re

P = r"(?:[A-Za-z_][\w.-]*:)?"
"""A namespace's prefix, or none."""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class UnmarkableError(Exception):
    """The file is built in a way these edits do not know; the caller makes a fresh workbook instead."""


def attribute(tag: str, name: str) -> str:
    """Return the value of an attribute of a tag, "" where it has none."""
    found = re.search(rf"""(?<![\w:.-]){name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    raw = (found[1] if found[1] is not None else found[2]) if found else ""
    for code, text in (("&quot;", '"'), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        raw = raw.replace(code, text)
    return raw


def resolved(part: str, target: str) -> str:
    """Return the name of the part that a relation of `part` leads to."""
    return (
        target.lstrip("/")
        if target.startswith("/")
        else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
    )


def relations_name(part: str) -> str:
    """Return the name of the part that holds the relations of `part`."""
    return posixpath.join(posixpath.dirname(part), "_rels", f"{posixpath.basename(part)}.rels")


def before_end(xml: str, element: str, added: str) -> str:
    """Put `added` in front of the end tag of the (last) element; opens one that is empty; raises UnmarkableError."""
    closed = list(re.finditer(rf"</{P}{element}\s*>", xml))
    if closed:
        return xml[: closed[-1].start()] + added + xml[closed[-1].start() :]
    empty = re.search(rf"<({P}{element})\b([^>]*)/>", xml)
    if not empty:
        raise UnmarkableError(element)
    return f"{xml[: empty.start()]}<{empty[1]}{empty[2]}>{added}</{empty[1]}>{xml[empty.end() :]}"


def content_of(xml: str, element: str) -> str:
    """Return what the first such element holds; raises UnmarkableError where there is none."""
    found = re.search(rf"<({P}){element}\b[^>]*>(.*?)</\1{element}\s*>", xml, re.DOTALL)
    if not found:
        raise UnmarkableError(element)
    return found[2]


def appended(xml: str, element: str, child: str, added: str) -> tuple[str, int]:
    """Append a child to a counted list of the styles; returns the text and the child's number, from 0."""
    number = len(re.findall(rf"<{P}{child}\b", content_of(xml, element)))
    xml = _before_end_of_first(xml, element, added)
    return re.sub(rf"(<{P}{element}\b[^>]*?\bcount\s*=\s*[\"'])\d+", rf"\g<1>{number + 1}", xml, count=1), number


def _before_end_of_first(xml: str, element: str, added: str) -> str:
    closed = re.search(rf"</{P}{element}\s*>", xml)
    if not closed:
        raise UnmarkableError(element)
    return xml[: closed.start()] + added + xml[closed.start() :]
