"""A proxy between publisher and portal: it keeps a log of every request and lets one of them fail as told."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HTML = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"
WRITES = ("create", "revise", "upsert", "delete", "purge", "update", "patch")
Answer = tuple[int, Mapping[str, str], bytes]


def error(status: int, kind: str, **headers: str) -> Answer:
    body = json.dumps({"success": False, "error": {"__type": kind, "message": "secret-free"}}).encode()
    return status, {"Content-Type": "application/json", **headers}, body


PAGE: Answer = (502, {"Content-Type": "text/html"}, HTML)
ANSWERS: Mapping[str, Answer] = {
    "429": error(429, "Too Many", **{"Retry-After": "1"}),
    "500 before": error(500, "Internal Server Error"),
    "500 after": error(500, "Internal Server Error"),
    "search out": error(500, "Search Index Error"),
    "html before": PAGE,
    "html after": PAGE,
    "token expired": error(403, "Authorization Error"),
    "refused": error(409, "Validation Error"),
}
"""Ways to fail with an answer; `after`: the portal has done what was asked."""
SILENT = ("timeout before", "timeout after", "reset before", "reset after", "cut off", "kill before", "kill after")
WAYS = (*(way for way in ANSWERS if way != "refused"), *SILENT[:5])
KILLS = SILENT[5:]


@dataclass
class Between:
    """The proxy: requests so far, by action; the one (from 1) that fails, and how; whom a kill kills."""

    url: str = ""
    log: list[str] = field(default_factory=list)
    nth: int = 0
    way: str = ""
    pid: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def writes(self) -> list[str]:
        """Return the actions that were asked for and may change something."""
        return [action for action in self.log if action.endswith(WRITES)]

    def fail(self, nth: int, way: str) -> None:
        """Start counting anew; the nth request fails in this way."""
        self.log.clear()
        self.nth, self.way = nth, way


@contextmanager
def between(upstream: str) -> Iterator[Between]:
    """Run the proxy in front of a portal, on a free port of this machine."""
    proxy = Between()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy, upstream))
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.ended.set()
        server.shutdown()
        server.server_close()


def _handler(proxy: Between, upstream: str) -> type[BaseHTTPRequestHandler]:
    host = urlsplit(upstream).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            proxy.log.append(self.path.rpartition("/")[2])
            way = proxy.way if len(proxy.log) == proxy.nth else ""
            if way == "kill before":
                os.kill(proxy.pid, signal.SIGKILL)
            answer: Answer = (0, {}, b"")
            if way in ("", "cut off") or way.endswith("after"):
                answer = self._forward(body)
            if way == "kill after":
                os.kill(proxy.pid, signal.SIGKILL)
            self._answer(way, answer)

        def _forward(self, body: bytes) -> Answer:
            connection = http.client.HTTPConnection(host, timeout=120)
            hop = {"host", "connection", "accept-encoding"}
            headers = {name: text for name, text in self.headers.items() if name.lower() not in hop}
            connection.request("POST", self.path, body, headers)
            response = connection.getresponse()
            content = response.read()
            connection.close()
            return response.status, {"Content-Type": response.headers.get("Content-Type", "")}, content

        def _answer(self, way: str, answer: Answer) -> None:
            if way.startswith("timeout"):
                proxy.ended.wait(6)
            if way.startswith(("timeout", "kill")):
                self.close_connection = True
            elif way.startswith("reset"):
                # Closed with nothing lingering: the other side gets a reset, no end.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
            else:
                self._send(ANSWERS.get(way, answer), half=way == "cut off")

        def _send(self, answer: Answer, *, half: bool) -> None:
            status, headers, content = answer
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                for name, text in headers.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if half else content)
            self.close_connection = half

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
