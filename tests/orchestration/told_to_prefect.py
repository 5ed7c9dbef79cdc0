"""What Prefect's server was told, as its interface gives it again."""

from __future__ import annotations

import json
from typing import Any

from prefect.client.orchestration import get_client
from prefect.logging.handlers import APILogWorker


def ask(what: str) -> list[dict[str, Any]]:
    """Return the latest that Prefect's server knows of a kind, such as `flow_runs`; it answers with 200 at most."""
    with get_client(sync_client=True) as client:
        found = client.request("POST", f"/{what}/filter", json={}).json()
    assert isinstance(found, list)
    return found


def said_to_prefect() -> str:
    """Return everything that Prefect's server was told in words: artifacts, parameters, states, log lines."""
    APILogWorker.drain_all()
    told = [ask(what) for what in ("artifacts", "flow_runs", "task_runs", "logs")]
    assert all(told)
    return json.dumps(told, ensure_ascii=False)


def latest_artifacts() -> dict[str, str]:
    return {artifact["key"]: artifact["data"] for artifact in sorted(ask("artifacts"), key=lambda a: a["created"])}
