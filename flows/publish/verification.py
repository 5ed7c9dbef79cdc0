"""The gate every release passes: checksums, schemas, references and shapes of what was really written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any

import polars as pl
from rdflib import Graph

from flows.contracts import Entity, public_view
from flows.model import PublishedFile
from flows.publish.conformance import check_pages
from flows.publish.descriptions import Descriptions
from flows.publish.gate import Problem
from flows.publish.paging import next_page, page_paths
from flows.publish.reading import read_rdf
from flows.publish.release import MANIFEST, parse_manifest
from flows.validate.schema import compile_entity, invalid_cells

FEED = "catalog.ttl"
SHOWN = 20
"""Problems of one kind that are spelled out; a broken column would otherwise fill the log."""

Read = Callable[[str], bytes]


def verify(read: Read, entities: Mapping[str, Entity], shapes: Graph) -> list[Problem]:
    """Return what is wrong with the release that `read` gives access to (path to bytes); empty for a good one.

    `read` raises OSError for what is not there. Checked are: every file of the manifest against its sha256, every
    table against its schema, every reference against the table it points to, the catalogue against our shapes.
    """
    try:
        content = read(MANIFEST)
        manifest, files = json.loads(content), parse_manifest(content)
    except (OSError, ValueError, KeyError, TypeError) as error:  # it may be anybody's
        return [Problem(MANIFEST, f"cannot be read: {error}")]
    damaged = list(_damaged(read, files))
    if damaged:
        return damaged
    tables = {d["name"]: _table(read, d, entities[d["entity"]]) for d in manifest["datasets"]}
    kinds = {d["name"]: d["entity"] for d in manifest["datasets"]}
    found: list[Problem] = []
    for name, frame in tables.items():
        found += list(_invalid(name, frame, entities[kinds[name]]))
        found += list(_dangling(name, frame, entities[kinds[name]], _ids(tables, kinds)))
    return found + list(_feed_problems(read, set(files), shapes))


def _feed_problems(read: Read, files: Set[str], shapes: Graph) -> Iterator[Problem]:
    """Judge the pages of the feed, one in memory at a time, and whether the last one is where their chain ends."""
    paths, ends = page_paths(FEED, files), [""]

    def pages() -> Iterator[Descriptions]:
        for path in paths:
            page = read_rdf(read(path), "turtle")
            ends.append(next_page(page))
            yield page

    said = [f"{v.focus} {v.path} {v.value}: {v.message_en}" for v in check_pages(pages(), shapes)]
    yield from (Problem(FEED, text) for text in said[:SHOWN])
    if ends[-1] or not paths:
        yield Problem(ends[-1] or FEED, "a page of the feed is not there")


def _damaged(read: Read, files: Mapping[str, PublishedFile]) -> Iterator[Problem]:
    for path, file in files.items():
        try:
            content = read(path)
        except OSError as error:
            yield Problem(path, f"is listed in the manifest but cannot be read: {error}")
            continue
        if hashlib.sha256(content).hexdigest() != file.sha256:
            yield Problem(path, f"does not have the sha256 of the manifest ({len(content)} of {file.bytes} bytes)")


def _table(read: Read, dataset: Mapping[str, Any], entity: Entity) -> pl.DataFrame:
    content = read(f"data/{dataset['name']}.jsonl")
    schema = {prop.name: prop.dtype for prop in entity.public}
    return pl.read_ndjson(content, schema=schema) if content else pl.DataFrame(schema=schema)


def _invalid(name: str, frame: pl.DataFrame, entity: Entity) -> Iterator[Problem]:
    for cell in invalid_cells(compile_entity(public_view(entity)), frame)[:SHOWN]:
        text = f"row {cell.row + 1}, {cell.property}: expected {cell.expected}, found {cell.value}"
        yield Problem(f"data/{name}.jsonl", text)
    if entity.keys and frame.select(entity.keys).is_duplicated().any():
        yield Problem(f"data/{name}.jsonl", f"two rows have the same key ({', '.join(entity.keys)})")


def _ids(tables: Mapping[str, pl.DataFrame], kinds: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, frame in tables.items():
        if "id" in frame.columns:
            found.setdefault(kinds[name], set()).update(frame["id"].to_list())
    return found


def _dangling(name: str, frame: pl.DataFrame, entity: Entity, ids: Mapping[str, set[str]]) -> Iterator[Problem]:
    for prop in entity.public:
        if prop.ref in ids:
            column = frame[prop.name].explode() if prop.is_list else frame[prop.name]
            lost = sorted(set(column.drop_nulls()) - ids[prop.ref])
            if lost:
                shown = ", ".join(lost[:SHOWN])
                yield Problem(
                    f"data/{name}.jsonl", f"{prop.name} points to {prop.ref} records that are not there: {shown}"
                )
