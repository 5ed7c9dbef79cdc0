"""Of what is under embargo nothing is anywhere in a release: every byte is searched, packed ones too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from small_city import FEED, city, delivery

from flows.collect.deliveries import Fetched
from flows.pipeline import run
from flows.settings import Configuration
from flows.store import Store

SESSION = "2026-12-16"
TITLE, END, STATE = "Geheimnisturm Verschlusssache", "2037", "Öffentliche Bekanntgabe"
BEFORE, AFTER = datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2026, 12, 17, 8, tzinfo=UTC)
EMBARGOED = delivery("2026-11-19", f"1;{TITLE};{END};{SESSION};;in Umsetzung;37;", f"2;{STATE};2027;;;in Umsetzung;40;")


def published(configuration: Configuration, output: Path, now: datetime, *fetched: Fetched) -> Store:
    store = Store(output)
    run(store, configuration, now, lambda: (fetched, []), lambda _text: None)
    return store


def everything(root: Path) -> Iterator[tuple[str, str]]:
    """Yield every file below a directory, and what is packed in it, as text."""
    for place in (path for path in sorted(root.rglob("*")) if path.is_file()):
        content = place.read_bytes()
        yield str(place), content.decode(errors="ignore")
        if content[:4] == b"PAR1":
            yield str(place), str(pl.read_parquet(io.BytesIO(content)).rows())
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield from (
                    (f"{place}/{name}", packed.read(name).decode(errors="ignore")) for name in packed.namelist()
                )


def test_nothing_of_it_is_in_any_file_until_the_day_after_the_session(tmp_path: Path) -> None:
    configuration = city(FEED)
    store = published(configuration, tmp_path, BEFORE, EMBARGOED)
    minted = [event for event in store.journal.events() if event["event"] == "minted"]
    secret = {next(event["id"] for event in minted if event["scheme"] == "kult" and event["value"] == "1")}
    secret |= {event["id"] for event in minted if event["value"].startswith(f"{next(iter(secret))}|")}
    texts = [TITLE, SESSION, f'"{END}"', f",{END},", *secret]
    found = [(place, text) for place, content in everything(tmp_path / "releases") for text in texts if text in content]
    assert found == []
    assert any(STATE in content for _, content in everything(tmp_path / "releases"))
    published(configuration, tmp_path, AFTER)
    shown = "".join(content for _, content in everything((tmp_path / "public").resolve()))
    assert TITLE in shown
    assert all(identifier in shown for identifier in secret)
