"""Rows 48 and 54 to 57: other kinds of file, where they come from, and what must not be done with them."""

from __future__ import annotations

import csv as csv_module
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from town import HEAD, Taken, csv, feed, row, take, take_all, xlsx

from flows.collect.fetch import fetch
from flows.feedback.words import worded
from flows.model import Feed
from flows.pipeline import run
from flows.store import Store

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("collect", "formats")]

import office_files  # noqa: E402
import small_city  # noqa: E402
import whole_example  # noqa: E402
from deliveries_example import configuration  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402
from sources import http_server  # noqa: E402

FORMULAS = ('=HYPERLINK("http://x.example","Klick")', "@SUM(A1:A9)", "+49 Projekte", "-2+3", "=1+1")
TODAY = datetime(2025, 2, 1, 8, tzinfo=UTC)


def test_row_48_text_that_looks_like_a_formula_is_exact_in_data_and_harmless_in_excel(tmp_path: Path) -> None:
    quoted = ['"' + text.replace('"', '""') + '"' for text in FORMULAS]
    lines = [f"{number};{text};2026" for number, text in enumerate(quoted)]
    store = Store(tmp_path)
    found = [small_city.delivery("2025-01-31", *lines)]
    run(store, small_city.city(), TODAY, lambda: (found, []), lambda _text: None)
    data = tmp_path / "public" / "data"
    assert [row["title_de"] for row in whole_example.rows(tmp_path, "measures")] == list(FORMULAS)
    assert [record["title_de"] for record in json.loads((data / "measures.json").read_bytes())] == list(FORMULAS)
    excel = (data / "measures.excel.csv").read_bytes().decode("utf-8-sig")
    shown = [row["title_de"] for row in csv_module.DictReader(io.StringIO(excel, newline=""), delimiter=";")]
    assert shown == [f"'{text}" for text in FORMULAS]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO((data / "measures.xlsx").read_bytes())).get_sheet_by_name("Data")
    head, *cells = sheet.to_python()
    assert [line[head.index("title_de")] for line in cells] == list(FORMULAS)
    assert b"<f>" not in b"".join(office_files.unzipped((data / "measures.xlsx").read_bytes()).values())


XML = """<?xml version="1.0" encoding="{encoding}"?>
<v:vorhaben xmlns:v="{uri}"><v:eintrag><v:nr>1</v:nr><v:titel>Größe</v:titel>
<v:ende xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/><v:beginn>2024-03-31T23:30:00Z</v:beginn>
<v:kurz></v:kurz></v:eintrag></v:vorhaben>"""
URI = "urn:stadt:vorhaben"
PATHS = {
    "w:nr": "measure.key",
    "w:titel": "measure.title_de",
    "w:ende": "measure.planned_end",
    "w:beginn": "measure.planned_start",
    "w:kurz": "measure.short_text_de",
}


def xml_feed(uri: str = URI) -> Feed:
    return feed(PATHS, read={"records": "/w:vorhaben/w:eintrag", "namespaces": {"w": uri}})


def test_row_54_xml_is_read_by_the_namespace_and_not_by_its_prefix() -> None:
    taken = take(XML.format(uri=URI, encoding="UTF-8").encode(), "a.xml", of=xml_feed())
    assert (taken.values("measure.title_de"), taken.values("measure.planned_end")) == (["Größe"], [None])
    assert taken.values("measure.planned_start") == ["2024-04-01"], "a point in time is a day in Munich"
    default = XML.format(uri=URI, encoding="UTF-8").replace("v:", "").replace("xmlns:v=", "xmlns=")
    taken = take(default.encode(), "a.xml", of=xml_feed())
    assert taken.values("measure.title_de") == ["Größe"]


def test_row_54_another_namespace_is_told_and_holds_the_file_back() -> None:
    taken = take(XML.format(uri="urn:stadt:vorhaben:2", encoding="UTF-8").encode(), "a.xml", of=xml_feed())
    assert taken.found("records_not_found").level == "BLOCK"
    assert "urn:stadt:vorhaben:2" in taken.found("records_not_found").value


