"""Mark cells of a supplier's XLSX or XLSM file, touching nothing else (decision 0024).

The parts of the file are edited as text: a library that reads and writes the whole workbook loses what it does not know
(shapes, form controls, slicers, rich text, signatures of macros). Styles are added behind the existing ones, so every
cell keeps its own; a marked cell gets a copy of its style with another fill, and a comment.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from flows.formats.archive import unpack_all
from flows.formats.places import column_letters, column_number
from flows.formats.refusal import Unreadable
from flows.formats.workbook_comments import SHAPE_TYPE, Grid, box, canvas, joined, with_comments
from flows.formats.workbook_xml import (
    MAIN,
    P,
    UnmarkableError,
    appended,
    attribute,
    before_end,
    content_of,
    relations_name,
    resolved,
)

COLOURS = {"ERROR": "FFFFC7CE", "WARN": "FFFFEB9C", "FIX": "FFDDEBF7", "GOOD": "FFC6EFCE", "HEAD": "FFD9E6F2"}
"""Fill per weight and of headings, as ARGB: Excel's own light red, yellow, blue and green."""
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
BEHIND_DRAWING = (
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems"),
    *("tableParts", "extLst"),
)
MAX_BYTES = 2**26
"""A workbook that unpacks to more is not edited: its parts are texts in memory here."""
CELL = re.compile(rf"""<({P}c)\b([^<>]*?\sr\s*=\s*["']([A-Z]{{1,3}}\d+)["'][^<>]*?)(/?)>""")
MOST_ADDED = 200
"""Cells without any content that are added to be marked; more of them are listed only."""
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LONGEST = 32_000


@dataclass(frozen=True)
class Mark:
    """One cell in question: its place (row and column from 1), how grave it is (a key of COLOURS), what to say."""

    row: int
    column: int
    weight: str
    text: str


@dataclass(frozen=True)
class Line:
    """One row of the sheet that lists all: its texts, how they look, and the cell ('Sheet'!A1) the first leads to.

    `looks` names a look for each text: `title`, `plain`, `head` and `body` (wrapped), or a key of COLOURS, which is a
    text on that colour; the last one holds for the texts behind it too.
    """

    texts: Sequence[str]
    looks: Sequence[str]
    link: str = ""

    def look(self, place: int) -> str:
        """Return how the text at a place (from 0) looks."""
        return self.looks[min(place, len(self.looks) - 1)]

    @property
    def height(self) -> int:
        """Return how high the row is, in points: programs other than Excel do not work that out."""
        if self.looks[0] == "title":
            return TITLE
        wrapped = self.looks[0] in ("head", "body")
        lines = (lines_of(t, w) for t, w in zip(self.texts, WIDTHS, strict=False)) if wrapped else ()
        return LINE * max(lines, default=1) + GAP


def mark_workbook(data: bytes, marks: Mapping[str, Sequence[Mark]], name: str, listing: Sequence[Line]) -> bytes:
    """Return the workbook with the marks on its sheets and a last sheet `name` that lists them, at which it opens.

    `marks` maps the name of a sheet to the cells in question, `listing` are the rows of the new sheet. Members without
    a mark keep their bytes, but for which sheet is shown first. Raises UnmarkableError.
    """
    try:
        members = unpack_all(data, MAX_BYTES)
        order = list(members)
        book = _Book(members)
        for sheet, found in marks.items():
            if found:
                book.mark(sheet, found)
        book.add_sheet(name, listing)
    except (Unreadable, ValueError, LookupError) as fault:
        raise UnmarkableError(type(fault).__name__) from fault
    return _packed(book.members, order)


