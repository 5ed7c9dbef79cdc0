"""Delimited text as departments export it (deliveries.md 1-8)."""

from __future__ import annotations

import pytest

from flows.formats.read import read
from flows.model import Finding, Table

HEADINGS = ["Maßnahme", "Status", "Federführung", "Kosten", "Überblick"]
TEXT = "Maßnahme;Status;Kosten\nBürgerbüro – digital;läuft;5 €\nÜbersicht „A“;geplant;7 €\n"


def table(data: bytes, **hints: str) -> Table:
    tables, _ = read([("a.csv", data)], hints, HEADINGS)
    assert len(tables) == 1
    return tables[0]


def findings(data: bytes, **hints: str) -> list[Finding]:
    return read([("a.csv", data)], hints, HEADINGS)[1]


def rules(data: bytes, **hints: str) -> list[tuple[str, str, str]]:
    return [(found.rule, found.level, found.value) for found in findings(data, **hints)]


def rows(data: bytes, **hints: str) -> list[list[str]]:
    return [list(row) for row in table(data, **hints).cells.itertuples(index=False)]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "utf-8-sig", "utf-16"])
def test_every_usual_encoding_reads_as_the_same_text_and_says_so(encoding):
    data = TEXT.encode(encoding)
    assert rows(data) == rows(TEXT.encode())
    name = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    assert rules(data) == [("encoding_normalised", "FIX", name)]


def test_plain_utf8_needs_no_finding():
    assert rules(TEXT.encode()) == []


def test_the_euro_sign_of_iso_8859_15_is_not_taken_for_a_currency_sign():
    data = "Maßnahme;Kosten\nBüro;5 €\n".encode("iso8859-15")
    assert rows(data)[1] == ["Büro", "5 €"]
    assert rules(data) == [("encoding_normalised", "FIX", "iso8859-15")]


def test_two_encodings_that_fit_equally_well_are_a_warning():
    found = rules(b"a;b\n1;5 \xa4\n")
    assert found[1] == ("encoding_ambiguous", "WARN", "iso8859-15, mac_roman")


def test_known_headings_decide_between_encodings():
    assert rows("Überblick;x\n".encode("mac_roman"))[0] == ["Überblick", "x"]


def test_the_mapping_may_name_the_encoding():
    assert rows("Kosten;5\nPreis;¤\n".encode("cp1252"), encoding="cp1252")[1] == ["Preis", "¤"]


def test_bytes_that_do_not_fit_the_byte_order_mark_are_lost_and_told():
    data = b"\xef\xbb\xbfMa\xdfnahme;Status\n"
    assert rows(data) == [["Ma\ufffdnahme", "Status"]]
    assert ("characters_lost", "ERROR", "0xDF") in rules(data)


def test_unicode_text_export_of_excel_is_read_by_tabs():
    data = "Maßnahme\tStatus\r\nKultur, Sport; Freizeit\tläuft\r\n".encode("utf-16")
    assert rows(data) == [["Maßnahme", "Status"], ["Kultur, Sport; Freizeit", "läuft"]]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_the_separator_line_is_dropped_and_does_not_count(line):
    data = f"{line}\r\nMaßnahme;Status\r\nx;y\r\n".encode()
    assert list(table(data).cells.index) == [1, 2]
    assert rows(data)[0] == ["Maßnahme", "Status"]
    assert rules(data) == [("separator_line_removed", "FIX", "sep=;")]


def test_a_first_line_that_names_no_separator_is_a_row():
    assert rows("sep=ü\nMaßnahme;Status\n".encode())[0] == ["sep=ü", ""]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_by_the_headings_it_gives(delimiter):
    lines = [["Maßnahme", "Status", "Kosten"], ["a", "1,5; 2", "3|4\t5"], ["b", "läuft", "1,2,3"]]
    data = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert rows(data.encode()) == lines


def test_more_separators_in_text_than_between_cells_do_not_mislead():
    data = "Maßnahme;Status\na, b, c;d, e, f\ng, h, i;j, k, l\n"
    assert rows(data.encode())[1] == ["a, b, c", "d, e, f"]


def test_the_mapping_may_name_the_delimiter():
    assert rows(b"a;b,c\n1;2,3\n", delimiter=",")[0] == ["a;b", "c"]


def test_rows_keep_the_number_excel_shows():
    data = 'Bericht 2024\n\nMaßnahme;Status\n"zwei\nZeilen";x\n;\nlast;y\n'
    cells = table(data.encode()).cells
    assert list(cells.index) == [1, 2, 3, 4, 5, 6]
    assert cells.loc[4].tolist() == ["zwei\nZeilen", "x"]
    assert cells.loc[2].tolist() == ["", ""]
    assert cells.loc[6, "A"] == "last"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row(end):
    assert rows(end.join(["Maßnahme;Status", "a;b", ""]).encode()) == [["Maßnahme", "Status"], ["a", "b"]]


