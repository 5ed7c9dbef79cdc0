"""Numbers that a program wrote, in a form that cannot be taken for a number as people write it."""

from __future__ import annotations

import re

_LOOKS_GROUPED = re.compile(r"-?[0-9]{1,3}\.[0-9]{3}")


def exact_number(text: str) -> str:
    """Return a number with a decimal point so that the point is no thousands separator: `1.234` becomes `1.2340`.

    Cells of a workbook and numbers in JSON are typed; once they are text, "1.234" would be a thousand in German.
    """
    return f"{text}0" if _LOOKS_GROUPED.fullmatch(text) else text
