"""The stand-in for Solr answers CKAN's queries as Solr does; needs no portal."""

from __future__ import annotations

from pathlib import Path

import pytest
from search_standin.index import Index
from search_standin.query import QueryError

TREES = {"title": "Bäume der Straße", "tags": ["Grün", "umwelt-daten"], "state": "active", "private": False}
MEASURES = {"title": "Digitale Maßnahmen", "tags": ["Digitalisierung"], "state": "active", "private": True}
DRAFT = {"title": "Entwurf", "tags": [], "state": "draft", "private": False}


def document(name: str, **fields: object) -> dict[str, object]:
    return {"index_id": f"i-{name}", "id": name, "site_id": "default", "name": name, **fields}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    found = Index(tmp_path / "search.sqlite")
    found.add([document("trees", **TREES), document("measures", **MEASURES), document("draft", **DRAFT)])
    return found


def names(index: Index, **parameters: str) -> list[str]:
    asked = {name.replace("_", "."): [value] for name, value in {"sort": "name asc", **parameters}.items()}
    return [found["name"] for found in index.select(asked)["response"]["docs"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("*:*", ["draft", "measures", "trees"]),
        ("state:active", ["measures", "trees"]),
        ("+state:active -private:true", ["trees"]),
        ("state:active AND NOT private:true", ["trees"]),
        ("-state:active", ["draft"]),
        ("name:trees OR name:draft", ["draft", "trees"]),
        ('name:("trees" OR "measures")', ["measures", "trees"]),
        ("state:active name:trees", ["measures", "trees"]),
        ("+state:active name:trees", ["measures", "trees"]),
        ("title:strasse", ["trees"]),
        ('title:"der Strasse"', ["trees"]),
        ('title:"Strasse der"', []),
        ("title:digi*", ["measures"]),
        ("name:[m TO t]", ["measures"]),
        ("name:[m TO *]", ["measures", "trees"]),
        ("tags:umwelt", []),
        ("tags:umwelt\\-daten", ["trees"]),
        ("title_ngram:nahm", ["measures"]),
        ("Grün", ["trees"]),
    ],
)
def test_lucene(index: Index, query: str, expected: list[str]) -> None:
    assert names(index, q=query) == expected


def test_what_stands_between_terms_without_an_operator_is_a_setting(index: Index) -> None:
    assert names(index, q="state:active name:trees", q_op="AND") == ["trees"]
    assert names(index, q="state:draft OR name:trees", q_op="AND") == ["draft", "trees"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("digitale maßnahmen", ["measures"]),
        ("bäume maßnahmen", []),
        ("bäume der straße grün nirgends", ["trees"]),
        ("entwurf -draft", []),
        ("", ["draft", "measures", "trees"]),
    ],
)
def test_words_a_person_types(index: Index, typed: str, expected: list[str]) -> None:
    assert names(index, q=typed, defType="edismax") == expected


@pytest.mark.parametrize("query", ["name:(", ")", "name:[a b]", "AND", ""])
def test_a_broken_query_is_refused(index: Index, query: str) -> None:
    with pytest.raises(QueryError):
        names(index, fq=query or "()")


def test_a_document_solr_would_refuse_is_refused(index: Index) -> None:
    with pytest.raises(QueryError, match="site_id"):
        index.add([{"index_id": "x", "id": "x"}])
    with pytest.raises(QueryError, match="immense term"):
        index.add([document("long", url="x" * 32_767)])
    assert len(names(index)) == 3


def test_facets_pages_and_scores(index: Index) -> None:
    wishes = {"facet.field": ["state", "tags"], "rows": ["1"], "start": ["1"], "sort": ["name asc"], "fl": ["id,score"]}
    answer = index.select(wishes)
    assert answer["response"] == {"numFound": 3, "start": 1, "docs": [{"id": "measures", "score": 1}]}
    facets = answer["facet_counts"]["facet_fields"]
    assert facets == {"state": ["active", 2, "draft", 1], "tags": ["Digitalisierung", 1, "Grün", 1, "umwelt-daten", 1]}


def test_documents_outlive_a_restart_and_deletion_does_too(index: Index, tmp_path: Path) -> None:
    index.add([document("trees", **{**TREES, "title": "Alleen"})])
    index.delete('+id:"measures"')
    again = Index(tmp_path / "search.sqlite")
    assert names(again) == ["draft", "trees"]
    assert names(again, q="title:alleen") == ["trees"]
