"""Whole outputs of the example, as they were looked at and found right; they are written anew by

pytest tests/test_whole_golden.py --update-golden
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

# What a compressing library makes of the same content may differ from machine to machine.
BYTES = re.compile(rb'(checksumValue|byteSize) "[^"]*"')
OUTPUTS = ("data/measures.csv", "data/status_reports.csv", "data/services.csv", "data/changes.csv", "catalog.ttl")


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_example_gives_what_was_looked_at(name: str, published: Path, golden: Callable[[str, bytes], None]) -> None:
    content = (published / "public" / name).read_bytes()
    golden(f"example/{name.rsplit('/', 1)[-1]}", BYTES.sub(rb'\1 "..."', content))
