"""What reading one supplier's text comes to: a value, a stated reason for having none, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parsed:
    """The typed value of one text.

    `value` None with `why` (code of missing_reason): the supplier says that there is none. `value` None with `rule`
    (code of finding_rule): refused, nothing is taken. A value with `rule`: taken, and the supplier is told. Neither
    value, why nor rule: nothing is said. `precision` is a code of the list precision, `estimated` tells of a number
    whether it was marked as approximate, `expected` shows what could have been read, `rest` is text beside a code.
    """

    value: Any
    why: str = ""
    rule: str = ""
    precision: str = ""
    estimated: bool | None = None
    expected: str = ""
    rest: str = ""


NOTHING = Parsed(None)


def refused(rule: str, expected: str = "") -> Parsed:
    """Return the refusal of a text that cannot be read with certainty."""
    return Parsed(None, rule=rule, expected=expected)
