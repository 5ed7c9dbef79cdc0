"""A delivery handed back as a workbook: each cell in question coloured and commented, and a sheet that lists all."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import xlsxwriter

from flows.feedback.page_words import WORDS
from flows.feedback.words import GRAVEST_FIRST, PERSONAL, QUIET
from flows.formats.mark_workbook import COLOURS, TAB, WIDTHS, Line, Mark, mark_workbook
from flows.formats.places import column_letters, column_number
from flows.formats.workbook_xml import UnmarkableError
from flows.formats.write_workbook import CREATED, OPTIONS
from flows.model import Table
from flows.normalise.template_form import FEEDBACK
from flows.validate.discreet import discreet_names
from flows.validate.privacy import personal_places

WEIGHT = {"BLOCK": "ERROR", "ERROR": "ERROR", "WARN": "WARN", "FIX": "FIX"}
"""Level of a finding -> colour; what is only for information is listed, not coloured."""
GRAVITY = ("ERROR", "WARN", "FIX")
VERDICTS = {"accepted": "GOOD", "with_remarks": "WARN", "not_accepted": "ERROR"}
"""What a delivery came to -> colour."""
MOST_CELLS, MOST_ROWS, MOST_COLUMNS = 5_000, 20_000, 500
SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def marked_workbook(
    files: Sequence[tuple[str, bytes]], tables: Sequence[Table], told: Mapping[str, Any], lang: str
) -> tuple[str, bytes]:
    """Return the suffix and the bytes of the workbook that answers a delivery (`told` is its report).

    A single XLSX or XLSM file comes back as it was with marks on it; for all else, and where the file is built in a way
    that cannot be edited, a fresh XLSX holds the cells as they were read.
    """
    shown = discreet_names(table.sheet for table in tables)
    names = {to: name for name, to in shown.items()}
    marks = {names.get(sheet, sheet): found for sheet, found in _marks(told["findings"], lang).items()}
    if len(files) == 1 and files[0][1][:4] == b"PK\x03\x04":
        try:
            marked = mark_workbook(files[0][1], marks, FEEDBACK[lang][0], _listing(told, lang))
        except UnmarkableError:
            pass
        else:
            return ("xlsm" if b"vbaProject.bin" in files[0][1] else "xlsx"), marked
    return "xlsx", _fresh([replace(table, sheet=shown[table.sheet]) for table in tables], told, lang)


def _marks(findings: Sequence[Mapping[str, Any]], lang: str) -> dict[str, list[Mark]]:
    """Return the cells in question per sheet; what is said of one cell several times stands in one comment."""
    cells: dict[tuple[str, int, int], list[Mapping[str, Any]]] = {}
    for finding in findings:
        if finding["row"] and finding["level"] in WEIGHT:
            letters = re.fullmatch("[A-Z]{1,3}", finding["column"])
            column = column_number(finding["column"]) if letters else 1
            cells.setdefault((finding["sheet"], finding["row"], column), []).append(finding)
    marks: dict[str, list[Mark]] = {}
    for (sheet, row, column), found in list(cells.items())[:MOST_CELLS]:
        weight = min((WEIGHT[one["level"]] for one in found), key=GRAVITY.index)
        text = "\n\n".join(dict.fromkeys(_comment(one, lang) for one in found))
        marks.setdefault(sheet, []).append(Mark(row, column, weight, text))
    return marks


def _comment(finding: Mapping[str, Any], lang: str) -> str:
    """Say what is wrong, what is expected and what to do."""
    said, words = finding[lang], WORDS[lang]
    lines = [f"{said['level']}: {said['title']}", said["meaning"]]
    lines += [f"{words['cell_expected']}: {said['expected']}"] * bool(said["expected"])
    lines += [f"{words['cell_remedy']}: {said['remedy']}"] * (finding["level"] != "FIX")
    return "\n".join(lines)


def _listing(told: Mapping[str, Any], lang: str) -> list[Line]:
    """Return the rows of the sheet that lists all findings: first what it came to and what the colours mean."""
    words = WORDS[lang]
    verdict = f"{words[told['verdict']]}. {words[told['verdict'] + '_means']}"
    head = [words["cell"], words["where"], words["level"], words["what"], words["cell_found"], words["cell_expected"]]
    legend = [words["legend_error"], "", words["legend_warn"], "", words["legend_fix"], ""]
    return [
        Line([FEEDBACK[lang][1]], ["title"]),
        Line([verdict, "", "", "", "", "", "", ""], [VERDICTS[told["verdict"]]]),
        Line([_counted(told, lang)], ["plain"]),
        Line(legend, ["ERROR", "ERROR", "WARN", "WARN", "FIX"]),
        Line([words["list_hint"]], ["plain"]),
        Line([""], ["plain"]),
        Line([*head, words["cell_remedy"], words["who"]], ["head"]),
        *[_listed(finding, lang) for finding in told["findings"]],
    ]


def _counted(told: Mapping[str, Any], lang: str) -> str:
    """Say how many findings there are of each weight, the gravest first, and how much would change."""
    words = WORDS[lang]
    levels = {finding["level"]: finding[lang]["level"] for finding in told["findings"]}
    said = [f"{told['levels'][level]} × {levels[level]}" for level in GRAVEST_FIRST if level in levels]
    changes = len(told["changes"])
    said.append(f"{changes} {words['entry' if changes == 1 else 'entries']}")
    return " · ".join(said)


def _listed(finding: Mapping[str, Any], lang: str) -> Line:
    said = finding[lang]
    cell = bool(finding["row"] and re.fullmatch("[A-Z]{1,3}", finding["column"]))
    place = f"{finding['column']}{finding['row']}" * cell
    what = f"{said['title']}: {said['meaning']}"
    todo = ["", ""] if finding["level"] in QUIET else [said["remedy"], said["who"]]
    texts = [place, said["place"], said["level"], what, said["found"], said["expected"], *todo]
    looks = ["body", "body", WEIGHT.get(finding["level"], "body"), "body"]
    sheet = finding["sheet"].replace("'", "''")
    named = sheet and not re.fullmatch(r"\(\d+\)", sheet)
    return Line(texts, looks, f"'{sheet}'!{place}" if cell and named else "")


def _fresh(tables: Sequence[Table], told: Mapping[str, Any], lang: str) -> bytes:
    """Write the cells as they were read, one sheet a table, marked, and the list of findings in front."""
    marks = _marks(told["findings"], lang)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        _write_listing(book, _listing(told, lang), FEEDBACK[lang][0])
        for number, table in enumerate(tables, start=1):
            found = marks.get(table.sheet, []) if table.layout == "grid" else _by_place(table, told, lang)
            _write_table(book, _without_personal(table, told), number, found)
    return buffer.getvalue()


def _without_personal(table: Table, told: Mapping[str, Any]) -> Table:
    """Leave out what was taken for personal data: these cells are written anew, and are not to repeat it."""
    cells = table.cells.copy()
    for place in cells.columns:
        suspect = personal_places(pl.Series(cells[place].to_list(), dtype=pl.String)).to_list()
        cells.loc[cells.index[suspect], place] = None
    for finding in told["findings"]:
        if finding["rule"] in PERSONAL and finding["sheet"] == table.sheet and finding["column"] in cells.columns:
            rows = cells.index if finding["row"] is None else cells.index[cells.index == finding["row"]]
            cells.loc[rows, finding["column"]] = None
    return replace(table, cells=cells)


def _by_place(table: Table, told: Mapping[str, Any], lang: str) -> list[Mark]:
    """Return the marks of a list of records: their columns are named by pointers, their rows lie below a heading."""
    columns = {str(place): number for number, place in enumerate(table.cells.columns, start=1)}
    rows = {int(row): number for number, row in enumerate(table.cells.index, start=2)}
    placed = []
    for finding in told["findings"]:
        if finding["sheet"] == table.sheet and finding["row"] in rows and finding["level"] in WEIGHT:
            column = column_letters(columns.get(finding["column"], 1))
            placed.append({**finding, "row": rows[finding["row"]], "column": column})
    return _marks(placed, lang).get(table.sheet, [])


def _write_listing(book: xlsxwriter.Workbook, listing: Sequence[Line], name: str) -> None:
    sheet = book.add_worksheet(name)
    wrapped = {"valign": "top", "text_wrap": True, "bottom": 1, "bottom_color": "#D6D2C8"}
    filled = {look: {**wrapped, "text_wrap": False, "bg_color": f"#{argb[2:]}"} for look, argb in COLOURS.items()}
    looks = {"title": {"bold": True, "font_size": 15}, "plain": {}, "body": wrapped, **filled}
    formats = {look: book.add_format(how) for look, how in looks.items()}
    formats["head"] = book.add_format({**filled["HEAD"], "bold": True, "text_wrap": True})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for number, line in enumerate(listing):
        sheet.set_row(number, line.height)
        for column, text in enumerate(line.texts):
            sheet.write_string(number, column, text[:32_000], formats[line.look(column)])
    sheet.freeze_panes(next(n for n, line in enumerate(listing, start=1) if "head" in line.looks), 0)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(f"#{TAB[2:]}")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_table(book: xlsxwriter.Workbook, table: Table, number: int, marks: Sequence[Mark]) -> None:
    name = SHEET_NAME.sub(" ", table.sheet).strip("' ")[:24] or str(number)
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    sheet = book.add_worksheet(name if name.casefold() not in taken else f"{name} {number}")
    looks = {weight: book.add_format({"bg_color": f"#{argb[2:]}"}) for weight, argb in COLOURS.items()}
    weights = {(mark.row, mark.column): mark for mark in marks}
    for row, column, text in _cells(table):
        mark = weights.get((row, column))
        look = looks[mark.weight] if mark else None
        if text:
            sheet.write_string(row - 1, column - 1, text[:32_000], look)
        elif mark:
            sheet.write_blank(row - 1, column - 1, None, look)
    for mark in marks:
        sheet.write_comment(mark.row - 1, mark.column - 1, mark.text[:32_000], {"author": "Offenlage", "x_scale": 2.5})
    sheet.autofit(300)


def _cells(table: Table) -> Iterator[tuple[int, int, str]]:
    """Yield row and column (from 1) and text of the cells; a list of records gets its pointers as a heading."""
    places = [str(place) for place in table.cells.columns][:MOST_COLUMNS]
    grid = table.layout == "grid"
    if not grid:
        yield from ((1, column, place) for column, place in enumerate(places, start=1))
    for number, (row, values) in enumerate(zip(table.cells.index, table.cells.to_numpy(), strict=True), start=2):
        if number > MOST_ROWS:
            return
        for column, text in enumerate(values[:MOST_COLUMNS], start=1):
            yield (int(row) if grid else number), column, "" if text is None else str(text)
