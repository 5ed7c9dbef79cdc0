"""The tables of a release as they are published, for whoever asks about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flows.contracts import Entity
from flows.settings.problems import did_you_mean

Row = Mapping[str, Any]


class UnknownNameError(Exception):
    """Nothing published has the name that was asked for; the message names what comes near."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"{what} '{name}' is not published{did_you_mean(name, known)}")


@dataclass(frozen=True)
class PublishedTables:
    """What a release holds: the entity of each dataset, and the rows of a dataset as its .jsonl file has them."""

    entities: Mapping[str, str]
    rows: Callable[[str], Sequence[Row]]

    def dataset_of(self, entity: str) -> str:
        """Return the dataset that holds all records of an entity (not one year of a series); raises KeyError."""
        names = [name for name, found in self.entities.items() if found == entity]
        if not names:
            raise KeyError(entity)
        return min(names, key=len)


def published_tables(read: Callable[[str], bytes]) -> PublishedTables:
    """Open a release through `read` (path below the docroot to bytes); each table is read once, when it is needed."""
    manifest = json.loads(read("manifest.json"))

    @cache
    def rows(name: str) -> Sequence[Row]:
        return [json.loads(line) for line in read(f"data/{name}.jsonl").splitlines()]

    return PublishedTables({dataset["name"]: dataset["entity"] for dataset in manifest["datasets"]}, rows)


def key_of(row: Row, entity: Entity) -> str:
    """Return by what a row is named: its id, else its key, joined by `/`."""
    return str(row["id"]) if entity.keys == ("id",) else "/".join(str(row[name]) for name in entity.keys)


def find_row(tables: PublishedTables, dataset: str, identifier: str, entities: Mapping[str, Entity]) -> Row:
    """Return the row of a dataset with this id or key; raises UnknownNameError."""
    if dataset not in tables.entities:
        raise UnknownNameError("dataset", dataset, tables.entities)
    entity = entities[tables.entities[dataset]]
    named = {key_of(row, entity): row for row in tables.rows(dataset)}
    if identifier not in named:
        raise UnknownNameError(f"{dataset}: the record", identifier, named)
    return named[identifier]
