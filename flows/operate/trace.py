"""Where a published value came from: the delivery and the cell, or the formula and what it was computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flows.contracts import Entity, Property
from flows.history.ledger import base_of
from flows.operate.cells import Cell, Library, Opened, library
from flows.operate.published import PublishedTables, Row, UnknownNameError, find_row, key_of
from flows.settings import Configuration
from flows.store import Store

Place = tuple[str, str, int]
"""A delivered row: delivery, sheet, row."""
Aliases = Mapping[str, Sequence[tuple[str, str]]]
"""Maps an id to the keys it was given for: (scheme, value)."""

HOW = {
    "own_row": "stands in the record's own row",
    "merged_cell": "from a merged cell that spans several rows",
    "fill_down": "from the row above: an empty cell of this column means the same",
    "carried_forward": "carried forward: the latest delivery is silent, the earlier value still holds",
    "other_delivery": "from an earlier delivery: the latest one does not have this column",
    "previous_kept": "kept: what the latest delivery says could not be accepted",
    "constant": "a constant of the mapping for every row of this sheet",
    "sheet_name": "the name of the sheet",
    "report_date": "the reporting day in the title above the table",
    "report_date_declared": "the reporting day the mapping states for this sheet",
    "same_row": "the measure of the same delivered row",
    "identifier": "an id given once, for the key below",
    "reading": "set on reading: whether the row brings news or says 'unchanged'",
    "not_stated": "empty: nothing was delivered",
    "empty_with_reason": "empty, for the reason given",
    "reasons": "the reasons of all properties that are empty",
    "computed": "computed by us, never delivered",
    "computed_table": "this table is computed by us, never delivered",
}


@dataclass(frozen=True)
class Answer:
    """Where one value came from.

    `how` is a key of HOW. A delivered value has `delivery` (id, feed, received) and, where it stood in one, `cell`;
    `row_of` is the record's own delivery where that is another one. A computed value has its `formula` (de, en) and
    the answers to its `inputs`. `note` is a key, a reason, a constant: what the case needs to be understood.
    """

    dataset: str
    id: str
    property: str
    value: Any
    how: str
    delivery: Mapping[str, str] | None = None
    cell: Cell | None = None
    row_of: str | None = None
    note: str = ""
    formula: Mapping[str, str] | None = None
    inputs: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What a trace looks at: the published tables, the archived deliveries, the contracts, and whose id is whose.

    `columns` holds place and heading by delivery, sheet, entity and property, `exceptions` the rows of the table
    source_exceptions by entity, id and property.
    """

    tables: PublishedTables
    library: Library
    entities: Mapping[str, Entity]
    aliases: Aliases
    columns: Mapping[tuple[str, str, str, str], tuple[str, str]]
    exceptions: Mapping[tuple[str, str, str], Row]


def gather(tables: PublishedTables, store: Store, configuration: Configuration) -> Evidence:
    """Bring together what a trace looks at: `tables` as published, and the archive and journal of `store`."""
    events = store.journal.events()
    minted = [(event["scheme"], event["value"], event["id"]) for event in events if event["event"] == "minted"]
    aliases: dict[str, list[tuple[str, str]]] = {}
    for scheme, value, identifier in (*minted, *configuration.identifiers.rows()):
        aliases.setdefault(identifier, []).append((scheme, value))
    return Evidence(
        tables,
        library(events, configuration.feeds, store.archive.get),
        configuration.entities,
        aliases,
        {
            (row["delivery_id"], row["sheet"], row["entity"], row["property"]): (row["place"], row["heading"] or "")
            for row in tables.rows(tables.dataset_of("source"))
        },
        {
            (row["entity"], row["id"], row["property"]): row
            for row in tables.rows(tables.dataset_of("source_exception"))
        },
    )


def trace(dataset: str, identifier: str, name: str, evidence: Evidence) -> Answer:
    """Return where the value of a property of a published record came from; raises UnknownNameError.

    The record is named by its id, or by its key joined by `/`. An input of a computed value that is computed itself
    is followed down to what was delivered.
    """
    row = find_row(evidence.tables, dataset, identifier, evidence.entities)
    entity = evidence.entities[evidence.tables.entities[dataset]]
    if name not in row:
        raise UnknownNameError(f"{dataset}: the property", name, row)
    asked = Answer(dataset, identifier, name, row[name], "computed")
    if "x-derived" in entity.schema:
        return _computed_table(asked, row, entity, evidence)
    if entity[name].derived:
        inputs = tuple(_inputs(row, entity[name], evidence))
        return replace(asked, formula=entity[name].schema["x-derived"], inputs=inputs)
    if name == "missing_reasons":
        stated = [reason.partition("=")[0] for reason in row[name] or []]
        return replace(asked, how="reasons", inputs=tuple(trace(dataset, identifier, p, evidence) for p in stated))
    return _Search(asked, row, entity, evidence).answer()


def _computed_table(asked: Answer, row: Row, entity: Entity, evidence: Evidence) -> Answer:
    found = replace(asked, how="computed_table", formula=entity.schema["x-derived"])
    if row.get("delivery_id"):
        found = replace(found, delivery=_delivery(evidence.library(row["delivery_id"])))
    return found


def _inputs(row: Row, prop: Property, evidence: Evidence) -> Iterator[Answer]:
    """Trace what a value was computed from: properties of the record, its latest report, its milestones."""
    for source in prop.schema.get("x-derived-from", []):
        entity, name = source.split(".", 1)
        dataset = evidence.tables.dataset_of(entity)
        for related in _related(row, entity, evidence.tables.rows(dataset)):
            yield trace(dataset, key_of(related, evidence.entities[entity]), name, evidence)