def _packed(members: Mapping[str, bytes], order: Sequence[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name in [*order, *(n for n in members if n not in order)]:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            container.writestr(info, members[name])
    return buffer.getvalue()


class _Book:
    """The members of one workbook while they are edited."""

    def __init__(self, members: dict[str, bytes]) -> None:
        self.members = members
        self.path = self._main()
        self.sheets = dict(self._sheets())
        self.styles = next((n for n, k in self._related(self.path) if k.endswith("/styles")), "")
        if not self.styles:
            raise UnmarkableError("no styles")

    def text(self, name: str) -> str:
        """Return a part as text; raises UnmarkableError where it is missing or in another encoding."""
        try:
            return self.members[name].decode("utf-8-sig")
        except (KeyError, UnicodeDecodeError) as fault:
            raise UnmarkableError(name) from fault

    def _main(self) -> str:
        found = [name for name, kind in self._related("") if kind.endswith("/officeDocument")]
        if not found:
            raise UnmarkableError("no workbook")
        return found[0]

    def _related(self, part: str) -> Iterator[tuple[str, str]]:
        """Yield the parts a part leads to, with the kind of relationship."""
        for relation in re.findall(rf"<{P}Relationship\b[^>]*>", self._relations(part)):
            if attribute(relation, "TargetMode") != "External":
                yield resolved(part, attribute(relation, "Target")), attribute(relation, "Type")

    def _relations(self, part: str) -> str:
        name = relations_name(part)
        return self.text(name) if name in self.members else f'<Relationships xmlns="{PACKAGE}"></Relationships>'

    def _sheets(self) -> Iterator[tuple[str, str]]:
        targets = {}
        for relation in re.findall(rf"<{P}Relationship\b[^>]*>", self._relations(self.path)):
            targets[attribute(relation, "Id")] = resolved(self.path, attribute(relation, "Target"))
        for sheet in re.findall(rf"<{P}sheet\b[^>]*>", self.text(self.path)):
            key = re.search(r"""\b[\w.-]+:id\s*=\s*["']([^"']*)["']""", sheet)
            yield attribute(sheet, "name"), targets.get(key[1] if key else "", "")

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship from a part to another and return its id."""
        relations = self._relations(part)
        used = set(re.findall(r"""\bId\s*=\s*["']([^"']*)["']""", relations))
        key = next(f"rIdOffenlage{n}" for n in range(1, len(used) + 2) if f"rIdOffenlage{n}" not in used)
        added = f'<Relationship Id="{key}" Type="{REL}/{kind}" Target="/{target}"/>'
        self.members[relations_name(part)] = before_end(relations, "Relationships", added).encode()
        return key

    def declare(self, part: str, kind: str) -> None:
        """Say in [Content_Types].xml what a new part is."""
        types = self.text("[Content_Types].xml")
        self.members["[Content_Types].xml"] = before_end(
            types, "Types", f'<Override PartName="/{part}" ContentType="{kind}"/>'
        ).encode()

    def mark(self, sheet: str, marks: Sequence[Mark]) -> None:
        """Colour cells of a sheet and comment them."""
        part = self.sheets.get(sheet, "")
        xml = self.text(part)
        marks = sorted(marks, key=lambda m: (m.row, m.column))
        styles: dict[tuple[int, str], int] = {}

        def styled(style: int, weight: str) -> int:
            if (style, weight) not in styles:
                styles[style, weight] = self._filled(style, weight)
            return styles[style, weight]

        self.members[part] = _coloured(xml, marks, styled).encode()
        self._comment(part, marks)

    def _filled(self, style: int, weight: str) -> int:
        """Add a copy of a style with the fill of a weight and return its number."""
        xml = self.text(self.styles)
        fill = (
            f'<fill xmlns="{MAIN}"><patternFill patternType="solid"><fgColor rgb="{COLOURS[weight]}"/>'
            '<bgColor indexed="64"/></patternFill></fill>'
        )
        xml, number = appended(xml, "fills", "fill", fill)
        block = content_of(xml, "cellXfs")
        formats = re.findall(rf"<({P})xf\b([^>]*?)(/>|>(.*?)</\1xf>)", block, re.DOTALL)
        if style >= len(formats):
            raise UnmarkableError("style")
        prefix, attributes, end, inner = formats[style]
        attributes = re.sub(r"""\s(fillId|applyFill)\s*=\s*(?:"[^"]*"|'[^']*')""", "", attributes)
        copy = f'<{prefix}xf{attributes} fillId="{number}" applyFill="1"' + (
            "/>" if end == "/>" else f">{inner}</{prefix}xf>"
        )
        xml, number = appended(xml, "cellXfs", "xf", copy)
        self.members[self.styles] = xml.encode()
        return number

    def _comment(self, part: str, marks: Sequence[Mark]) -> None:
        """Add comments in the form all versions of Excel show: a list of texts, and a drawing of their boxes."""
        related = {kind.rsplit("/", 1)[1]: name for name, kind in self._related(part)}
        texts = {_place(mark): _clean(mark.text) for mark in marks}
        known = self.text(related["comments"]) if "comments" in related else ""
        known, texts = joined(known, texts)
        own = [mark for mark in marks if _place(mark) in texts]
        if known:
            self.members[related["comments"]] = with_comments(known, texts).encode()
        else:
            name = self._free("xl/comments/offenlage{}.xml")
            self.members[name] = with_comments(
                f'<comments xmlns="{MAIN}"><authors></authors><commentList></commentList></comments>', texts
            ).encode()
            self.declare(name, COMMENTS)
            self.relate(part, "comments", name)
        self._draw(part, own, related.get("vmlDrawing", ""))

    def _draw(self, part: str, marks: Sequence[Mark], drawing: str) -> None:
        xml = self.text(part)
        grid = Grid(xml)
        boxes = "".join(
            box(number, mark.row, mark.column, mark.text, grid) for number, mark in enumerate(marks, start=1)
        )
        has = re.search(rf"<{P}legacyDrawing\b", xml)
        if has and drawing:
            known = self.text(drawing)
            shapes = boxes if "_x0000_t202" in known else f"{SHAPE_TYPE}{boxes}"
            self.members[drawing] = before_end(known, "xml", shapes).encode()
            return
        name = self._free("xl/drawings/offenlage{}.vml")
        self.members[name] = canvas(boxes).encode()
        self.declare(name, VML)
        key = self.relate(part, "vmlDrawing", name)
        element = f'<legacyDrawing xmlns="{MAIN}" xmlns:r="{REL}" r:id="{key}"/>'
        self.members[part] = _insert_drawing(xml, element).encode()

    def _free(self, pattern: str) -> str:
        return next(n for n in (pattern.format(i) for i in range(1, 10_000)) if n not in self.members)

    def add_sheet(self, name: str, listing: Sequence[Line]) -> None:
        """Add a sheet of texts behind the others, and open the workbook at it."""
        while name.casefold() in (known.casefold() for known in self.sheets):
            name = f"{name[:28]}_2"
        part = self._free("xl/worksheets/offenlage{}.xml")
        self.members[part] = self._listing(listing).encode()
        self.declare(part, WORKSHEET)
        key = self.relate(self.path, "worksheet", part)
        xml = self.text(self.path)
        number = max((int(n) for n in re.findall(r'\bsheetId\s*=\s*"(\d+)"', xml)), default=0) + 1
        element = f'<sheet xmlns="{MAIN}" xmlns:r="{REL}" name={quoteattr(name)} sheetId="{number}" r:id="{key}"/>'
        self.members[self.path] = _opened_at(before_end(xml, "sheets", element), len(self.sheets)).encode()
        for other in self.sheets.values():
            if b"tabSelected" in self.members.get(other, b""):
                self.members[other] = _unselected(self.text(other)).encode()

    def _listing(self, listing: Sequence[Line]) -> str:
        styles = self._looks()
        rows = "".join(_text_row(n, line, styles) for n, line in enumerate(listing, start=1))
        widths = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(WIDTHS, 1))
        head = next((n for n, line in enumerate(listing, start=1) if "head" in line.looks), 1)
        view = (
            f'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"><pane ySplit="{head}" '
            f'topLeftCell="A{head + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        )
        links = "".join(
            f'<hyperlink ref="A{n}" location={quoteattr(_clean(line.link))}/>'
            for n, line in enumerate(listing, start=1)
            if line.link
        )
        page = '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        fit = f'<sheetPr><tabColor rgb="{TAB}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}">{fit}{view}<cols>{widths}</cols>'
            f"<sheetData>{rows}</sheetData>{f'<hyperlinks>{links}</hyperlinks>' if links else ''}{page}</worksheet>"
        )

    def _looks(self) -> dict[str, int]:
        """Add the looks of a listing to the styles and return their numbers by name; `link` is a body that leads on."""
        wrapped, single = '<alignment vertical="top" wrapText="1"/>', '<alignment vertical="top"/>'
        fonts = {
            "plain": '<sz val="11"/>',
            "title": '<b/><sz val="15"/>',
            "head": '<b/><sz val="11"/>',
            "link": '<u/><sz val="11"/><color rgb="FF0B5394"/>',
        }
        xml = self.text(self.styles)
        xml, line = appended(xml, "borders", "border", BORDER)
        styles = {}
        for name, look in fonts.items():
            font = f'<font xmlns="{MAIN}">{look}<name val="Calibri"/><family val="2"/></font>'
            xml, number = appended(xml, "fonts", "font", font)
            for style, border, place in (
                (name, 0, single),
                (f"{name} row", line, single),
                (f"{name} cell", line, wrapped),
            ):
                added = (
                    f'<xf xmlns="{MAIN}" numFmtId="0" fontId="{number}" fillId="0" borderId="{border}" xfId="0" '
                    f'applyFont="1" applyBorder="1" applyAlignment="1">{place}</xf>'
                )
                xml, styles[style] = appended(xml, "cellXfs", "xf", added)
        self.members[self.styles] = xml.encode()
        filled = {name: self._filled(styles["plain row"], name) for name in COLOURS if name != "HEAD"}
        head = self._filled(styles["head cell"], "HEAD")
        known = {"title": styles["title"], "plain": styles["plain"], "body": styles["plain cell"]}
        return {**known, "link": styles["link row"], "head": head, **filled}


