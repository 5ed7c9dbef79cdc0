"""Pictures as SVG: shapes are placed in percent of the width, so that text keeps its size on a phone.

Shapes carry a class, by which the style sheet colours them in light, dark and forced colours, and the colour of the
light scheme as an attribute, for where a picture stands alone. A picture never says more than the table it belongs to.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor

from flows.publish.site.rendering import File

COLOURS: Mapping[str, str] = {
    "planned": "#5a6b7c",
    "in_progress": "#1f6fb2",
    "on_hold": "#8f6400",
    "completed": "#1c7440",
    "discontinued": "#a8322a",
    "merged": "#6e4a9e",
    "unknown": "#6b6b66",
}
Column = tuple[str, bool]
"""Heading, and whether the cells are numbers."""


@dataclass(frozen=True)
class Chart:
    """A picture with its finding as a sentence and the same numbers as a table."""

    svg: str
    summary: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int | float, ...], ...]


def csv_file(path: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> File:
    """Return a table as a CSV file (RFC 4180) at `path`: plain numbers, nothing for what is missing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([heading for heading, _ in columns])
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return path, "text/csv", text.getvalue().encode()


def stacked_bar(parts: Sequence[tuple[str, int]], whole: int, label: str) -> str:
    """Return one bar: a part for each status (code, count), as long as its share of `whole`, with gaps between them."""
    shapes, left = [], 0.0
    for code, count in parts:
        width = 100 * count / whole if whole else 0
        if count:
            fill = COLOURS.get(code, COLOURS["unknown"])
            x, w = _number(left), _number(width)
            pattern = ' class="s-' + code + '"'
            shapes.append(f'<rect{pattern} x="{x}%" y="0" width="{w}%" height="16" fill="{fill}"/>')
            shapes.append(f'<line class="gap" x1="{x}%" x2="{x}%" y1="0" y2="16" stroke="#fff"/>' if left else "")
        left += width
    return _svg("".join(shapes), 16, label, "bar")


def share_bars(bars: Sequence[tuple[str, float, str]], label: str) -> str:
    """Return a bar each for shares of a hundred (class, per cent, words above it), on a common scale."""
    shapes = []
    for number, (name, share, words) in enumerate(bars):
        y = number * 46
        shapes.append(f'<text x="0" y="{y + 13}">{escape(words)}</text>')
        shapes.append(f'<rect class="ground" x="0" y="{y + 20}" width="100%" height="14" fill="#d6d2c8"/>')
        shapes.append(f'<rect class="{name}" x="0" y="{y + 20}" width="{_number(share)}%" height="14" fill="#1f6fb2"/>')
    return _svg("".join(shapes), len(bars) * 46 - 8, label, "shares")


@dataclass(frozen=True)
class Span:
    """A bar of a time line: its class, its row from the top, first and last moment in years."""

    name: str
    row: int
    start: float
    end: float


@dataclass(frozen=True)
class Mark:
    """A point of a time line: its class, its row, the moment in years."""

    name: str
    row: int
    at: float


def time_line(spans: Sequence[Span], marks: Sequence[Mark], rows: Sequence[str], label: str) -> str:
    """Return spans and points over a scale of years, in `rows` with their words above each.

    What words say after a colon is detail, which the style sheet leaves out where there is no room.
    """
    moments = [m for span in spans for m in (span.start, span.end)] + [mark.at for mark in marks]
    first, last = floor(min(moments)), max(ceil(max(moments)), floor(min(moments)) + 1)
    bottom = len(rows) * 40 + 6

    def place(moment: float) -> str:
        return f"{_number(2 + 96 * (moment - first) / (last - first))}%"

    shapes = []
    step = max(1, ceil((last - first) / 5))
    for year in range(first, last + 1):
        shown = (year - first) % step == 0
        shapes.append(f'<line class="axis" x1="{place(year)}" x2="{place(year)}" y1="0" y2="{bottom}" stroke="#ccc"/>')
        if shown and year < last:
            shapes.append(f'<text class="quiet" x="{place(year)}" dx="3" y="{bottom + 14}">{year}</text>')
    for number, words in enumerate(rows):
        name, colon, detail = words.partition(": ")
        more = f'<tspan class="detail">{colon}{escape(detail)}</tspan>' if detail else ""
        shapes.append(f'<text x="2%" y="{number * 40 + 13}" dx="3">{escape(name)}{more}</text>')
    for span in spans:
        width = _number(96 * (span.end - span.start) / (last - first))
        y = span.row * 40 + 20
        shapes.append(f'<rect class="{span.name}" x="{place(span.start)}" y="{y}" width="{width}%" height="12"/>')
    shapes += [f'<circle class="{mark.name}" cx="{place(mark.at)}" cy="{mark.row * 40 + 26}" r="6"/>' for mark in marks]
    return _svg("".join(shapes), bottom + 20, label, "time")


def _svg(shapes: str, height: int, label: str, name: str) -> str:
    opening = f'<svg class="{name}" xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}" role="img"'
    return f'{opening} aria-label="{escape(label)}">{shapes}</svg>'


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
