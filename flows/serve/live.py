"""Look at a release where the public reaches it: every file over HTTP, as the manifest says it should be."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import quote, urljoin, urlsplit

import requests
from rdflib import Graph

from flows.contracts import Entity
from flows.publish.gate import Problem
from flows.publish.release import MANIFEST, parse_manifest
from flows.publish.verification import verify

TIMEOUT_SECONDS = (10, 60)
# Compressed answers have another length than the file.
PLAIN = {"Accept-Encoding": "identity", "User-Agent": "offenlage"}


class UnreachableError(Exception):
    """Nothing answers at the address, or it holds no release."""


def check_live(url: str, entities: Mapping[str, Entity], shapes: Graph) -> list[Problem]:
    """Return what is wrong with the release published below `url`; empty for a good one.

    Every file of the manifest is fetched and verified as before publishing, and asked for its headers (HEAD): media
    type and length. Raises ValueError for an address that is neither encrypted nor on this machine, UnreachableError
    where the manifest cannot be had.
    """
    base = _address(url)
    with requests.Session() as session:
        session.headers.update(PLAIN)
        session.trust_env = urlsplit(base).scheme == "https"

        @cache
        def read(path: str) -> bytes:
            answer = session.get(urljoin(base, quote(path)), timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            return answer.content

        try:
            manifest = read(MANIFEST)
        except requests.RequestException as error:
            raise UnreachableError(f"{base}{MANIFEST}: {type(error).__name__}") from error
        problems = verify(read, entities, shapes)
        if any(problem.path == MANIFEST for problem in problems):
            return problems
        return [*problems, *_headers(session, base, manifest)]


def _address(url: str) -> str:
    """Return the address with a slash at its end; raises ValueError where it must not be asked."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        raise ValueError(f"{url}: expected https://, or http:// on this machine")
    return url if url.endswith("/") else f"{url}/"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _headers(session: requests.Session, base: str, manifest: bytes) -> Iterator[Problem]:
    for path, file in parse_manifest(manifest).items():
        try:
            answer = session.head(urljoin(base, quote(path)), timeout=TIMEOUT_SECONDS, allow_redirects=True)
        except requests.RequestException as error:
            yield Problem(path, f"HEAD is not answered: {type(error).__name__}")
            continue
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        if media_type != file.media_type:
            yield Problem(path, f"is served as {media_type or 'nothing'}, expected {file.media_type}")
        if answer.headers.get("Content-Length") != str(file.bytes):
            yield Problem(path, f"HEAD tells {answer.headers.get('Content-Length')} bytes, expected {file.bytes}")
