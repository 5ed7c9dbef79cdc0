"""What one delivery changed, record by record, for the department that handed it in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import polars as pl

from flows.contracts import Entity
from flows.history.changes import as_text
from flows.history.ledger import current, stored
from flows.model import Ledger

COMPANIONS = ("_precision", "_estimated")
TITLES = ("title_de", "name_de")


def delivered_changes(ledger: Ledger, delivery: str, entities: Mapping[str, Entity]) -> list[dict[str, Any]]:
    """Return what a delivery brought: `entity, id, title, property, old, new`, in the order of its records.

    A record nobody knew is one entry with an empty `property`. A new status report is compared with the last one of
    its measure. Values are texts as they are published, null where there is none.
    """
    found: list[dict[str, Any]] = []
    for name, frame in ledger.versions.items():
        brought = frame.filter(pl.col("_delivery") == delivery)
        if len(brought):
            titles = _titles(ledger)
            for now, before in _pairs(brought, frame, entities[name]):
                title = _title(now, titles)
                found += [{"entity": name, "id": now["id"], "title": title, **c} for c in _differing(now, before)]
    return found


def _pairs(
    brought: pl.DataFrame, frame: pl.DataFrame, entity: Entity
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Yield each version that was brought, as texts, with the one it follows: of its record, else of its measure."""
    shown = [as_text(entity[n]).alias(n) for n in stored(entity) if not n.endswith(COMPANIONS)]
    kin = "measure_id" if "reporting_date" in entity else "id"
    near = frame.filter(pl.col(kin).is_in(brought[kin].implode()))
    texts = near.select(*shown, "_version", pl.col("valid_from").alias("_from")).sort("_from", "_version").to_dicts()
    own = set(brought["_version"])
    for number, now in enumerate(texts):
        if now["_version"] in own:
            earlier = [row for row in texts[:number] if row["_version"] < now["_version"] and row[kin] == now[kin]]
            same = [row for row in earlier if row["id"] == now["id"]]
            before = same or earlier
            yield now, before[-1] if before else None


def _differing(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if before is None:
        return [{"property": "", "old": None, "new": None}]
    names = [n for n in now if n != "id" and not n.startswith("_") and now[n] != before[n]]
    return [{"property": name, "old": before[name], "new": now[name]} for name in names]


def _titles(ledger: Ledger) -> dict[str, str]:
    measures = ledger.versions["measure"].sort("_version").select("id", "title_de").drop_nulls()
    return dict(measures.iter_rows())


def _title(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return by what a person knows a record: its own title, else its measure's, else its id."""
    own = next((row[name] for name in TITLES if row.get(name)), None)
    of_measure = titles.get(row.get("measure_id") or "")
    return " – ".join(part for part in (of_measure, own) if part) or str(row["id"])


def records_of_feed(ledger: Ledger, deliveries: Collection[str], entity: str) -> pl.DataFrame:
    """Return the present state of every record that one of these deliveries ever spoke of, sorted by id.

    Of status reports only the last of each measure.
    """
    frame = ledger.versions[entity]
    own = frame.filter(pl.col("_delivery").is_in(list(deliveries)))["id"]
    found = current(ledger, entity).filter(pl.col("id").is_in(own.implode()))
    if "reporting_date" in frame.columns:
        found = found.sort("valid_from", "_version").unique("measure_id", keep="last", maintain_order=True)
    return found.sort("id")
