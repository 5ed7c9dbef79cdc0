"""Rows 21 to 33 and 47: what a sheet shows, hides and repeats around its cells."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from town import COLUMNS, HEAD, Taken, book, csv, delivered, feed, row, take, take_all, xlsx

TITLE, STATUS = "measure.title_de", "status_report.status_code"


def edited(content: bytes, change: object) -> bytes:
    """Return a workbook after `change(sheet)`, as openpyxl writes it."""
    opened = openpyxl.load_workbook(io.BytesIO(content))
    change(opened.active)  # type: ignore[operator]
    buffer = io.BytesIO()
    opened.save(buffer)
    return buffer.getvalue()


def test_row_21_the_header_is_found_below_a_letterhead() -> None:
    letterhead = [("Landeshauptstadt München",), ("Kulturreferat",), (), ("Vorhaben der Digitalisierung",), (), ("",)]
    taken = take(book({"Blatt": [*letterhead, HEAD, row()]}), "a.xlsx")
    assert {number: taken.outcomes[number][1] for number in (1, 3, 4, 7)} == {
        1: "title_row",
        3: "blank_row",
        4: "title_row",
        7: "header_row",
    }
    assert taken.outcomes[8] == ("published", "")


def test_row_22_a_header_of_two_lines_is_joined() -> None:
    columns = {
        "Nr.": "measure.key",
        "Maßnahme": TITLE,
        "Zeitraum / von": "measure.planned_start",
        "Zeitraum / bis": "measure.planned_end",
    }
    upper, lower = ("Nr.", "Maßnahme", "Zeitraum", ""), ("", "", "von", "bis")
    merged = book(
        {"Blatt": [upper, lower, ("1", "Werkstatt", "2023", "2026")]},
        lambda _made, pages: pages["Blatt"].merge_range(0, 2, 0, 3, "Zeitraum"),
    )
    taken = take(merged, "a.xlsx", of=feed(columns))
    assert (taken.values("measure.planned_start"), taken.values("measure.planned_end")) == (["2023"], ["2026"])
    assert {place for number, place in taken.outcomes.items() if number < 3} == {("not_a_record", "header_row")}
    assert taken.rules("WARN") <= {"reporting_date_missing"}


def test_row_23_a_merged_cell_counts_for_all_rows_it_spans() -> None:
    rows = [row(1, field_id="Bildung"), *(row(n, field_id="") for n in range(2, 6))]
    merged = book({"Blatt": [HEAD, *rows]}, lambda _made, pages: pages["Blatt"].merge_range(1, 3, 4, 3, "Bildung"))
    taken = take(merged, "a.xlsx")
    known = taken.values("measure.field_id")
    assert known[:4] == [known[0]] * 4
    assert known[0]
    assert known[4] is None, "below the merged range nothing is filled"
    assert (taken.found("merged_filled").level, taken.found("merged_filled").value) == ("FIX", "3")


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Massnahme", "FF"),
        ("MASSNAHME", "zuständig"),
        ("Maßnahmentitel", "Verantw. Referat"),
        ("Bezeichnung", "Federführung"),
        ("Vorhaben", "FF"),
    ],
)
def test_row_24_other_words_for_a_heading_are_known(title: str, lead: str) -> None:
    of = feed({"Nr.": "measure.key", "Ende": "measure.planned_end"})
    taken = take(
        csv(("1", "Werkstatt", "Kulturreferat", "2026", "hoch"), head=("Nr.", title, lead, "Ende", "Farbe")), of=of
    )
    assert taken.values(TITLE) == ["Werkstatt"]
    assert taken.values("measure.lead_org_ids") == [["ORG-kult"]]
    assert (taken.found("unknown_column").level, taken.found("unknown_column").heading) == ("WARN", "Farbe")


def test_row_25_breaks_blanks_and_colons_make_no_other_heading() -> None:
    head = ["Nr. :", "Maß-\nnahme", "Feder\u00ad\u00adführung", "Handlungs-\nfeld", "Beginn\u00a0", " Ende:", "STATUS:"]
    taken = take(xlsx(row(), head=[*head, "Fortschritt*", "Stand\n"]), "a.xlsx")
    assert taken.rules() == set()
    assert taken.outcomes == {1: ("not_a_record", "header_row"), 2: ("published", "")}


def test_row_26_two_columns_of_one_heading_are_refused_unless_the_mapping_chooses() -> None:
    head, cells = (*HEAD, "Status"), (*row(status_code="geplant"), "in Umsetzung")
    taken = take(csv(cells, head=head))
    assert taken.cells("duplicate_column") == ["G1", "J1"]
    assert {f.level for f in taken.findings if f.rule == "duplicate_column"} == {"ERROR"}
    assert taken.values(STATUS) == [None]
    chosen = take(csv(cells, head=head), of=feed(position={"Status": 2}))
    assert chosen.values(STATUS) == ["in_progress"]
    assert chosen.rules() == set()


def test_row_27_a_column_that_holds_something_else_now_is_held_back() -> None:
    before = delivered(csv(*(row(n) for n in range(8))), feed(), received="2024-01-31")
    quarters = [row(n, status_code="Q3 2025" if n < 5 else "läuft") for n in range(8)]
    taken = take_all(before, delivered(csv(*quarters), feed()), of=feed())
    finding = taken.found("column_meaning_changed")
    assert (finding.level, finding.property) == ("BLOCK", "status_code")
    assert {outcome for outcome, _ in taken.outcomes.values()} == {"not_a_record", "quarantined"}
    assert taken.values(STATUS) == ["in_progress"] * 8, "the last good state stays"


def test_row_28_totals_legends_and_footnotes_are_no_records_and_totals_are_checked() -> None:
    tail = ["Summe", "Gesamt: 27", "Legende: X = fertig", "* Stand 1.3."]
    taken = take(xlsx(row(1), row(2), *([text] for text in tail)), "a.xlsx")
    assert [taken.outcomes[number] for number in range(4, 8)] == [
        *(("not_a_record", "total_row"),) * 2,
        *(("not_a_record", "remark_row"),) * 2,
    ]
    finding = taken.found("total_mismatch")
    assert (finding.level, finding.value, finding.expected) == ("WARN", "27", "2")
    assert len(taken.records("measure")) == 2


def hiding(what: str) -> bytes:
    def hide(_made: object, pages: dict[str, object]) -> None:
        sheet = pages["Blatt"]
        if what == "row":
            sheet.set_row(2, None, None, {"hidden": True})  # type: ignore[attr-defined]
        if what == "filter":
            sheet.autofilter(0, 0, 2, 8)  # type: ignore[attr-defined]
            sheet.set_row(2, None, None, {"hidden": True})  # type: ignore[attr-defined]
        if what == "column":
            sheet.set_column(6, 6, None, None, {"hidden": True})  # type: ignore[attr-defined]
        if what == "sheet":
            pages["Alt"].hide()  # type: ignore[attr-defined]

    sheets = {"Blatt": [HEAD, row(1), row(2)]}
    return book({**sheets, "Alt": [HEAD, row(3)]} if what == "sheet" else sheets, hide)


@pytest.mark.parametrize(
    ("what", "rule", "left"),
    [
        ("row", "hidden_rows", ["in_progress"]),
        ("filter", "hidden_rows", ["in_progress"]),
        ("column", "hidden_columns", [None, None]),
        ("sheet", "hidden_sheet", ["in_progress"] * 2),
    ],
)
def test_row_29_what_is_hidden_is_not_taken_unless_the_mapping_opts_in(what: str, rule: str, left: list[str]) -> None:
    taken = take(hiding(what), "a.xlsx")
    assert taken.found(rule).level == "ERROR"
    assert taken.values(STATUS) == left
    opted = take(hiding(what), "a.xlsx", of=feed(read={"hidden": True}))
    assert rule not in opted.rules()
    assert set(opted.values(STATUS)) == {"in_progress"}
    assert len(opted.records("measure")) == (3 if what == "sheet" else 2)


def test_row_30_every_sheet_with_the_headings_is_read_and_its_name_may_be_a_field() -> None:
    columns = {heading: target for heading, target in COLUMNS.items() if target != "measure.field_id"}
    rows = [tuple(text for text, heading in zip(row(n), HEAD, strict=True) if heading in columns) for n in range(3)]
    sheets = {
        "Bildung": [tuple(columns), rows[0]],
        "Mobilität": [tuple(columns), rows[1], rows[2]],
        "Tabelle1": [],
        "Vorlage": [tuple(columns), ("", "Muster", "", "", "", "", "", "")],
        "Listen": [("Status",), ("läuft",), ("fertig",)],
    }
    of = feed(columns, sheets=["[!VL]*"], field_from_sheet="measure.field_id")
    taken = take(book(sheets), "a.xlsx", of=of)
    assert len(taken.records("measure")) == 3
    fields = taken.values("measure.field_id")
    assert fields[1] == fields[2] != fields[0]
    assert None not in fields
    assert {f.sheet for f in taken.findings if f.rule == "sheet_not_mapped"} == {"Vorlage", "Listen"}
    assert "ERROR" not in {f.level for f in taken.findings}


def computed(formula: str, value: str | None, kind: str = "") -> bytes:
    """Return a workbook with a formula as progress, with the value Excel last computed, or none."""
    content = xlsx(row(1), row(2))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(buffer, "w") as changed:
        for name in made.namelist():
            inner = made.read(name)
            if name == "xl/worksheets/sheet1.xml":
                cell = f"<f>{formula}</f>" + (f"<v>{value}</v>" if value is not None else "")
                written = f'<c r="H2"{kind}>{cell}</c>'.encode()
                inner = re.sub(rb'<c r="H2"[^>]*>.*?</c>', lambda _, new=written: new, inner)
            changed.writestr(name, inner)
    return buffer.getvalue()


def test_row_31_formulas_count_by_what_excel_last_computed() -> None:
    assert take(computed("B3/B4", "55"), "a.xlsx").values("status_report.progress_pct") == [55, 40]
    linked = take(computed("'[\\\\server\\x.xlsx]Blatt'!A1", "60"), "a.xlsx")
    assert linked.values("status_report.progress_pct") == [60, 40]
    never = take(computed("B3/B4", None), "a.xlsx")
    assert (never.found("formula_without_value").level, never.cells("formula_without_value")) == ("ERROR", ["H2"])
    assert never.values("status_report.progress_pct") == [None, 40]


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#BEZUG!"])
def test_row_31_error_values_are_refused(error: str) -> None:
    taken = take(computed("B3/B4", error, ' t="e"'), "a.xlsx")
    assert (taken.found("formula_error").level, taken.cells("formula_error")) == ("ERROR", ["H2"])
    assert taken.values("status_report.progress_pct") == [None, 40]


def coloured() -> bytes:
    def paint(sheet: object) -> None:
        for place, colour in (("G2", "92D050"), ("G3", "FFC000")):
            sheet[place].fill = PatternFill("solid", fgColor=colour)  # type: ignore[index]

    return edited(xlsx(row(1, status_code=""), row(2, status_code="")), paint)


def test_row_32_a_colour_is_no_status_unless_the_mapping_says_so() -> None:
    taken = take(coloured(), "a.xlsx")
    assert taken.cells("colour_as_value") == ["G2", "G3"]
    assert {f.level for f in taken.findings if f.rule == "colour_as_value"} == {"ERROR"}
    assert taken.values(STATUS) == [None, None]
    declared = take(coloured(), "a.xlsx", of=feed(colours={"Status": {"92D050": "abgeschlossen", "FFC000": "läuft"}}))
    assert declared.values(STATUS) == ["completed", "in_progress"]


def test_row_33_struck_text_and_notes_are_told_and_notes_never_taken() -> None:
    def mark(sheet: object) -> None:
        sheet["B2"].font = Font(strike=True)  # type: ignore[index]
        sheet["H2"].comment = Comment("Bitte noch streng geheim prüfen", "Somebody")  # type: ignore[index]

    taken = take(edited(xlsx(row()), mark), "a.xlsx")
    told = {f.rule: (f.level, f"{f.column}{f.row}") for f in taken.findings}
    assert told == {"struck_through": ("WARN", "B2"), "cell_comment_ignored": ("WARN", "H2")}
    assert "geheim" not in everything(taken)


def test_row_47_properties_of_the_file_are_never_taken() -> None:
    def sign(made: object, _pages: object) -> None:
        made.set_properties({"author": "Verfasserin X", "comments": "Ablage Y", "company": "Firma Z"})  # type: ignore[attr-defined]

    taken = take(book({"Blatt": [HEAD, row()]}, sign), "Verfasserin X.xlsx")
    assert len(taken.records("measure")) == 1
    assert not [word for word in ("Verfasserin", "Ablage Y", "Firma Z") if word in everything(taken)]


def everything(taken: Taken) -> str:
    """Return all that is known of a department's records and told to it, as text."""
    records = [taken.records(name) for name in taken.state.ledger.versions]
    return repr((records, taken.findings, taken.state.sources.rows(), taken.state.minted))


def test_row_13_days_in_both_date_systems_are_days() -> None:
    def written(*, since_1904: bool) -> bytes:
        buffer = io.BytesIO()
        import xlsxwriter

        with xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": since_1904}) as made:
            sheet = made.add_worksheet("Blatt")
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, row())
            sheet.write_datetime(1, 5, dt.datetime(2026, 3, 31), made.add_format({"num_format": "dd.mm.yyyy"}))
        return buffer.getvalue()

    for since_1904 in (False, True):
        assert take(written(since_1904=since_1904), "a.xlsx").values("measure.planned_end") == ["2026-03-31"]
