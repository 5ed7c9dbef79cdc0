"""What reading a delivery needs to know besides the delivery itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.contracts import CodeList, Entity
from flows.model import Delivery, Feed, Level
from flows.normalise.dates import Years
from flows.normalise.identity import Aliases, Minted


@dataclass(frozen=True)
class Knowledge:
    """The contracts, the code lists and the keys known so far.

    `identifiers` is the city's list, which overrides what was `given` (minted, or delivered as reference records);
    `years` are the first and last year a date may plausibly lie in; `internal_hosts` are servers of the city that
    nobody outside can reach.
    """

    entities: Mapping[str, Entity]
    codelists: Mapping[str, CodeList]
    identifiers: Sequence[Minted]
    given: Sequence[Minted]
    years: Years
    internal_hosts: tuple[str, ...] = ()

    def levels(self) -> dict[str, Level]:
        """Return the level of each rule of the catalogue."""
        return {row["code"]: row["level"] for row in self.codelists["finding_rule"].rows}  # type: ignore[misc]


@dataclass(frozen=True)
class Context:
    """What one kind of table is read with: its part of the mapping, and the aliases known when its turn comes."""

    spec: Mapping[str, Any]
    feed: Feed
    delivery: Delivery
    knowledge: Knowledge
    aliases: Aliases

    @property
    def decimal(self) -> str:
        """Return the decimal sign of the feed's numbers."""
        return str(self.feed.mapping.get("read", {}).get("decimal", ","))
