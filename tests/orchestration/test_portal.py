"""After the release comes the portal: it gets what was published, and holds nothing up where it is down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from portal_places import fake_place
from portal_releases import ORGANISATION
from told_to_prefect import latest_artifacts, said_to_prefect

from flows.orchestration import runs

pytestmark = pytest.mark.usefixtures("harness")

TOKEN = "sysadmin"


@pytest.fixture
def city(make_city: Callable[[dict[str, str]], Path]) -> Path:
    return make_city({})


def test_a_release_is_brought_to_the_portal(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with fake_place() as place:
        monkeypatch.setenv("OFFENLAGE_PORTAL_URL", place.url)
        monkeypatch.setenv("OFFENLAGE_PORTAL_TOKEN", TOKEN)
        monkeypatch.setenv("OFFENLAGE_PORTAL_ORGANISATION", ORGANISATION)
        assert place.fake
        place.fake.search_is_out = True
        assert runs.run(city, tmp_path / "output").release is not None
        assert (tmp_path / "output" / "public" / "index.html").is_file()
        assert "the portal's search is out" in latest_artifacts()["portal"]
        place.fake.search_is_out = False
        assert runs.run(city, tmp_path / "output").changed == ()
        assert " create; " in latest_artifacts()["portal"]
        assert len(place.packages()) > 10
        runs.run(city, tmp_path / "output")
        assert " unchanged; 6 requests" in latest_artifacts()["portal"]


def test_a_portal_that_is_down_holds_up_no_release(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFENLAGE_PORTAL_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("OFFENLAGE_PORTAL_TOKEN", "Zwiebelfisch-Token")
    monkeypatch.setattr("flows.portal.client.pause_after", lambda *_: 0.0)
    assert runs.run(city, tmp_path / "output").release is not None
    assert "cannot be connected to" in latest_artifacts()["portal"]
    assert "Zwiebelfisch" not in said_to_prefect()
