"""Find links that lead nowhere: in the pages, and in what is published as linked data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from html import unescape
from posixpath import normpath
from typing import Any
from urllib.parse import unquote

from flows.publish.gate import Problem

SHOWN = 20
LINK = re.compile(r'\s(?:href|src)="([^"]*)"')
ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|$")
Read = Callable[[str], bytes]


def broken_links(read: Read, files: Collection[str], catalogue: Mapping[str, Any]) -> list[Problem]:
    """Return the links to places under the docroot that none of `files` (paths) is at; the first twenty.

    Looked at are the links of the pages, and every address and identifier of our own in the JSON-LD files, which a
    page has to answer; not the contact page and the homepage, which an operator may have anywhere. `read` returns
    the bytes at a path, `catalogue` is as in `naming`.
    """
    own = (catalogue["base_url"], catalogue["id_base"])
    foreign = {
        place for url in (catalogue["contact"]["url"], catalogue["publisher"]["homepage"]) for place in _under(url, own)
    }
    found = [
        Problem(path, f"leads to {target}, where nothing is")
        for path in sorted(files)
        for target in sorted(set(_targets(path, read, own)))
        if target not in foreign and not _is_there(target, files)
    ]
    return found[:SHOWN]


def _targets(path: str, read: Read, own: tuple[str, ...]) -> Iterator[str]:
    if path.endswith(".html"):
        yield from _page_targets(path, read(path).decode(), own)
    elif path.endswith(".jsonld"):
        for address in _addresses(json.loads(read(path))):
            yield from _under(address, own)


def _page_targets(path: str, page: str, own: tuple[str, ...]) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    for link in {unescape(link) for link in LINK.findall(page)}:
        if ELSEWHERE.match(link):
            yield from _under(link, own)
        else:
            place = unquote(link.partition("#")[0].partition("?")[0])
            slash = "/" if place.endswith("/") else ""
            yield normpath(f"{folder}/{place}" if folder and not place.startswith("/") else place.lstrip("/")) + slash


def _under(address: str, own: tuple[str, ...]) -> Iterator[str]:
    for base in own:
        if address.startswith(base):
            yield unquote(address.removeprefix(base).partition("#")[0])
            return


def _addresses(value: Any) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _addresses(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("@value", "@context"):
                yield from _addresses(item)


def _is_there(target: str, files: Collection[str]) -> bool:
    folder = target.strip("/").removeprefix(".")
    return target in files or f"{folder}/index.html".lstrip("/") in files
