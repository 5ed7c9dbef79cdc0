"""Files may go after a while: what was made of them can be made again, and they are not taken for new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from small_city import city, delivery

from flows.collect.deliveries import Fetched
from flows.operate.rebuild import rebuild
from flows.pipeline import run
from flows.retention import let_files_go
from flows.settings import Configuration
from flows.store import Store

FIRST = delivery("2026-01-31", "1;E-Akte;2027;;;in Umsetzung;40;2025-12-31")
SECOND = delivery("2026-11-01", "1;E-Akte;2028;;;in Umsetzung;50;2026-10-31")
NOW, LATER = datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2026, 11, 21, 8, tzinfo=UTC)


def kept_for(days: int | None) -> Configuration:
    found = city()
    setting = {} if days is None else {"retention": {"raw_days": days}}
    return replace(found, catalogue={**found.catalogue, **setting})


def ran(configuration: Configuration, output: Path, now: datetime, *fetched: Fetched) -> Store:
    store = Store(output)
    run(store, configuration, now, lambda: (fetched, []), lambda _text: None)
    return store


def there(store: Store, fetched: Fetched) -> bool:
    return all(store.archive.place(part.sha256).exists() for part in fetched.parts)


def test_old_files_go_and_every_release_can_still_be_made(tmp_path: Path) -> None:
    configuration = kept_for(90)
    store = ran(configuration, tmp_path / "output", NOW, FIRST, SECOND)
    assert (there(store, FIRST), there(store, SECOND)) == (False, True)
    before = store.journal.events()
    again = ran(configuration, tmp_path / "output", LATER, FIRST, SECOND)
    assert again.journal.events() == before
    (rebuilt,) = rebuild(store, Store(tmp_path / "scratch"), configuration, lambda _text: None)
    assert (rebuilt.different, rebuilt.not_comparable) == ((), "")


def test_without_the_setting_files_are_kept(tmp_path: Path) -> None:
    store = ran(kept_for(None), tmp_path, NOW, FIRST)
    assert there(store, FIRST)


def test_what_a_kill_left_goes_the_next_time(tmp_path: Path) -> None:
    configuration = kept_for(90)
    store = ran(configuration, tmp_path, NOW, FIRST)
    store.archive.put(FIRST.files[0][1])
    assert there(store, FIRST)
    assert let_files_go(store, configuration, LATER) == []
    assert not there(store, FIRST)
