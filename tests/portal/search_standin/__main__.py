"""Serve the index at Solr's addresses, on this machine only.

Called as `python -m search_standin PORT FILE`; CKAN's solr_url is then http://127.0.0.1:PORT/solr/ckan.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET  # CKAN, on this machine, is the only one who writes here

from search_standin.fields import listed
from search_standin.index import Index
from search_standin.query import QueryError

DONE: Mapping[str, Any] = {"responseHeader": {"status": 0, "QTime": 0}}
SCHEMA = '<?xml version="1.0"?><schema name="ckan-2.11" version="1.6"><uniqueKey>index_id</uniqueKey></schema>'
"""All that CKAN reads of the schema: its name, which tells the version; 2.12 takes that of 2.11 too."""


def make_server(port: int, index: Index) -> ThreadingHTTPServer:
    """Return a server that answers for `index` and listens already."""

    class Bound(_Handler):
        documents = index

    server = ThreadingHTTPServer(("127.0.0.1", port), Bound)
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    documents: Index
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        address = urlsplit(self.path)
        path = address.path.rstrip("/")
        try:
            if path.endswith("/select"):
                query = f"{address.query}&{body}" if body else address.query
                self._send(200, self.documents.select(parse_qs(query, keep_blank_values=True)))
            elif "/update" in path:
                update(self.documents, body, self.headers.get("Content-Type", ""))
                self._send(200, DONE)
            elif path.endswith(("/schema", "/admin/file")):
                self._send(200, SCHEMA)
            elif path.endswith("/admin/ping"):
                self._send(200, {"status": "OK"})
            else:
                self._send(404, {"error": {"msg": "not found", "code": 404}})
        except QueryError as error:
            self._send(400, {"error": {"msg": str(error), "code": 400}})

    def _send(self, status: int, answer: Mapping[str, Any] | str) -> None:
        is_xml = isinstance(answer, str)
        body = (answer if is_xml else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml" if is_xml else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the library's)
        """Say nothing: CKAN asks often."""


def update(index: Index, body: str, media_type: str) -> None:
    """Do what Solr's update message in JSON or XML says: add documents, delete what a query finds."""
    if not body.strip():
        return
    if "json" in media_type:
        message = json.loads(body)
        index.add(message if isinstance(message, list) else listed(message.get("add", {}).get("doc")))
        deletions = [] if isinstance(message, list) else listed(message.get("delete"))
        queries = [deletion["query"] for deletion in deletions]
    else:
        root = ET.fromstring(body)
        index.add(_document(element) for element in root.iter("doc"))
        queries = [element.text or "" for element in root if root.tag == "delete"]
    for query in queries:
        index.delete(query)


def _document(element: ET.Element) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for field in element.iter("field"):
        name, value = field.get("name", ""), field.text or ""
        document[name] = [*listed(document[name]), value] if name in document else value
    return document


if __name__ == "__main__":
    with make_server(int(sys.argv[1]), Index(Path(sys.argv[2]))) as running:
        running.serve_forever()
