"""Read delimited text as it comes out of Excel, databases and editors."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pandas as pd

from flows.formats.encoding import decode
from flows.formats.limits import MAX_CELLS, MAX_COLUMNS
from flows.formats.places import column_letters
from flows.formats.records import check_rows
from flows.formats.refusal import Unreadable, broken, oversized
from flows.model import Finding, Table

DELIMITERS = (";", "\t", ",", "|")
"""German Excel first; of equal evidence the earlier wins."""

SAMPLE_ROWS = 60
SEPARATOR_LINE = re.compile(r'\A"?sep=([;,|:^~!#\t])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


def read_csv(
    data: bytes, hints: Mapping[str, Any], headings: Collection[str], sheet: str = ""
) -> tuple[list[Table], list[Finding]]:
    """Read one delimited text file as one grid; a record is a row, however many lines its quoted cells take.

    `hints` may hold `encoding` and `delimiter`, `headings` are those the mapping knows. Rows keep the number Excel
    shows: blank lines count, a `sep=` line does not. Findings: those of `decode`, `separator_line_removed` (FIX),
    `ragged_row` (ERROR, the row is kept). Raises Unreadable.
    """
    decoded = decode(data, headings, str(hints.get("encoding", "")), sheet)
    text, declared = _drop_separator_line(decoded.text)
    findings = list(decoded.findings)
    if declared:
        findings.append(Finding("separator_line_removed", "FIX", sheet=sheet, value=f"sep={declared}"))
    delimiter = str(hints.get("delimiter", "")) or declared or detect_delimiter(text, headings)
    widths = _record_widths(text, delimiter)
    cells = _read_cells(text, delimiter, widths)
    findings += _ragged_rows(cells, widths, headings, sheet)
    return [Table(sheet, cells, "grid")], findings


def detect_delimiter(text: str, headings: Collection[str]) -> str:
    """Return the delimiter under which the first rows show most known headings, then most rows of one width > 1."""
    scores = {delimiter: _delimiter_score(text, delimiter, headings) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: scores[delimiter])


def _delimiter_score(text: str, delimiter: str, headings: Collection[str]) -> tuple[int, int, int]:
    rows = _sample(text, delimiter)
    known = max((_known(row, headings) for row in rows), default=0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return known, count, width


def _sample(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        rows.extend(islice(_records(text, delimiter), SAMPLE_ROWS))
    except csv.Error:
        # With the wrong delimiter a stray quotation mark may swallow the rest: what came before is evidence enough.
        return rows
    return rows


def _known(row: Sequence[str], headings: Collection[str]) -> int:
    return len({_plain(cell) for cell in row if cell} & {_plain(heading) for heading in headings})


def _plain(text: str) -> str:
    return " ".join(text.replace("-\n", "").split()).rstrip(":* ").casefold()


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _drop_separator_line(text: str) -> tuple[str, str]:
    found = SEPARATOR_LINE.match(text)
    return (text[found.end() :], found[1]) if found else (text, "")


def _record_widths(text: str, delimiter: str) -> list[int]:
    """Return the number of cells of every record; pandas cannot tell a short row from one with empty cells."""
    widths: list[int] = []
    try:
        widths.extend(len(record) or 1 for record in _records(text, delimiter))
    except csv.Error as fault:
        # The csv module stops at 131,072 characters in one cell; Excel holds 32,767. Such a cell is an open quote.
        raise Unreadable("unclosed_quote", '"', '"', len(widths) + 1) from fault
    check_rows(len(widths), "rows")
    if max(widths, default=0) > MAX_COLUMNS:
        row = next(number for number, width in enumerate(widths, start=1) if width > MAX_COLUMNS)
        raise oversized(f"csv: {max(widths)} columns in row {row}", MAX_COLUMNS)
    if max(widths, default=0) * len(widths) > MAX_CELLS:
        raise oversized(f"csv: {len(widths)} rows of up to {max(widths)} columns", MAX_CELLS)
    return widths


def _read_cells(text: str, delimiter: str, widths: Sequence[int]) -> pd.DataFrame:
    columns = [column_letters(number) for number in range(1, max(widths, default=0) + 1)]
    if not columns:
        return pd.DataFrame(dtype=str)
    try:
        cells = pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            header=None,
            names=columns,
            index_col=False,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
        )
    except pd.errors.ParserError as fault:
        raise Unreadable("unclosed_quote", '"', '"', len(widths)) from fault
    if len(cells) != len(widths):
        raise broken("csv", f"{len(cells)} rows or {len(widths)}, by how quotation marks are read")
    return cells.set_index(pd.RangeIndex(1, len(cells) + 1))


def _ragged_rows(
    cells: pd.DataFrame, widths: Sequence[int], headings: Collection[str], sheet: str
) -> Iterator[Finding]:
    """Find the rows below the header that have more or fewer cells than it; surplus empty cells lose nothing.

    A row with nothing but its first cell is a title, total or footnote far more often than a broken record, and is
    told by whoever sorts the rows.
    """
    header, width = _header(cells, widths, headings)
    odd = [row for row in range(header + 1, len(widths) + 1) if widths[row - 1] != width]
    for row in odd:
        filled = [place for place, text in enumerate(cells.loc[row], start=1) if text.strip()]
        if filled and filled != [1] and (widths[row - 1] < width or filled[-1] > width):
            yield Finding("ragged_row", "ERROR", sheet=sheet, row=row, value=str(widths[row - 1]), expected=str(width))


def _header(cells: pd.DataFrame, widths: Sequence[int], headings: Collection[str]) -> tuple[int, int]:
    """Return row and width of the header: the row with most known headings, else the usual width from the top."""
    scores = [_known(row, headings) for row in cells.head(SAMPLE_ROWS).itertuples(index=False)]
    if max(scores, default=0) > 0:
        best = scores.index(max(scores))
        return best + 1, widths[best]
    usual = Counter(width for width in widths if width > 1).most_common(1)
    return 0, usual[0][0] if usual else 1
