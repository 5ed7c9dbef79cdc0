"""What keeps a release from being shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flows.model import Dataset

CHECKED = ("privacy", "ethics", "public_value")


@dataclass(frozen=True)
class Problem:
    """One reason why a release must not be shown: the file and what is wrong with it."""

    path: str
    text: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.path}: {self.text}"


def unchecked(datasets: Iterable[Dataset]) -> Iterator[Problem]:
    """Yield what nobody has yet let out: each part of a dataset's publication check must have passed.

    Source: the city's check before data is published (privacy, ethics, public value), schemas/dataset.schema.json.
    """
    for dataset in datasets:
        for part in CHECKED:
            result = dataset.description["publication_check"][part]["result"]
            if result != "passed":
                said = f'publication_check.{part} is "{result}"; nothing is published before it is "passed"'
                yield Problem(f"dataset {dataset.name}", said)


class Held(Exception):  # noqa: N818 (it says what became of the release)
    """A release was built and not shown, because a gate found problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
