"""The one door to the disk: archive, journal, releases, reports, run records and cache."""

from flows.store.archive import Archive, Cache
from flows.store.disk import Damaged
from flows.store.journal import Journal, waiting_candidate
from flows.store.releases import Releases
from flows.store.store import Busy, Store

__all__ = ["Archive", "Busy", "Cache", "Damaged", "Journal", "Releases", "Store", "waiting_candidate"]
