"""Records of XML exports from specialist systems (deliveries.md 54)."""

from __future__ import annotations

import pytest

from flows.formats.read import read
from flows.model import Finding, Table

URI = "urn:example:vorhaben:1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
HINTS = {"records": "/m:Liste/m:Vorhaben", "namespaces": {"m": URI}}


def document(body: str, prefix: str = "v") -> bytes:
    return f'<{prefix}:Liste xmlns:{prefix}="{URI}" xmlns:xsi="{XSI}">{body}</{prefix}:Liste>'.encode()


def table(data: bytes, hints: object = HINTS) -> Table:
    tables, _ = read([("a.xml", data)], hints, [])
    assert len(tables) == 1
    return tables[0]


def findings(data: bytes, hints: object = HINTS) -> list[Finding]:
    return read([("a.xml", data)], hints, [])[1]


def test_columns_are_relative_paths_with_the_prefixes_of_the_mapping():
    body = '<v:Vorhaben id="7"><v:Titel>A</v:Titel><v:Zeitraum><v:Beginn>2024</v:Beginn></v:Zeitraum></v:Vorhaben>'
    found = table(document(body))
    assert found.layout == "records"
    assert list(found.cells.columns) == ["@id", "m:Titel", "m:Zeitraum/m:Beginn"]
    assert found.cells.loc[1].tolist() == ["7", "A", "2024"]


def test_the_default_namespace_is_the_same_as_a_prefix():
    data = f'<Liste xmlns="{URI}"><Vorhaben><Titel>A</Titel></Vorhaben></Liste>'.encode()
    assert table(data).cells.loc[1, "m:Titel"] == "A"


def test_missing_and_nil_are_none_and_an_empty_element_is_not():
    body = (
        "<v:Vorhaben><v:a/><v:b xsi:nil='true'/><v:c>x</v:c></v:Vorhaben>"
        "<v:Vorhaben><v:a></v:a><v:b>y</v:b></v:Vorhaben>"
    )
    cells = table(document(body)).cells[["m:a", "m:b", "m:c"]]
    assert cells.loc[1].tolist() == ["", None, "x"]
    assert cells.loc[2].tolist() == ["", "y", None]


def test_elements_that_repeat_are_a_list_and_groups_that_repeat_stay_together():
    body = "<v:Vorhaben><v:a>x</v:a><v:a>y</v:a><v:g><v:n>1</v:n></v:g><v:g><v:n>2</v:n><v:m/></v:g></v:Vorhaben>"
    cells = table(document(body)).cells
    assert cells.loc[1].tolist() == ["x|y", '[{"m:n": "1"}, {"m:n": "2", "m:m": ""}]']


@pytest.mark.parametrize("path", ["/m:Liste/m:Vorhaben", "m:Vorhaben", "//m:Vorhaben"])
def test_the_path_may_start_at_the_root_below_it_or_anywhere(path):
    found = table(document("<v:Kopf/><v:Vorhaben/><v:Vorhaben/>"), {**HINTS, "records": path})
    assert list(found.cells.index) == [1, 2]


def test_without_a_path_children_that_are_all_alike_are_the_records():
    assert table(b"<r><x><a>1</a></x><x><a>2</a></x></r>", {}).cells["a"].tolist() == ["1", "2"]


def test_a_changed_namespace_is_told_by_its_name():
    data = document("<v:Vorhaben/>").replace(b":1", b":2")
    found = findings(data)
    assert [(f.rule, f.level, f.expected) for f in found] == [("records_not_found", "BLOCK", HINTS["records"])]
    assert "{urn:example:vorhaben:2}Vorhaben" in found[0].value


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE r>",
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE r SYSTEM "http://localhost/x.dtd">',
    ],
)
def test_document_types_and_entities_are_refused(doctype):
    found = findings(f"<?xml version='1.0'?>{doctype}<r><x>&b;&x;</x></r>".encode())
    assert [(f.rule, f.level) for f in found] == [("unsafe_content", "BLOCK")]


@pytest.mark.parametrize(
    ("declared", "actual", "rules"),
    [
        ("UTF-8", "utf-8", []),
        ("ISO-8859-1", "iso8859-1", ["encoding_normalised"]),
        ("UTF-8", "cp1252", ["encoding_normalised", "encoding_declared_wrong"]),
        ("ISO-8859-1", "utf-8", ["encoding_declared_wrong"]),
        ("no-such-thing", "utf-8", []),
        ("UTF-8", "utf-16", ["encoding_normalised"]),
    ],
)
def test_the_bytes_decide_where_the_declared_encoding_is_wrong(declared, actual, rules):
    data = f'<?xml version="1.0" encoding="{declared}"?><r><x>Bürgerbüro</x></r>'.encode(actual)
    assert table(data, {}).cells.loc[1, "."] == "Bürgerbüro"
    assert [f.rule for f in findings(data, {})] == rules


def test_text_between_children_is_kept():
    cells = table(b"<r><x>a<b>c</b>d</x></r>", {}).cells
    assert cells.loc[1].tolist() == ["ad", "c"]


@pytest.mark.parametrize("depth", [70, 100_000])
def test_nesting_without_end_is_refused(depth):
    data = b"<r><x>" + b"<a>" * depth + b"</a>" * depth + b"</x></r>"
    assert [f.rule for f in findings(data, {})] == ["unsafe_content"]


def test_a_cut_off_document_is_a_finding():
    assert [(f.rule, f.level) for f in findings(b"<r><x>")] == [("unreadable_file", "BLOCK")]


def test_the_web_table_that_calls_itself_xls_is_no_data():
    tables, found = read([("a.xls", b"<table><tr><td>x</td></tr></table>")], {}, [])
    assert (tables, [f.rule for f in found]) == ([], ["html_instead_of_data"])
