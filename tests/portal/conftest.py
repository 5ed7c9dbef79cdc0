"""The portals of all tests in this directory: a real CKAN (see up.sh), and one that behaves like it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import portal_releases as releases
import pytest
from ckan_portal import Portal, running_portal
from portal_places import THEME, Place, fake_place
from portal_releases import ORGANISATION

TWO = ("goals", "services")


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    with running_portal() as running:
        yield running


@pytest.fixture
def real(portal: Portal) -> Iterator[Place]:
    """Lend the real portal, with nothing of the tests in it."""
    found = real_place(portal)
    yield found
    found.clear()


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.portal)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Lend an empty portal: every test that takes it runs against both, so that the fake cannot drift from the real."""
    if request.param == "fake":
        with fake_place() as fake:
            yield fake
    else:
        yield request.getfixturevalue("real")


@pytest.fixture(scope="session")
def docroot(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release of two datasets."""
    return releases.cut(published, tmp_path_factory.mktemp("two") / "public", TWO)


def real_place(portal: Portal) -> Place:
    """Return the real portal with the tests' organisation, and nothing in it."""
    place = Place(f"{portal.url}/", portal.token)
    known = {found["name"] for found in place.call("organization_list_for_user", permission="create_dataset")}
    if ORGANISATION not in known:
        place.call("organization_create", name=ORGANISATION, title="Tests")
    if THEME not in place.call("group_list"):
        place.call("group_create", name=THEME, title="Tests")
    place.clear()
    return place
