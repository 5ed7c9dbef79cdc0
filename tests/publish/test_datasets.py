"""Tables become datasets: dates move where the content moved, and only forward."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from deliveries_example import configuration

from flows.model import Dataset
from flows.publish.datasets import Moment, Terms, content_digest, describe, document_digest, summary

CITY = configuration()
TERMS = Terms(CITY.datasets, CITY.entities, CITY.codelists, CITY.catalogue)
FIRST = Moment("2026-01-01", "2026-01-01T09:00:00+00:00")
LATER = Moment("2026-02-01", "2026-02-01T09:00:00+00:00")
TITLES = {"id": ["M-0001"], "title_de": ["E-Akte"], "source_delivery_id": ["D-000002"], "valid_from": ["2024-12-31"]}


def tables(**rows: dict[str, list[Any]]) -> dict[str, pl.DataFrame]:
    """Return a table for every entity; those that are named have these rows."""
    found = {}
    for name, entity in CITY.entities.items():
        schema = {prop.name: prop.dtype for prop in entity.public}
        given = rows.get(name, {})
        height = len(next(iter(given.values()), []))
        found[name] = pl.DataFrame({column: given.get(column, [None] * height) for column in schema}, schema=schema)
    return found


def described(
    made: dict[str, pl.DataFrame], before: tuple[Dataset, ...] = (), now: Moment = FIRST, terms: Terms = TERMS
) -> dict[str, Dataset]:
    found = describe(made, terms, {dataset.name: summary(dataset) for dataset in before}, now)
    return {dataset.name: dataset for dataset in found}


def dates(dataset: Dataset) -> tuple[str, str, str, str]:
    return dataset.issued, dataset.modified, dataset.data_modified, dataset.version


@pytest.fixture
def first() -> dict[str, Dataset]:
    return described(tables(measure=TITLES))


def test_everything_is_new_at_first(first: dict[str, Dataset]) -> None:
    assert set(first) == set(CITY.datasets), "no year of the reports yet"
    assert list(first) == sorted(first)
    assert {dates(dataset) for dataset in first.values()} == {(FIRST.time, FIRST.time, FIRST.time, FIRST.release)}


def test_what_did_not_change_keeps_all_its_dates(first: dict[str, Dataset]) -> None:
    later = described(tables(measure=TITLES), tuple(first.values()), LATER)
    assert {name: dates(dataset) for name, dataset in later.items()} == {n: dates(d) for n, d in first.items()}
    assert {name: summary(dataset) for name, dataset in later.items()} == {n: summary(d) for n, d in first.items()}


def test_other_rows_are_a_new_version(first: dict[str, Dataset]) -> None:
    later = described(tables(measure={**TITLES, "title_de": ["eAkte"]}), tuple(first.values()), LATER)
    assert dates(later["measures"]) == (FIRST.time, LATER.time, LATER.time, LATER.release)
    assert dates(later["goals"]) == dates(first["goals"])


def test_another_description_is_no_new_version(first: dict[str, Dataset]) -> None:
    words = {**CITY.datasets["measures"], "title": {"de": "Anders", "en": "Different"}}
    terms = replace(TERMS, descriptions={**CITY.datasets, "measures": words})
    later = described(tables(measure=TITLES), tuple(first.values()), LATER, terms)
    assert dates(later["measures"]) == (FIRST.time, LATER.time, FIRST.time, FIRST.release)
    assert dates(later["goals"]) == dates(first["goals"])


def test_another_licence_is_news_of_every_dataset(first: dict[str, Dataset]) -> None:
    terms = replace(TERMS, catalogue={**CITY.catalogue, "license": "http://dcat-ap.de/def/licenses/cc-zero"})
    later = described(tables(measure=TITLES), tuple(first.values()), LATER, terms)
    assert {(d.modified, d.data_modified) for d in later.values()} == {(LATER.time, FIRST.time)}


def test_a_clock_that_ran_back_moves_no_date_back(first: dict[str, Dataset]) -> None:
    earlier = Moment("2025-12-01", "2025-12-01T09:00:00+00:00")
    later = described(tables(measure={**TITLES, "title_de": ["eAkte"]}), tuple(first.values()), earlier)
    assert (later["measures"].modified, later["measures"].data_modified) == (FIRST.time, FIRST.time)


REPORTS = {
    "id": ["SR-0001", "SR-0002", "SR-0003"],
    "measure_id": ["M-0001"] * 3,
    "reporting_date": ["2023-12", None, "2024-06-30"],
    "valid_from": ["2023-12-31", "2024-12-31", "2024-06-30"],
}


def test_reports_have_a_member_per_year() -> None:
    found = described(tables(status_report=REPORTS))
    assert {name: d.frame.height for name, d in found.items() if name.startswith("status_reports")} == {
        "status_reports": 3,
        "status_reports_2023": 1,
        "status_reports_2024": 2,
    }
    assert found["status_reports_2024"].description["title"]["de"].endswith(" 2024")


def test_a_year_that_was_published_stays_without_rows() -> None:
    first = described(tables(status_report=REPORTS))
    one = {name: values[:1] for name, values in REPORTS.items()}
    later = described(tables(status_report=one), tuple(first.values()), LATER)
    assert later["status_reports_2024"].frame.is_empty()
    assert dates(later["status_reports_2023"]) == dates(first["status_reports_2023"])


def test_a_withdrawn_dataset_says_so_and_stays() -> None:
    withdrawn = {"date": "2026-01-31", "reason": {"de": "Fehler.", "en": "Mistake."}}
    terms = replace(TERMS, descriptions={"measures": {**CITY.datasets["measures"], "withdrawn": withdrawn}})
    description = described(tables(measure=TITLES), terms=terms)["measures"].description
    assert description["title"]["en"].endswith("(withdrawn)")
    assert description["description"]["en"].startswith("Withdrawn on 2026-01-31: Mistake.")


def test_a_dataset_tells_the_days_it_covers_and_where_it_came_from() -> None:
    rows = {"id": ["M-0001", "M-0002", "M-0003"], "title_de": ["a", "b", "c"]}
    rows |= {"valid_from": ["2024-12-31", "2023-06-30", "2024-01-01"]}
    rows |= {"source_delivery_id": ["D-000002", "D-000001", "D-000002"]}
    found = described(tables(measure=rows))
    assert found["measures"].temporal == ("2023-06-30", "2024-12-31")
    assert found["measures"].deliveries == ("D-000001", "D-000002")
    assert (found["goals"].temporal, found["goals"].deliveries) == (None, ())


def test_a_digest_covers_every_cell_and_the_order_of_rows() -> None:
    entity = CITY.entities["measure"]
    frame = tables(measure={"id": ["M-0001", "M-0002"], "title_de": ["a", "b"]})["measure"]
    digests = {
        content_digest(changed, entity)
        for changed in (frame, frame.reverse(), frame.head(1), frame.with_columns(title_en=pl.lit("x")))
    }
    assert len(digests) == 4
    assert content_digest(frame.clone(), entity) == content_digest(frame, entity)


def test_a_document_is_the_same_whatever_the_order_of_its_keys() -> None:
    assert document_digest({"a": 1, "b": [1, 2]}) == document_digest({"b": [1, 2], "a": 1})
    assert document_digest({"a": [1, 2]}) != document_digest({"a": [2, 1]})
