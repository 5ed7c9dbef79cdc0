"""Releases to publish: the example's own, cut down to a few datasets, and with something changed in it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import whole_example as whole

from flows.portal.client import Client
from flows.portal.release import Situation, situation
from flows.settings import Configuration, load

NOW, LATER, LAST = "2026-11-20T00:00:00+00:00", "2026-11-21T00:00:00+00:00", "2026-11-22T00:00:00+00:00"
WITHDRAWN = "http://publications.europa.eu/resource/authority/distribution-status/WITHDRAWN"
ORGANISATION = "offenlage-tests"
Node = dict[str, Any]


def configured(organisation: str = ORGANISATION, **portal: object) -> Configuration:
    """Return the example's configuration with other wishes of the portal (files, datastore, prefix)."""
    found = _loaded(organisation)
    return replace(found, catalogue={**found.catalogue, "portal": {"prefix": "tests-", **portal}})


@cache
def _loaded(organisation: str) -> Configuration:
    return load(whole.ROOT, environ={"OFFENLAGE_PORTAL_ORGANISATION": organisation})


def cut(published: Path, target: Path, names: Collection[str]) -> Path:
    """Copy what a portal is told of a release, for the datasets `names` only; returns the docroot."""
    public = published / "public"
    manifest = json.loads((public / "manifest.json").read_bytes())
    kept = [file for file in manifest["files"] if _dataset(file["path"]) in names or file["path"] == "catalog.jsonld"]
    for file in kept:
        place = target / file["path"]
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(public / file["path"], place)
    datasets = [dataset for dataset in manifest["datasets"] if dataset["name"] in names]
    (target / "manifest.json").write_text(json.dumps({**manifest, "files": kept, "datasets": datasets}))
    feed = json.loads((target / "catalog.jsonld").read_bytes())
    feed["@graph"] = [node for node in feed["@graph"] if not _is_dataset(node) or _name(node) in names]
    (target / "catalog.jsonld").write_text(json.dumps(feed))
    return target


def edited(docroot: Path, target: Path, edit: Callable[[dict[str, Node]], None], time: str = LATER) -> Path:
    """Copy a docroot and let `edit` change nodes of its feed, by IRI; datasets it touches are modified at `time`."""
    shutil.copytree(docroot, target)
    feed = json.loads((target / "catalog.jsonld").read_bytes())
    before = json.dumps(feed["@graph"])
    nodes = {node["@id"]: node for node in feed["@graph"]}
    edit(nodes)
    unlike = {node["@id"] for node in json.loads(before) if nodes.get(node["@id"]) != node}
    for iri, node in nodes.items():
        if _is_dataset(node) and any(iri == other or _belongs(iri, other) for other in unlike):
            node["dct:modified"] = [{"@value": time, "@type": "xsd:dateTime"}]
    feed["@graph"] = list(nodes.values())
    (target / "catalog.jsonld").write_text(json.dumps(feed))
    return target


def retitled(name: str, title: str) -> Callable[[dict[str, Node]], None]:
    """Return the edit that gives a dataset another German title."""

    def edit(nodes: dict[str, Node]) -> None:
        _dataset_node(nodes, name)["dct:title"][0]["@value"] = title

    return edit


def withdrawn(name: str) -> Callable[[dict[str, Node]], None]:
    """Return the edit that withdraws a dataset in the feed."""

    def edit(nodes: dict[str, Node]) -> None:
        node = _dataset_node(nodes, name)
        node["adms:status"] = [{"@id": WITHDRAWN}]
        node["dct:title"][0]["@value"] += " (zurückgezogen)"

    return edit


def dropped(name: str) -> Callable[[dict[str, Node]], None]:
    """Return the edit that leaves a dataset out of the feed."""

    def edit(nodes: dict[str, Node]) -> None:
        nodes.pop(_dataset_node(nodes, name)["@id"])

    return edit


def with_rows(docroot: Path, target: Path, name: str, edit: Callable[[list[Node]], list[Node]]) -> Path:
    """Copy a docroot with other rows in one dataset: its .jsonl, its CSV (bytes and checksum), the manifest."""
    rows = [json.loads(line) for line in (docroot / "data" / f"{name}.jsonl").read_bytes().splitlines()]
    changed = edit(rows)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in changed).encode()
    csv = f"id\r\n{hashlib.sha256(text).hexdigest()}\r\n".encode()

    def checksum(nodes: dict[str, Node]) -> None:
        (node,) = [node for iri, node in nodes.items() if iri.endswith(f"/distribution/{name}.csv#checksum")]
        node["spdx:checksumValue"] = [{"@value": hashlib.sha256(csv).hexdigest(), "@type": "xsd:hexBinary"}]
        (file,) = [node for iri, node in nodes.items() if iri.endswith(f"/distribution/{name}.csv")]
        file["dcat:byteSize"] = [{"@value": str(len(csv)), "@type": "xsd:nonNegativeInteger"}]

    edited(docroot, target, checksum)
    (target / "data" / f"{name}.jsonl").write_bytes(text)
    (target / "data" / f"{name}.csv").write_bytes(csv)
    manifest = json.loads((target / "manifest.json").read_bytes())
    for file in manifest["files"]:
        if file["path"] == f"data/{name}.jsonl":
            file["sha256"] = hashlib.sha256(text).hexdigest()
    (target / "manifest.json").write_text(json.dumps(manifest))
    return target


def look(docroot: Path, client: Client, *, force: bool = False, **portal: object) -> Situation:
    """Read a docroot and the portal, as plan and publish do."""
    return situation(configured(**portal), docroot, client, force=force)


def _belongs(dataset: str, other: str) -> bool:
    return f"/distribution/{dataset.rpartition('/')[2]}." in other


def _dataset_node(nodes: dict[str, Node], name: str) -> Node:
    (found,) = [node for node in nodes.values() if _is_dataset(node) and _name(node) == name]
    return found


def _is_dataset(node: Node) -> bool:
    return "dcat:Dataset" in node.get("@type", ())


def _name(node: Node) -> str:
    return str(node["@id"]).rpartition("/")[2]


def _dataset(path: str) -> str:
    return path.removeprefix("data/").partition(".")[0] if path.startswith("data/") else ""
