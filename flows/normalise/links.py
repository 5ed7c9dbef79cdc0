"""Web addresses as departments write them (deliveries.md 53)."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from flows.normalise.missing import read_mark
from flows.normalise.parsed import NOTHING, Parsed, refused

LINK_EXAMPLE = "https://example.org/"

_FILE = re.compile(r"(?i)file:|[a-z]:\\|\\\\")
_SESSION = re.compile(r"\?[0-9]+(-[0-9.]+)?(-[a-zA-Z_.-]*)?(?=&|$|#)")


def parse_link(text: str, internal_hosts: tuple[str, ...] = ()) -> Parsed:
    """Read a web address without the state of a session.

    Findings: `intranet_link` for files, hosts without a domain, `internal_hosts` and what lies below them;
    `session_link` where the state of a session was cut off (taken); `unreadable_url`.
    """
    link = text.strip()
    if not link:
        return NOTHING
    if _FILE.match(link):
        return refused("intranet_link", LINK_EXAMPLE)
    host = _host(link)
    if not host:
        return read_mark(link) or refused("unreadable_url", LINK_EXAMPLE)
    if "." not in host or any(f".{host}".endswith(f".{internal}") for internal in internal_hosts):
        return refused("intranet_link", LINK_EXAMPLE)
    kept = _SESSION.sub("", link)
    return Parsed(link) if kept == link else replace(Parsed(kept), rule="session_link")


def _host(link: str) -> str:
    """Return the host of a complete http(s) address of visible ASCII characters, else ""."""
    if not re.fullmatch(r"(?i)https?://[!-~]+", link):
        return ""
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""
