"""The templates of a unit, filled with the present state of what it delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.model import Feed
from flows.operate.published import UnknownNameError
from flows.replay import replay
from flows.reporting import template_name, template_of
from flows.settings import Configuration
from flows.store import Store


def templates(store: Store, configuration: Configuration, unit: str, lang: str) -> dict[str, bytes]:
    """Return the template of each feed of a unit by its file name, in German or English; raises UnknownNameError."""
    feeds: Sequence[Feed] = [feed for feed in configuration.feeds if feed.unit == unit]
    if not feeds:
        raise UnknownNameError("unit", unit, {feed.unit for feed in configuration.feeds})
    events = store.journal.events()
    state = replay(events, configuration, store.archive.get)
    return {template_name(feed, lang): template_of(feed, state, configuration, events, lang) for feed in feeds}


def templates_document(unit: str, written: Mapping[str, str]) -> dict[str, Any]:
    """Return where the templates were written, by file name, as a JSON document."""
    return {"format": "offenlage-templates/1", "unit": unit, "files": dict(written)}
