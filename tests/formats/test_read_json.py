"""Records of JSON documents and JSON lines (deliveries.md 55)."""

from __future__ import annotations

import json

import pytest

from flows.formats.read import read
from flows.model import Finding, Table


def table(document: object, **hints: str) -> Table:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    tables, _ = read([("a.json", data)], hints, [])
    assert len(tables) == 1
    return tables[0]


def findings(data: bytes, **hints: str) -> list[Finding]:
    return read([("a.json", data)], hints, [])[1]


def test_objects_are_flattened_to_pointers_and_rows_count_from_one():
    found = table({"items": [{"id": "7", "status": {"code": "x", "a/b~c": 1}}, {"id": "8"}]}, records="/items")
    assert found.layout == "records"
    assert list(found.cells.columns) == ["/id", "/status/code", "/status/a~1b~0c"]
    assert list(found.cells.index) == [1, 2]
    assert found.cells.loc[1].tolist() == ["7", "x", "1"]


def test_null_and_missing_are_none_and_empty_text_is_not():
    cells = table([{"a": None, "b": "", "c": []}, {"b": "x"}]).cells
    assert cells.loc[1].tolist() == [None, "", ""]
    assert cells.loc[2].tolist() == [None, "x", None]


def test_numbers_stay_as_they_were_written():
    cells = table(b'[{"a": 1.50, "b": 12345678901234567890123, "c": 1E400, "d": -0, "e": "07"}]').cells
    assert cells.loc[1].tolist() == ["1.50", "12345678901234567890123", "1E400", "-0", "07"]


def test_an_integer_of_thirty_thousand_digits_is_text():
    cells = table(b'[{"a": ' + b"9" * 30_000 + b"}]").cells
    assert len(cells.loc[1, "/a"]) == 30_000


def test_a_text_that_no_cell_can_hold_is_not_taken():
    tables, found = read([("a.json", b'[{"a": ' + b"9" * 1_000_000 + b', "b": "x"}]')], {}, [])
    assert tables[0].cells.loc[1].tolist() == ["", "x"]
    assert [(f.rule, f.level, f.row, f.column, f.value) for f in found] == [
        ("value_too_long", "ERROR", 1, "/a", "1000000")
    ]


def test_booleans_are_true_and_false():
    assert table([{"a": True, "b": False}]).cells.loc[1].tolist() == ["true", "false"]


def test_lists_are_joined_and_lists_of_objects_kept_as_json():
    cells = table(b'[{"a": ["x", "y", 2], "b": [{"n": 1.50, "t": "\\u00e4"}], "c": ["x|y", "z"]}]').cells
    assert cells.loc[1].tolist() == ["x|y|2", '[{"n": 1.50, "t": "ä"}]', '["x|y", "z"]']


def test_a_group_that_is_null_in_one_record_makes_no_column_of_its_own():
    cells = table([{"status": {"when": {"day": "1"}}}, {"status": None}]).cells
    assert list(cells.columns) == ["/status/when/day"]
    assert cells.loc[2].tolist() == [None]


def test_the_only_list_of_objects_is_the_records():
    assert len(table({"total": 2, "tags": ["a"], "items": [{"a": 1}, {"a": 2}]}).cells) == 2


def test_one_object_is_one_record():
    assert table({"a": 1, "b": ["x"]}).cells.loc[1].tolist() == ["1", "x"]


@pytest.mark.parametrize("pointer", ["/nowhere", "/items/0", "/total"])
def test_records_that_are_not_where_the_mapping_says_are_a_finding(pointer):
    found = findings(b'{"items": [{"a": 1}], "total": 1}', records=pointer)
    assert [(f.rule, f.level, f.value, f.expected) for f in found] == [
        ("records_not_found", "BLOCK", "items, total", pointer)
    ]


def test_several_lists_of_records_are_not_guessed_between():
    assert [f.rule for f in findings(b'{"a": [{"x": 1}], "b": [{"x": 1}]}')] == ["records_not_found"]


def test_a_record_that_is_no_object_keeps_its_row():
    cells = table([{"a": 1}, 5, "text", None]).cells
    assert list(cells.index) == [1, 2, 3, 4]
    assert cells[""].tolist() == [None, "5", "text", None]


def test_pages_are_parts_with_rows_of_their_own():
    pages = [("1.json", b'{"items": [{"a": 1}, {"a": 2}]}'), ("2.json", b'{"items": [{"a": 3}]}')]
    tables, found = read(pages, {"records": "/items"}, [])
    assert [(t.sheet, list(t.cells.index), list(t.cells["/a"])) for t in tables] == [
        ("part 1", [1, 2], ["1", "2"]),
        ("part 2", [1], ["3"]),
    ]
    assert found == []


def test_an_error_page_among_the_pages_holds_back_and_names_the_part():
    pages = [("1.json", b'[{"a": 1}]'), ("2.json", b"<!DOCTYPE html><html><body>429</body></html>")]
    tables, found = read(pages, {}, [])
    assert [t.sheet for t in tables] == ["part 1"]
    assert [(f.rule, f.level, f.sheet) for f in found] == [("html_instead_of_data", "BLOCK", "part 2")]


def test_an_empty_page_is_a_table_without_rows():
    assert len(table({"items": []}, records="/items").cells) == 0


def test_json_lines_keep_their_line_number_and_a_broken_line_its_text():
    data = b'{"a": 1}\n\n{"a": 2\n{"a": 3}\n'
    cells = table(data).cells
    assert list(cells.index) == [1, 3, 4]
    assert cells[""].tolist() == [None, '{"a": 2', None]
    assert [(f.rule, f.level, f.row) for f in findings(data)] == [("broken_record", "ERROR", 3)]


def test_a_broken_document_is_a_finding_with_its_place():
    found = findings(b'[{"a": 1},\n {"a": }]')
    assert [(f.rule, f.level) for f in found] == [("unreadable_file", "BLOCK")]
    assert "line 2" in found[0].value


def test_a_name_that_occurs_twice_is_told():
    assert [(f.rule, f.value) for f in findings(b'[{"a": 1, "a": 2}]')] == [("repeated_name", "a")]


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [70, 1_000, 200_000])
def test_nesting_without_end_is_refused(opening, depth):
    closing = b"]" if opening == b"[" else b"}"
    found = findings(b'[{"a": ' + opening * depth + b"1" + closing * depth + b"}]")
    assert [f.rule for f in found] == ["unsafe_content"]


def test_new_names_in_every_record_do_not_fill_the_memory():
    data = json.dumps([{f"n{number}": 1} for number in range(20_000)]).encode()
    assert [f.rule for f in findings(data)] == ["file_too_large"]


def test_half_a_surrogate_pair_becomes_a_lost_character():
    assert table(b'[{"a": "x\\ud800y"}]').cells.loc[1, "/a"] == "x\ufffdy"


def test_a_document_in_cp1252_is_converted():
    data = '[{"a": "Bürgerbüro"}]'.encode("cp1252")
    assert table(data).cells.loc[1, "/a"] == "Bürgerbüro"
    assert [f.rule for f in findings(data)] == ["encoding_normalised"]
