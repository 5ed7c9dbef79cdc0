"""Compare the feed that is about to be shown with the one that is: harvesters delete what they no longer find."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flows.publish.gate import Problem

FEED = "catalog.jsonld"
"""The form of the feed that is compared: the one a JSON parser reads fast."""


def regressions(shown: bytes, built: bytes) -> list[Problem]:
    """Return what harvesters would lose if the feed `built` took the place of `shown` (both catalog.jsonld).

    A dataset that is to be given up stays with `withdrawn` in its description instead.
    """
    return list(_regressions(_datasets(shown), _datasets(built)))


def _regressions(before: set[str], after: set[str]) -> Iterator[Problem]:
    if len(after) < len(before):
        yield Problem(FEED, f"has {len(after)} datasets where {len(before)} are shown now")
    for lost in sorted(before - after):
        yield Problem(FEED, f"{lost} would be deleted everywhere: describe it on, and as `withdrawn`")


def _datasets(feed: bytes) -> set[str]:
    return {node["@id"] for node in json.loads(feed)["@graph"] if "dcat:Dataset" in node.get("@type", ())}
