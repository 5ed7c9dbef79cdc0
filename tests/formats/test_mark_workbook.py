"""A supplier's workbook comes back with marks on it and with everything else as it was."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.formats.mark_workbook import COLOURS, Line, Mark, mark_workbook
from flows.formats.workbook_xml import UnmarkableError

LINK = "'Maßnahmen & mehr'!B2"
LISTING = [
    Line(["Alle Befunde"], ["title"]),
    Line(["Angenommen", ""], ["GOOD"]),
    Line(["Stelle", "Gewicht"], ["head"]),
    Line(["Zelle B2", "Fehler"], ["body", "ERROR"], LINK),
]
RED = Mark(2, 2, "ERROR", "Zahl nicht lesbar\nErwartet: 56")


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {name: container.read(name) for name in container.namelist()}


def workbook(*, rich: bool = True) -> bytes:
    """A workbook with what libraries lose: rich text, a text box, a sparkline, a button, a note, a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Maßnahmen & mehr")
        money = book.add_format({"num_format": "#,##0.00 €", "italic": True})
        sheet.write("A1", "Überschrift")
        sheet.write("B2", 1234.5, money)
        sheet.write("B3", 2)
        sheet.write_formula("B4", "=SUM(B2:B3)", None, 1236.5)
        book.define_name("Summe", "='Maßnahmen & mehr'!$B$4")
        if rich:
            sheet.write_rich_string("A5", "schlicht ", book.add_format({"bold": True}), "fett", " schlicht")
            sheet.insert_textbox("D2", "Bitte hier lesen")
            sheet.add_sparkline("C2", {"range": "'Maßnahmen & mehr'!B2:B3"})
            sheet.insert_button("F3", {"caption": "Makro"})
            sheet.write_comment("B3", "alte Notiz")
        book.add_worksheet("Zweites").write("A1", "unberührt")
    return buffer.getvalue()


def marked(data: bytes, *marks: Mark) -> bytes:
    return mark_workbook(data, {"Maßnahmen & mehr": marks}, "Rückmeldung", LISTING)


def test_a_marked_cell_is_coloured_and_commented_and_keeps_its_format():
    cell = openpyxl.load_workbook(io.BytesIO(marked(workbook(), RED)))["Maßnahmen & mehr"]["B2"]
    assert cell.fill.fgColor.rgb == COLOURS["ERROR"]
    assert (cell.value, cell.number_format, cell.font.italic) == (1234.5, "#,##0.00 €", True)
    assert cell.comment.text == RED.text


def test_everything_else_stays_as_it_was():
    before = workbook()
    after = marked(before, RED, Mark(9, 9, "WARN", "fehlt"))
    old, new = members(before), members(after)
    assert set(old) <= set(new)
    sheet = "xl/worksheets/sheet1.xml"
    untouched = set(old) - {
        sheet,
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    untouched -= {"[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    assert {name for name in untouched if old[name] != new[name]} == set()
    added = re.compile(rb"""<row [^>]*r="9">.*?</row>|\ss="\d+"|<c [^>]*r="(?:B2)"[^>]*?>|\stabSelected="1"(?=\s)""")
    assert added.sub(b"", old[sheet]) == added.sub(b"", new[sheet])
    assert b"Bitte hier lesen" in b"".join(new.values())
    assert b"sparkline" in new[sheet]


def test_a_cell_that_is_not_in_the_file_is_added_in_its_place():
    marks = [
        Mark(2, 1, "WARN", "leer"),
        Mark(2, 7, "WARN", "leer"),
        Mark(3, 1, "FIX", "leer"),
        Mark(30, 2, "ERROR", "leer"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(marked(workbook(), *marks)))["Maßnahmen & mehr"]
    assert [sheet.cell(m.row, m.column).fill.fgColor.rgb for m in marks] == [COLOURS[m.weight] for m in marks]
    xml = members(marked(workbook(), *marks))["xl/worksheets/sheet1.xml"].decode()
    rows = [int(n) for n in re.findall(r'<row [^>]*?r="(\d+)"', xml)]
    assert rows == sorted(rows)


def test_a_note_that_is_there_stays_behind_our_words():
    sheet = openpyxl.load_workbook(io.BytesIO(marked(workbook(), Mark(3, 2, "ERROR", "So nicht"))))["Maßnahmen & mehr"]
    assert sheet["B3"].comment.text.startswith("So nicht")
    assert sheet["B3"].comment.text.endswith("alte Notiz")


def test_the_last_sheet_lists_all():
    book = openpyxl.load_workbook(io.BytesIO(marked(workbook(), RED)))
    assert book.sheetnames == ["Maßnahmen & mehr", "Zweites", "Rückmeldung"]
    assert [[c.value for c in row] for row in book["Rückmeldung"].iter_rows(max_col=2)][-1] == ["Zelle B2", "Fehler"]
    assert book.defined_names["Summe"].value == "'Maßnahmen & mehr'!$B$4"


def test_it_opens_at_the_list_whose_places_lead_to_their_cells():
    book = openpyxl.load_workbook(io.BytesIO(marked(workbook(), RED)))
    assert book.active.title == "Rückmeldung"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["Rückmeldung"]
    listed = book["Rückmeldung"]
    assert listed["A4"].hyperlink.location == LINK
    assert [listed[place].fill.fgColor.rgb for place in ("A2", "A3", "B4")] == [
        COLOURS[look] for look in ("GOOD", "HEAD", "ERROR")
    ]


def test_macros_are_handed_back_byte_by_byte():
    parts = members(workbook(rich=False)) | {"xl/vbaProject.bin": bytes(range(256)) * 9}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        for name, content in parts.items():
            container.writestr(name, content)
    assert members(marked(buffer.getvalue(), RED))["xl/vbaProject.bin"] == parts["xl/vbaProject.bin"]


def test_equal_arguments_give_equal_bytes():
    data = workbook()
    assert marked(data, RED) == marked(data, RED)


def test_text_is_never_markup():
    hostile = "</t></comment>\x00<x>&amp;\ud800 =1+1"
    sheet = openpyxl.load_workbook(io.BytesIO(marked(workbook(), Mark(2, 2, "ERROR", hostile))))["Maßnahmen & mehr"]
    assert sheet["B2"].comment.text == "</t></comment><x>&amp; =1+1"


@given(st.binary(max_size=300), st.integers(0, 4000))
@settings(max_examples=40, derandomize=True)
def test_what_cannot_be_edited_is_refused_and_never_raises_otherwise(noise: bytes, place: int):
    data = workbook(rich=False)
    damaged = data[:place] + noise + data[place + len(noise) :]
    with contextlib.suppress(UnmarkableError):
        marked(damaged, RED)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip"])
def test_what_is_no_workbook_is_refused(data: bytes):
    with pytest.raises(UnmarkableError):
        marked(data, RED)
