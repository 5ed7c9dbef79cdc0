"""The secret of a source, searched for in everything a run writes: journal, archive, cache, reports, releases, log."""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_city import FEED, city, delivery

from flows.collect.fetch import fetch
from flows.orchestration import runs
from flows.pipeline import run
from flows.store import Store

sys.path.append(str(Path(__file__).parent / "collect"))
from sources import SECRET, http_server

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOGIN = {"user": "amt", "secret_env": "PLANS_SECRET"}
FORMS = (SECRET.encode(), base64.b64encode(f"amt:{SECRET}".encode()), base64.b64encode(SECRET.encode()))


@pytest.mark.parametrize("status", [200, 401])
def test_no_file_of_a_run_holds_the_secret_of_a_source(
    tmp_path: Path,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PLANS_SECRET", SECRET)
    caplog.set_level("DEBUG")
    body = delivery("2024-12-31", "1;E-Akte;2025").files[0][1]
    asked: list[str] = []

    def answering(_method, _path, headers, _body):
        asked.append(headers.get("authorization", ""))
        return status, {"ETag": '"1"'}, body

    store = Store(tmp_path / "output")
    with http_server(answering) as address:
        source = {"kind": "http", "url": f"{address}/plans.csv", "login": LOGIN}
        feed = replace(FEED, mapping={**FEED.mapping, "source": source})

        def collect():
            found, findings = fetch(feed, tmp_path, store.cache, "2026-11-20")
            return [delivery("2023-12-31", "1;E-Akte;2024"), *found], findings

        summary = run(store, city(feed), NOON, collect, print)
    assert asked[0].encode() == b"Basic " + FORMS[1], "the secret was really used"
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(written) > 10
    said = [caplog.text, *capfd.readouterr(), repr(summary), repr(feed), json.dumps(feed.mapping)]
    for form in FORMS:
        assert [path for path, content in written.items() if form in content] == []
        assert not any(form.decode() in text for text in said)


def test_no_flow_of_prefect_has_a_parameter_for_a_secret_or_a_mapping() -> None:
    flows = (runs.collect, runs.publish, runs.run, runs.check_live)
    assert {name for flow in flows for name in flow.parameters.properties} == {"unit", "units", "config", "output"}
