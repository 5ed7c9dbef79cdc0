"""Which dates of the feed move with a change, and that no other does: harvesters take what moved, and only that."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from jsonschema import Draft202012Validator
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS
from small_city import city, delivery

from flows.pipeline import run
from flows.settings import Configuration
from flows.store import Store

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST = delivery("2023-12-31", "1;E-Akte;2025;;;in_progress;40;2023-12-31", "2;OZG;2024")
BASE = "https://offenlage.example/id/"
CATALOGUE = f"{BASE}catalogue/measures"

Dates = dict[str, str]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store whose first release is that of FIRST; each test goes on from where it finds it."""
    store = Store(tmp_path_factory.mktemp("city") / "output")
    run(store, city(), NOON, lambda: ([FIRST], []), lambda _text: None)
    return store


def dates(store: Store) -> Dates:
    graph = Graph().parse(store.releases.public / "catalog.ttl")
    return {str(node): str(time) for node, time in graph.subject_objects(DCTERMS.modified)}


def moved(store: Store, configuration: Configuration, days: int) -> set[str]:
    """Publish with the configuration so many days later; return the nodes whose date moved, each to that time."""
    before, later = dates(store), NOON + timedelta(days=days)
    run(store, configuration, later, lambda: ([FIRST], []), lambda _text: None)
    after = dates(store)
    assert set(before) <= set(after)
    changed = {node for node in after if after[node] != before.get(node)}
    assert {after[node] for node in changed} <= {later.isoformat()}
    return {node.removeprefix(BASE) for node in changed}


def test_nothing_moves_where_nothing_changed(store: Store) -> None:
    assert moved(store, city(), 1) == set()


def test_a_title_of_the_catalogue_moves_its_own_date_only(store: Store) -> None:
    configuration = city()
    title = {**configuration.catalogue["title"], "de": "Was die Stadt versprach"}
    renamed = replace(configuration, catalogue={**configuration.catalogue, "title": title})
    assert moved(store, renamed, 2) == {"catalogue/measures"}
    assert moved(store, renamed, 3) == set()
    assert moved(store, city(), 4) == {"catalogue/measures"}


def test_a_title_of_a_dataset_moves_its_date_and_those_of_what_describes_it(store: Store) -> None:
    configuration = city()
    datasets = deepcopy(dict(configuration.datasets))
    datasets["goals"]["title"]["de"] = "Wohin die Stadt will"
    assert moved(store, replace(configuration, datasets=datasets), 5) == {
        "dataset/goals",
        "record/goals",
        "catalogue/measures",
    }


def test_the_date_of_a_file_stays_where_only_a_title_moved(store: Store) -> None:
    """A title is no content of a file: who compares files by their date must not fetch them again."""
    graph = Graph().parse(store.releases.public / "catalog.ttl")
    file = URIRef(f"{BASE}distribution/goals.csv")
    assert str(graph.value(file, DCTERMS.modified)) == NOON.isoformat()


def test_the_journal_keeps_to_its_contract(store: Store) -> None:
    validator = Draft202012Validator(city().contracts["journal_event"])
    assert [
        list(validator.iter_errors(event)) for event in store.journal.events() if not validator.is_valid(event)
    ] == []
    assert all("catalogue" in event for event in store.journal.events() if event["event"] == "release")
