"""Ask a real server on the loopback interface, as a harvester or a browser would."""

import hashlib
import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.serve.server import make_server
from flows.store import Store

TIME = "2026-11-20T12:00:00+00:00"
SECONDS = "Fri, 20 Nov 2026 12:00:00 GMT"
FILES = {
    "index.html": b"<!doctype html><title>Start</title>",
    "404.html": b"<!doctype html><title>Nicht gefunden</title>",
    "daten/index.html": b"<!doctype html>",
    "data/measures.csv": b"id\r\n",
    "data/measures.csv-metadata.json": b"{}",
    "data/measures.json": b"[]",
    "data/measures.jsonl": b"{}\n",
    "data/measures.xlsx": b"PK",
    "data/measures.parquet": b"PAR1",
    "catalog.ttl": b"",
    "catalog.rdf": b"",
    "catalog.jsonld": b"{}",
    "feed.atom": b"<feed/>",
    "versions/2026-11-20/measures.csv": b"id\r\n",
    ".well-known/void": b"",
    "listed": b"x",
}


def publish(store: Store, release: str, files: dict[str, bytes]) -> None:
    stage = store.releases.stage(release)
    for path, content in files.items():
        store.releases.link_or_write(stage, path, content, TIME)
    store.releases.commit(stage, release)
    store.releases.switch(release)


def manifest() -> bytes:
    entry = {"path": "listed", "media_type": "application/linkset+json", "bytes": 1, "sha256": "0" * 64}
    return json.dumps({"files": [{**entry, "content_digest": "", "modified": TIME}]}).encode()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path / "output")
    (tmp_path / "output").mkdir()
    publish(found, "2026-11-20", {**FILES, "manifest.json": manifest()})
    (tmp_path / "output" / "secret.csv").write_bytes(b"secret")
    return found


@pytest.fixture
def connection(store: Store) -> Iterator[http.client.HTTPConnection]:
    with make_server(store.releases.public, 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        found = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        yield found
        found.close()
        server.shutdown()


def ask(
    connection: http.client.HTTPConnection, path: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    return response, response.read()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/data/measures.csv", "text/csv; charset=utf-8; header=present"),
        ("/data/measures.csv-metadata.json", "application/csvm+json"),
        ("/data/measures.json", "application/json"),
        ("/data/measures.jsonl", "application/x-ndjson"),
        ("/data/measures.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("/data/measures.parquet", "application/vnd.apache.parquet"),
        ("/catalog.ttl", "text/turtle; charset=utf-8"),
        ("/catalog.rdf", "application/rdf+xml"),
        ("/catalog.jsonld", "application/ld+json"),
        ("/feed.atom", "application/atom+xml"),
        ("/.well-known/void", "application/octet-stream"),
        ("/listed", "application/linkset+json"),
    ],
)
def test_types(connection: http.client.HTTPConnection, path: str, media_type: str):
    response, _ = ask(connection, path)
    assert response.status == 200
    assert response.headers["Content-Type"] == media_type


def test_validators_and_open_headers(connection: http.client.HTTPConnection):
    response, body = ask(connection, "/data/measures.csv?from=catalogue")
    assert body == FILES["data/measures.csv"]
    assert response.headers["ETag"] == f'"{hashlib.sha256(body).hexdigest()}"'
    assert response.headers["Last-Modified"] == SECONDS
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "max-age=300, stale-while-revalidate=86400"


def test_the_manifest_is_believed(connection: http.client.HTTPConnection):
    assert ask(connection, "/listed")[0].headers["ETag"] == f'"{"0" * 64}"'


def test_versions_never_change(connection: http.client.HTTPConnection):
    response, _ = ask(connection, "/versions/2026-11-20/measures.csv")
    assert response.headers["Cache-Control"] == "max-age=31536000, immutable"


def test_head_says_what_get_says(connection: http.client.HTTPConnection):
    got, body = ask(connection, "/data/measures.csv")
    head, nothing = ask(connection, "/data/measures.csv", "HEAD")
    drop = {"Date"}
    assert {k: v for k, v in head.headers.items() if k not in drop} == {
        k: v for k, v in got.headers.items() if k not in drop
    }
    assert (head.status, nothing, head.headers["Content-Length"]) == (200, b"", str(len(body)))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": '"ETAG"'}, 304),
        ({"If_None_Match": 'W/"ETAG", "other"'}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"other"'}, 200),
        ({"If_None_Match": '"other"', "If_Modified_Since": SECONDS}, 200),
        ({"If_Modified_Since": SECONDS}, 304),
        ({"If_Modified_Since": "Fri, 20 Nov 2026 11:59:59 GMT"}, 200),
        ({"If_Modified_Since": "yesterday"}, 200),
    ],
)
def test_conditional_requests(connection: http.client.HTTPConnection, headers: dict[str, str], status: int):
    etag = hashlib.sha256(FILES["data/measures.csv"]).hexdigest()
    given = {name: value.replace("ETAG", etag) for name, value in headers.items()}
    response, body = ask(connection, "/data/measures.csv", **given)
    assert response.status == status
    assert body == (b"" if status == 304 else FILES["data/measures.csv"])
    assert response.headers["ETag"] == f'"{etag}"'


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(connection: http.client.HTTPConnection, method: str):
    connection.request(method, "/", body=b"x" * 10)
    response = connection.getresponse()
    response.read()
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")
    assert ask(connection, "/")[0].status == 200


PATHS = [
    "/absent",
    "/data/",
    "/data",
    "/data/measures.csv/",
    "/data//measures.csv",
    "/%00",
    "/" + "x" * 5000,
    "*",
    "index.html",
]
PATHS += ["/../secret.csv", "/%2e%2e/secret.csv", "/data/../../secret.csv", "/..%2fsecret.csv", "/..%5csecret.csv"]
PATHS += ["/etc/passwd", "//etc/passwd", "/./index.html", "/%ff"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_else_is_to_be_seen(connection: http.client.HTTPConnection, path: str):
    connection.putrequest("GET", path)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    assert response.status == 404
    assert body == FILES["404.html"]


def test_a_link_out_of_the_release_is_not_followed(connection: http.client.HTTPConnection, store: Store):
    (store.releases.public / "out.csv").symlink_to(store.output / "secret.csv")
    assert ask(connection, "/out.csv")[0].status == 404


def test_a_directory_answers_with_its_page(connection: http.client.HTTPConnection):
    response, _ = ask(connection, "/daten")
    assert (response.status, response.headers["Location"]) == (301, "/daten/")
    assert ask(connection, "/daten/")[1] == FILES["daten/index.html"]


def test_no_page_may_be_framed_or_ask_others_for_anything(connection: http.client.HTTPConnection):
    policy = ask(connection, "/")[0].headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy)


def test_the_next_release_is_served_at_once(connection: http.client.HTTPConnection, store: Store):
    assert ask(connection, "/data/measures.csv")[1] == b"id\r\n"
    publish(store, "2026-11-21", {"data/measures.csv": b"id\r\nM-0001\r\n"})
    response, body = ask(connection, "/data/measures.csv")
    assert body == b"id\r\nM-0001\r\n"
    assert response.headers["ETag"] == f'"{hashlib.sha256(body).hexdigest()}"'
    assert ask(connection, "/")[0].status == 404


def test_before_the_first_release_there_is_nothing(tmp_path: Path):
    with make_server(tmp_path / "public", 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        response, body = ask(connection, "/")
        assert (response.status, body) == (404, b"404 Not Found\n")
        connection.close()
        server.shutdown()
