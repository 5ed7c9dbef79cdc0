"""Compare the feed that is about to be shown with the one that is: harvesters delete what they no longer find."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from flows.publish.gate import Problem

FEED = "catalog.jsonld"
"""The form of the feed that is compared: the one a JSON parser reads fast."""


def regressions(shown: Iterable[bytes], built: Iterable[bytes]) -> list[Problem]:
    """Return what harvesters would lose if the feed `built` took the place of `shown` (the pages of catalog.jsonld).

    A dataset that is to be given up stays with `withdrawn` in its description instead.
    """
    return list(_regressions(_datasets(shown), _datasets(built)))


def _regressions(before: set[str], after: set[str]) -> Iterator[Problem]:
    if len(after) < len(before):
        yield Problem(FEED, f"has {len(after)} datasets where {len(before)} are shown now")
    for lost in sorted(before - after):
        yield Problem(FEED, f"{lost} would be deleted everywhere: describe it on, and as `withdrawn`")


def _datasets(pages: Iterable[bytes]) -> set[str]:
    nodes = (node for page in pages for node in json.loads(page)["@graph"])
    return {node["@id"] for node in nodes if "dcat:Dataset" in node.get("@type", ())}
