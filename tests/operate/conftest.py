"""The published example, copies of it to change, and a small city of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from operate_example import LATER, LATER_FILE, ROOT, SMALL_FEED, bring, special_workbook

from flows.collect.deliveries import Fetched
from flows.settings import Configuration, load


@pytest.fixture(scope="session")
def example(published: Path) -> Configuration:
    """The configuration of the published example; its output must not be changed."""
    return load(ROOT, environ={}, output=published)


@pytest.fixture
def copied(published: Path, tmp_path: Path) -> Configuration:
    """A copy of the published example to change."""
    shutil.copytree(published, tmp_path / "output", symlinks=True)
    return load(ROOT, environ={}, output=tmp_path / "output")


@pytest.fixture(scope="session")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Configuration]:
    """Return what makes a small city: the reference data of the example and one feed of unusual forms."""

    def make() -> Configuration:
        root = tmp_path_factory.mktemp("city")
        shutil.copytree(ROOT / "schemas", root / "schemas")
        shutil.copytree(ROOT / "mappings", root / "mappings", ignore=shutil.ignore_patterns("departments"))
        feeds = root / "mappings" / "departments"
        (feeds / "kult").mkdir(parents=True)
        (feeds / "strategie").mkdir()
        shutil.copy(ROOT / "mappings/departments/strategie/reference.toml", feeds / "strategie")
        (feeds / "kult" / "special.toml").write_text(SMALL_FEED, encoding="utf-8")
        return load(root, environ={}, output=root / "output")

    return make


@pytest.fixture(scope="session")
def small(small_project: Callable[[], Configuration]) -> Configuration:
    """The small city after two releases; it must not be changed."""
    configuration = small_project()
    reference = ROOT / "mappings/departments/strategie/reference/2025-12-31.xlsx"
    first = [
        Fetched("strategie/reference", "2024-07-01", "reference.xlsx", (("reference.xlsx", reference.read_bytes()),)),
        Fetched("kult/special", "2024-07-02", "special.xlsx", (("special.xlsx", special_workbook()),)),
    ]
    bring(configuration, datetime(2026, 11, 20, 8, tzinfo=UTC), *first)
    second = Fetched("kult/special", "2025-07-01", "special.csv", (("special.csv", LATER_FILE),))
    bring(configuration, LATER, second)
    return configuration
