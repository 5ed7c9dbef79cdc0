"""Folders elsewhere, seen through fsspec: WebDAV, S3 and SFTP, each against a server on this machine."""

from __future__ import annotations

import asyncio
import base64
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest
from sources import SECRET, feed_of, http_server, look, names, told

from flows.model import Feed

LOGIN = {"user": "amt", "secret_env": "RIT_SECRET"}
FILES = {
    "2024-12-31.csv": b"a;b\r\n",
    "2025-06-30/1.json": b"[1]",
    "2025-06-30/2.json": b"[2]",
    "~$2024-12-31.xlsx": b"lock",
    "ohne Datum.csv": b"c;d\r\n",
    "2027-01-01.csv": b"x",
}
CHANGED = "Sun, 01 Nov 2026 23:30:00 GMT"
LAST_CHANGED = parsedate_to_datetime(CHANGED).timestamp()
Opened = Callable[..., Any]


@contextmanager
def webdav(password: str = SECRET) -> Iterator[Feed]:
    """Serve FILES as Nextcloud would: PROPFIND with depth 1, GET, both only with a password."""
    pytest.importorskip("webdav4", reason="webdav4 is not installed: the kind webdav is optional")
    expected = "Basic " + base64.b64encode(f"amt:{password}".encode()).decode()

    def entry(path: str, content: bytes | None) -> str:
        kind = "<d:resourcetype><d:collection/></d:resourcetype>" if content is None else "<d:resourcetype/>"
        size = "" if content is None else f"<d:getcontentlength>{len(content)}</d:getcontentlength>"
        props = f"{kind}{size}<d:getlastmodified>{CHANGED}</d:getlastmodified>"
        status = "<d:status>HTTP/1.1 200 OK</d:status>"
        found = f"<d:propstat><d:prop>{props}</d:prop>{status}</d:propstat>"
        return f"<d:response><d:href>{escape(path)}</d:href>{found}</d:response>"

    def answering(method: str, path: str, headers: dict[str, str], _body: bytes):
        if headers.get("authorization") != expected:
            return 401, {}, b""
        inner = unquote(path).removeprefix("/dav/report").strip("/")
        if method == "GET":
            return (200, {}, FILES[inner]) if inner in FILES else (404, {}, b"")
        below = [name.removeprefix(f"{inner}/" if inner else "") for name in FILES if name.startswith(inner)]
        steps = dict.fromkeys(name.split("/")[0] for name in below if name)
        children = {step: FILES.get(f"{inner}/{step}".strip("/")) for step in steps}
        base = f"/dav/report/{inner}".rstrip("/")
        entries = [entry(f"{base}/", None), *(entry(f"{base}/{name}", content) for name, content in children.items())]
        if inner in FILES:
            entries = [entry(base, FILES[inner])]
        return (
            207,
            {"Content-Type": "application/xml"},
            f'<d:multistatus xmlns:d="DAV:">{"".join(entries)}</d:multistatus>'.encode(),
        )

    with http_server(answering) as address:
        yield feed_of(kind="webdav", url=f"{address}/dav/report", login=LOGIN)


@contextmanager
def s3(password: str = SECRET) -> Iterator[Feed]:
    """Serve FILES as a bucket: lists with a delimiter, heads and gets, all of them signed for our key."""
    pytest.importorskip("s3fs", reason="s3fs is not installed: the kind s3 is optional")

    def listed(prefix: str) -> bytes:
        below = {name: content for name, content in FILES.items() if f"report/{name}".startswith(prefix)}
        rest = {name: f"report/{name}".removeprefix(prefix) for name in below}
        files = [name for name in below if "/" not in rest[name]]
        folders = {prefix + rest[name].split("/")[0] + "/" for name in below if "/" in rest[name]}
        said = "".join(
            f"<Contents><Key>report/{escape(name)}</Key><LastModified>2026-11-01T23:30:00.000Z</LastModified>"
            f'<ETag>"1"</ETag><Size>{len(FILES[name])}</Size></Contents>'
            for name in files
        )
        said += "".join(f"<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>" for folder in sorted(folders))
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{said}</ListBucketResult>".encode()

    def answering(_method: str, path: str, headers: dict[str, str], _body: bytes):
        if "Credential=amt/" not in headers.get("authorization", "") or password != SECRET:
            denied = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
            return 403, {"Content-Type": "application/xml"}, denied
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        if "list-type" in query:
            prefix = query.get("prefix", [""])[0]
            return 200, {"Content-Type": "application/xml"}, listed(prefix)
        name = unquote(parts.path).removeprefix("/deliveries/report/")
        if name not in FILES:
            return 404, {}, b""
        return 200, {"ETag": '"1"', "Last-Modified": CHANGED}, FILES[name]

    with http_server(answering) as address:
        yield feed_of(kind="s3", url=address, bucket="deliveries", path="report", login=LOGIN)