def _opened_at(xml: str, number: int) -> str:
    """Return the workbook part with the sheet of that number (from 0) as the one that is shown first."""
    view = re.search(rf"<{P}workbookView\b[^>]*?(?=/?>)", xml)
    if view:
        said = re.sub(r"""\s(?:activeTab|firstSheet)\s*=\s*(?:"[^"]*"|'[^']*')""", "", view[0])
        return f'{xml[: view.start()]}{said} activeTab="{number}"{xml[view.end() :]}'
    sheets = re.search(rf"<{P}sheets\b", xml)
    if not sheets:
        raise UnmarkableError("sheets")
    views = f'<bookViews xmlns="{MAIN}"><workbookView activeTab="{number}"/></bookViews>'
    return xml[: sheets.start()] + views + xml[sheets.start() :]


def _unselected(xml: str) -> str:
    """Return a sheet that is not selected: what is typed into one of several selected sheets goes into all."""
    return re.sub(
        rf"<{P}sheetView\b[^>]*>",
        lambda view: re.sub(r"""\stabSelected\s*=\s*(?:"[^"]*"|'[^']*')""", "", view[0]),
        xml,
        count=1,
    )


def _clean(text: str) -> str:
    """Return what XML can hold of a text, cut to what a cell can."""
    return FORBIDDEN.sub("", text)[:LONGEST]


