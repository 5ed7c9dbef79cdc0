"""What a sheet shows or hides beside its values (deliveries.md 29, 32, 33), and both date systems."""

from __future__ import annotations

import struct

import pytest
from office_files import SHEET, ods, ods_cell, unzipped, with_sheet, xls, xls_record, xlsx, zipped
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from flows.formats.read import read
from flows.model import Marks, Table


def marks(data: bytes, **hints: bool) -> Marks:
    return table(data, **hints).marks


def table(data: bytes, **hints: bool) -> Table:
    tables, found = read([("a", data)], hints, [])
    assert len(tables) == 1, found
    return tables[0]


def marked(sheet) -> None:
    for row in ("Nr", "Status", "x"), (1, None, "z"), (2, "läuft", "y"), (3, None, None):
        sheet.append(row)
    sheet["B2"].fill = PatternFill("solid", fgColor="92D050")
    sheet["B4"].fill = PatternFill("solid", fgColor="FFFFFF")
    sheet["A2"].fill = PatternFill("solid", fgColor="FF0000")
    sheet["B3"].font = Font(strike=True)
    sheet["C3"].comment = Comment("geheim", "somebody")
    sheet["C2"].comment = Comment("Bitte prüfen", "Offenlage")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True


def test_the_marks_of_a_workbook() -> None:
    assert marks(xlsx(marked)) == Marks(
        frozenset({3}), frozenset({"C"}), frozenset({(3, "C")}), frozenset({(3, "B")}), {(2, "B"): "92D050"}
    )


def test_hidden_rows_and_columns_count_as_seen_where_the_mapping_says_so() -> None:
    found = marks(xlsx(marked), hidden=True)
    assert (found.hidden_rows, found.hidden_columns) == (frozenset(), frozenset())
    assert found.comments


@pytest.mark.parametrize("hidden", ['hidden="1"', "hidden='true'", 'ht="0" customHeight="1"'])
def test_a_row_without_height_is_hidden(hidden: str) -> None:
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="5" {hidden}><c r="A5"><v>1</v></c></row>'
    assert marks(with_sheet(rows)).hidden_rows == {5}


def test_theme_colours_are_named_by_their_number() -> None:
    from openpyxl.styles.colors import Color

    def fill(sheet):
        sheet["A1"].fill = PatternFill("solid", fgColor=Color(theme=4))
        sheet["A2"].fill = PatternFill("solid", fgColor=Color(indexed=10))
        sheet["A3"] = "x"

    assert marks(xlsx(fill)).fills == {(1, "A"): "theme-4", (2, "A"): "indexed-10"}


def test_a_text_that_is_struck_through_in_part_is_struck() -> None:
    members = unzipped(xlsx())
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    texts = "<si><t>x</t></si><si><r><t>bis </t></r><r><rPr><strike/></rPr><t>2024</t></r></si>"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = unzipped(with_sheet(cells))[SHEET]
    data = zipped({**members, SHEET: sheet, "xl/sharedStrings.xml": f'<sst xmlns="{space}">{texts}</sst>'.encode()})
    assert marks(data).struck == {(1, "B")}


def test_the_marks_of_an_open_document() -> None:
    style = (
        '<style:style style:name="ce1" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#92d050"/></style:style>'
        '<style:style style:name="ce2" style:family="table-cell">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    )
    note = ods_cell("x").replace(
        "<text:p>", "<office:annotation><text:p>geheim</text:p></office:annotation><text:p>", 1
    )
    struck = ods_cell("y", attributes='table:style-name="ce2"')
    rows = (
        '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        f"<table:table-row>{note}</table:table-row>"
        '<table:table-row table:visibility="filter" table:number-rows-repeated="2">'
        f"{struck}</table:table-row>"
        f'<table:table-row><table:table-cell table:style-name="ce1"/>{ods_cell("z")}</table:table-row>'
        '<table:table-row table:visibility="collapse" table:number-rows-repeated="1000000"><table:table-cell/>'
        "</table:table-row>"
    )
    found = table(ods(rows, styles=style))
    assert found.cells.to_numpy().tolist() == [["x", ""], ["y", ""], ["y", ""], ["", "z"]]
    assert found.marks.hidden_rows == {2, 3}
    assert found.marks.hidden_columns == {"B", "C"}
    assert found.marks.comments == {(1, "A")}
    assert found.marks.fills == {(4, "A"): "92D050"}
    assert found.marks.struck == {(2, "A")}


def test_the_marks_of_an_old_workbook() -> None:
    row = xls_record(0x0208, struct.pack("<HHHHHHHH", 2, 0, 1, 255, 0, 0, 0x20, 0))
    column = xls_record(0x007D, struct.pack("<HHHHHH", 1, 2, 2048, 0, 1, 0))
    note = xls_record(0x001C, struct.pack("<HHHH", 0, 1, 0, 1))
    found = marks(xls([(0, 0, "x"), (2, 0, "y")], sheet_extra=row + column + note))
    assert found == Marks(frozenset({3}), frozenset({"B", "C"}), frozenset({(1, "B")}))


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_a_day_is_the_same_in_both_date_systems(epoch) -> None:
    import datetime as dt

    def fill(sheet):
        sheet.parent.epoch = epoch or sheet.parent.epoch
        sheet["A1"] = dt.date(2024, 5, 1)
        sheet["A1"].number_format = "DD.MM.YYYY"

    assert table(xlsx(fill)).cells.loc[1, "A"] == "2024-05-01"


def test_a_value_at_the_end_of_the_sheet_does_not_bring_a_million_rows() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>'
    found = table(with_sheet(rows + '<row r="1048576"><c r="B1048576"><v>9</v></c></row>'))
    assert list(found.cells.index) == [1, 2, 3, 1_048_576]
    assert found.cells.loc[1_048_576].tolist() == ["", "9"]


def test_files_in_a_zip_are_parts_of_the_delivery() -> None:
    data = zipped(
        {"b.csv": b"Nr;Titel\n2;b\n", "__MACOSX/._b.csv": b"x", "a/a.xlsx": xlsx(lambda sheet: sheet.append(["Nr"]))}
    )
    tables, found = read([("alles.zip", data)], {}, ["Nr", "Titel"])
    assert [(t.sheet, len(t.cells)) for t in tables] == [("Sheet", 1), ("part 2", 2)]
    assert found == []


def test_nothing_of_a_workbooks_properties_comments_or_file_name_is_read() -> None:
    def fill(sheet):
        sheet.append(["Nr", "Titel"])
        sheet["A1"].comment = Comment("ruft Petra Muster an", "Petra Muster")
        sheet.parent.properties.creator = sheet.parent.properties.lastModifiedBy = "Petra Muster"
        sheet.oddHeader.left.text = "Petra Muster"

    tables, found = read([("Liste Petra Muster.xlsx", xlsx(fill))], {}, [])
    assert tables[0].cells.to_numpy().tolist() == [["Nr", "Titel"]]
    assert "Petra" not in repr((tables, found))
