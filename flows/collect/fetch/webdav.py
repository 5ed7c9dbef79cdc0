"""A folder in a cloud as a source: WebDAV (RFC 4918), as Nextcloud and ownCloud offer it."""

from __future__ import annotations

from pathlib import Path

from flows.collect.fetch.http import TIMEOUT_SECONDS, allow, is_loopback, where
from flows.collect.fetch.remote import RemoteFolder, look_into, not_installed
from flows.collect.fetch.source import Found, RefusedError, secret_of
from flows.model import Feed
from flows.store import Cache


def fetch_webdav(feed: Feed, root: Path, cache: Cache, today: str) -> Found:
    """Look into the folder at the feed's address with a user and a password for applications."""
    source = feed.mapping["source"]
    url = str(source["url"])
    try:
        import httpx
        from webdav4.client import ClientError  # type: ignore[import-not-found,import-untyped,unused-ignore]
        from webdav4.fsspec import WebdavFileSystem  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return not_installed("webdav4")
    try:
        allow(url, url)
        login = (str(source["login"].get("user", "")), secret_of(source, root))
    except RefusedError as refused:
        return [], [refused.finding]
    timeout = httpx.Timeout(TIMEOUT_SECONDS[1], connect=TIMEOUT_SECONDS[0])
    files = WebdavFileSystem(
        url, auth=login, timeout=timeout, trust_env=not is_loopback(url), skip_instance_cache=True,
    )  # fmt: skip
    folder = RemoteFolder(feed, files, "/", where(url).rstrip("/"), cache, today)
    return look_into(folder, (ClientError,), (httpx.TransportError,))
