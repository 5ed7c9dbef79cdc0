"""Bring the release that is shown to the portal: read both sides, then only look (plan) or write (publish)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.portal.apply import Done, Publisher
from flows.portal.client import Client, RefusedError
from flows.portal.feed import read_feed
from flows.portal.mapping import Target, placed
from flows.portal.matching import Case, cases, former
from flows.portal.plan import Action, World, plan
from flows.portal.reading import conventions, look, search
from flows.portal.tables import Table, table_of
from flows.portal.wanted import Wanted, wanted_datasets
from flows.publish.continuity import FEED
from flows.publish.paging import page_paths
from flows.publish.release import MANIFEST, parse_manifest
from flows.settings import Configuration, Portal
from flows.settings.environment import address
from flows.web import is_local


class NotAllowedError(Exception):
    """Our own rules forbid to publish to this portal; nobody was asked yet."""


@dataclass(frozen=True)
class Situation:
    """Both sides as they are: the release that is shown, and what the portal has of it.

    `complete` is False where the portal's search is out: what is no longer published could not be looked for.
    """

    release: str
    client: Client
    world: World
    cases: tuple[Case, ...]
    docroot: Path
    complete: bool

    def read(self, path: str) -> bytes:
        """Return the bytes of a published file."""
        return (self.docroot / path).read_bytes()


def client_of(configuration: Configuration, url: str = "") -> Client:
    """Return the client of the portal that is set, or of `url`.

    Raises NotAllowedError where there is none or it is no address, where the token is none or would travel unencrypted,
    and in example mode for any portal that is not on this machine.
    """
    portal = configuration.portal
    if not (url or portal.url):
        raise NotAllowedError("no portal is set: OFFENLAGE_PORTAL_URL or --portal names it")
    try:
        place = address(url or portal.url)
    except ValueError as error:
        raise NotAllowedError(str(error)) from None
    if configuration.catalogue["example"] and not is_local(place):
        raise NotAllowedError(
            "this is the example (id_base is the shipped address): it is published to no portal but one on this machine"
        )
    if not place.startswith("https://") and not is_local(place):
        raise NotAllowedError(f"{place} is not https: the token would travel in the open")
    return Client(place, _token(portal))


def _token(portal: Portal) -> str:
    """Return the token, "" where none is set: letters that fit into a header of HTTP, which is all that CKAN gives."""
    token = portal.token.get_secret_value().strip() if portal.token else ""
    if not token.isascii() or not token.isprintable() or " " in token:
        raise NotAllowedError("what is set as token is none: it holds a space, a line break or a letter beyond ASCII")
    return token


def target_of(configuration: Configuration) -> Target:
    """Return what mappings/catalogue.toml wants of the portal."""
    wanted = configuration.catalogue.get("portal", {})
    return Target(wanted.get("files", "link"), wanted.get("datastore", False), wanted.get("prefix", ""))


def situation(configuration: Configuration, docroot: Path, client: Client, *, force: bool = False) -> Situation:
    """Read the release at `docroot` and what the portal has of it; changes nothing.

    Raises FileNotFoundError where no release is shown, RefusedError and UnreachableError as Client.read does.
    """
    manifest = json.loads((docroot / MANIFEST).read_bytes())
    target = target_of(configuration)
    known = conventions(client, configuration.portal.organisation)
    wanted = [placed(one, known, target) for one in _wanted(configuration, docroot, manifest, target)]
    seen = look(client, [(one.id, str(one.fields["name"])) for one in wanted], search(client, known))
    found = [*cases(wanted, seen.packages), *former(configuration.catalogue, wanted, seen.packages)]
    world = World(known, target, force)
    return Situation(manifest["release"], client, world, tuple(found), docroot, seen.complete)


def planned(found: Situation) -> list[Action]:
    """Return what would be done to each dataset."""
    return [plan(case, found.world) for case in found.cases]


def publish(found: Situation) -> Iterator[Done]:
    """Do it, dataset by dataset; yields what became of each. Raises RefusedError without a token."""
    if not found.client.token:
        raise RefusedError("no token is set: OFFENLAGE_PORTAL_TOKEN or OFFENLAGE_PORTAL_TOKEN_FILE", 403)
    yield from Publisher(found.client, found.world, found.read).publish(found.cases)


def _wanted(
    configuration: Configuration, docroot: Path, manifest: Mapping[str, Any], target: Target
) -> tuple[Wanted, ...]:
    files = parse_manifest((docroot / MANIFEST).read_bytes())
    feed = read_feed((docroot / page).read_bytes() for page in page_paths(FEED, files))
    tables: dict[str, Table] = {}
    if target.datastore:
        for dataset in manifest["datasets"]:
            rows = files[f"data/{dataset['name']}.jsonl"]
            tables[dataset["name"]] = table_of(dataset["name"], configuration.entities[dataset["entity"]], rows.sha256)
    return wanted_datasets(feed, configuration.catalogue, target.prefix, tables)
