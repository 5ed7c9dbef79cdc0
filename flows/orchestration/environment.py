"""What Prefect is told through the environment, before anything imports it."""

from __future__ import annotations

import os
from pathlib import Path


def keep_to_yourself() -> None:
    """Switch off everything by which Prefect would tell others about this installation."""
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT"] = "false"


def live_in(home: Path) -> None:
    """Keep Prefect's database and settings in `home`, and old runs in it only as long as the vacuum leaves them."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED"] = "events,flow_runs"
