"""The portal of all tests in this directory; see up.sh for what it is made of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ckan_portal import Portal, running_portal


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    with running_portal() as running:
        yield running
