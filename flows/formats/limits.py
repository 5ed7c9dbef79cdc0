"""How much a reader takes in, and why: beyond these sizes a file is refused, never half read."""

from __future__ import annotations

MAX_FILE_BYTES = 50 * 2**20
"""One delivery (deliveries.md 56); nothing a department types comes near. Larger ones have pictures in them."""

MAX_UNPACKED_BYTES = 2**29
"""Sum of all members of a ZIP container, unpacked: a full workbook is about 10 times its packed size, a bomb 1000."""

MAX_MEMBERS = 200
"""Files handed in together in one ZIP container."""

MAX_ROWS = 1_048_576
"""Rows of an Excel sheet; records of any other format are no more."""

MAX_COLUMNS = 16_384
"""Columns of an Excel sheet; also the most places that records of JSON or XML may have."""

MAX_CELLS = 25_000_000
"""All sheets together; a million rows of 25 columns. Grids are dense in memory, about 100 bytes a cell in all copies:
2.5 GB at most."""

MAX_TEXT_BYTES = 2**29
"""The texts of all cells of a workbook. One text that a million cells share is a million texts in memory."""

MAX_DEPTH = 64
"""Levels of nesting in JSON and XML. Real interfaces use fewer than ten; readers recurse once a level."""

LONGEST_GAP = 1000
"""Blank rows in a run that are kept. A value typed by accident at the end of a sheet makes a million of them."""

LONGEST_CELL = 32_767
"""Characters of a cell of Excel; no value of ours is longer in any format."""
