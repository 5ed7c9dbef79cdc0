"""One column as it was read, and what of it goes into a record."""

from __future__ import annotations

import polars as pl
from deliveries_example import configuration

from flows.normalise.reading import Reading
from flows.normalise.values import parse_column

REPORT, MEASURE = (configuration().entities[name] for name in ("status_report", "measure"))


def read(entity: str, name: str, *texts: str) -> Reading:
    prop = configuration().entities[entity][name]
    return Reading(prop, parse_column(pl.Series(texts, dtype=pl.String), prop))


def test_a_value_comes_with_its_reason_and_companions() -> None:
    columns = {c.name: c.to_list() for c in read("measure", "planned_end", "2025", "offen", "").columns(MEASURE)}
    assert columns == {
        "planned_end": ["2025", None, None],
        "_why_planned_end": [None, "not_decided", None],
        "planned_end_precision": ["year", None, None],
    }


def test_a_number_tells_whether_it_was_estimated() -> None:
    columns = {c.name: c.to_list() for c in read("status_report", "progress_pct", "58 %", "ca. 60 %").columns(REPORT)}
    assert columns["progress_pct"] == [58.0, 60.0]
    assert columns["progress_pct_estimated"] == [False, True]


def test_a_property_without_companions_has_none() -> None:
    names = [column.name for column in read("measure", "title_de", "E-Akte").columns(MEASURE)]
    assert names == ["title_de", "_why_title_de"]


def test_refused_is_what_said_something_that_could_not_be_taken() -> None:
    texts = ("58 %", "viel", "k.A.", "", "unverändert")
    assert read("status_report", "progress_pct", *texts).refused().to_list() == [None, "progress_pct", None, None, None]
    assert read("status_report", "progress_pct", *texts).unchanged().to_list() == [False, False, False, False, True]


def test_ids_take_the_place_of_words_and_lost_words_are_refused() -> None:
    reading = read("measure", "field_id", "Bildung", "Nirgendwo", "k.A.")
    ids, lost = pl.Series(["HF-2021-04", None, None], dtype=pl.String), pl.Series([False, True, False])
    found = reading.with_ids(ids, lost, pl.Series([False, False, False]))
    assert found.frame["value"].to_list() == ["HF-2021-04", None, None]
    assert found.frame["rule"].to_list() == ["", "unknown_reference", ""]
    assert found.refused().to_list() == [None, "field_id", None]
