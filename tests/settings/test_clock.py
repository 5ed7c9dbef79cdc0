from datetime import UTC, datetime

import pytest

from flows.settings import ConfigurationError, day_in_berlin, now


def test_the_clock_can_be_stopped():
    assert now({"SOURCE_DATE_EPOCH": "0"}) == datetime(1970, 1, 1, tzinfo=UTC)


def test_the_clock_runs_in_utc_in_whole_seconds():
    moment = now({})
    assert moment.tzinfo is UTC
    assert moment.microsecond == 0


def test_a_wrong_epoch_is_said():
    with pytest.raises(ConfigurationError, match="SOURCE_DATE_EPOCH"):
        now({"SOURCE_DATE_EPOCH": "yesterday"})


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), "2026-11-20"),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), "2026-11-21"),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), "2026-07-02"),
    ],
)
def test_the_day_is_berlins(moment: datetime, day: str):
    assert day_in_berlin(moment) == day
