"""The one clock: what time it is, and which day that is for a department in Germany."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flows.settings.problems import ConfigurationError

BERLIN = ZoneInfo("Europe/Berlin")


def now(environ: Mapping[str, str] | None = None) -> datetime:
    """Return the present time in UTC, whole seconds.

    SOURCE_DATE_EPOCH (reproducible-builds.org, seconds since 1970) stops the clock, so that a build can be repeated.
    Raises ConfigurationError where it is set and no number.
    """
    fixed = (os.environ if environ is None else environ).get("SOURCE_DATE_EPOCH", "")
    if not fixed:
        return datetime.now(UTC).replace(microsecond=0)
    if not fixed.isdecimal():
        raise ConfigurationError([f"environment: SOURCE_DATE_EPOCH: expected seconds since 1970, found '{fixed}'"])
    return datetime.fromtimestamp(int(fixed), UTC)


def day_in_berlin(moment: datetime) -> str:
    """Return the ISO day of an aware moment in Europe/Berlin: the day of receipt, the id of a release."""
    return moment.astimezone(BERLIN).date().isoformat()


def seconds() -> float:
    """Return a running count of seconds, for telling how long a stage took; it never enters what is published."""
    return time.perf_counter()