@contextmanager
def sftp(password: str = SECRET, folder: Path | None = None, *, impostor: bool = False) -> Iterator[Feed]:
    """Serve a folder with FILES over SFTP, to one user with one password."""
    asyncssh = pytest.importorskip("asyncssh", reason="asyncssh is not installed: the kind sftp is optional")
    pytest.importorskip("sshfs", reason="sshfs is not installed: the kind sftp is optional")
    assert folder is not None
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        os.utime(folder / name, (LAST_CHANGED, LAST_CHANGED))
    key, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))

    class Server(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, given: str) -> bool:
            return (username, given) == ("amt", password)

    def inside(channel):
        return asyncssh.SFTPServer(channel, chroot=str(folder))

    async def listen():
        return await asyncssh.create_server(Server, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=inside)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(30)
    said = " ".join((other if impostor else key).export_public_key().decode().split()[:2])
    yield feed_of(kind="sftp", host="127.0.0.1", port=server.get_port(), path="/", host_key=said, login=LOGIN)

    async def end():
        server.close()
        await server.wait_closed()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(end(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)


SERVERS: dict[str, Opened] = {"webdav": webdav, "s3": s3, "sftp": sftp}


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIT_SECRET", SECRET)


@pytest.fixture(params=SERVERS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    def opening(**options: Any) -> Any:
        extra = {"folder": tmp_path / "served"} if request.param == "sftp" else {}
        return SERVERS[request.param](**options, **extra)

    return opening


def test_what_lies_in_the_folder_is_delivered_as_from_a_folder_here(opened: Opened, tmp_path: Path) -> None:
    with opened() as feed:
        found = look(feed, tmp_path)
    dated = {received: files for received, files in names(found) if files != ["ohne Datum.csv"]}
    assert dated == {"2024-12-31": ["2024-12-31.csv"], "2025-06-30": ["1.json", "2.json"]}
    assert {content for delivery in found[0] for _, content in delivery.files} == {
        FILES[name] for name in ("2024-12-31.csv", "2025-06-30/1.json", "2025-06-30/2.json", "ohne Datum.csv")
    }
    assert sorted(told(found)) == [
        ("file_ignored", "INFO"),
        ("received_from_file_time", "INFO"),
        ("received_in_future", "BLOCK"),
    ]


def test_a_second_look_finds_the_same(opened: Opened, tmp_path: Path) -> None:
    with opened() as feed:
        assert look(feed, tmp_path) == look(feed, tmp_path)


def test_a_wrong_password_is_refused_and_no_secret_is_repeated(
    opened: Opened, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(password="another") as feed:
        found = look(feed, tmp_path)
    assert found[0] == []
    assert told(found) == [("source_refused", "ERROR")]
    said = "".join((repr(found), repr(feed), caplog.text, *capfd.readouterr()))
    assert SECRET not in said
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_nothing_is_told_to_a_server_with_another_key(tmp_path: Path) -> None:
    with sftp(folder=tmp_path / "served", impostor=True) as feed:
        assert told(look(feed, tmp_path)) == [("source_refused", "ERROR")]


@pytest.mark.parametrize("kind", ["webdav", "s3", "sftp"])
def test_a_server_that_is_not_there_is_unreachable(kind: str, tmp_path: Path) -> None:
    pytest.importorskip({"webdav": "webdav4", "s3": "s3fs", "sftp": "sshfs"}[kind], reason=f"{kind} is optional")
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE8Y0mR2bW0m9l6yY0wq5n2J2b0x9yqXQF0s9l8V3t5v"
    there = {"url": "http://127.0.0.1:1/x", "bucket": "deliveries", "host": "127.0.0.1", "port": 1, "path": "/x"}
    feed = feed_of(kind=kind, login=LOGIN, host_key=key, **there)
    assert told(look(feed, tmp_path)) == [("source_unreachable", "WARN")]


@pytest.mark.parametrize(("kind", "library"), [("webdav", "webdav4"), ("s3", "s3fs"), ("sftp", "sshfs")])
def test_a_kind_whose_library_is_not_there_says_so(
    kind: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("webdav4.client", "webdav4.fsspec", "s3fs", "botocore.exceptions", "sshfs", "asyncssh"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    there = {"url": "http://127.0.0.1:1/", "bucket": "b", "host": "127.0.0.1", "path": "/", "host_key": ""}
    found = look(feed_of(kind=kind, login=LOGIN, **there), tmp_path)
    assert [(finding.rule, finding.value) for finding in found[1]] == [("source_refused", library)]
