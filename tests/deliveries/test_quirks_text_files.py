"""Rows 1 to 8: text files in every encoding and dialect of an office."""

from __future__ import annotations

import codecs

import pytest
from town import HEAD, csv, feed, row, take

EURO = "Kosten – „5 €“ für Größe"


def test_row_01_a_file_of_german_excel_is_read_and_its_encoding_told() -> None:
    taken = take(csv(row(title_de=EURO)).decode().encode("cp1252"))
    assert taken.values("measure.title_de") == [EURO]
    assert (taken.found("encoding_normalised").level, taken.found("encoding_normalised").value) == ("FIX", "cp1252")
    assert taken.outcomes[2] == ("published", "")


@pytest.mark.parametrize("encoding", ["iso8859-15", "mac_roman"])
def test_row_02_old_encodings_are_told_apart_by_evidence(encoding: str) -> None:
    taken = take(csv(row(title_de="Größe 5 €")).decode().encode(encoding))
    assert taken.values("measure.title_de") == ["Größe 5 €"]
    assert taken.found("encoding_normalised").value == encoding
    assert taken.rules("WARN", "ERROR") == set()


def test_row_02_what_two_encodings_read_differently_is_told() -> None:
    plain = feed({"Nr.": "measure.key", "Titel": "measure.title_de", "Status": "status_report.status_code"})
    taken = take(b"Nr.;Titel;Status\r\n1;Caf\xb8;in Umsetzung\r\n", of=plain)
    assert taken.found("encoding_ambiguous").level == "WARN"
    assert taken.outcomes[2][0].startswith("published")


def test_row_03_a_byte_order_mark_is_no_part_of_the_first_heading() -> None:
    taken = take(codecs.BOM_UTF8 + csv(row()))
    assert taken.rules() == {"encoding_normalised"}
    assert len(taken.records("measure")) == 1


def test_row_04_garbled_umlauts_are_mended_and_lost_ones_refused() -> None:
    of = feed({"Nr.": "measure.key", "Maßnahme": "measure.title_de", "Kurztext": "measure.short_text_de"})
    head = ("Nr.", "MaÃŸnahme", "Kurztext")
    taken = take(csv(("1", "Neue GebÃ¤ude", "Ma\ufffdnahme"), head=head), of=of)
    assert taken.values("measure.title_de") == ["Neue Gebäude"]
    assert {(f.column, f.level) for f in taken.findings if f.rule == "mojibake_repaired"} == {("B", "WARN")}
    assert taken.values("measure.short_text_de") == [None]
    assert (taken.found("characters_lost").level, taken.cells("characters_lost")) == ("ERROR", ["C2"])


def test_row_05_unicode_text_of_excel_is_read() -> None:
    taken = take(csv(row(), row(2), mark="\t").decode().encode("utf-16"), "vorhaben.txt")
    assert len(taken.records("measure")) == 2
    assert taken.found("encoding_normalised").value == "utf-16-le"


def test_row_06_the_line_that_names_the_separator_is_dropped() -> None:
    taken = take(b"sep=;\r\n" + csv(row()))
    assert taken.found("separator_line_removed").level == "FIX"
    assert taken.outcomes == {1: ("not_a_record", "header_row"), 2: ("published", "")}


def test_row_07_a_separator_inside_a_text_shifts_no_value_into_another_column() -> None:
    lines = [row(), row(2, field_id="Kultur, Sport und Freizeit"), row(3)]
    taken = take(csv(*lines, mark=","))
    assert (taken.found("ragged_row").level, taken.cells("ragged_row")) == ("ERROR", ["3"])
    assert taken.outcomes[3] == ("quarantined", "ragged_row")
    assert taken.values("measure.title_de") == [lines[0][1], lines[2][1]]


def test_row_07_a_separator_inside_quotation_marks_is_text() -> None:
    taken = take(csv(row(field_id='"Kultur, Sport und Freizeit"'), mark=","))
    assert taken.rules("ERROR") == set()
    assert taken.values("measure.field_id") != [None]


def test_row_08_blank_lines_are_no_records_and_move_no_line() -> None:
    blank = [""] * len(HEAD)
    taken = take(csv(row(), blank, [""], row(2, progress_pct="vielleicht")))
    assert [taken.outcomes[number][1] for number in (3, 4)] == ["blank_row", "blank_row"]
    assert taken.cells("unreadable_number") == ["H5"]
