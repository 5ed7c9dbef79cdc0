"""The documents: kept in memory and in a file, so that a portal finds its datasets again after a restart."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from search_standin.fields import NOT_INDEXED, NOT_STORED, Document, is_text, listed, term, values
from search_standin.query import QueryError, dismax, parse

KEYS = ("index_id", "id", "site_id")
LONGEST_TERM = 32_766
"""Bytes; Lucene refuses a document with a longer term."""

Parameters = Mapping[str, Sequence[str]]


class Index:
    """All documents by their `index_id`; safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.RLock()
        self._file = sqlite3.connect(file, check_same_thread=False)
        self._file.execute("create table if not exists document (id text primary key, content text)")
        rows = self._file.execute("select id, content from document")
        self._documents: dict[str, Document] = {key: json.loads(content) for key, content in rows}

    def add(self, documents: Iterable[Document]) -> None:
        """Keep documents, each in place of the one with its key; raises QueryError for one that Solr would refuse."""
        with self._lock, self._file:
            for document in documents:
                kept = {name: value for name, value in document.items() if value is not None and value != []}
                _check(kept)
                self._documents[kept["index_id"]] = kept
                self._file.execute("insert or replace into document values (?, ?)", _row(kept))

    def delete(self, query: str) -> None:
        """Drop the documents that a query in Lucene's language finds."""
        test = parse(query, "text", "OR")
        with self._lock, self._file:
            for key in [key for key, document in self._documents.items() if test(document)]:
                del self._documents[key]
                self._file.execute("delete from document where id = ?", (key,))

    def select(self, parameters: Parameters) -> dict[str, Any]:
        """Answer a search as Solr does; raises QueryError."""
        with self._lock:
            found = list(self._documents.values())
        field, operator = _one(parameters, "df", "text"), _one(parameters, "q.op", "OR")
        for query in filter(str.strip, parameters.get("fq", ())):
            found = list(filter(parse(query, field, operator), found))
        score = _scorer(parameters, field, operator)
        scores = {document["index_id"]: score(document) for document in found}
        found = _sorted([document for document in found if scores[document["index_id"]]], scores, parameters)
        start = int(_one(parameters, "start", "0"))
        page = found[start : start + int(_one(parameters, "rows", "10"))]
        shown = [_shown(document, scores, parameters) for document in page]
        return {
            "responseHeader": {"status": 0, "QTime": 0},
            "response": {"numFound": len(found), "start": start, "docs": shown},
            "facet_counts": {"facet_queries": {}, "facet_fields": _facets(found, parameters), "facet_ranges": {}},
        }


def _check(document: Document) -> None:
    for key in KEYS:
        if key not in document:
            raise QueryError(f"Document is missing mandatory field: {key}")
    for name in document.keys() - NOT_INDEXED:
        if not is_text(name) and any(len(term(value).encode()) > LONGEST_TERM for value in listed(document[name])):
            raise QueryError(f'Exception writing document id {document["index_id"]}: immense term in field="{name}"')


def _row(document: Document) -> tuple[str, str]:
    return document["index_id"], json.dumps(document)


def _one(parameters: Parameters, name: str, default: str) -> str:
    return parameters.get(name, (default,))[0] or default


def _scorer(parameters: Parameters, field: str, operator: str) -> Callable[[Document], int]:
    query = _one(parameters, "q", "*:*")
    if query == "*":
        return lambda _document: 1
    if "dismax" in _one(parameters, "defType", "") and ":" not in query:
        return dismax(query)
    test = parse(query, field, operator)
    return lambda document: int(test(document))


def _sorted(documents: list[Document], scores: Mapping[str, int], parameters: Parameters) -> list[Document]:
    for wish in reversed(_one(parameters, "sort", "score desc").split(",")):
        match = re.fullmatch(r"\s*([\w.*-]+)\s+(asc|desc)\s*", wish, re.IGNORECASE)
        if not match:
            raise QueryError(f"Can't determine a Sort Order (asc or desc) in sort spec '{wish}'")
        field, direction = match.groups()
        documents.sort(key=_sort_key(field, scores), reverse=direction.lower() == "desc")
    return documents


def _sort_key(field: str, scores: Mapping[str, int]) -> Callable[[Document], Any]:
    if field == "score":
        return lambda document: scores[document["index_id"]]
    return lambda document: [term(value) for value in values(document, field)][:1]


def _shown(document: Document, scores: Mapping[str, int], parameters: Parameters) -> dict[str, Any]:
    wanted = set(re.split(r"[\s,]+", ",".join(parameters.get("fl", ["*"]))))
    shown = {name: document[name] for name in document.keys() - NOT_STORED if wanted & {"*", name}}
    return {**shown, "score": scores[document["index_id"]]} if "score" in wanted else shown


def _facets(documents: Sequence[Document], parameters: Parameters) -> dict[str, list[Any]]:
    """Return for each field wanted how many documents have which value: value, number, value, number ..."""
    most, least = int(_one(parameters, "facet.limit", "100")), int(_one(parameters, "facet.mincount", "0"))
    found = {}
    for field in parameters.get("facet.field", ()):
        terms = (
            {term(value) for value in values(document, field) if value not in (None, "")} for document in documents
        )
        counted = Counter(each for those in terms for each in those)
        ranked = sorted((item for item in counted.items() if item[1] >= least), key=lambda item: (-item[1], item[0]))
        found[field] = [part for item in ranked[: most if most >= 0 else None] for part in item]
    return found
