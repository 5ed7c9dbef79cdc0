"""Switches and fixtures of all tests: golden files, the soak and the portal tests, and one run over the example."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from flows.collect.fetch import fetch
from flows.pipeline import run
from flows.settings import day_in_berlin, load, now
from flows.store import Store

ROOT = Path(__file__).resolve().parents[1]
RUN_AT = {"SOURCE_DATE_EPOCH": "1795132800"}
"""2026-11-20T00:00:00Z: the time of the run that `published` holds."""
# No test waits for a clock: speed is measured in bench/.
hypothesis.settings.register_profile("no clock", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("no clock")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")
    parser.addoption("--run-soak", action="store_true", help="run the tests marked soak too")
    parser.addoption("--run-portal", action="store_true", help="run the tests marked portal too, against a real CKAN")
    parser.addoption("--run-browser", action="store_true", help="run the tests marked browser too, in Chromium")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for kind, target in (("soak", "soak"), ("portal", "test-portal"), ("browser", "test-browser")):
        if config.getoption(f"--run-{kind}"):
            continue
        skip = pytest.mark.skip(reason=f"{kind}: run by `make {target}` (--run-{kind})")
        for item in items:
            if item.get_closest_marker(kind):
                item.add_marker(skip)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare bytes with `tests/golden/<name>`; with --update-golden write them there."""
    update = request.config.getoption("--update-golden")

    def compare(name: str, content: bytes) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        assert path.is_file(), f"no golden file {name}: look at the output, then run with --update-golden"
        assert content == path.read_bytes(), f"differs from tests/golden/{name}"

    return compare


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output directory of one run over the example, for all tests: copy it before you change anything."""
    configuration = load(ROOT, environ={}, output=tmp_path_factory.mktemp("published") / "output")
    store = Store(configuration.output, configuration.archive)
    today = day_in_berlin(now(RUN_AT))

    def collect():
        found = [fetch(feed, configuration.root, store.cache, today) for feed in configuration.feeds]
        return [item for items, _ in found for item in items], [item for _, items in found for item in items]

    run(store, configuration, now(RUN_AT), collect, lambda _text: None)
    return configuration.output
