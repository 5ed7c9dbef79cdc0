"""Workbooks as Excel and LibreOffice save them (deliveries.md 23, 29-31, 54, 56)."""

from __future__ import annotations

import datetime as dt

import pytest
from office_files import ods, ods_cell, unzipped, with_sheet, xls, xlsx, zipped

from flows.formats.read import read
from flows.model import Finding, Table


def table(data: bytes, **hints: bool) -> Table:
    tables, found = read([("a", data)], hints, [])
    assert len(tables) == 1, found
    return tables[0]


def findings(data: bytes, **hints: bool) -> list[Finding]:
    return read([("a", data)], hints, [])[1]


def one_cell(value: object, number_format: str = "General") -> str:
    def fill(sheet):
        sheet["A1"] = value
        sheet["A1"].number_format = number_format

    return str(table(xlsx(fill)).cells.loc[1, "A"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("007", "007"),
        ("  x ", "  x "),
        (7, "7"),
        (7.0, "7"),
        (-3, "-3"),
        (0.56, "0.56"),
        (1234567.891, "1234567.891"),
        (123456789012345, "123456789012345"),
        (1e300, "1e+300"),
        (True, "true"),
        (False, "false"),
        (dt.date(2024, 5, 1), "2024-05-01"),
        (dt.datetime(2024, 5, 1), "2024-05-01"),
        (dt.datetime(2024, 5, 1, 13, 30), "2024-05-01T13:30:00"),
        (dt.time(3, 4), "03:04:00"),
        (dt.timedelta(hours=30, minutes=5), "30:05:00"),
    ],
)
def test_values_become_text_that_says_the_same(value, text):
    number_format = {dt.date: "DD.MM.YYYY", dt.datetime: "DD.MM.YYYY HH:MM", dt.time: "HH:MM"}.get(type(value))
    duration = "[h]:mm:ss" if isinstance(value, dt.timedelta) else "General"
    assert one_cell(value, number_format or duration) == text


def test_a_percentage_is_the_number_behind_it():
    assert one_cell(0.56, "0%") == "0.56"


def test_rows_and_columns_keep_the_place_excel_shows():
    def fill(sheet):
        sheet["C4"] = "Titel"
        sheet["AB6"] = "x"

    cells = table(xlsx(fill)).cells
    assert list(cells.index) == [1, 2, 3, 4, 5, 6]
    assert (cells.columns[0], cells.columns[-1], len(cells.columns)) == ("A", "AB", 28)
    assert (cells.loc[4, "C"], cells.loc[6, "AB"]) == ("Titel", "x")
    assert (cells.loc[[1, 2, 3, 5]] == "").all(axis=None)


def test_merged_ranges_are_told_and_their_cells_stay_empty():
    def fill(sheet):
        sheet["A1"], sheet["B3"] = "Feld", "x"
        sheet.merge_cells("A1:A3")

    found = table(xlsx(fill))
    assert found.merged == ((1, 1, 3, 1),)
    assert list(found.cells["A"]) == ["Feld", "", ""]


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#N/A", "#NAME?", "#VALUE!"])
def test_error_values_stay_visible(error):
    data = with_sheet(f'<row r="1"><c r="A1" s="0" t="e"><f>1/0</f><v>{error}</v></c></row>')
    assert table(data).cells.loc[1, "A"] == error


def test_text_that_looks_like_the_markup_of_an_error_is_left_alone():
    text = 'x t="e" &lt;c r="A1" t="e">'
    data = with_sheet(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>')
    assert table(data).cells.loc[1, "A"] == 'x t="e" <c r="A1" t="e">'


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><f>1+1</f></c>',
        '<c r="B2"><f>1+1</f><v/></c>',
        '<c r="B2" s="0" t="n"><f t="shared" si="0"/><v></v></c>',
    ],
)
def test_a_formula_that_was_never_computed_is_an_empty_cell_and_a_finding(cell):
    data = with_sheet(f'<row r="2"><c r="A2"><f>1+1</f><v>2</v></c>{cell}</row>')
    assert table(data).cells.loc[2].tolist() == ["2", ""]
    assert [(f.rule, f.level, f.sheet, f.row, f.column) for f in findings(data)] == [
        ("formula_without_value", "ERROR", "Sheet", 2, "B")
    ]


def test_a_formula_whose_value_is_empty_text_is_just_empty():
    data = with_sheet('<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>')
    assert table(data).cells.loc[1].tolist() == ["", "1"]
    assert findings(data) == []


def test_every_visible_sheet_is_a_table_also_an_empty_one():
    def fill(sheet):
        sheet["A1"] = "x"
        sheet.parent.create_sheet("Leer")

    tables, found = read([("a.xlsx", xlsx(fill))], {}, [])
    assert [(t.sheet, len(t.cells)) for t in tables] == [("Sheet", 1), ("Leer", 0)]
    assert found == []


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_not_taken_unless_the_mapping_says_so(state):
    def fill(sheet):
        sheet["A1"] = "x"
        hidden = sheet.parent.create_sheet("Intern")
        hidden["A1"] = "secret"
        hidden.sheet_state = state

    data = xlsx(fill)
    assert table(data).sheet == "Sheet"
    assert [(f.rule, f.level, f.sheet) for f in findings(data)] == [("hidden_sheet", "ERROR", "Intern")]
    tables, found = read([("a.xlsx", data)], {"hidden": True}, [])
    assert ([t.sheet for t in tables], found) == (["Sheet", "Intern"], [])


def test_sheets_of_the_same_name_in_several_parts_are_told_apart():
    parts = [("1.xlsx", xlsx(lambda s: s.append(["a"]))), ("2.xlsx", with_sheet("<row><c><f>1</f></c></row>"))]
    tables, found = read(parts, {}, [])
    assert [t.sheet for t in tables] == ["Sheet", "Sheet (part 2)"]
    assert [f.sheet for f in found] == ["Sheet (part 2)"]


