"""What keeps a release from being shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One reason why a release must not be shown: the file and what is wrong with it."""

    path: str
    text: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.path}: {self.text}"


class Held(Exception):  # noqa: N818 (it says what became of the release)
    """A release was built and not shown, because a gate found problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
