"""How much a reader takes in, and why: beyond these sizes a file is refused, never half read."""

from __future__ import annotations

MAX_FILE_BYTES = 256 * 2**20
"""A million rows of 20 columns as CSV are about 200 MB; nothing a department types comes near."""

MAX_UNPACKED_BYTES = 2**30
"""Sum of all members of a ZIP container, unpacked: a full workbook is about 10 times its packed size, a bomb 1000."""

MAX_COLUMNS = 16_384
"""Columns of an Excel sheet; also the most places that records of JSON or XML may have."""

MAX_CELLS = 25_000_000
"""A million rows of 25 columns. Grids are dense in memory, about 100 bytes a cell in all copies: 2.5 GB at most."""

MAX_DEPTH = 64
"""Levels of nesting in JSON and XML. Real interfaces use fewer than ten; readers recurse once a level."""
