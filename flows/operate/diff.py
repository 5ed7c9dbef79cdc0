"""What differs between two releases, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from flows.contracts import Entity
from flows.operate.published import PublishedTables, Row, key_of


@dataclass(frozen=True)
class Difference:
    """One field that differs; a record that is only in one of the releases has no property."""

    dataset: str
    key: str
    what: Literal["added", "removed", "changed"]
    property: str = ""
    before: Any = None
    after: Any = None


def diff(before: PublishedTables, after: PublishedTables, entities: Mapping[str, Entity]) -> list[Difference]:
    """Compare the records of two releases by key; ordered by dataset, key and the order of the columns.

    One year of a series is left out: its rows are those of the whole.
    """
    found: list[Difference] = []
    for name in sorted({*before.entities, *after.entities}):
        entity = entities.get(after.entities.get(name) or before.entities[name])
        whole = [tables.dataset_of(entity.name) for tables in (after, before) if entity and name in tables.entities]
        if entity is not None and name in whole:
            found += _rows(name, _by_key(before, name, entity), _by_key(after, name, entity))
    return found


def _by_key(tables: PublishedTables, name: str, entity: Entity) -> dict[str, Row]:
    return {key_of(row, entity): row for row in tables.rows(name)} if name in tables.entities else {}


def _rows(name: str, before: Mapping[str, Row], after: Mapping[str, Row]) -> Iterator[Difference]:
    for key in sorted({*before, *after}):
        if key not in before:
            yield Difference(name, key, "added")
        elif key not in after:
            yield Difference(name, key, "removed")
        else:
            yield from _fields(name, key, before[key], after[key])


def _fields(name: str, key: str, before: Row, after: Row) -> Iterator[Difference]:
    for field in dict.fromkeys([*after, *before]):
        old, new = before.get(field), after.get(field)
        if old != new:
            yield Difference(name, key, "changed", field, old, new)


def diff_lines(differences: Sequence[Difference]) -> list[str]:
    """Return one line a difference, below the name of its dataset."""
    lines: list[str] = []
    for number, found in enumerate(differences):
        if number == 0 or differences[number - 1].dataset != found.dataset:
            lines.append(found.dataset)
        sign = {"added": "+", "removed": "-", "changed": "~"}[found.what]
        field = f" {found.property}: {_shown(found.before)} -> {_shown(found.after)}" if found.property else ""
        lines.append(f"  {sign} {found.key}{field}")
    return lines or ["nothing differs"]


def diff_document(before: str, after: str, differences: Sequence[Difference]) -> dict[str, Any]:
    """Return the differences as a JSON document."""
    return {
        "format": "offenlage-diff/1",
        "before": before,
        "after": after,
        "differences": [asdict(found) for found in differences],
    }


def _shown(value: Any) -> str:  # noqa: ANN401 (whatever a published row holds)
    return "(empty)" if value is None else " | ".join(map(str, value)) if isinstance(value, list) else str(value)
