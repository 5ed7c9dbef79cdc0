"""Which quirk of real deliveries is shown where: tests are named after its number in the list (`test_row_14_...`).

`pytest tests/deliveries --collect-only -q` prints the table; `-k row_14` runs what shows one quirk.
"""

from __future__ import annotations

import re
from pathlib import Path

NAMED = re.compile(r"^def test_row_(\d\d)_", re.MULTILINE)


def test_every_quirk_is_shown_by_a_test_that_bears_its_number() -> None:
    files = Path(__file__).parent.glob("test_quirks_*.py")
    shown = {int(number) for file in files for number in NAMED.findall(file.read_text(encoding="utf-8"))}
    assert sorted(shown) == list(range(1, 60))
