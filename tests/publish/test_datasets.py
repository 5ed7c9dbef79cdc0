"""A change moves exactly the dates it should, and only forward; nothing that was published goes away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import feed_example as feed
import polars as pl
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import graph_diff
from rdflib.namespace import DCTERMS

from flows.contracts import CodeList, parse_entity
from flows.model import Dataset, Release
from flows.publish.catalogue import build_catalogue
from flows.publish.datasets import Moment, Terms, describe, summary
from flows.publish.vocabulary import ADMS, AUTHORITY, DCAT

FIRST = Moment("2026-01-01", "2026-01-01T08:00:00+01:00")
SECOND = Moment("2026-02-01", "2026-02-01T08:00:00+01:00")
CLASSES = CodeList(
    "change_class",
    (
        {"code": "added", "label_de": "Neu", "label_en": "Added"},
        {"code": "status", "label_de": "Status", "label_en": "Status"},
    ),
)
TEXT = {"type": ["string", "null"], "x-public": True}
PROPERTIES = {"id": {"type": "string", "x-key": True, "x-public": True}, "valid_from": TEXT, "reporting_date": TEXT}
LABEL = {"de": "x", "en": "x"}
ENTITIES = {
    name: parse_entity({"$id": f"{name}/1.0", "x-label": LABEL, "properties": PROPERTIES}, {})
    for name in ("measure", "status_report")
}
EVENTS = {"entity": pl.String, "id": pl.String, "change_class": pl.String, "release_id": pl.String}


def description(name: str, entity: str, **more: Any) -> dict[str, Any]:
    return {
        **{"name": name, "entity": entity, "themes": ["GOVE"], "frequency": "ANNUAL"},
        "title": {"de": f"Titel {name}", "en": f"Title {name}"},
        "description": {"de": f"Text {name}.", "en": f"Text {name}."},
        "keywords": {"de": ["Verwaltung"], "en": ["administration"]},
        **more,
    }


DESCRIPTIONS = {
    "measures": description("measures", "measure"),
    "reports": description("reports", "status_report", series=True),
}
TERMS = Terms(DESCRIPTIONS, ENTITIES, {"change_class": CLASSES}, feed.CATALOGUE)


def table(rows: Mapping[str, str]) -> pl.DataFrame:
    columns = {"id": list(rows), "valid_from": list(rows.values()), "reporting_date": list(rows.values())}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def tables(
    measures: Mapping[str, str], reports: Mapping[str, str], events: list[tuple[str, ...]] | None = None
) -> dict[str, pl.DataFrame]:
    return {
        "measure": table(measures),
        "status_report": table(reports),
        "change_event": pl.DataFrame(events or [], schema=EVENTS, orient="row"),
    }


ONE = tables({"M-1": "2024-06-30"}, {"R-1": "2024-06-30", "R-2": "2025-06-30"})


def first() -> dict[str, dict[str, str]]:
    return {dataset.name: summary(dataset) for dataset in describe(ONE, TERMS, {}, FIRST)}


def second(found: Mapping[str, pl.DataFrame] = ONE, terms: Terms = TERMS, now: Moment = SECOND) -> dict[str, Dataset]:
    return {dataset.name: dataset for dataset in describe(found, terms, first(), now)}


def described_as(**changed: dict[str, Any]) -> Terms:
    return replace(TERMS, descriptions={**DESCRIPTIONS, **changed})


def moved(datasets: Mapping[str, Dataset], date: str) -> set[str]:
    before = first()
    return {name for name, dataset in datasets.items() if getattr(dataset, date) != before[name][date]}


class TestDates:
    def test_nothing_moves_where_nothing_changed(self) -> None:
        assert {name: summary(dataset) for name, dataset in second().items()} == first()

    def test_a_row_moves_the_dates_of_its_dataset(self) -> None:
        changed = second(tables({"M-1": "2024-07-01"}, {"R-1": "2024-06-30", "R-2": "2025-06-30"}))
        for date in ("modified", "data_modified", "version"):
            assert moved(changed, date) == {"measures"}
        assert moved(changed, "issued") == set()

    def test_a_report_moves_its_year_and_the_whole_and_no_other_year(self) -> None:
        changed = second(tables({"M-1": "2024-06-30"}, {"R-1": "2024-06-30", "R-2": "2025-07-01"}))
        assert moved(changed, "modified") == {"reports", "reports_2025"}

    def test_a_title_moves_the_date_of_its_dataset_and_not_that_of_its_data(self) -> None:
        title = {"de": "Neuer Titel", "en": "New title"}
        changed = second(terms=described_as(measures={**DESCRIPTIONS["measures"], "title": title}))
        assert moved(changed, "modified") == {"measures"}
        assert moved(changed, "data_modified") == moved(changed, "version") == set()

    @pytest.mark.parametrize("setting", [{"license": "http://dcat-ap.de/def/licenses/cc-zero"}, {"example": True}])
    def test_what_is_said_of_all_moves_all(self, setting: Mapping[str, Any]) -> None:
        changed = second(terms=replace(TERMS, catalogue={**feed.CATALOGUE, **setting}))
        assert moved(changed, "modified") == set(changed)
        assert moved(changed, "data_modified") == set()

    def test_the_schedule_of_the_house_moves_none(self) -> None:
        changed = second(terms=replace(TERMS, catalogue={**feed.CATALOGUE, "schedule": {"publish": "0 7 * * *"}}))
        assert moved(changed, "modified") == set()

    def test_dates_move_only_forward_even_where_a_clock_runs_back(self) -> None:
        late = Moment("2025-12-24", "2025-12-24T08:00:00+01:00")
        changed = second(tables({"M-1": "2030-01-01"}, {"R-1": "2024-06-30", "R-2": "2025-06-30"}), now=late)
        assert changed["measures"].modified == changed["measures"].data_modified == FIRST.time
        assert changed["measures"].version == late.release


class TestWhatStays:
    def test_a_year_that_lost_its_reports_stays_without_rows(self) -> None:
        changed = second(tables({"M-1": "2024-06-30"}, {"R-1": "2024-06-30"}))
        assert changed["reports_2025"].frame.height == 0
        assert changed["reports_2025"].issued == FIRST.time
        assert changed["reports_2025"].temporal is None

    def test_a_withdrawn_dataset_stays_and_says_so_everywhere(self) -> None:
        reason = {"de": "Doppelt.", "en": "Twice."}
        gone = {**DESCRIPTIONS["measures"], "withdrawn": {"date": "2026-01-31", "reason": reason}}
        measures = second(terms=described_as(measures=gone))["measures"]
        assert measures.description["title"] == {
            "de": "Titel measures (zurückgezogen)",
            "en": "Title measures (withdrawn)",
        }
        assert measures.description["description"]["en"].startswith("Withdrawn on 2026-01-31: Twice.")
        assert measures.frame.height == 1
        assert measures.modified == SECOND.time
        graph = feed_of([measures])
        status = set(graph.objects(None, ADMS.status))
        assert status == {AUTHORITY["distribution-status/WITHDRAWN"]}


class TestNotes:
    def test_count_the_changes_of_the_version_by_class(self) -> None:
        events = [
            ("measure", "M-1", "status", SECOND.release),
            ("measure", "M-1", "added", SECOND.release),
            ("measure", "M-1", "status", FIRST.release),
            ("measure", "M-9", "status", SECOND.release),
            ("goal", "M-1", "status", SECOND.release),
        ]
        rows = tables({"M-1": "2024-07-01"}, {"R-1": "2024-06-30", "R-2": "2025-06-30"}, events)
        assert second(rows)["measures"].notes == {
            "de": "Änderungen in dieser Fassung: Neu 1, Status 1.",
            "en": "Changes in this version: Added 1, Status 1.",
        }

    def test_say_nothing_where_no_event_tells(self) -> None:
        assert second()["reports"].notes == {}


def feed_of(datasets: list[Dataset]) -> Graph:
    files = feed.release(("measures",)).files
    release = Release(SECOND.release, SECOND.time, "2025-12-31", tuple(datasets), files)
    return build_catalogue(release, feed.CATALOGUE, ENTITIES)


def test_in_the_feed_a_title_moves_the_dates_of_dataset_record_and_catalogue_alone() -> None:
    title = {"de": "Neuer Titel", "en": "New title"}
    changed = second(terms=described_as(measures={**DESCRIPTIONS["measures"], "title": title}))
    before, after = feed_of(list(second().values())), feed_of(list(changed.values()))
    _, gone, come = graph_diff(before, after)
    dates = {DCTERMS.modified, DCTERMS.issued}
    touched = {subject for graph in (gone, come) for subject, predicate, _ in graph if predicate in dates}
    names = ("dataset/measures", "record/measures", "catalogue/measures")
    assert touched == {URIRef(f"{feed.ID_BASE}id/{name}") for name in names}
    assert {predicate for _, predicate, _ in come} == {DCTERMS.modified, DCTERMS.title}
    moment = Literal(SECOND.time, datatype=URIRef("http://www.w3.org/2001/XMLSchema#dateTime"))
    assert set(come.objects(None, DCTERMS.modified)) == {moment}


def test_the_version_of_a_dataset_moves_only_with_its_rows() -> None:
    title = {"de": "Neuer Titel", "en": "New title"}
    changed = second(terms=described_as(measures={**DESCRIPTIONS["measures"], "title": title}))
    versions = set(feed_of(list(changed.values())).objects(None, DCAT.version))
    assert Literal(SECOND.release) not in versions
