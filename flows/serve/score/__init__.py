"""The EU's metadata quality score (MQA of data.europa.eu), metric by metric, of a feed in a file or on the web."""

from __future__ import annotations

from rdflib import Graph
from rdflib.namespace import DCAT

from flows.publish.conformance import broken_nodes
from flows.publish.descriptions import Descriptions
from flows.serve.score.feed import FeedError, Links, Relocate, load_pages
from flows.serve.score.scoring import DatasetScore, score_page
from flows.serve.score.words import score_document, score_lines

__all__ = ["DatasetScore", "FeedError", "score_document", "score_feed", "score_lines"]

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


def _links(page: Descriptions) -> set[str]:
    return {value.text for about in page.values() for name in LINKS for value in about.get(name, ())}
