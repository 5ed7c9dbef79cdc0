"""Servers on the loopback interface, small but strict: what a client must not do is an error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from flows.collect.fetch import Found, fetch
from flows.model import Feed
from flows.store import Store

TODAY = "2026-11-20"
SECRET = "kein-wort-davon-4711"
Answer = tuple[int, dict[str, str], bytes]
Answering = Callable[[str, str, dict[str, str], bytes], Answer]


@contextmanager
def http_server(answering: Answering) -> Iterator[str]:
    """Serve what `answering(method, path, headers, body)` returns; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said, content = answering(self.command, self.path, headers, body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **said}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_PROPFIND = do_OPTIONS = _answer  # noqa: N815 (names of the base class)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def feed_of(**source: Any) -> Feed:
    return Feed("rit", "report", {"unit": "rit", "source": source, "read": source.pop("read", {})})


def look(feed: Feed, tmp_path: Path) -> Found:
    return fetch(feed, tmp_path, Store(tmp_path / "output").cache, TODAY, lambda _seconds: None)


def told(found: Found) -> list[tuple[str, str]]:
    return [(finding.rule, finding.level) for finding in found[1]]


def names(found: Found) -> list[tuple[str, list[str]]]:
    return [(delivery.received, [name for name, _ in delivery.files]) for delivery in found[0]]