def _related(row: Row, entity: str, rows: Sequence[Row]) -> list[Row]:
    if entity == "status_report":
        return [found for found in rows if found["id"] == row["latest_report_id"]]
    if entity == "milestone" and "measure_id" not in row:
        return [found for found in rows if found["measure_id"] == row["id"]]
    return [row]


@dataclass(frozen=True)
class _Search:
    """The way from one delivered property of one record to its cell."""

    asked: Answer
    row: Row
    entity: Entity
    evidence: Evidence

    def answer(self) -> Answer:
        """Return the answer: the first explanation that holds."""
        base = base_of(self.asked.property, self.entity)
        names = list(_source_names(base, self.entity))
        place, how = self._place(base, names)
        opened = self.evidence.library(place[0])
        found = replace(
            self.asked,
            how=how,
            delivery=_delivery(opened),
            row_of=self.row["source_delivery_id"] if place[0] != self.row["source_delivery_id"] else None,
            note=self._note(base),
        )
        by_cell = self._by_cell(found, opened, place, names)
        if by_cell is not None:
            return by_cell
        return self._without_cell(found, opened, place, base)

    def _note(self, base: str) -> str:
        reasons = [reason for reason in self.row["missing_reasons"] or [] if reason.startswith(f"{base}=")]
        return self._keys() if base == "id" else "".join(reasons)

    def _keys(self) -> str:
        return ", ".join(f"{scheme}: {value}" for scheme, value in self.evidence.aliases.get(self.asked.id, []))

    def _place(self, base: str, names: Sequence[tuple[str, str]]) -> tuple[Place, str]:
        """Return the delivered row the value came from, and how."""
        own = (self.row["source_delivery_id"], self.row["source_sheet"], self.row["source_row"])
        for name in (base, *(name for entity, name in names if entity == self.entity.name)):
            said = self.evidence.exceptions.get((self.entity.name, self.row["id"], name))
            if said is not None:
                return (said["delivery_id"], said["sheet"], said["row"]), said["how"]
        return own, "own_row"

    def _by_cell(self, found: Answer, opened: Opened, place: Place, names: Sequence[tuple[str, str]]) -> Answer | None:
        """Return the answer where a column of the delivered row holds the value."""
        _, sheet, number = place
        for entity, name in names:
            column = self.evidence.columns.get((*place[:2], entity, name))
            cell = opened.cell(sheet, number, *column) if column else None
            if cell is None or column is None:
                continue
            how = found.how
            blank = opened.source_of_blank(sheet, number, *column) if cell.text == "" else None
            if blank is not None:
                cell, how = opened.cell(sheet, blank[0], *column) or cell, blank[1]
            if cell.text:
                return replace(found, how=self._said(how, entity, name), cell=cell)
            if found.value is None:
                return replace(found, how=self._said("not_stated", entity, name), cell=cell)
        return None

    def _said(self, how: str, entity: str, name: str) -> str:
        """Say more than "own row" where the column held something else than the property itself."""
        if self.asked.value is None:
            return "not_stated" if self._note(base_of(self.asked.property, self.entity)) == "" else "empty_with_reason"
        if self.asked.property == "id" and name != "id":
            return "identifier"
        return "same_row" if entity != self.entity.name and how == "own_row" else how

    def _without_cell(self, found: Answer, opened: Opened, place: Place, base: str) -> Answer:
        """Return the answer where no column holds the value: what the mapping or the program adds."""
        target = f"{self.entity.name}.{base}"
        for spec in opened.specs(place[1]):
            if target in spec.get("constants", {}):
                return replace(found, how="constant", note=str(spec["constants"][target]))
            if spec.get("field_from_sheet") == target:
                return replace(found, how="sheet_name", note=place[1])
            if base == "reporting_date" and found.value is not None:
                return _report_date(found, opened, place[1], spec.get("report_date", {}))
        return self._without_mapping(found, base)

    def _without_mapping(self, found: Answer, base: str) -> Answer:
        if found.value is None:
            return replace(found, how="empty_with_reason" if found.note else "not_stated", delivery=None, row_of=None)
        if base in ("id", "report_state"):
            return replace(found, how="identifier" if base == "id" else "reading")
        raise AssertionError(f"no source of {self.entity.name} {found.id} {found.property}")


def _report_date(found: Answer, opened: Opened, sheet: str, declared: Mapping[str, str]) -> Answer:
    if "value" in declared:
        return replace(found, how="report_date_declared", note=declared["value"])
    return replace(found, how="report_date", cell=opened.find_text(sheet, declared["pattern"]))


def _source_names(base: str, entity: Entity) -> Iterator[tuple[str, str]]:
    """Return what a column may be mapped to that holds the property: itself, a period, a key, the row's measure."""
    yield entity.name, base
    stem, _, side = base.rpartition("_")
    if side in ("start", "end"):
        yield entity.name, f"{stem}_period"
    if base == "id":
        yield entity.name, "key"
        yield from ((entity.name, name) for name in entity.schema.get("x-natural-key", []))
    if base in ("measure_id", "id") and entity.name != "measure":
        yield from (("measure", name) for name in ("id", "key", "title_de"))


def _delivery(opened: Opened) -> dict[str, str]:
    delivery = opened.delivery
    return {"id": delivery.id, "feed": delivery.feed, "received": delivery.received}
