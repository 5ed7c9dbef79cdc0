"""One delivery is judged: what is wrong goes, as little as possible with it, and every row has its one end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from batch_example import CONFIGURATION, Row, batch, case, ledger

from flows.model import Batch, Finding, Level
from flows.validate.judge import judge

MEASURE: Row = {"id": "M-0001", "title_de": "E-Akte", "planned_end": "2025"}
OTHER: Row = {"id": "M-0002", "title_de": "OZG-Umsetzung", "planned_end": "2026"}


def judged(said: Batch, *, findings: tuple[Finding, ...] = (), before: Any = None, **mapping: Any) -> Batch:
    said = replace(said, findings=findings)
    asked = case(said, before, **mapping)
    return judge(said, asked, CONFIGURATION.codelists)


def ends(found: Batch) -> list[tuple[str, str]]:
    return found.outcomes.select("outcome", "rule").rows()


def test_what_is_right_is_published() -> None:
    found = judged(batch({"measure": [MEASURE, OTHER]}))
    assert ends(found) == [("published", "")] * 2
    assert found.records["measure"]["id"].to_list() == ["M-0001", "M-0002"]
    assert found.findings == ()


def test_an_error_at_a_value_takes_only_the_value() -> None:
    found = judged(batch({"measure": [{**MEASURE, "title_en": "x" * 201}, OTHER]}))
    first = found.records["measure"].row(0, named=True)
    assert (first["title_de"], first["title_en"], first["_refused"]) == ("E-Akte", None, ["title_en"])
    assert ends(found) == [("published_with_finding", "value_too_long"), ("published", "")]


def test_an_error_at_a_record_takes_its_row() -> None:
    found = judged(batch({"measure": [{**MEASURE, "title_de": None}, OTHER]}))
    assert found.records["measure"]["id"].to_list() == ["M-0002"]
    assert ends(found) == [("quarantined", "title_missing"), ("published", "")]


def test_a_row_that_is_lost_is_lost_for_all_its_records() -> None:
    report = {"id": "SR-0001", "measure_id": "M-0001", "status_code": "planned"}
    found = judged(batch({"measure": [{**MEASURE, "title_de": None}], "status_report": [report]}))
    assert found.records["status_report"].is_empty()
    assert ends(found) == [("quarantined", "title_missing")]


def test_an_error_at_a_required_value_takes_the_row() -> None:
    found = judged(batch({"measure": [{**MEASURE, "title_de": "x" * 201}]}))
    assert found.records["measure"].is_empty()
    assert ends(found) == [("quarantined", "value_too_long")]


def test_a_finding_names_the_cell_as_the_supplier_sees_it() -> None:
    said = batch({"measure": [{**MEASURE, "title_en": "x" * 201}]})
    sources = pl.DataFrame([("", "measure", "title_en", "C", "Titel (EN)")], schema=said.sources.schema, orient="row")
    (finding,) = judged(replace(said, sources=sources)).findings
    assert (finding.rule, finding.level, finding.delivery) == ("value_too_long", "ERROR", "D-000001")
    assert (finding.sheet, finding.row, finding.column, finding.heading) == ("", 1, "C", "Titel (EN)")
    assert (finding.entity, finding.property, finding.value) == ("measure", "title_en", "x" * 201)


def test_personal_data_takes_the_field_and_is_repeated_nowhere() -> None:
    address = "anna.beispiel@muster.example"
    found = judged(batch({"measure": [{**MEASURE, "description_de": f"Fragen an {address}"}]}))
    assert found.records["measure"].row(0, named=True)["description_de"] is None
    assert ends(found) == [("published_with_finding", "personal_data_in_text")]
    assert address not in str(found.findings)


def test_a_role_mailbox_of_the_organisations_may_stand_in_a_text() -> None:
    office = {"id": "RIT", "name_de": "IT-Referat", "functional_email": "Zwei@stadt.example"}
    known = ledger(batch({"organisation": [office]}))
    said = batch({"measure": [{**MEASURE, "description_de": "Fragen an zwei@stadt.example"}]})
    assert ends(judged(said)) == [("published_with_finding", "personal_data_in_text")]
    assert ends(judged(said, before=known)) == [("published", "")]


def test_places_name_no_person_and_the_supplier_learns_why() -> None:
    said = batch({"measure": [MEASURE, OTHER]})
    named = replace(
        said,
        records={"measure": said.records["measure"].with_columns(_sheet=pl.Series(["Frau Muster", "Stand"]))},
        outcomes=said.outcomes.with_columns(sheet=pl.Series(["Frau Muster", "Stand"])),
        sources=pl.DataFrame(
            [("Frau Muster", "measure", "title_de", "C", "Titel (von Herrn Muster)")],
            schema=said.sources.schema,
            orient="row",
        ),
    )
    empty = Finding("empty_sheet", "INFO", sheet="Frau Beispiel", heading="Titel (von Herrn Muster)")
    found = judged(named, findings=(empty,))
    assert found.records["measure"]["_sheet"].to_list() == found.outcomes["sheet"].to_list() == ["(2)", "Stand"]
    assert found.sources.select("sheet", "place", "heading").rows() == [("(2)", "C", "")]
    told = [(finding.rule, finding.sheet, finding.heading) for finding in found.findings]
    name = "personal_data_in_name"
    assert told == [("empty_sheet", "(1)", ""), (name, "(1)", ""), (name, "(2)", "")]
    assert "Muster" not in str((found.findings, found.sources.rows(), found.outcomes.rows()))


def test_a_heading_that_promises_persons_is_called_so() -> None:
    unknown = Finding("unknown_column", "WARN", heading="Ansprechpartner:\nName")
    harmless = Finding("unknown_column", "WARN", heading="Farbe")
    found = judged(batch({"measure": [MEASURE]}), findings=(unknown, harmless))
    assert [finding.rule for finding in found.findings] == ["personal_data_column", "unknown_column"]
    assert [finding.level for finding in found.findings] == ["ERROR", "WARN"]


@pytest.mark.parametrize(
    ("level", "outcome"),
    [("INFO", "published"), ("FIX", "published"), ("WARN", "published_with_finding")],
)
def test_what_was_mended_does_not_mark_a_row(level: Level, outcome: str) -> None:
    said = Finding("text_truncated", level, sheet="", row=1)
    assert judged(batch({"measure": [MEASURE]}), findings=(said,)).outcomes["outcome"].to_list() == [outcome]


def test_the_first_finding_of_a_row_stands_for_it() -> None:
    found = judged(
        batch({"measure": [MEASURE]}),
        findings=(Finding("two_digit_year", "WARN", sheet="", row=1), Finding("vague_date", "WARN", sheet="", row=1)),
    )
    assert ends(found) == [("published_with_finding", "two_digit_year")]


def mixed() -> Batch:
    """Return a delivery with a row of every kind."""
    said = batch({"measure": [MEASURE, OTHER, {**OTHER, "id": "M-0003"}]})
    outcomes = said.outcomes.with_columns(
        pl.Series("outcome", ["published", "carried_forward", "not_a_record"]), pl.Series("rule", ["", "", "total_row"])
    )
    return replace(said, outcomes=outcomes, minted=(("rit", "1", "M-0001"),))


def test_too_few_rows_hold_the_whole_delivery_back() -> None:
    found = judged(mixed(), expect={"rows_min": 3})
    assert (found.records, found.minted) == ({}, ())
    held = ("quarantined", "rows_below_minimum")
    assert ends(found) == [held, held, ("not_a_record", "total_row")]
    (gate,) = [finding for finding in found.findings if finding.level == "BLOCK"]
    assert (gate.value, gate.expected) == ("2", ">= 3")


def test_enough_rows_pass_the_gate() -> None:
    found = judged(mixed(), expect={"rows_min": 2})
    assert found.minted == (("rit", "1", "M-0001"),)
    assert [outcome for outcome, _ in ends(found)] == ["published", "carried_forward", "not_a_record"]


def test_a_sheet_that_cannot_be_read_leaves_the_others() -> None:
    lost = Finding("header_not_found", "BLOCK", sheet="Altes Blatt")
    assert ends(judged(batch({"measure": [MEASURE]}), findings=(lost,))) == [("published", "")]


def test_a_measure_that_is_missing_is_asked_for_and_kept() -> None:
    kept = ledger(batch({"measure": [MEASURE, OTHER]}, 1, "2023-12-31"))
    said = batch({"measure": [MEASURE]}, 2)
    asked = replace(case(said, kept), before=frozenset({"M-0001", "M-0002"}))
    found = judge(said, asked, CONFIGURATION.codelists)
    assert [(f.rule, f.entity, f.value) for f in found.findings] == [("row_vanished", "measure", "M-0002")]


def test_a_delivery_of_something_else_misses_no_measure() -> None:
    said = batch({"milestone": [{"id": "MS-0001", "measure_id": "M-0001", "title_de": "Start", "due_date": "2025"}]})
    asked = replace(case(said), before=frozenset({"M-0001"}))
    assert "row_vanished" not in {finding.rule for finding in judge(said, asked, CONFIGURATION.codelists).findings}


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"progress_pct": 110.0}, "out_of_range"),
        ({"progress_pct": -5.0}, "out_of_range"),
        ({"progress_pct": 100.0, "status_code": "completed"}, ""),
    ],
)
def test_a_progress_lies_between_0_and_100(said: Row, rule: str) -> None:
    report = {"id": "SR-0001", "measure_id": "M-0001", **said}
    found = {finding.rule for finding in judged(batch({"status_report": [report]})).findings}
    assert ("out_of_range" in found) is bool(rule)