def test_nothing_is_inferred_from_the_text_of_a_cell():
    words = ["NA", "null", "007", "1.0", "", " x ", "TRUE", "1e5"]
    assert rows(("Maßnahme;" * 7 + "Status\n" + ";".join(words)).encode())[1] == words


def test_a_separator_inside_unquoted_text_is_found_with_its_row():
    data = "Maßnahme,Status,Kosten\nKultur, Sport und Freizeit,läuft,5\nBad,läuft,6\nKurz,läuft\n"
    found = [f for f in findings(data.encode()) if f.rule == "ragged_row"]
    assert [(f.level, f.row, f.value, f.expected) for f in found] == [("ERROR", 2, "4", "3"), ("ERROR", 4, "2", "3")]
    assert rows(data.encode())[1] == ["Kultur", " Sport und Freizeit", "läuft", "5"]


def test_titles_footnotes_blank_lines_and_surplus_separators_are_not_ragged():
    data = "Bericht\n\nMaßnahme;Status\na;b;;\n\n* Stand 1.3.\n"
    assert [f for f in findings(data.encode()) if f.rule == "ragged_row"] == []


def test_an_open_quotation_mark_holds_the_delivery_back_and_names_the_row():
    found = findings(b'Titel;Status\na;b\nc;"d\ne;f\n')
    assert [(f.rule, f.level, f.row) for f in found] == [("unclosed_quote", "BLOCK", 3)]


def test_an_open_quotation_mark_in_a_long_file_is_found_too():
    found = findings(b'Titel;Status\na;"b\n' + b"c;d\n" * 50_000)
    assert [(f.rule, f.row) for f in found] == [("unclosed_quote", 2)]


def test_a_quotation_mark_within_text_is_text():
    assert rows('Maßnahme;Status\n5" Zoll;x "y" z\n'.encode())[1] == ['5" Zoll', 'x "y" z']


def test_control_characters_are_taken_out_and_told():
    data = b"Titel;Status\na\x00b;c\nd;e\x07\n"
    assert rows(data) == [["Titel", "Status"], ["ab", "c"], ["d", "e"]]
    found = [(f.rule, f.level, f.row, f.column, f.value) for f in findings(data)]
    assert found == [
        ("control_characters", "FIX", 2, "A", "U+0000"),
        ("control_characters", "FIX", 3, "B", "U+0007"),
    ]


def test_too_many_columns_are_refused_not_cut():
    assert [f.rule for f in findings(b"a;b\n" + b";" * 20_000)] == ["file_too_large"]


def test_one_endless_row_among_many_does_not_fill_the_memory():
    assert [f.rule for f in findings(b";" * 16_000 + b"\n" + b"a;b\n" * 100_000)] == ["file_too_large"]


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("MaÃŸnahme", "Maßnahme"),
        ("Ãœbersicht Ã„nderung Ã–PNV fÃ¼r grÃ¶ÃŸere", "Übersicht Änderung ÖPNV für größere"),
        ("171 Mio. â‚¬ â€“ â€žneuâ€œ", "171 Mio. € – „neu“"),
        ("Â§ 5", "§ 5"),
    ],
)
def test_garbled_characters_that_can_be_undone_are_mended_and_told(garbled: str, meant: str) -> None:
    tables, found = read([("a.csv", f"Nr;Titel\n1;{garbled}\n".encode())], {}, ["Nr", "Titel"])
    assert tables[0].cells.loc[2, "B"] == meant
    assert [(f.rule, f.level, f.row, f.column) for f in found] == [("mojibake_repaired", "WARN", 2, "B")]


@pytest.mark.parametrize("text", ["Ã", "São Paulo", "crème brûlée", "Ãx und Ã¿", "Århus", "â€", "Bürger*innen"])
def test_text_that_is_only_strange_stays(text: str) -> None:
    tables, found = read([("a.csv", f"Nr;Titel\n1;{text}\n".encode())], {}, ["Nr", "Titel"])
    assert (tables[0].cells.loc[2, "B"], found) == (text, [])


def test_a_garbled_heading_is_mended_too() -> None:
    tables, _ = read([("a.csv", "Nr;MaÃŸnahme\n1;x\n".encode())], {}, ["Nr", "Maßnahme"])
    assert tables[0].cells.loc[1, "B"] == "Maßnahme"
