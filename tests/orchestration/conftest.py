"""A small city out of the example, and a Prefect that lives in a directory of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.orchestration.environment import keep_to_yourself, live_in

# Prefect reads its environment when it is imported, so this cannot wait for a fixture.
keep_to_yourself()
live_in(Path(tempfile.mkdtemp(prefix="prefect-")))

ROOT = Path(__file__).resolve().parents[2]
FEEDS = ("strategie/reference", "awm/measures", "kr/measures")


@pytest.fixture(scope="session")
def make_city(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, str]], Path]:
    """Make a configuration of three units; `sources` maps a feed to an address that takes the place of its folder."""

    def make(sources: dict[str, str]) -> Path:
        city = tmp_path_factory.mktemp("city")
        shutil.copytree(ROOT / "schemas", city / "schemas")
        shutil.copytree(ROOT / "mappings", city / "mappings", ignore=shutil.ignore_patterns("departments"))
        departments = city / "mappings" / "departments"
        for feed in FEEDS:
            shutil.copytree(ROOT / "mappings" / "departments" / feed, departments / feed)
            mapping = (ROOT / "mappings" / "departments" / f"{feed}.toml").read_text(encoding="utf-8")
            if feed in sources:
                mapping = mapping.replace('kind = "folder"', f'kind = "http"\nurl = "{sources[feed]}"')
            (departments / f"{feed}.toml").write_text(mapping, encoding="utf-8")
        return city

    return make


@pytest.fixture(scope="session")
def harness() -> Iterator[None]:
    """Run one Prefect server for all flows of the tests; a busy machine may take its time to start it."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=1800):
        yield
