"""Who we are at a source: by reference only, told to that source only, and never repeated."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from sources import SECRET, feed_of, http_server, look, names, told

BASIC = "Basic " + base64.b64encode(f"amt:{SECRET}".encode()).decode()


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIT_SECRET", SECRET)


@pytest.mark.parametrize(
    ("login", "header", "value"),
    [
        ({"user": "amt", "secret_env": "RIT_SECRET"}, "authorization", BASIC),
        ({"secret_env": "RIT_SECRET"}, "authorization", f"Bearer {SECRET}"),
        ({"secret_env": "RIT_SECRET", "header": "X-API-Key"}, "x-api-key", SECRET),
    ],
)
def test_a_source_is_told_who_we_are(tmp_path: Path, login: dict[str, str], header: str, value: str) -> None:
    def answering(_method, _path, headers, _body):
        return (200, {}, b"a;b\r\n") if headers.get(header) == value else (401, {}, b"")

    with http_server(answering) as address:
        assert names(look(feed_of(kind="http", url=f"{address}/r.csv", login=login), tmp_path)) == [
            ("2026-11-20", ["r.csv"])
        ]


def test_a_secret_may_stand_in_a_file_below_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\n", encoding="utf-8")
    seen: list[str] = []

    def answering(_method, _path, headers, _body):
        seen.append(headers["authorization"])
        return 200, {}, b"a;b\r\n"

    with http_server(answering) as address:
        look(feed_of(kind="http", url=f"{address}/r.csv", login={"secret_file": "token"}), tmp_path)
    assert seen == [f"Bearer {SECRET}"]


@pytest.mark.parametrize("login", [{"secret_env": "NOT_SET_ANYWHERE"}, {"secret_file": "nowhere"}])
def test_a_missing_secret_is_named_and_nothing_is_asked(tmp_path: Path, login: dict[str, str]) -> None:
    asked: list[str] = []
    with http_server(lambda *request: asked.append(request[1]) or (200, {}, b"")) as address:
        found = look(feed_of(kind="http", url=address, login=login), tmp_path)
    assert told(found) == [("secret_missing", "ERROR")]
    assert found[1][0].value in login.values()
    assert asked == []


def test_a_login_goes_to_no_other_server(tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []

    def other(_method, _path, headers, _body):
        seen.append(headers)
        return 200, {}, b"a;b\r\n"

    with http_server(other) as elsewhere:
        moved = (302, {"Location": f"{elsewhere}/r.csv"}, b"")
        with http_server(lambda *_: moved) as address:
            look(feed_of(kind="http", url=f"{address}/r.csv", login={"secret_env": "RIT_SECRET"}), tmp_path)
    assert len(seen) == 1
    assert "authorization" not in seen[0]


@pytest.mark.parametrize("status", [200, 401, 403, 500, 503])
def test_no_secret_is_ever_repeated(
    tmp_path: Path, status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    login = {"user": "amt", "secret_env": "RIT_SECRET"}
    with http_server(lambda *_: (status, {"ETag": '"1"'}, b"a;b\r\n")) as address:
        feed = feed_of(kind="http", url=f"{address}/r.csv", login=login)
        found = look(feed, tmp_path)
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    said = [repr(found), repr(feed), caplog.text, *capfd.readouterr()]
    encoded = BASIC.removeprefix("Basic ")
    for secret in (SECRET, encoded):
        assert not any(secret in text for text in said)
        assert not any(secret.encode() in content for content in written)
