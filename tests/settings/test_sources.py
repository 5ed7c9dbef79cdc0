"""What a mapping may say of its source: every kind needs its keys, has no others, and all problems are said at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.collect.fetch import KINDS
from flows.settings.problems import check

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "schemas/mapping.schema.json").read_text(encoding="utf-8"))
LOGIN = {"user": "amt", "secret_env": "RIT_SECRET"}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE8Y0mR2bW0m9l6yY0wq5n2J2b0x9yqXQF0s9l8V3t5v"
RIGHT: dict[str, dict[str, Any]] = {
    "folder": {"kind": "folder"},
    "http": {"kind": "http", "url": "https://amt.example/r.csv", "login": {"secret_file": "token"}},
    "api": {"kind": "api", "url": "https://amt.example/api", "paging": {"by": "offset", "size": 100}},
    "webdav": {"kind": "webdav", "url": "https://cloud.example/remote.php/dav/files/amt/", "login": LOGIN},
    "s3": {"kind": "s3", "url": "https://s3.example", "bucket": "amt", "login": LOGIN},
    "sftp": {"kind": "sftp", "host": "files.example", "path": "/berichte", "host_key": KEY, "login": LOGIN},
    "mail": {"kind": "mail", "host": "imap.example", "senders": ["post@amt.example"], "login": LOGIN},
}


def problems(source: dict[str, Any]) -> list[str]:
    title = {"de": "Bericht", "en": "Report"}
    tables = [{"columns": {"Nr.": "measure.key"}}]
    return check("m.toml", {"unit": "rit", "title": title, "source": source, "tables": tables}, SCHEMA)


def test_every_kind_that_may_be_named_is_looked_at() -> None:
    assert set(SCHEMA["properties"]["source"]["properties"]["kind"]["enum"]) == set(KINDS) == set(RIGHT)


@pytest.mark.parametrize("kind", RIGHT)
def test_a_source_with_what_it_needs_is_right(kind: str) -> None:
    assert problems(RIGHT[kind]) == []


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("http", ["url"]),
        ("api", ["url", "paging"]),
        ("webdav", ["url", "login"]),
        ("s3", ["url", "bucket", "login"]),
        ("sftp", ["host", "path", "host_key", "login"]),
        ("mail", ["host", "senders", "login"]),
    ],
)
def test_everything_a_kind_needs_is_said_at_once(kind: str, missing: list[str]) -> None:
    assert problems({"kind": kind}) == [f"m.toml: source.{key}: is missing" for key in missing]


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [("folder", "url", "https://a.example/"), ("http", "bucket", "amt"), ("mail", "path", "/x")],
)
def test_a_key_of_another_kind_is_told(kind: str, key: str, value: str) -> None:
    said = problems({**RIGHT[kind], key: value})
    assert len(said) == 1
    assert f"'{key}'" in said[0]


@pytest.mark.parametrize(
    "login",
    [
        {},
        {"user": "amt"},
        {"user": "amt", "password": "x"},
        {"secret_env": "A", "secret_file": "b"},
        {"secret_env": "klein"},
    ],
)
def test_a_secret_is_named_in_one_way_and_never_written(login: dict[str, str]) -> None:
    assert problems({**RIGHT["http"], "login": login})


@pytest.mark.parametrize("url", ["https://amt:x@amt.example/", "ftp://amt.example/", "amt.example", "https:///r.csv"])
def test_an_address_holds_no_user_and_is_one(url: str) -> None:
    assert problems({**RIGHT["http"], "url": url})


@pytest.mark.parametrize("paging", [{"by": "offset"}, {"by": "cursor"}, {"by": "guess"}, {"by": "page", "size": 0}])
def test_paging_says_what_it_needs(paging: dict[str, Any]) -> None:
    assert problems({**RIGHT["api"], "paging": paging})