def test_row_54_a_wrong_declaration_of_the_encoding_is_told() -> None:
    taken = take(XML.format(uri=URI, encoding="UTF-8").encode("cp1252"), "a.xml", of=xml_feed())
    assert taken.found("encoding_declared_wrong").level == "WARN"
    assert taken.values("measure.title_de") == ["Größe"]


BOMB = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        f'<!DOCTYPE x [<!ENTITY b0 "ha">{BOMB}]>',
        "<!DOCTYPE x>",
    ],
)
def test_row_54_a_document_type_is_never_opened(doctype: str) -> None:
    declared, rest = XML.format(uri=URI, encoding="UTF-8").split("\n", 1)
    taken = take(f"{declared}{doctype}{rest.replace('Größe', '&e;&b8;')}".encode(), "a.xml", of=xml_feed())
    assert taken.found("unsafe_content").level == "BLOCK"
    assert taken.records("measure") == []


RECORDS = [{"nr": n, "titel": f"Vorhaben {n}", "ende": "2026"} for n in range(1, 8)]
POINTERS = {"/nr": "measure.key", "/titel": "measure.title_de", "/ende": "measure.planned_end"}


def asked(answer: Any, tmp_path: Path, pauses: list[float] | None = None) -> Any:
    """Look once at an interface in pages of three, then take what it delivered."""
    with http_server(lambda _method, path, _headers, _body: answer(urlsplit(path))) as address:
        paging = {"by": "offset", "size": 3, "total": "/total"}
        source = {"kind": "api", "url": f"{address}/api", "paging": paging}
        of = feed(POINTERS, read={"records": "/items"})
        of = Feed(of.unit, of.name, {**of.mapping, "source": source})
        waited = pauses if pauses is not None else []
        return of, fetch(of, tmp_path, Store(tmp_path).cache, "2025-01-31", waited.append)


def page(records: list[Any], total: int = len(RECORDS)) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps({"items": records, "total": total}).encode()


def start(url: Any) -> int:
    return int(parse_qs(url.query)["offset"][0])


def test_row_55_pages_with_a_record_at_their_border_are_one_whole_delivery(tmp_path: Path) -> None:
    shifted = {0: RECORDS[:3], 3: RECORDS[2:5], 6: RECORDS[5:]}
    of, (found, findings) = asked(lambda url: page(shifted.get(start(url), [])), tmp_path)
    assert findings == []
    taken = take_all(*found, of=of)
    assert len(taken.records("measure")) == len(RECORDS)
    assert taken.found("repeated_record").level == "FIX"


@pytest.mark.parametrize("status", [429, 503])
def test_row_55_a_busy_interface_is_asked_again_as_it_wishes(tmp_path: Path, status: int) -> None:
    answers = iter([(status, {"Retry-After": "7"}, b"")])
    pauses: list[float] = []
    _, (found, findings) = asked(
        lambda url: next(answers, None) or page(RECORDS[start(url) : start(url) + 3]), tmp_path, pauses
    )
    assert (len(found), findings, pauses) == (1, [], [7.0])


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (lambda url: page(RECORDS[start(url) : start(url) + 3], total=9), "partial_fetch"),
        (
            lambda url: page(RECORDS[:3]) if start(url) == 0 else (200, {}, b"<!doctype html><h1>Wartung"),
            "html_instead_of_data",
        ),
        (lambda url: page(RECORDS[:3]) if start(url) == 0 else (401, {}, b"{}"), "source_refused"),
        (lambda url: page(RECORDS[start(url) : start(url) + 3], total=7 + start(url)), "source_unreachable"),
    ],
    ids=["a page is missing", "a page for people", "an expired token", "a total that changes"],
)
def test_row_55_what_is_not_whole_is_no_delivery(answer: Any, rule: str, tmp_path: Path) -> None:
    _, (found, findings) = asked(answer, tmp_path)
    assert found == []
    assert [finding.rule for finding in findings] == [rule]