LINE, TITLE, GAP, MOST_LINES = 15, 24, 4, 25
"""Heights in points: a line of text, a title, what is free below a text; and how many lines a row shows."""
WIDTHS = (9, 36, 12, 46, 26, 26, 48, 20)
TAB = "FF0B5394"
BORDER = (
    f'<border xmlns="{MAIN}"><left/><right/><top/><bottom style="thin"><color rgb="FFD6D2C8"/></bottom>'
    "<diagonal/></border>"
)


def _coloured(xml: str, marks: Sequence[Mark], styled: Callable[[int, str], int]) -> str:
    """Give cells the style of their weight; a cell, or a row, that the file leaves out is added in its place."""
    wanted = {_place(mark): mark for mark in marks}
    pieces: list[str] = []
    done = 0
    for cell in CELL.finditer(xml):
        mark = wanted.pop(cell[3], None)
        if mark is not None:
            number = styled(int(attribute(cell[2], "s") or 0), mark.weight)
            rest = re.sub(r"""\ss\s*=\s*(?:"[^"]*"|'[^']*')""", "", cell[2])
            pieces += [xml[done : cell.start()], f'<{cell[1]}{rest} s="{number}"{cell[4]}>']
            done = cell.end()
    xml = "".join([*pieces, xml[done:]])
    for mark in list(wanted.values())[:MOST_ADDED]:
        xml = _with_cell(xml, mark, f'<c xmlns="{MAIN}" r="{_place(mark)}" s="{styled(0, mark.weight)}"/>')
    return xml


