"""The EU's metadata quality score (MQA of data.europa.eu), metric by metric, of a feed in a file or on the web."""

from __future__ import annotations

import threading
from pathlib import Path

from rdflib import Graph
from rdflib.namespace import DCAT

from flows.publish.conformance import broken_nodes
from flows.publish.descriptions import Descriptions
from flows.serve.score.feed import FeedError, Links, Relocate, load_pages
from flows.serve.score.scoring import DatasetScore, score_page
from flows.serve.score.words import score_document, score_lines
from flows.serve.server import make_server

__all__ = ["DatasetScore", "FeedError", "moved", "score_document", "score_feed", "score_lines", "score_release"]

LINKS = (str(DCAT.accessURL), str(DCAT.downloadURL))


def score_feed(start: str, shapes: Graph, relocate: Relocate, *, ask: bool) -> list[DatasetScore]:
    """Return the score of every dataset of the feed at `start` (file or URL), page by page.

    `relocate` says where an address of the feed is asked. With `ask` every link of a distribution gets a HEAD request,
    else it counts as not asked, without points. What the portal calls compliant is judged by our own `shapes`, which
    refuse what the official ones refuse, and more. Raises FeedError where the feed, or a page, cannot be had.
    """
    links, scores = Links(relocate), list[DatasetScore]()
    for page in load_pages(start, relocate):
        if ask:
            links.ask(_links(page))
        scores += score_page(page, links.status, broken_nodes(page, shapes))
    return scores


def score_release(docroot: Path, shapes: Graph, base_url: str) -> list[DatasetScore]:
    """Return the score of the release at `docroot`, served on this machine for as long as it takes to ask its links.

    `base_url` is the address it is published at, in whose place the server here is asked. Raises FeedError.
    """
    with make_server(docroot, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_address[1]}/"
        try:
            return score_feed(f"{here}catalog.ttl", shapes, moved(base_url, here), ask=True)
        finally:
            server.shutdown()


def moved(base_url: str, base: str) -> Relocate:
    """Return what says where the addresses below `base_url` are asked: below `base`; all others are where they are."""
    return lambda url: f"{base}{url.removeprefix(base_url)}" if url.startswith(base_url) else url


def _links(page: Descriptions) -> set[str]:
    return {value.text for about in page.values() for name in LINKS for value in about.get(name, ())}