def test_row_55_nothing_null_and_empty_say_nothing_and_numbers_may_be_texts() -> None:
    records = [
        {"nr": 1, "titel": "A", "ende": None},
        {"nr": "2", "titel": "B", "ende": ""},
        {"nr": 3, "titel": "C"},
        {"nr": 4, "titel": "D", "ende": 2027},
    ]
    content = json.dumps({"items": records}).encode()
    taken = take(content, "a.json", of=feed(POINTERS, read={"records": "/items"}))
    assert taken.values("measure.planned_end") == [None, None, None, "2027"]
    assert taken.rules("ERROR", "BLOCK") == set()


CELLS = [(number, place, text) for number, line in enumerate((HEAD, row())) for place, text in enumerate(line)]


def ods() -> bytes:
    return office_files.ods(
        "".join(
            "<table:table-row>" + "".join(office_files.ods_cell(text) for text in line) + "</table:table-row>"
            for line in (HEAD, row())
        )
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ods", ods()),
        ("a.xls", office_files.xls(CELLS)),
        ("a.zip", office_files.zipped({"a.csv": csv(row())})),
        ("a.xlsm", office_files.zipped({**office_files.unzipped(xlsx(row())), "xl/vbaProject.bin": b"macro"})),
        ("a.csv", xlsx(row())),
        ("a.xlsx", csv(row())),
    ],
)
def test_row_56_content_decides_what_a_file_is(name: str, content: bytes) -> None:
    taken = take(content, name)
    assert (len(taken.records("measure")), taken.outcomes[2]) == (1, ("published", ""))
    told = {"a.xlsm": {"macro_ignored"}, "a.csv": {"extension_mismatch"}, "a.xlsx": {"extension_mismatch"}}
    assert taken.rules() == told.get(name, set())


def refused(content: bytes, name: str) -> tuple[Taken, str]:
    """Hand in a file that is held back; returns what became of it, and what the department is told, in German."""
    taken = take(content, name)
    (held,) = [finding for finding in taken.findings if finding.level == "BLOCK" and finding.rule != "no_records"]
    assert taken.records("measure") == []
    return taken, worded(held, configuration().codelists, "de")


def bomb() -> bytes:
    return office_files.zipped({"a.csv": b"0" * (600 * 2**20)})


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        (
            "a.xlsx",
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
            "password_protected",
        ),
        ("a.xlsb", office_files.zipped({"xl/workbook.bin": b"x"}), "unsupported_format"),
        ("a.csv", b"<!doctype html><html><body>Anmelden</body></html>", "html_instead_of_data"),
        ("a.xlsx", b"x" * (50 * 2**20 + 1), "file_too_large"),
    ],
)
def test_row_56_what_is_protected_too_large_or_something_else_is_held_back_with_advice(
    name: str, content: bytes, rule: str
) -> None:
    taken, told = refused(content, name)
    assert rule in taken.rules("BLOCK")
    advice = configuration().codelists["finding_rule"]
    assert next(one["remedy_de"] for one in advice.rows if one["code"] == rule) in told


def test_row_56_a_zip_bomb_is_not_unpacked() -> None:
    taken, _ = refused(bomb(), "a.zip")
    assert "file_too_large" in taken.rules("BLOCK")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7\n"),
        ("a.docx", office_files.zipped({"word/document.xml": b"<x/>"})),
        ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512) + "WordDocument".encode("utf-16-le")),
        ("scan.png", b"\x89PNG\r\n"),
        ("a.eml", b"Received: by x\r\nMIME-Version: 1.0\r\n\r\nGuten Tag"),
    ],
)
def test_row_57_documents_for_people_are_held_back_and_the_template_is_offered(name: str, content: bytes) -> None:
    taken, told = refused(content, name)
    assert "unsupported_format" in taken.rules("BLOCK")
    assert "Vorlage" in told
