"""How long the files of deliveries are kept: afterwards their cells stand in their place (decision 0027)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flows.collect.deliveries import parse_deliveries
from flows.formats.cells import write_cells
from flows.model import Delivery
from flows.normalise.opening import open_delivery
from flows.normalise.redaction import mapped_cells
from flows.replay import Event, feed_of
from flows.settings import Configuration, day_in_berlin
from flows.store import Store


def let_files_go(store: Store, configuration: Configuration, now: datetime) -> list[str]:
    """Remove the files of deliveries older than `retention.raw_days` of the catalogue; returns those deliveries' ids.

    What the mapping takes of them stays as cells, so that every release can be made again as before. Needs the lock.
    A kill leaves files whose cells are kept already: the next call removes them.
    """
    days = configuration.catalogue.get("retention", {}).get("raw_days")
    if days is None:
        return []
    events = store.journal.events()
    last = (date.fromisoformat(day_in_berlin(now)) - timedelta(days=days)).isoformat()
    old = [d for d in parse_deliveries(events) if d.cells is None and d.received < last]
    kept = {delivery.id: _keep_cells(store, configuration, delivery) for delivery in old}
    changed = [{**e, "cells": kept[e["id"]]} if e["event"] == "delivery" and e["id"] in kept else e for e in events]
    store.rewrite(changed, unused_files(changed))
    return list(kept)


def _keep_cells(store: Store, configuration: Configuration, delivery: Delivery) -> str:
    feed = feed_of(delivery, configuration)
    cells = open_delivery(delivery, feed, store.archive.get)
    return store.archive.put(write_cells(mapped_cells(cells, feed, configuration.entities)))


def unused_files(events: Sequence[Event]) -> frozenset[str]:
    """Return the files of the archive that no delivery needs: cells stand in their place."""
    deliveries = parse_deliveries(events)
    needed = {part.sha256 for delivery in deliveries if delivery.cells is None for part in delivery.parts}
    return frozenset(part.sha256 for delivery in deliveries if delivery.cells for part in delivery.parts) - needed
