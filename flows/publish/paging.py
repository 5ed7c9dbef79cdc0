"""Split a large feed into pages that harvesters follow, so that no dataset is missed while a release is switched in.

A page holds the datasets whose name falls to it, and everything needed to read it alone. Which page that is depends on
the name and on the number of pages, a power of two that only doubles: a page then keeps its datasets or hands some of
them to one that comes later. A harvester that reads across a switch, some pages old, some new, finds all of them.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import count, takewhile
from zlib import crc32

from flows.model import Dataset
from flows.publish.descriptions import Descriptions, described_as
from flows.publish.naming import Config, address
from flows.publish.series import MEMBER
from flows.publish.statements import Statements, typed
from flows.publish.vocabulary import HYDRA, RDF, XSD

LARGEST_SINGLE = 1000
"""Datasets up to which a feed is one file: it has then about 20 MB, and portals take up to 50 MB."""
LARGEST_PAGE = 500


def pages_of(datasets: Sequence[Dataset]) -> list[list[Dataset]]:
    """Return the datasets of each page, in the order given; a single page up to LARGEST_SINGLE.

    A table stays with its yearly members. The number of pages is the least power of two that leaves LARGEST_PAGE a
    page on average; with so many datasets none stays empty.
    """
    size = 1
    if len(datasets) > LARGEST_SINGLE:
        while size * LARGEST_PAGE < len(datasets):
            size *= 2
    pages: list[list[Dataset]] = [[] for _ in range(size)]
    names = {dataset.name for dataset in datasets}
    for dataset in datasets:
        pages[crc32(_family(dataset.name, names).encode()) % size].append(dataset)
    return pages


def _family(name: str, names: set[str]) -> str:
    match = MEMBER.fullmatch(name)
    return match["whole"] if match and match["whole"] in names else name


def page_path(path: str, number: int) -> str:
    """Return the path of the page `number` (from 1) of the feed at `path`: catalog.ttl, catalog-2.ttl ..."""
    stem, dot, suffix = path.partition(".")
    return path if number == 1 else f"{stem}-{number}{dot}{suffix}"


def page_paths(path: str, files: Container[str]) -> list[str]:
    """Return those of `files` that are the pages of the feed at `path`, in order."""
    numbered = (page_path(path, number) for number in count(1))
    return list(takewhile(files.__contains__, numbered))


def paging(catalogue: Config, path: str, number: int, pages: int, total: int) -> Statements:
    """State which page this is, and which comes next, of `pages` with `total` datasets; nothing for a single one.

    Harvesters know one of two generations of words (hydra:PagedCollection with nextPage, PartialCollectionView with
    next), so both are used, of one node.
    """
    if pages == 1:
        return
    node = address(catalogue, page_path(path, number))
    first, last = address(catalogue, path), address(catalogue, page_path(path, pages))
    yield node, RDF.type, HYDRA.PartialCollectionView
    yield node, RDF.type, HYDRA.PagedCollection
    yield node, HYDRA.totalItems, typed(str(total), XSD.integer)
    yield from ((node, name, first) for name in (HYDRA["first"], HYDRA.firstPage))
    yield from ((node, name, last) for name in (HYDRA["last"], HYDRA.lastPage))
    if number < pages:
        following = address(catalogue, page_path(path, number + 1))
        yield from ((node, name, following) for name in (HYDRA["next"], HYDRA.nextPage))


def next_page(page: Descriptions) -> str:
    """Return the address of the page after this one, "" where it is the last or the only one."""
    views = [*described_as(page, HYDRA.PartialCollectionView), *described_as(page, HYDRA.PagedCollection)]
    found = (page[view].get(str(name), ()) for view in views for name in (HYDRA["next"], HYDRA.nextPage))
    return next((value.text for values in found for value in values), "")
