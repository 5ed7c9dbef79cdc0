"""Interfaces that answer in pages: offset, page number, cursor, Link; all pages or none (deliveries.md 55)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sources import feed_of, http_server, look, names, told

from flows.formats.read import read

RECORDS = [{"id": number, "title": f"Maßnahme {number}"} for number in range(1, 8)]


def page(records: list[dict[str, Any]], **beside: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps({"items": records, **beside}).encode()


def api(answer: Callable[[dict[str, str]], Any], tmp_path: Path, **paging: Any):
    asked: list[dict[str, str]] = []

    def answering(_method, path, _headers, _body):
        asked.append({name: values[0] for name, values in parse_qs(urlsplit(path).query).items()})
        return answer(asked[-1])

    with http_server(answering) as address:
        feed = feed_of(kind="api", url=f"{address}/api?unit=rit", paging=paging, read={"records": "/items"})
        return look(feed, tmp_path), asked


def by_offset(query: dict[str, str]):
    start = int(query["offset"])
    return page(RECORDS[start : start + 3], total=len(RECORDS))


def test_pages_by_offset_until_the_total_is_reached(tmp_path: Path) -> None:
    found, asked = api(by_offset, tmp_path, by="offset", size=3, total="/total")
    assert names(found) == [("2026-11-20", ["0001-api", "0002-api", "0003-api"])]
    assert [query["offset"] for query in asked] == ["0", "3", "6"]
    assert all((query["limit"], query["unit"]) == ("3", "rit") for query in asked)


def test_without_a_total_an_empty_page_is_the_end_and_short_ones_are_not(tmp_path: Path) -> None:
    found, asked = api(by_offset, tmp_path, by="offset", size=100)
    assert [query["offset"] for query in asked] == ["0", "3", "6", "7"]
    assert len(found[0][0].files) == 3


def test_pages_by_number(tmp_path: Path) -> None:
    def answer(query):
        start = (int(query["seite"]) - 1) * 4
        return page(RECORDS[start : start + 4])

    found, asked = api(answer, tmp_path, by="page", parameter="seite", size=4, size_parameter="anzahl")
    assert [query["seite"] for query in asked] == ["1", "2", "3"]
    assert asked[0]["anzahl"] == "4"
    assert len(found[0][0].files) == 2


@pytest.mark.parametrize("cursor", ["abc=", "/api?unit=rit&cursor=abc%3D"])
def test_pages_by_a_mark_or_an_address_in_the_page_before(tmp_path: Path, cursor: str) -> None:
    def answer(query):
        return page(RECORDS[:4], next=cursor) if "cursor" not in query else page(RECORDS[4:], next=None)

    found, asked = api(answer, tmp_path, by="cursor", next="/next")
    assert [query.get("cursor") for query in asked] == [None, "abc="]
    assert len(found[0][0].files) == 2


def test_linked_pages_and_a_total_in_a_header(tmp_path: Path) -> None:
    def answer(query):
        status, headers, body = page(RECORDS[:4] if "page" not in query else RECORDS[4:])
        link = {} if "page" in query else {"Link": '</api?page=2>; rel="next"'}
        return status, {**headers, **link, "X-Total-Count": "7"}, body

    found, _ = api(answer, tmp_path, by="link", total_header="X-Total-Count")
    assert len(found[0][0].files) == 2


def test_fewer_records_than_the_total_are_no_delivery(tmp_path: Path) -> None:
    found, _ = api(lambda query: page(by_page(query), total=9), tmp_path, by="offset", size=3, total="/total")
    assert found[0] == []
    assert told(found) == [("partial_fetch", "BLOCK")]
    assert found[1][0].expected == "9"


def by_page(query: dict[str, str]) -> list[dict[str, Any]]:
    start = int(query["offset"])
    return RECORDS[start : start + 3]


def test_a_total_that_is_not_there_is_no_total(tmp_path: Path) -> None:
    found, _ = api(lambda query: page(by_page(query)), tmp_path, by="offset", size=3, total="/total")
    assert told(found) == [("partial_fetch", "BLOCK")]


def test_a_total_that_changes_is_asked_for_again(tmp_path: Path) -> None:
    totals = iter([7, 8, *[7] * 9])
    found, asked = api(lambda query: page(by_page(query), total=next(totals)), tmp_path, by="offset", size=3,
                       total="/total")  # fmt: skip
    assert len(found[0][0].files) == 3
    assert [query["offset"] for query in asked] == ["0", "3", "0", "3", "6"]


def test_a_total_that_never_holds_still_is_unreachable(tmp_path: Path) -> None:
    totals = iter(range(1000))
    found, _ = api(lambda query: page(by_page(query), total=next(totals)), tmp_path, by="offset", size=3,
                   total="/total")  # fmt: skip
    assert found[0] == []
    assert told(found) == [("source_unreachable", "WARN")]


def test_a_record_that_comes_again_at_the_border_counts_once(tmp_path: Path) -> None:
    pages = {"0": RECORDS[:3], "3": RECORDS[2:5], "6": RECORDS[5:]}
    found, _ = api(lambda query: page(pages.get(query["offset"], []), total=7), tmp_path, by="offset", size=3,
                   total="/total")  # fmt: skip
    tables, said = read(found[0][0].files, {"records": "/items"}, [])
    assert [number for table in tables for number in table.cells["/id"]] == list("1234567")
    assert [(f.rule, f.level, f.sheet, f.row) for f in said] == [("repeated_record", "FIX", "part 2", 1)]


def test_a_server_that_ignores_the_offset_is_noticed(tmp_path: Path) -> None:
    found, asked = api(lambda _query: page(RECORDS[:3]), tmp_path, by="offset", size=3)
    assert told(found) == [("partial_fetch", "BLOCK")]
    assert len(asked) == 2


@pytest.mark.parametrize("body", [b"{", b'{"data": []}', b"[1"])
def test_a_page_that_is_none_is_told(tmp_path: Path, body: bytes) -> None:
    found, _ = api(lambda _query: (200, {}, body), tmp_path, by="offset", size=3)
    assert found[0] == []
    assert [level for _, level in told(found)] == ["BLOCK"]


def test_an_error_on_the_last_page_is_no_delivery(tmp_path: Path) -> None:
    found, _ = api(lambda query: by_offset(query) if query["offset"] == "0" else (401, {}, b""), tmp_path,
                   by="offset", size=3)  # fmt: skip
    assert found[0] == []
    assert told(found) == [("source_refused", "ERROR")]


def test_an_empty_source_is_one_empty_page(tmp_path: Path) -> None:
    found, asked = api(lambda _query: page([], total=0), tmp_path, by="offset", size=3, total="/total")
    assert len(found[0][0].files) == len(asked) == 1
