"""What the pages are made of: the published tables, and nothing else, with the ways people look things up in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flows.contracts import CodeList, Entity
from flows.model import Dataset, Release
from flows.publish.site.words import Lang

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """A release with the contracts that say what its tables mean; days in records are ISO texts.

    `release.files` are the files that are there before the pages. `theme` and `rules` are the configuration's.
    """

    release: Release
    catalogue: Mapping[str, Any]
    theme: Mapping[str, Any]
    rules: Mapping[str, Any]
    entities: Mapping[str, Entity]
    codelists: Mapping[str, CodeList]

    @cached_property
    def datasets(self) -> Mapping[str, Dataset]:
        """Return the dataset that holds all records of an entity, by entity."""
        found: dict[str, Dataset] = {}
        for dataset in self.release.datasets:
            found.setdefault(dataset.entity, dataset)
        return found

    @cached_property
    def _tables(self) -> dict[str, tuple[Record, ...]]:
        return {}

    def all(self, entity: str) -> tuple[Record, ...]:
        """Return the published records of an entity in the order of its table; none where there is no such table."""
        if entity not in self._tables:
            dataset = self.datasets.get(entity)
            self._tables[entity] = tuple(dataset.frame.iter_rows(named=True)) if dataset else ()
        return self._tables[entity]

    @cached_property
    def _by_id(self) -> dict[str, dict[str, Record]]:
        return {}

    def by_id(self, entity: str) -> Mapping[str, Record]:
        """Return the published records of an entity by their id."""
        if entity not in self._by_id:
            self._by_id[entity] = {record["id"]: record for record in self.all(entity)}
        return self._by_id[entity]

    @cached_property
    def _groups(self) -> dict[tuple[str, str], dict[Any, list[Record]]]:
        return {}

    def where(self, entity: str, column: str, value: object) -> list[Record]:
        """Return the records whose `column` is, or as a list holds, `value`."""
        key = (entity, column)
        if key not in self._groups:
            groups: dict[Any, list[Record]] = {}
            for record in self.all(entity):
                given = record[column]
                for item in given if isinstance(given, list) else [given]:
                    groups.setdefault(item, []).append(record)
            self._groups[key] = groups
        return self._groups[key].get(value, [])

    def label(self, codelist: str, code: str | None, lang: Lang) -> str:
        """Return the word for a code; the code itself where the list lacks it, "" for none."""
        return self._codes.get((codelist, code or ""), {}).get(f"label_{lang}") or code or ""

    def definition(self, codelist: str, code: str, lang: Lang) -> str:
        """Return what a code means, or ""."""
        return self._codes.get((codelist, code), {}).get(f"definition_{lang}", "")

    @cached_property
    def _codes(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        return {(codelist.name, row["code"]): row for codelist in self.codelists.values() for row in codelist.rows}


class German(str):
    """A text that is German on a page of another language, where it is marked as such (WCAG 2.2, 3.1.2)."""

    lang = "de"


def named(record: Record | None, lang: Lang) -> str:
    """Return the title or name of a record in a language, in German where it has no other; "" for none."""
    if record is None:
        return ""
    options = (f"title_{lang}", f"name_{lang}", "title_de", "name_de", "number", "id")
    name = next((str(record[column]) for column in options if record.get(column)), "")
    return German(name) if foreign(record, lang) else name


def foreign(record: Record | None, lang: Lang) -> bool:
    """Tell whether `named` falls back to German on an English page, so that it has to be marked `lang="de"`."""
    return lang == "en" and record is not None and not (record.get("title_en") or record.get("name_en"))


def reasons(record: Record, lang: Lang, facts: Facts) -> Mapping[str, str]:
    """Return why values of a record are empty: property -> word of missing_reason, "" without one."""
    given = dict(str(entry).split("=", 1) for entry in record.get("missing_reasons") or ())
    return {name: facts.label("missing_reason", given.get(name), lang) for name in record}


def whole(records: Mapping[str, Record], parent: str, root: str) -> Iterator[Record]:
    """Yield the records below `root`, depth first, in the order of the table; `parent` names the column above."""
    for record in records.values():
        if record[parent] == root:
            yield record
            yield from whole(records, parent, record["id"])
