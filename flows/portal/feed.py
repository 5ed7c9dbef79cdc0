"""Read our own published feed (catalog.jsonld, page by page) as plain values: what the portal gets is what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Feed:
    """The nodes of the feed by IRI."""

    nodes: Mapping[str, Node]

    def iris(self, node: str, name: str) -> list[str]:
        """Return the IRIs a node has under a property (`dcat:theme`)."""
        return [value["@id"] for value in self._values(node, name) if isinstance(value, Mapping) and "@id" in value]

    def iri(self, node: str, name: str) -> str:
        """Return the first IRI under a property, or ""."""
        return next(iter(self.iris(node, name)), "")

    def text(self, node: str, name: str, lang: str = "de") -> str:
        """Return the text under a property: the one in `lang`, or the one that has no language, or ""."""
        return next(iter(self.texts(node, name, lang)), "")

    def texts(self, node: str, name: str, lang: str = "de") -> list[str]:
        """Return the texts under a property that are in `lang` or in no language."""
        return list(_texts(self._values(node, name), lang))

    def _values(self, node: str, name: str) -> list[Any]:
        values: list[Any] = self.nodes.get(node, {}).get(name, [])
        return values

    def datasets(self) -> list[str]:
        """Return the IRIs of all datasets, in the order of the feed."""
        return [iri for iri, node in self.nodes.items() if "dcat:Dataset" in node.get("@type", ())]


def read_feed(pages: Iterable[bytes]) -> Feed:
    """Return the feed that the pages hold together."""
    return Feed({node["@id"]: node for page in pages for node in json.loads(page)["@graph"]})


def _texts(values: Iterable[Any], lang: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif "@value" in value and value.get("@language", lang) == lang:
            yield value["@value"]