def _place(mark: Mark) -> str:
    return f"{column_letters(mark.column)}{mark.row}"


def _with_cell(xml: str, mark: Mark, cell: str) -> str:
    row = re.search(rf"""<({P}row)\b(?=[^>]*\sr\s*=\s*["']{mark.row}["'])[^>]*?(?:/>|>(.*?)</\1\s*>)""", xml, re.DOTALL)
    if row is None:
        return _with_row(xml, mark, f'<row xmlns="{MAIN}" r="{mark.row}">{cell}</row>')
    if row[2] is None:
        return before_end(xml[: row.end()], row[1].rsplit(":", 1)[-1], cell) + xml[row.end() :]
    start = row.start(2)
    for found in re.finditer(rf"""<{P}c\b[^>]*\sr\s*=\s*["']([A-Z]+)\d+["']""", row[2]):
        if column_number(found[1]) > mark.column:
            return xml[: start + found.start()] + cell + xml[start + found.start() :]
    return xml[: row.end(2)] + cell + xml[row.end(2) :]


def _with_row(xml: str, mark: Mark, row: str) -> str:
    for found in re.finditer(rf"""<{P}row\b[^>]*\sr\s*=\s*["'](\d+)["']""", xml):
        if int(found[1]) > mark.row:
            return xml[: found.start()] + row + xml[found.start() :]
    return before_end(xml, "sheetData", row)


def _insert_drawing(xml: str, element: str) -> str:
    """Put the reference to the drawing where the order of a worksheet's elements wants it."""
    end = xml.rindex("</")
    body = xml.rfind("sheetData", 0, end)
    behind = [m.start() for m in re.finditer(rf"<{P}(?:{'|'.join(BEHIND_DRAWING)}|AlternateContent)\b", xml)]
    place = min([start for start in behind if start > body], default=end)
    return xml[:place] + element + xml[place:]


def _text_row(number: int, line: Line, styles: Mapping[str, int]) -> str:
    cells = []
    for place, text in enumerate(line.texts):
        look = "link" if line.link and not place else line.look(place)
        cells.append(_text_cell(number, place + 1, text, styles[look]))
    return f'<row r="{number}" ht="{line.height}" customHeight="1">{"".join(cells)}</row>'


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of that many characters, at most MOST_LINES."""
    return min(MOST_LINES, sum(1 + int(len(line) * 1.1) // width for line in text.split("\n")))


def _text_cell(row: int, column: int, text: str, style: int) -> str:
    place = f"{column_letters(column)}{row}"
    if not text:
        return f'<c r="{place}" s="{style}"/>'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(_clean(text))}</t></is></c>'