def test_macros_are_not_run_and_it_is_said():
    data = zipped({**unzipped(xlsx(lambda s: s.append(["a"]))), "xl/vbaProject.bin": b"\xcc\x61"})
    assert table(data).cells.loc[1, "A"] == "a"
    assert [(f.rule, f.level) for f in findings(data)] == [("macro_ignored", "INFO")]


def test_a_million_formatted_but_empty_rows_are_not_read():
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    rows += "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="XFD{n}" s="0"/></row>' for n in (2, 99, 1_048_576))
    assert table(with_sheet(rows)).cells.shape == (1, 1)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1">' + "<c><v>1</v></c>" * 16_000 + '</row><row r="100000"><c><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="99999999999"><c><v>1</v></c></row>',
    ],
)
def test_a_range_that_would_fill_the_memory_is_refused(rows):
    assert [f.rule for f in findings(with_sheet(rows))] == ["file_too_large"]


def test_values_of_an_open_document_become_the_same_text():
    cells = (
        ods_cell("56 %", "percentage", 'office:value="0.56"')
        + ods_cell("01.05.24", "date", 'office:date-value="2024-05-01"')
        + ods_cell("WAHR", "boolean", 'office:boolean-value="true"')
        + ods_cell("1.234,50 €", "currency", 'office:value="1234.5"')
        + ods_cell("7", "float", 'office:value="7"')
        + ods_cell("#DIV/0!", "string", 'office:string-value="" calcext:value-type="error"')
        + ods_cell("a</text:p><text:p>b")
    )
    found = table(ods(f"<table:table-row>{cells}</table:table-row>"))
    assert found.cells.loc[1].tolist() == ["0.56", "2024-05-01", "true", "1234.5", "7", "#DIV/0!", "a\nb"]


def test_merged_ranges_of_an_open_document_are_told():
    empty_row = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    spanned = ods_cell("Feld", attributes='table:number-rows-spanned="3" table:number-columns-spanned="2"')
    row = f'<table:table-row><table:table-cell table:number-columns-repeated="2"/>{spanned}</table:table-row>'
    found = table(ods(empty_row + row))
    assert found.merged == ((3, 3, 5, 4),)
    assert found.cells.loc[3, "C"] == "Feld"


def test_comments_in_an_open_document_are_not_part_of_the_cell():
    cell = "<table:table-cell office:value-type='string'><office:annotation><text:p>geheim</text:p></office:annotation>"
    data = ods(f"<table:table-row>{cell}<text:p>x</text:p></table:table-cell></table:table-row>")
    assert table(data).cells.loc[1].tolist() == ["x"]


def test_the_million_empty_rows_below_an_open_document_are_not_read():
    row = f"<table:table-row>{ods_cell('x')}<table:table-cell table:number-columns-repeated='16383'/></table:table-row>"
    rest = (
        '<table:table-row table:number-rows-repeated="1048575">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert table(ods(row + rest)).cells.shape == (1, 1)


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("", 'table:number-columns-repeated="4000000000"'),
        ('table:number-rows-repeated="1048576"', 'table:number-columns-repeated="100"'),
    ],
)
def test_repeated_values_of_an_open_document_do_not_fill_the_memory(row, cell):
    data = ods(f"<table:table-row {row}>{ods_cell('x', attributes=cell)}</table:table-row>")
    assert [f.rule for f in findings(data)] == ["file_too_large"]


def test_an_old_workbook_is_read():
    found = table(xls([(0, 0, "Maßnahme"), (2, 1, 5.0), (2, 2, 0.25)]))
    assert found.sheet == "Tabelle1"
    assert found.cells.loc[1].tolist() == ["Maßnahme", "", ""]
    assert found.cells.loc[3].tolist() == ["", "5", "0.25"]


def test_a_long_old_workbook_is_read():
    assert len(table(xls([(row, 0, "x" * 20) for row in range(300)])).cells) == 300


def test_an_old_workbook_whose_cells_lie_at_the_end_of_the_world_is_refused():
    assert [f.rule for f in findings(xls([(65_535, 65_535, "x")]))] == ["file_too_large"]


def test_an_open_document_that_breaks_off_is_answered_and_not_read_for_ever():
    members = unzipped(ods(f"<table:table-row>{ods_cell('x')}</table:table-row>"))
    whole = members["content.xml"]
    data = zipped({**members, "content.xml": whole[: whole.index(b"</table:table>")]})
    assert [(f.rule, f.level) for f in findings(data)] == [("unreadable_file", "BLOCK")]


def test_a_record_that_makes_the_library_panic_is_a_damaged_file():
    data = bytearray(xls([(0, 0, "x")]))
    at = data.index(b"\x85\x00\x10\x00")
    data[at : at + 4] = b"\x85\x00\x00\x00"
    assert [(f.rule, f.level) for f in findings(bytes(data))] == [("unreadable_file", "BLOCK")]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_document_types_in_a_workbook_are_refused(part):
    members = unzipped(xlsx())
    entities = b'<!DOCTYPE a [<!ENTITY b "c">]>'
    data = zipped({**members, part: entities + members[part].removeprefix(b"<?xml version='1.0'?>")})
    assert [(f.rule, f.level) for f in findings(data)] == [("unsafe_content", "BLOCK")]


def test_a_workbook_without_a_sheet_to_be_seen_is_empty():
    content = unzipped(ods(""))
    content["content.xml"] = content["content.xml"].replace(b'<table:table table:name="Blatt"></table:table>', b"")
    assert [(f.rule, f.level) for f in findings(zipped(content))] == [("empty_file", "BLOCK")]
