"""Fetch from real servers on the loopback interface that misbehave on demand."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows.collect.fetch import TransientFetchError, attempt, fetch
from flows.collect.fetch import http as http_module
from flows.model import Feed
from flows.store import Store

TODAY = "2026-11-20"
Answer = tuple[int, dict[str, str], bytes]


class Source:
    """A server that answers the n-th request with the n-th answer, the last one for ever."""

    def __init__(self, answers: list[Answer | Callable[[Any], None]]) -> None:
        self.answers = answers
        self.requests: list[tuple[str, dict[str, str]]] = []

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append((handler.path, dict(handler.headers)))
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if callable(answer):
            answer(handler)
            return
        status, headers, body = answer
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def serving(*answers: Answer | Callable[[Any], None]) -> Iterator[tuple[Source, Feed]]:
    source = Source(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.answer(self)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield source, feed_of(f"http://127.0.0.1:{server.server_port}/api/report.csv?key=secret")
        server.shutdown()


def feed_of(url: str) -> Feed:
    return Feed("rit", "report", {"unit": "rit", "source": {"kind": "http", "url": url}})


def look(feed: Feed, tmp_path: Path, pauses: list[float] | None = None):
    pause = (pauses if pauses is not None else []).append
    return fetch(feed, tmp_path, Store(tmp_path / "output").cache, TODAY, pause)


def ok(body: bytes = b"a;b\r\n", **headers: str) -> Answer:
    return 200, {name.replace("_", "-"): value for name, value in headers.items()}, body


def test_an_answer_is_one_delivery_received_today(tmp_path: Path):
    with serving(ok()) as (source, feed):
        fetched, findings = look(feed, tmp_path)
    assert findings == []
    assert [(found.feed, found.received, found.files) for found in fetched] == [
        ("rit/report", TODAY, (("report.csv", b"a;b\r\n"),))
    ]
    assert source.requests[0][0] == "/api/report.csv?key=secret"
    assert fetched[0].origin.endswith("/api/report.csv")
    assert "secret" not in repr(fetched)


def test_the_next_request_is_conditional_and_304_means_the_same_content(tmp_path: Path):
    changed = "Fri, 20 Nov 2026 12:00:00 GMT"
    with serving(ok(ETag='"1"', Last_Modified=changed), (304, {}, b"")) as (source, feed):
        first, _ = look(feed, tmp_path)
        second, findings = look(feed, tmp_path)
    assert second == first
    assert findings == []
    assert source.requests[1][1]["If-None-Match"] == '"1"'
    assert source.requests[1][1]["If-Modified-Since"] == changed


def test_a_spoilt_cache_is_not_believed(tmp_path: Path):
    with serving(ok(ETag='"1"')) as (source, feed):
        look(feed, tmp_path)
        for path in (tmp_path / "output" / "cache").rglob("*.body"):
            path.write_bytes(b"spoilt")
        fetched, _ = look(feed, tmp_path)
        for path in (tmp_path / "output" / "cache").rglob("*.json"):
            path.write_bytes(b"[")
        look(feed, tmp_path)
    assert fetched[0].files[0][1] == b"a;b\r\n"
    assert all("If-None-Match" not in headers for _, headers in source.requests)


def reset(handler: Any) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()
    handler.wfile = handler.rfile


def cut_off(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")


@pytest.mark.parametrize("fault", [(503, {}, b""), (502, {}, b""), (504, {}, b""), (429, {}, b""), cut_off, reset])
def test_a_transient_failure_is_tried_again(tmp_path: Path, fault: Any):
    pauses: list[float] = []
    with serving(fault, fault, ok()) as (_, feed):
        fetched, findings = look(feed, tmp_path, pauses)
    assert fetched[0].files[0][1] == b"a;b\r\n"
    assert findings == []
    assert pauses == [2.0, 4.0]


@pytest.mark.parametrize(("asked", "pause"), [("7", 7.0), ("1", 2.0), ("99999", 60.0), ("soon", 2.0)])
def test_the_source_may_ask_for_a_pause(tmp_path: Path, asked: str, pause: float):
    pauses: list[float] = []
    with serving((429, {"Retry-After": asked}, b""), ok()) as (_, feed):
        look(feed, tmp_path, pauses)
    assert pauses == [pause]


def test_a_date_to_retry_after_long_gone_asks_for_nothing(tmp_path: Path):
    pauses: list[float] = []
    with serving((503, {"Retry-After": "Fri, 20 Nov 2020 12:00:00 GMT"}, b""), ok()) as (_, feed):
        look(feed, tmp_path, pauses)
    assert pauses == [2.0]


def test_the_attempts_are_bounded_and_the_source_is_unreachable(tmp_path: Path):
    with serving((503, {}, b"")) as (source, feed):
        fetched, findings = look(feed, tmp_path)
    assert fetched == []
    assert [(finding.rule, finding.level) for finding in findings] == [("source_unreachable", "WARN")]
    assert "HTTP 503" in findings[0].value
    assert "secret" not in findings[0].value
    assert len(source.requests) == 4


def test_nobody_listening_is_transient(tmp_path: Path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        feed = feed_of(f"http://127.0.0.1:{unused.getsockname()[1]}/report.csv")
        with pytest.raises(TransientFetchError, match="ConnectionError"):
            attempt(feed, tmp_path, Store(tmp_path).cache, TODAY)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500, 204, 206])
def test_other_answers_are_not_asked_for_again(tmp_path: Path, status: int):
    with serving((status, {}, b"")) as (source, feed):
        fetched, findings = look(feed, tmp_path)
    assert fetched == []
    assert [finding.rule for finding in findings] == ["source_refused"]
    assert len(source.requests) == 1


HTML = [b"<!DOCTYPE html><title>Wartung</title>", b"\xef\xbb\xbf\n <html>", b'<?xml version="1.0"?>\n<html lang="de">']


@pytest.mark.parametrize("body", HTML)
def test_a_page_for_people_is_no_delivery(tmp_path: Path, body: bytes):
    with serving(ok(body, Content_Type="text/csv", ETag='"1"')) as (source, feed):
        fetched, findings = look(feed, tmp_path)
        look(feed, tmp_path)
    assert fetched == []
    assert [finding.rule for finding in findings] == ["html_instead_of_data"]
    assert "If-None-Match" not in source.requests[1][1]


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_too_large_is_refused_also_when_it_was_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
):
    monkeypatch.setattr(http_module, "LARGEST", 100_000)
    body = b"x" * 200_000
    with serving((200, headers, gzip.compress(body) if headers else body)) as (_, feed):
        fetched, findings = look(feed, tmp_path)
    assert fetched == []
    assert [finding.rule for finding in findings] == ["file_too_large"]


def test_pages_are_the_parts_in_order(tmp_path: Path):
    with serving(ok(b"1", Link='</api/report.csv?page=2>; rel="next"'), ok(b"2")) as (source, feed):
        fetched, _ = look(feed, tmp_path)
    assert fetched[0].files == (("0001-report.csv", b"1"), ("0002-report.csv", b"2"))
    assert source.requests[1][0] == "/api/report.csv?page=2"


def test_all_pages_or_none(tmp_path: Path):
    with serving(ok(b"1", Link='<?page=2>; rel="next"'), (404, {}, b"")) as (_, feed):
        fetched, findings = look(feed, tmp_path)
    assert fetched == []
    assert [finding.rule for finding in findings] == ["source_refused"]


def test_pages_in_a_circle_are_refused(tmp_path: Path):
    with serving(ok(b"1", Link='<?page=2>; rel="next"')) as (source, feed):
        fetched, findings = look(feed, tmp_path)
    assert fetched == []
    assert [finding.rule for finding in findings] == ["partial_fetch"]
    assert len(source.requests) == 2


def test_redirects_are_followed_a_few_times(tmp_path: Path):
    with serving((302, {"Location": "/new.csv"}, b""), ok()) as (source, feed):
        fetched, _ = look(feed, tmp_path)
    assert fetched[0].files[0][1] == b"a;b\r\n"
    assert source.requests[1][0] == "/new.csv"
    with serving((302, {"Location": "/new.csv"}, b"")) as (source, feed):
        fetched, findings = look(feed, tmp_path)
    assert fetched == []
    assert [finding.rule for finding in findings] == ["source_refused"]
    assert len(source.requests) == 6


@pytest.mark.parametrize("target", ["http://data.example/", "https://data.example/", "ftp://127.0.0.1/", "http://[x/"])
def test_no_redirect_leads_elsewhere(tmp_path: Path, target: str):
    with serving((302, {"Location": target}, b"")) as (_, feed):
        fetched, findings = look(feed, tmp_path)
    assert fetched == []
    assert [finding.rule for finding in findings] == ["source_refused"]


@pytest.mark.parametrize("url", ["http://data.example/report.csv", "file:///etc/passwd", "http://localhost.example/"])
def test_only_encrypted_sources_are_asked(tmp_path: Path, url: str):
    fetched, findings = look(feed_of(url), tmp_path)
    assert fetched == []
    assert [(finding.rule, finding.expected) for finding in findings] == [("source_refused", "https://")]
