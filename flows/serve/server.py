"""Serve a docroot as a portal should: right types, strong validators, open to other sites, nothing else to be seen."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

LOG = logging.getLogger(__name__)
MEDIA_TYPES: Mapping[str, str] = {
    ".atom": "application/atom+xml",
    ".bib": "application/x-bibtex",
    ".css": "text/css",
    ".csv": "text/csv",
    ".csv-metadata.json": "application/csvm+json",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".jsonld": "application/ld+json",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".rdf": "application/rdf+xml",
    ".ris": "application/x-research-info-systems",
    ".svg": "image/svg+xml",
    ".ttl": "text/turtle",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}
PERMANENT = "max-age=31536000, immutable"
FRESH = "max-age=300, stale-while-revalidate=86400"
POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Resource:
    """One file as it is answered: where it lies, and what its headers say of it."""

    place: Path
    media_type: str
    etag: str
    seconds: int
    size: int


def serve(docroot: Path, port: int) -> None:
    """Serve `docroot` at http://127.0.0.1:<port>/ until interrupted; raises OSError where the port is taken."""
    with make_server(docroot, port) as server:
        server.serve_forever()


def make_server(docroot: Path, port: int) -> ThreadingHTTPServer:
    """Return a server that listens already (port 0: any free one); it follows the symlink `docroot` at each request."""

    class Bound(_Handler):
        directory = docroot

    return _Server(("127.0.0.1", port), Bound)


def find(root: Path, path: str) -> Resource | None:
    """Return what the release at `root` (resolved) holds under the URL's `path`, an `index.html` for a directory."""
    place = _place(root, path)
    if place is None or not place.is_file():
        return None
    name, found = place.relative_to(root).as_posix(), place.stat()
    listed = _listed(root).get(name, {})
    etag = listed.get("sha256") or _sha256(place, found.st_mtime_ns, found.st_size)
    media_type = _with_parameters(listed.get("media_type") or _media_type(place.name))
    return Resource(place, media_type, f'"{etag}"', int(found.st_mtime), found.st_size)


def is_unchanged(resource: Resource, if_none_match: str | None, if_modified_since: str) -> bool:
    """Tell whether the client has this already (RFC 9110, 13.2.2: If-None-Match counts before If-Modified-Since)."""
    if if_none_match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
        return "*" in tags or resource.etag in tags
    try:
        return resource.seconds <= parsedate_to_datetime(if_modified_since).timestamp()
    except ValueError:
        return False


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 (the library's signature)
        """Log what went wrong with one answer; a client that hangs up early is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            LOG.exception("no answer for %s", client_address)


class _Handler(BaseHTTPRequestHandler):
    directory: Path
    protocol_version = "HTTP/1.1"
    server_version = "offenlage"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True  # headers and body are two writes: the second must not wait for an answer

    def do_GET(self) -> None:
        """Answer with headers and body."""
        self._answer()

    def do_HEAD(self) -> None:
        """Answer with the same headers and no body."""
        self._answer()

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Refuse every other method; the library looks for `do_<method>` and would say 501."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._refuse

    def _refuse(self) -> None:
        self.close_connection = True  # the body that was sent along is never read
        self._say(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD", "Connection": "close"})

    def _answer(self) -> None:
        path = unquote(self.path.partition("?")[0].partition("#")[0], errors="replace")
        root = self.directory.resolve()
        resource = find(root, path)
        if resource is None:
            self._missing(root)
        elif resource.place.name == "index.html" and not path.endswith(("/", "/index.html")):
            self._say(HTTPStatus.MOVED_PERMANENTLY, {"Location": f"{quote(path)}/"})
        elif is_unchanged(resource, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since", "")):
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self._end(_headers(resource, root))
        else:
            self._send(HTTPStatus.OK, resource, _headers(resource, root))

    def _missing(self, root: Path) -> None:
        page = find(root, "/404.html")
        if page is None:
            self._say(HTTPStatus.NOT_FOUND, {})
        else:
            self._send(HTTPStatus.NOT_FOUND, page, {"Content-Security-Policy": POLICY})

    def _send(self, status: HTTPStatus, resource: Resource, headers: Mapping[str, str]) -> None:
        with resource.place.open("rb") as content:
            self.send_response(status)
            self._end({**headers, "Content-Type": resource.media_type, "Content-Length": str(resource.size)})
            if self.command == "GET":
                shutil.copyfileobj(content, self.wfile)

    def _say(self, status: HTTPStatus, headers: Mapping[str, str]) -> None:
        text = f"{status.value} {status.phrase}\n".encode()
        self.send_response(status)
        self._end({**headers, "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(text))})
        if self.command != "HEAD":
            self.wfile.write(text)

    def _end(self, headers: Mapping[str, str]) -> None:
        common = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
        for name, value in {**common, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the library's)
        LOG.info(format, *args)


def _headers(resource: Resource, root: Path) -> dict[str, str]:
    name = resource.place.relative_to(root).as_posix()
    headers = {
        "ETag": resource.etag,
        "Last-Modified": formatdate(resource.seconds, usegmt=True),
        "Cache-Control": PERMANENT if name.startswith("versions/") else FRESH,
    }
    if resource.media_type.startswith(("text/html", "image/svg+xml")):
        headers["Content-Security-Policy"] = POLICY
    return headers


def _place(root: Path, path: str) -> Path | None:
    """Return the place of a path below `root`, or None where it leads outside or is no path."""
    steps = path.removeprefix("/").removesuffix("/").split("/") if path != "/" else []
    if not path.startswith("/") or "\0" in path or "\\" in path or {"", ".", ".."} & set(steps):
        return None
    try:
        place = root.joinpath(*steps).resolve()
        if place.is_dir():
            place = place / "index.html"
        elif path.endswith("/"):
            return None
    except OSError:  # such as a name that is too long
        return None
    return place if place.is_relative_to(root) else None


@lru_cache(maxsize=4)
def _listed(root: Path) -> Mapping[str, Mapping[str, str]]:
    """Return what the manifest of a release says of each file; a release never changes, so one look is enough."""
    manifest = root / "manifest.json"
    listed = json.loads(manifest.read_bytes())["files"] if manifest.is_file() else []
    return {entry["path"]: entry for entry in listed}


@lru_cache(maxsize=1024)
def _sha256(place: Path, _changed: int, _size: int) -> str:
    """Return the digest of a file no manifest lists, computed once for each state it is in."""
    with place.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _media_type(name: str) -> str:
    suffixes = sorted((suffix for suffix in MEDIA_TYPES if name.endswith(suffix)), key=len)
    return MEDIA_TYPES[suffixes[-1]] if suffixes else "application/octet-stream"


def _with_parameters(media_type: str) -> str:
    if media_type == "text/csv":
        return "text/csv; charset=utf-8; header=present"
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
