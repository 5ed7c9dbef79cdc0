"""The published example, and a small city of its own to go back and forth in."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from operate_example import LATER, LATER_FILE, ROOT, SMALL_FEED, bring, special_workbook

from flows.collect.deliveries import Fetched
from flows.settings import Configuration, load

REFERENCE = ROOT / "mappings" / "departments" / "strategie" / "reference"


@pytest.fixture(scope="session")
def example(published: Path) -> Configuration:
    """The configuration of the published example; its output must not be changed."""
    return load(ROOT, environ={}, output=published)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """A small city after two releases: the reference data, one feed of unusual forms; it must not be changed."""
    configuration = _small_city(tmp_path_factory.mktemp("city"))
    reference = (REFERENCE / "2025-12-31.xlsx").read_bytes()
    first = [
        Fetched("strategie/reference", "2024-07-01", "reference.xlsx", (("reference.xlsx", reference),)),
        Fetched("kult/special", "2024-07-02", "special.xlsx", (("special.xlsx", special_workbook()),)),
    ]
    bring(configuration, datetime(2026, 11, 20, 8, tzinfo=UTC), *first)
    bring(configuration, LATER, Fetched("kult/special", "2025-07-01", "special.csv", (("special.csv", LATER_FILE),)))
    return configuration


@pytest.fixture
def copied(small: Configuration, tmp_path: Path) -> Configuration:
    """A copy of the small city to change."""
    output = Path(shutil.copytree(small.output, tmp_path / "output", symlinks=True))
    return replace(small, output=output, archive=output / "archive")


def _small_city(root: Path) -> Configuration:
    shutil.copytree(ROOT / "schemas", root / "schemas")
    shutil.copytree(ROOT / "mappings", root / "mappings", ignore=shutil.ignore_patterns("departments"))
    feeds = root / "mappings" / "departments"
    (feeds / "kult").mkdir(parents=True)
    (feeds / "strategie").mkdir()
    shutil.copy(REFERENCE.with_suffix(".toml"), feeds / "strategie")
    (feeds / "kult" / "special.toml").write_text(SMALL_FEED, encoding="utf-8")
    return load(root, environ={}, output=root / "output")
