"""Prefect at the edge: the one package that imports it, and only once a door below is opened.

Prefect reads its environment when it is imported and takes seconds to do so; `check` and the like never pay for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.orchestration.environment import keep_to_yourself, live_in
from flows.orchestration.server import ServerError, started

if TYPE_CHECKING:
    from flows.pipeline import Summary
    from flows.settings import Configuration

__all__ = ["ServerError", "run_once", "serve_all"]


def run_once(configuration: Configuration, units: Sequence[str] | None = None) -> Summary:
    """Run the flow `run` over `units` (None: all) and return its summary.

    The flow reads the configuration anew from `configuration.root` and the environment: what Prefect shows of a run
    are its parameters. Uses the server that PREFECT_API_URL names; without one, a server of its own that ends with
    the run, its history in `<output>/prefect`. Raises Held where the release did not pass its gate, ServerError where
    the server does not come up. Nothing may have imported prefect before.
    """
    keep_to_yourself()
    if os.environ.get("PREFECT_API_URL"):
        return _run(configuration, units)
    live_in(configuration.output / "prefect")
    with started(schedules=False) as server:
        # Its pages would be gone before anybody looked: no link to them.
        os.environ |= {"PREFECT_API_URL": server.url, "PREFECT_UI_URL": ""}
        # The server takes seconds to come up, and so do the imports behind the flow: let them do so side by side.
        from flows.orchestration.serving import drain

        server.wait()
        try:
            return _run(configuration, units)
        finally:
            drain()


def _run(configuration: Configuration, units: Sequence[str] | None) -> Summary:
    from flows.orchestration.runs import ProblemsError, run
    from flows.publish.gate import Held

    try:
        return run(configuration.root, configuration.output, list(units) if units is not None else None)
    except ProblemsError as error:
        raise Held(error.problems) from None


def serve_all(configuration: Configuration) -> None:
    """Serve all deployments on their schedules until SIGTERM or Ctrl-C; schedules stay active beyond that.

    Uses the server that PREFECT_API_URL names; without one, a server of its own on 127.0.0.1 at
    PREFECT_SERVER_API_PORT (4200), its history in `<output>/prefect`. Raises ServerError where that does not come up.
    Nothing may have imported prefect before.
    """
    keep_to_yourself()
    if os.environ.get("PREFECT_API_URL"):
        from flows.orchestration.serving import serve

        serve(configuration)
        return
    live_in(configuration.output / "prefect")
    with started(schedules=True, port=int(os.environ.get("PREFECT_SERVER_API_PORT", "4200"))) as server:
        os.environ["PREFECT_API_URL"] = server.url
        from flows.orchestration.serving import serve, tidy

        server.wait()
        tidy(configuration)
        serve(configuration)
