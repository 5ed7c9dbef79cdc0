"""The gate finds every kind of damage in what was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import whole_example as whole
from deliveries_example import configuration
from rdflib import Graph

from flows.pipeline import shapes
from flows.publish.verification import verify

Files = dict[str, bytes]
CITY = configuration()


@pytest.fixture(scope="module")
def sound(published: Path) -> Files:
    return whole.tree(published / "public")


@pytest.fixture(scope="module")
def rules() -> Graph:
    return shapes(CITY)


def problems(files: Files, rules: Graph) -> list[str]:
    def read(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    return [str(problem) for problem in verify(read, CITY.entities, rules)]


def sealed(files: Files, path: str, content: bytes) -> Files:
    """Change a file and make the manifest agree, as a mistake of our own would."""
    manifest = json.loads(files["manifest.json"])
    for entry in manifest["files"]:
        if entry["path"] == path:
            entry |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    return {**files, path: content, "manifest.json": json.dumps(manifest).encode()}


def rewritten(files: Files, dataset: str, change: Callable[[list[dict[str, Any]]], object]) -> Files:
    path = f"data/{dataset}.jsonl"
    rows = [json.loads(line) for line in files[path].decode().split("\n")[:-1]]
    change(rows)
    return sealed(files, path, "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode())


def test_the_example_is_sound(sound: Files, rules: Graph) -> None:
    assert problems(sound, rules) == []


@pytest.mark.parametrize("manifest", [None, b"", b"no json", b"{}", b"[]", b'{"files": [{"path": "x"}]}'])
def test_no_manifest(sound: Files, rules: Graph, manifest: bytes | None) -> None:
    files = {path: content for path, content in sound.items() if path != "manifest.json"}
    if manifest is not None:
        files["manifest.json"] = manifest
    (found,) = problems(files, rules)
    assert found.startswith("manifest.json: cannot be read")


def test_a_file_that_is_not_there(sound: Files, rules: Graph) -> None:
    files = {path: content for path, content in sound.items() if path != "data/goals.xlsx"}
    (found,) = problems(files, rules)
    assert found.startswith("data/goals.xlsx: is listed in the manifest but cannot be read")


@pytest.mark.parametrize("path", ["data/measures.parquet", "catalog.ttl", "schemas/measure.schema.json", "index.html"])
def test_a_file_that_is_not_as_it_was_written(path: str, sound: Files, rules: Graph) -> None:
    (found,) = problems({**sound, path: sound[path][:-1]}, rules)
    assert found.startswith(f"{path}: does not have the sha256 of the manifest")


def test_a_value_that_does_not_fit_its_schema(sound: Files, rules: Graph) -> None:
    files = rewritten(sound, "measures", lambda rows: rows[0].update(progress_pct=101))
    assert problems(files, rules) == ["data/measures.jsonl: row 1, progress_pct: expected <= 100, found 101.0"]


def test_a_required_value_that_is_missing(sound: Files, rules: Graph) -> None:
    files = rewritten(sound, "measures", lambda rows: rows[1].update(title_de=None))
    (found,) = problems(files, rules)
    assert found.startswith("data/measures.jsonl: row 2, title_de")


def test_two_rows_of_one_key(sound: Files, rules: Graph) -> None:
    files = rewritten(sound, "guidelines", lambda rows: rows.append(rows[0]))
    assert problems(files, rules) == ["data/guidelines.jsonl: two rows have the same key (id)"]


def test_references_to_what_is_not_there(sound: Files, rules: Graph) -> None:
    def break_both(rows: list[dict[str, Any]]) -> None:
        rows[0].update(field_id="HF-0000-00")
        rows[1].update(lead_org_ids=["ORG-rit", "ORG-nobody"])

    assert problems(rewritten(sound, "measures", break_both), rules) == [
        "data/measures.jsonl: field_id points to field_of_action records that are not there: HF-0000-00",
        "data/measures.jsonl: lead_org_ids points to organisation records that are not there: ORG-nobody",
    ]


def test_many_problems_of_a_kind_do_not_flood_the_log(sound: Files, rules: Graph) -> None:
    files = rewritten(sound, "measures", lambda rows: [row.update(progress_pct=-1) for row in rows])
    assert len(problems(files, rules)) == 20


def test_a_feed_that_breaks_our_shapes(sound: Files, rules: Graph) -> None:
    licence = b"dcterms:license" if b"dcterms:license" in sound["catalog.ttl"] else b"dct:license"
    files = sealed(sound, "catalog.ttl", sound["catalog.ttl"].replace(licence, licence.replace(b"license", b"type"), 1))
    found = problems(files, rules)
    assert found
    assert all(line.startswith("catalog.ttl: https://offenlage.example/") for line in found)
