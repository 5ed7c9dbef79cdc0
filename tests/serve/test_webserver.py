"""The shipped settings of nginx and Apache answer as our own server does; skipped where they are not installed."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from flows.serve.server import make_server

SETTINGS = Path(__file__).resolve().parents[2] / "docs" / "webserver"
SHIPPED_ROOT = "/srv/offenlage/output/public"
MODULES = Path("/usr/lib/apache2/modules")
NEEDED = ("mpm_event", "allowmethods", "authz_core", "dir", "headers", "mime", "rewrite")
COMPARED = (
    "Content-Type",
    "Content-Length",
    "Last-Modified",
    "Cache-Control",
    "Access-Control-Allow-Origin",
    "X-Content-Type-Options",
    "Content-Security-Policy",
)
Answer = tuple[int, http.client.HTTPMessage, bytes]


def program(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def shipped(name: str, docroot: Path, port: int) -> str:
    text = (SETTINGS / name).read_text(encoding="utf-8")
    for ours, theirs in ((SHIPPED_ROOT, str(docroot)), ("listen 80;", f"listen 127.0.0.1:{port};")):
        text = text.replace(ours, theirs)
    return text.replace("<VirtualHost *:80>", f"<VirtualHost 127.0.0.1:{port}>")


def nginx(folder: Path, docroot: Path, port: int) -> list[str]:
    (folder / "server.conf").write_text(shipped("nginx.conf", docroot, port), encoding="utf-8")
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off;\n{places}include {folder}/server.conf; }}\n",
        encoding="utf-8",
    )
    return [program("nginx"), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]


def apache(folder: Path, docroot: Path, port: int) -> list[str]:
    found = program("apache2")
    (folder / "server.conf").write_text(shipped("apache.conf", docroot, port), encoding="utf-8")
    loaded = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in NEEDED)
    who = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
    (folder / "apache2.conf").write_text(
        f"ServerName 127.0.0.1\nServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/pid\n"
        f"ErrorLog {folder}/error.log\nListen 127.0.0.1:{port}\n{loaded}{who}"
        # As Debian has it: nothing is given away but what a site allows, and system-wide types come first.
        f"<Directory />\nOptions FollowSymLinks\nRequire all denied\n</Directory>\nTypesConfig /etc/mime.types\n"
        f"Include {folder}/server.conf\n",
        encoding="utf-8",
    )
    return [found, "-f", f"{folder}/apache2.conf"]


SERVERS: Mapping[str, Callable[[Path, Path, int], list[str]]] = {"nginx": nginx, "apache": apache}


@pytest.fixture(scope="module")
def output(published: Path) -> Iterator[Path]:
    """Return a copy of the example's output where a web server's own user can read it, with a page for errors."""
    folder = Path(tempfile.mkdtemp(prefix="offenlage-webserver-"))
    folder.chmod(0o755)
    copy = Path(shutil.copytree(published, folder / "output", symlinks=True))
    for directory in (copy, copy / "releases", *(copy / "releases").iterdir()):
        directory.chmod(0o755)
    (copy / "public" / "404.html").write_text("<!doctype html><title>Nicht gefunden</title>", encoding="utf-8")
    yield copy
    shutil.rmtree(folder)


@contextmanager
def running(name: str, output: Path) -> Iterator[int]:
    folder = Path(tempfile.mkdtemp(prefix="offenlage-webserver-"))
    folder.chmod(0o755)
    port = free_port()
    command = SERVERS[name](folder, output / "public", port)
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    foreground = ["-D", "FOREGROUND"] if name == "apache" else []
    server = subprocess.Popen([*command, *foreground], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(server, port, folder)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder)


def _wait(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    log = folder / "error.log"
    pytest.fail(log.read_text(errors="replace") if log.is_file() else "it does not start")


@pytest.fixture(scope="module", params=sorted(SERVERS))
def theirs(request: pytest.FixtureRequest, output: Path) -> Iterator[int]:
    with running(request.param, output) as port:
        yield port


@pytest.fixture(scope="module")
def ours(output: Path) -> Iterator[int]:
    with make_server(output / "public", 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def ask(port: int, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, quote(path), headers=dict(headers or {}))
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.headers, content


def paths(output: Path) -> list[str]:
    """Return one path of every kind of file: of each end of a name and media type, and of each rule for headers."""
    files = json.loads((output / "public" / "manifest.json").read_bytes())["files"]
    kinds = {(".".join(Path(file["path"]).name.split(".")[1:]), file["media_type"]): file["path"] for file in files}
    version = next(file["path"] for file in files if file["path"].startswith("versions/"))
    found = [f"/{path}" for path in (*kinds.values(), version, "catalog.ttl", "manifest.json")]
    return sorted({*found, "/", "/id/dataset/measures/"})


def test_every_file_is_answered_as_by_our_server(theirs: int, ours: int, output: Path) -> None:
    for path in paths(output):
        for method in ("GET", "HEAD"):
            mine, other = ask(ours, path, method), ask(theirs, path, method)
            assert (other[0], other[2]) == (mine[0], mine[2]), (method, path)
            assert {name: other[1][name] for name in COMPARED} == {name: mine[1][name] for name in COMPARED}, path


def test_what_has_not_changed_is_not_sent_again(theirs: int, output: Path) -> None:
    for path in paths(output):
        first = ask(theirs, path)[1]
        for condition in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
            status, headers, content = ask(theirs, path, headers=condition)
            assert (status, content, headers["ETag"]) == (304, b"", first["ETag"])
        assert ask(theirs, path, headers={"If-None-Match": '"other"'})[0] == 200


@pytest.mark.parametrize("path", ["/nowhere", "/codelists/", "/data/nowhere.csv", "/../archive/journal.jsonl", "/id/"])
def test_what_is_not_there_is_not_found(theirs: int, path: str) -> None:
    status, headers, content = ask(theirs, path)
    assert status in (404, 400)
    if status == 404:
        assert b"Nicht gefunden" in content
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cache-Control"] is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_only_reading_is_allowed(theirs: int, method: str) -> None:
    status, headers, _ = ask(theirs, "/catalog.ttl", method)
    assert status == 405
    if method != "TRACE":
        assert [allowed for allowed in headers.get_all("Allow") if allowed] == ["GET, HEAD"]


def test_an_identifier_leads_to_its_page(theirs: int, ours: int) -> None:
    for port in (theirs, ours):
        status, headers, _ = ask(port, "/id/dataset/measures")
        assert (status, urlsplit(headers["Location"]).path) == (301, "/id/dataset/measures/")
        assert ask(port, "/id/dataset/measures/")[0] == 200


def test_no_link_leads_out_of_the_release(theirs: int, output: Path) -> None:
    outside, link = output / "outside.txt", output / "public" / "outside.txt"
    outside.write_text("internal", encoding="utf-8")
    link.symlink_to(outside)
    try:
        status, _, content = ask(theirs, "/outside.txt")
        assert status in (403, 404)
        assert b"internal" not in content
    finally:
        link.unlink()


def test_the_next_release_is_served_at_once(theirs: int, output: Path) -> None:
    shown, following = (output / "public").readlink(), output / "releases" / "following"
    following.mkdir(mode=0o755, exist_ok=True)
    (following / "catalog.ttl").write_text("# following", encoding="utf-8")
    assert ask(theirs, "/catalog.ttl")[2] != b"# following"
    _switch(output, Path("releases/following"))
    try:
        assert ask(theirs, "/catalog.ttl")[2] == b"# following"
    finally:
        _switch(output, shown)


def _switch(output: Path, target: Path) -> None:
    (output / "public.new").symlink_to(target)
    (output / "public.new").replace(output / "public")
