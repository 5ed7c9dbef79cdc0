"""A folder on a server as a source: SFTP, to the one server whose key the mapping names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.collect.fetch.http import TIMEOUT_SECONDS
from flows.collect.fetch.remote import RemoteFolder, look_into, not_installed
from flows.collect.fetch.source import Found, RefusedError, TransientFetchError, secret_of
from flows.model import Feed
from flows.store import Cache

PORT = 22
PRIVATE_KEY = "-----BEGIN"


def fetch_sftp(feed: Feed, root: Path, cache: Cache, today: str) -> Found:
    """Look into the feed's folder as `user`; the secret is a password, or a private key in the form of OpenSSH.

    Nothing of the account we run under is used: no configuration, agent or list of known servers.
    """
    source = feed.mapping["source"]
    host, port = str(source["host"]), int(source.get("port", PORT))
    try:
        import asyncssh  # type: ignore[import-not-found,import-untyped,unused-ignore]
        from sshfs import SSHFileSystem  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return not_installed("sshfs")
    try:
        secret = secret_of(source, root)
    except RefusedError as refused:
        return [], [refused.finding]
    where = f"sftp://{host}:{port}{source['path']}"
    try:
        known: Any = asyncssh.import_known_hosts(f"[{host}]:{port},{host} {source['host_key']}")
        keys = [asyncssh.import_private_key(secret)] if secret.startswith(PRIVATE_KEY) else []
    except (asyncssh.KeyImportError, ValueError):
        return [], [RefusedError("source_refused", "ERROR", where, "an OpenSSH key").finding]
    try:
        files = SSHFileSystem(
            host, port=port, username=str(source["login"].get("user", "")), password=None if keys else secret,
            client_keys=keys, known_hosts=known, agent_path=None, config=None, connect_timeout=TIMEOUT_SECONDS[0],
            skip_instance_cache=True,
        )  # fmt: skip
    except (PermissionError, asyncssh.HostKeyNotVerifiable, asyncssh.PermissionDenied) as error:
        return [], [RefusedError("source_refused", "ERROR", f"{where}: {type(error).__name__}").finding]
    except (OSError, asyncssh.Error) as error:
        raise TransientFetchError(f"{where}: {type(error).__name__}") from None
    folder = RemoteFolder(feed, files, str(source["path"]), where, cache, today)
    return look_into(folder, (asyncssh.SFTPNoSuchFile, asyncssh.SFTPPermissionDenied), (asyncssh.Error,))
