"""Comments of an XLSX file: their words, and the boxes they are shown in, sized to the sheet (decision 0024)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from flows.formats.workbook_xml import MAIN, P, attribute, before_end

AUTHOR = "Offenlage"


def joined(known: str, texts: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Put our words in front of comments that are there already; returns what is left to add."""
    left = dict(texts)
    for place, text in texts.items():
        own = re.search(rf"""<({P})comment\b(?=[^>]*\sref\s*=\s*["']{place}["'])[^>]*>\s*<\1text\s*>""", known)
        if own:
            plain = re.match(rf"<{own[1]}t\b", known[own.end() :])
            if plain:
                inner = known.index(">", own.end()) + 1
                known = f"{known[:inner]}{escape(text)}\n\n{known[inner:]}"
            else:
                said = f'<{own[1]}r><{own[1]}t xml:space="preserve">{escape(text)}\n\n</{own[1]}t></{own[1]}r>'
                known = known[: own.end()] + said + known[own.end() :]
            del left[place]
    return known, left


def with_comments(xml: str, texts: Mapping[str, str]) -> str:
    """Add comments to the part that holds them, each under its place ("B7"), in our name."""
    number = len(re.findall(rf"<{P}author\b", xml))
    xml = before_end(xml, "authors", f'<author xmlns="{MAIN}">{AUTHOR}</author>')
    added = "".join(
        f'<comment xmlns="{MAIN}" ref="{place}" authorId="{number}"><text><r><rPr><sz val="9"/></rPr>'
        f'<t xml:space="preserve">{escape(text)}</t></r></text></comment>'
        for place, text in texts.items()
    )
    return before_end(xml, "commentList", added)


SHAPE_TYPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
"""What the box of a comment looks like; a drawing of buttons only does not have it yet."""


BOX, BOX_LINE, FURTHEST = 44, 12.5, 60
"""Of the box of a comment: characters in a line, points of a line's height, most columns or rows that it covers."""


def canvas(boxes: str) -> str:
    """Return a new drawing (VML) with these boxes."""
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel">{SHAPE_TYPE}{boxes}</xml>'
    )


class Grid:
    """How wide the columns (in characters) and how high the rows (in points) of a sheet are."""

    def __init__(self, xml: str) -> None:
        default = re.search(rf"<{P}sheetFormatPr\b[^>]*>", xml)
        self.usual = tuple(
            _number(default[0] if default else "", name, usual)
            for name, usual in (("defaultColWidth", 9.0), ("defaultRowHeight", 15.0))
        )
        columns = re.findall(rf"<{P}col\b[^>]*>", xml)
        self.columns = [(_number(c, "min", 0), _number(c, "max", 0), _size(c, "width", self.usual[0])) for c in columns]
        rows = re.findall(rf"<{P}row\b[^>]*>", xml)
        self.rows = {_number(row, "r", 0): _size(row, "ht", self.usual[1]) for row in rows}

    def width(self, column: int) -> float:
        """Return the width of a column, from 1."""
        return next((size for first, last, size in self.columns if first <= column <= last), self.usual[0])

    def height(self, row: int) -> float:
        """Return the height of a row, from 1."""
        return self.rows.get(row, self.usual[1])


def _number(tag: str, name: str, usual: float) -> float:
    said = attribute(tag, name)
    return float(said) if re.fullmatch(r"\d{1,7}(?:\.\d+)?", said) else usual


def _size(tag: str, name: str, usual: float) -> float:
    return 0.0 if attribute(tag, "hidden") in ("1", "true") else _number(tag, name, usual)


def _reach(first: int, wanted: float, size: Callable[[int], float]) -> int:
    """Return the number (from 1) of the column or row with which `wanted` is reached, beginning at `first`."""
    last, reached = first, size(first)
    while reached < wanted and last < first + FURTHEST:
        last += 1
        reached += size(last)
    return last


def box(number: int, row: int, column: int, text: str, grid: Grid) -> str:
    """Return the box of a comment, beside its cell (from 1) and large enough to be read without being drawn larger."""
    lines = sum(1 + len(line) // BOX for line in text.split("\n"))
    right = _reach(column + 1, BOX, grid.width)
    bottom = _reach(row, lines * BOX_LINE + BOX_LINE, grid.height)
    anchor = f"{column}, 12, {row - 1}, 4, {right}, 12, {bottom}, 4"
    return (
        f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel" id="offenlage{number}" type="#_x0000_t202" '
        'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox '
        'style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )
