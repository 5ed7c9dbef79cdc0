"""What an XLSX workbook shows beside its values: hidden rows and columns, comments, struck-through text, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from flows.formats.limits import MAX_COLUMNS
from flows.formats.places import column_letters
from flows.formats.refusal import oversized
from flows.model import Marks, Spot

MAX_PART_BYTES = 2**24
"""Styles, comments and the list of sheets; they are read as a tree, which takes ten times as much."""

OURS = "Offenlage"
"""Author of the comments that feedback writes; nobody is told of them when the file comes back."""

PREFIX = rb"(?:[A-Za-z_][\w.-]*:)?"
ROW = re.compile(rb"<" + PREFIX + rb"row\b([^>]*)>")
COLUMN = re.compile(rb"<" + PREFIX + rb"col\b([^>]*)>")
NUMBER = re.compile(rb"""\s(r|min|max)\s*=\s*["'](\d{1,7})["']""")
HIDDEN = re.compile(rb"""\s(?:hidden\s*=\s*["'](?:1|true|on)["']|(?:ht|width)\s*=\s*["']0(?:\.0*)?["'])""")
CELL = re.compile(
    rb"<" + PREFIX + rb"""c\b(?=[^>]*\sr="([A-Z]{1,3})(\d{1,7})")([^>]*)>(?:\s*<(?:"""
    + PREFIX + rb"v>(\d{1,9})<|/" + PREFIX + rb"c>))?"
)  # fmt: skip
STYLE = re.compile(rb"""\ss\s*=\s*["'](\d{1,9})["']""")
SHARED_TYPE = re.compile(rb"""\st\s*=\s*["']s["']""")
SHARED_END = re.compile(rb"</" + PREFIX + rb"si\s*>")
STRUCK = re.compile(rb"<" + PREFIX + rb"""strike\b(?![^>]*\sval\s*=\s*["'](?:0|false|off)["'])""")
PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
OFF = ("0", "false", "off", "none")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def sheet_marks(parts: Mapping[str, bytes]) -> list[Marks]:
    """Return the marks of each sheet of a workbook in the order of its sheets, from parts that are well-formed.

    Raises Unreadable where a part that describes the sheets is too large.
    """
    struck, fills = _styles(_root(parts, "xl/styles.xml"))
    texts = _struck_texts(parts.get("xl/sharedStrings.xml", b""))
    return [_marks(parts, name, struck, texts, fills) for name in _sheets(parts)]


def _marks(
    parts: Mapping[str, bytes], name: str, struck: frozenset[int], texts: frozenset[int], fills: Mapping[int, str]
) -> Marks:
    xml = parts.get(name, b"")
    comments, ours = _comments(parts, name)
    crossed: set[Spot] = set()
    filled: dict[Spot, str] = {}
    if struck or texts or fills:
        for cell in CELL.finditer(xml):
            spot = int(cell[2]), cell[1].decode()
            empty, style = cell[0].endswith((b"/>", b"c>")), _style(cell[3])
            text = int(cell[4]) if cell[4] and SHARED_TYPE.search(cell[3]) else -1
            if empty and style in fills and spot not in ours:
                filled[spot] = fills[style]
            if not empty and (style in struck or text in texts):
                crossed.add(spot)
    return Marks(frozenset(_hidden_rows(xml)), frozenset(_hidden_columns(xml)), comments, frozenset(crossed), filled)


def _sheets(parts: Mapping[str, bytes]) -> list[str]:
    """Return the names of the parts that hold the sheets, "" for what is none."""
    book = _root(parts, "xl/workbook.xml")
    targets = {relation.get("Id"): path for relation, path in _relations(parts, "xl/workbook.xml")}
    found = (sheet for sheet in book.iter() if _local(sheet) == "sheet") if book is not None else ()
    return [targets.get(sheet.get(RELATION), "") for sheet in found]


def _relations(parts: Mapping[str, bytes], name: str) -> Iterator[tuple[Element, str]]:
    folder, _, file = name.rpartition("/")
    root = _root(parts, f"{folder}/_rels/{file}.rels")
    for relation in root if root is not None else ():
        target = relation.get("Target", "")
        yield relation, target.lstrip("/") if target.startswith("/") else normpath(join(dirname(name), target))


def _root(parts: Mapping[str, bytes], name: str) -> Element | None:
    if len(parts.get(name, b"")) > MAX_PART_BYTES:
        raise oversized(f"xlsx: {name} of {len(parts[name])} bytes", MAX_PART_BYTES)
    found: Element | None = fromstring(parts[name]) if name in parts else None
    return found


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _hidden_rows(xml: bytes) -> Iterator[int]:
    row = 0
    for (attributes,) in (found.groups() for found in ROW.finditer(xml)):
        numbers = dict(NUMBER.findall(attributes))
        row = int(numbers.get(b"r", row + 1))
        if HIDDEN.search(attributes):
            yield row


def _hidden_columns(xml: bytes) -> Iterator[str]:
    for (attributes,) in (found.groups() for found in COLUMN.finditer(xml)):
        numbers = {name: int(number) for name, number in NUMBER.findall(attributes)}
        if HIDDEN.search(attributes) and b"min" in numbers:
            last = min(numbers.get(b"max", numbers[b"min"]), MAX_COLUMNS)
            yield from (column_letters(number) for number in range(numbers[b"min"], last + 1))


def _comments(parts: Mapping[str, bytes], name: str) -> tuple[frozenset[Spot], frozenset[Spot]]:
    """Return the cells with somebody's comment, and those with one of ours."""
    theirs: set[Spot] = set()
    ours: set[Spot] = set()
    for relation, path in _relations(parts, name):
        root = _root(parts, path) if relation.get("Type", "").endswith("/comments") else None
        if root is None:
            continue
        authors = [author.text for author in root.iter() if _local(author) == "author"]
        for comment in (found for found in root.iter() if _local(found) == "comment"):
            place, author = PLACE.fullmatch(comment.get("ref", "")), comment.get("authorId", "")
            by_us = author.isdecimal() and int(author) < len(authors) and authors[int(author)] == OURS
            if place:
                (ours if by_us else theirs).add((int(place[2]), place[1]))
    return frozenset(theirs), frozenset(ours)


def _styles(root: Element | None) -> tuple[frozenset[int], dict[int, str]]:
    """Return the numbers of the cell styles whose text is struck through, and the colours of those that are filled."""
    if root is None:
        return frozenset(), {}
    fonts, fills, formats = (_children(root, name) for name in ("fonts", "fills", "cellXfs"))
    crossed = {str(number) for number, font in enumerate(fonts) if _is_struck(font)}
    colours = {str(number): colour for number, fill in enumerate(fills) if (colour := _colour(fill))}
    struck = frozenset(number for number, style in enumerate(formats) if style.get("fontId") in crossed)
    return struck, {n: colours[fill] for n, style in enumerate(formats) if (fill := style.get("fillId", "")) in colours}


def _children(root: Element, name: str) -> list[Element]:
    return next((list(child) for child in root if _local(child) == name), [])


def _is_struck(font: Element) -> bool:
    return any(_local(part) == "strike" and part.get("val", "1") not in OFF for part in font.iter())


def _colour(fill: Element) -> str:
    """Return the colour of a solid fill, "" for white and for none; a theme's colour by its number."""
    solid = any(_local(part) == "patternFill" and part.get("patternType") == "solid" for part in fill.iter())
    found = next((part for part in fill.iter() if _local(part) == "fgColor"), None)
    if not solid or found is None:
        return ""
    if (rgb := found.get("rgb")) is not None:
        return "" if rgb.upper().endswith("FFFFFF") else rgb.upper()[-6:]
    named = (f"{kind}-{number}" for kind in ("theme", "indexed") if (number := found.get(kind)) is not None)
    return next(named, "")


def _struck_texts(xml: bytes) -> frozenset[int]:
    """Return the numbers of the shared texts of which a part is struck through."""
    if b"strike" not in xml:
        return frozenset()
    return frozenset(number for number, text in enumerate(SHARED_END.split(xml)) if STRUCK.search(text))


def _style(attributes: bytes) -> int:
    found = STYLE.search(attributes)
    return int(found[1]) if found else 0
