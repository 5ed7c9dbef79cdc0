"""The radar as SVG: a sector for each field, a ring for each status, a dot for each measure, at a place of its own.

A place is a cell of its sector, chosen from the number in the measure's id, so it is the same in every release: others
that come later take the cells that are left, and a new status moves a dot along its own ray, to another ring.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from math import cos, pi, sin
from textwrap import wrap

from flows.publish.site.charts import COLOURS

RINGS: tuple[tuple[str, tuple[str, ...], float, float], ...] = (
    ("completed", ("completed",), 70, 190),
    ("in_progress", ("in_progress", "on_hold"), 190, 330),
    ("planned", ("planned",), 330, 400),
    ("other", ("unknown", "discontinued", "merged"), 400, 490),
)
"""Name, the statuses in it, inner and outer radius."""
SIZE, MIDDLE = 1080, 540
NUMBERED = 10
"""Radius from which a dot has room for a number of up to three digits."""
LATTICE = (4, 8)
"""Cells of a sector across and along its rays; doubled as often as its measures need it."""


@dataclass(frozen=True)
class Dot:
    """One measure on the radar: where its page is, its words, its field and its status."""

    id: str
    href: str
    title: str
    field: str
    status: str


@dataclass(frozen=True)
class Place:
    """Where a dot is: in pixels from the top left of a picture of SIZE x SIZE, and how large."""

    x: float
    y: float
    radius: float


def places(dots: Sequence[Dot], fields: Sequence[str]) -> Mapping[str, Place]:
    """Return the place of each dot whose field is one of `fields`, by id."""
    found: dict[str, Place] = {}
    for number, field in enumerate(fields):
        held = sorted((dot for dot in dots if dot.field == field), key=lambda dot: (len(dot.id), dot.id))
        doubled = next(n for n in count() if LATTICE[0] * LATTICE[1] * 4**n >= 1.5 * len(held))
        cells = _cells([dot.id for dot in held], LATTICE[0] * LATTICE[1] * 4**doubled)
        for dot, cell in zip(held, cells, strict=True):
            found[dot.id] = _place(dot, cell, number, len(fields), 2**doubled)
    return found


def _cells(names: Sequence[str], available: int) -> list[int]:
    """Choose a cell for each name: the one its digest names, or the next that nobody before it has."""
    taken: set[int] = set()
    chosen = []
    for name in names:
        wanted = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % available
        cell = next((wanted + step * 7) % available for step in count() if (wanted + step * 7) % available not in taken)
        taken.add(cell)
        chosen.append(cell)
    return chosen


def _place(dot: Dot, cell: int, sector: int, sectors: int, density: int) -> Place:
    across, along = LATTICE[0] * density, LATTICE[1] * density
    inner, outer = next((ring[2], ring[3]) for ring in RINGS if dot.status in ring[1])
    row, column = divmod(cell, along)
    # Neighbouring rows are shifted against each other, so that dots of a ring form no lines.
    share = (column + 0.5 + 0.25 * (row % 2 * 2 - 1)) / along
    radius = inner + 14 + (outer - inner - 28) * ((row + 0.5) / across)
    angle = -pi / 2 + 2 * pi * (sector + 0.05 + 0.9 * share) / sectors
    return Place(MIDDLE + radius * cos(angle), MIDDLE + radius * sin(angle), max(3.0, 10.0 / density))


def radar(
    dots: Sequence[Dot],
    fields: Sequence[tuple[str, str]],
    rings: Mapping[str, str],
    connections: Sequence[tuple[str, str]],
    label: str,
) -> str:
    """Return the radar: `fields` are (id, title) in order, `rings` the words of RINGS, `connections` ids in pairs.

    Dots are links with a target of at least 24 pixels; a dot's connections show when it is pointed at or focused.
    """
    where = places(dots, [field for field, _ in fields])
    shapes = [_ring(name, outer, rings[name]) for name, _, _, outer in reversed(RINGS)]
    shapes += [_sector(number, len(fields), title) for number, (_, title) in enumerate(fields)]
    numbered = all(place.radius >= NUMBERED and len(number_of(name)) <= 3 for name, place in where.items())
    shapes += [_dot(dot, where, connections, numbered) for dot in dots if dot.id in where]
    opening = f'<svg class="radar" xmlns="http://www.w3.org/2000/svg" viewBox="-110 0 {SIZE + 220} {SIZE}" role="group"'
    return f'{opening} aria-label="{escape(label)}">{"".join(shapes)}</svg>'


def _ring(name: str, outer: float, words: str) -> str:
    circle = f'<circle class="ring r-{name}" cx="{MIDDLE}" cy="{MIDDLE}" r="{outer:g}" fill="none" stroke="#ccc"/>'
    place = f'x="{MIDDLE}" y="{MIDDLE - outer + 16:g}" text-anchor="middle"'
    return f'{circle}<text class="ring-name" {place}>{escape(words)}</text>'


def _sector(number: int, sectors: int, title: str) -> str:
    start = -pi / 2 + 2 * pi * number / sectors
    middle = start + pi / sectors
    outer = RINGS[-1][3]
    ray = (
        f'<line class="axis" x1="{MIDDLE + 70 * cos(start):.1f}" y1="{MIDDLE + 70 * sin(start):.1f}" '
        f'x2="{MIDDLE + outer * cos(start):.1f}" y2="{MIDDLE + outer * sin(start):.1f}" stroke="#ccc"/>'
    )
    x, y = MIDDLE + (outer + 18) * cos(middle), MIDDLE + (outer + 18) * sin(middle)
    anchor = "start" if cos(middle) > 0.3 else "end" if cos(middle) < -0.3 else "middle"
    lines = wrap(title, 14)
    start_y = y - 10 * (len(lines) - 1) + 5
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{start_y + 20 * n:.1f}">{escape(line)}</tspan>' for n, line in enumerate(lines)
    )
    return f'{ray}<text class="sector" text-anchor="{anchor}">{spans}</text>'


def number_of(identifier: str) -> str:
    """Return the number in the id of a measure, by which a dot is found in the list: `M-0042` is 42."""
    return identifier.rpartition("-")[2].lstrip("0")


def _dot(dot: Dot, where: Mapping[str, Place], connections: Sequence[tuple[str, str]], numbered: bool) -> str:
    own = where[dot.id]
    others = [b if a == dot.id else a for a, b in connections if dot.id in (a, b)]
    lines = "".join(
        f'<line class="connection" x1="{own.x:.1f}" y1="{own.y:.1f}" x2="{where[o].x:.1f}" y2="{where[o].y:.1f}"/>'
        for o in others
        if o in where
    )
    centre = f'cx="{own.x:.1f}" cy="{own.y:.1f}"'
    mark = f'<circle class="s-{dot.status}" {centre} r="{own.radius:g}" fill="{COLOURS[dot.status]}"/>'
    number = number_of(dot.id) if numbered else ""
    place = f'class="n{len(number)} on-{dot.status}" x="{own.x:.1f}" y="{own.y + 4.3:.1f}" text-anchor="middle"'
    mark += f'<text {place} aria-hidden="true">{escape(number)}</text>' if number else ""
    inside = f'<title>{escape(dot.title)}</title><circle class="target" {centre} r="13" fill="none"/>{mark}'
    return f'<g class="dot" id="dot-{escape(dot.id)}"><a href="{escape(dot.href)}">{inside}</a>{lines}</g>'
