"""Hostile files are answered within bounds of memory and processor time, each by one finding (deliveries.md 56)."""

from __future__ import annotations

import bounded
import pytest


@pytest.mark.parametrize("name", bounded.HOSTILE)
def test_a_hostile_file_is_answered_within_bounds(name: str) -> None:
    expected = bounded.HOSTILE[name][1]
    found = bounded.run(name)
    assert found["rules"] == ([] if not expected else found["rules"][:1])
    assert not expected or found["rules"][0] in expected.split("|")
