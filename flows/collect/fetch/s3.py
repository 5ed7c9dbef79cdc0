"""A bucket as a source: any service that speaks S3."""

from __future__ import annotations

from pathlib import Path

from flows.collect.fetch.http import TIMEOUT_SECONDS, allow, where
from flows.collect.fetch.remote import RemoteFolder, look_into, not_installed
from flows.collect.fetch.source import Found, RefusedError, secret_of
from flows.model import Feed
from flows.store import Cache


def fetch_s3(feed: Feed, root: Path, cache: Cache, today: str) -> Found:
    """Look into the feed's bucket, or a folder of it, with an access key (`user`) and its secret."""
    source = feed.mapping["source"]
    url = str(source["url"])
    try:
        from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-not-found,import-untyped,unused-ignore]
        from s3fs import S3FileSystem  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return not_installed("s3fs")
    try:
        allow(url, url)
        secret = secret_of(source, root)
    except RefusedError as refused:
        return [], [refused.finding]
    connect, read = TIMEOUT_SECONDS
    config = {"connect_timeout": connect, "read_timeout": read, "retries": {"max_attempts": 1}}
    files = S3FileSystem(
        key=str(source["login"].get("user", "")), secret=secret, endpoint_url=url, config_kwargs=config,
        skip_instance_cache=True, use_listings_cache=False,
    )  # fmt: skip
    path = "/".join(filter(None, (str(source["bucket"]), str(source.get("path", "")).strip("/"))))
    folder = RemoteFolder(feed, files, path, f"{where(url).rstrip('/')}/{path}", cache, today)
    return look_into(folder, (ClientError,), (BotoCoreError,))
