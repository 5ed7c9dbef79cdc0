"""Where the header of a table is, and which property each of its columns holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.model import Table

SEARCHED_ROWS = 40
"""Rows in which a header is looked for; letterheads with a logo take about ten."""


@dataclass(frozen=True)
class Header:
    """A header found in a grid: the last row it uses (0 = none) and the text above each place."""

    first_row: int
    last_row: int
    texts: Mapping[str, str]


def normal_heading(text: str) -> str:
    """Return the form in which headings are compared.

    Line breaks (also after a hyphen inside a word), non-breaking spaces, case, ß, a trailing colon or asterisk and
    repeated spaces make no difference (deliveries.md 25).
    """
    joined = re.sub(r"(?<=\w)-[^\S\n]*\n\s*(?=[a-zäöüß])", "", unicodedata.normalize("NFC", text.replace("\u00ad", "")))
    return re.sub(r"\s+", " ", joined).strip().rstrip(":*").strip().casefold()


def find_header(table: Table, known: Sequence[str]) -> Header | None:
    """Find the row, or the two rows, whose texts match most of the `known` headings.

    `known` holds headings as the mapping writes them; a two-line header is `group / heading`. Returns None where
    fewer than two headings (or all, if there are fewer) are found. Of equal matches the first wins, one line before
    two.
    """
    wanted = {normal_heading(text) for text in known}
    best, best_score = None, min(2, len(wanted)) - 1
    for position in range(min(SEARCHED_ROWS, len(table.cells))):
        for header in _candidates(table, position):
            score = len(wanted & {normal_heading(text) for text in header.texts.values()})
            if score > best_score:
                best, best_score = header, score
    return best


def _candidates(table: Table, position: int) -> list[Header]:
    row = int(table.cells.index[position])
    own = _texts(table, position)
    single = Header(row, row, {place: text for place, text in own.items() if text})
    if position + 1 >= len(table.cells):
        return [single]
    below = _texts(table, position + 1)
    return [single, Header(row, int(table.cells.index[position + 1]), _two_lines(table, row, own, below))]


def _texts(table: Table, position: int) -> dict[str, str]:
    return {str(place): str(text) for place, text in table.cells.iloc[position].items()}


def _two_lines(table: Table, row: int, upper: Mapping[str, str], lower: Mapping[str, str]) -> dict[str, str]:
    groups = _spread(table, row, upper)
    texts: dict[str, str] = {}
    for place, text in lower.items():
        group = groups.get(place, "")
        if text or upper[place]:
            texts[place] = " / ".join(part for part in (group, text) if part)
    return texts


def _spread(table: Table, row: int, upper: Mapping[str, str]) -> dict[str, str]:
    """Give each column the group text above it: its own, else that of the merged cell (or blank run) it lies in."""
    groups: dict[str, str] = {}
    places = list(upper)
    merged = [span for span in table.merged if span[0] <= row <= span[2]]
    for number, place in enumerate(places, start=1):
        span = next((s for s in merged if s[1] <= number <= s[3]), None)
        if upper[place]:
            groups[place] = upper[place]
        elif span is not None:
            groups[place] = upper[places[span[1] - 1]]
        elif not merged and number > 1:
            groups[place] = groups[places[number - 2]]
        else:
            groups[place] = ""
    return groups
