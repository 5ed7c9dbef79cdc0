"""One delivery becomes records: values, codes and ids, and for every row what became of it."""

from __future__ import annotations

from typing import Any

import pytest
from grids import Spec, grid, listed, taken

from flows.model import Batch

SPEC: Spec = {
    "columns": {
        "Nr.": "measure.key",
        "Maßnahme": "measure.title_de",
        "Zeitraum": "measure.planned_period",
        "Federführung": "measure.lead_org_ids",
        "Status": "status_report.status_code",
        "Fortschritt": "status_report.progress_pct",
        "Stand": "status_report.reporting_date",
    }
}
HEADER = list(SPEC["columns"])
GIVEN = [("organisation", "RIT", "ORG-rit"), ("organisation", "POR", "ORG-por")]


def batch(*rows: list[str], **options: Any) -> Batch:
    return taken(grid(HEADER, *rows), specs=[{**SPEC, **options.pop("spec", {})}], given=GIVEN, **options)


def one(found: Batch, entity: str) -> dict[str, Any]:
    return found.records[entity].row(0, named=True)


def rules(found: Batch) -> list[tuple[str, str]]:
    return [(finding.rule, finding.property) for finding in found.findings]


def test_a_row_becomes_a_measure_and_its_report() -> None:
    found = batch(["7", "E-Akte", "2020-2025", "RIT/POR", "in Umsetzung", "58 %", "30.06.2024"])
    measure, report = one(found, "measure"), one(found, "status_report")
    assert (measure["id"], measure["title_de"], measure["lead_org_ids"]) == ("M-0001", "E-Akte", ["ORG-rit", "ORG-por"])
    assert (measure["planned_start"], measure["planned_end"], measure["planned_end_precision"]) == (
        "2020",
        "2025",
        "year",
    )
    assert (report["measure_id"], report["status_code"], report["progress_pct"]) == ("M-0001", "in_progress", 58.0)
    assert (report["reporting_date"], report["valid_from"], report["report_state"]) == (
        "2024-06-30",
        "2024-06-30",
        "received",
    )
    assert (measure["_delivery"], measure["_sheet"], measure["_row"]) == ("D-000001", "", 2)
    assert found.minted == (("rit", "7", "M-0001"), ("status_report", "M-0001|2024-06-30", "SR-0001"))
    assert found.outcomes.rows() == [("", 1, "not_a_record", "header_row"), ("", 2, "published", "")]


@pytest.mark.parametrize(
    ("stated", "valid"),
    [
        ("", "2024-12-31"),
        ("2023", "2023-12-31"),
        ("06/2024", "2024-06-30"),
        ("2024", "2024-12-31"),
        ("k.A.", "2024-12-31"),
    ],
)
def test_a_report_is_valid_from_the_last_day_it_may_mean_but_not_beyond_its_receipt(stated: str, valid: str) -> None:
    assert one(batch(["7", "E-Akte", "", "", "", "1 %", stated]), "status_report")["valid_from"] == valid
    early = batch(["7", "E-Akte", "", "", "", "1 %", stated], received="2024-11-15")
    assert one(early, "status_report")["valid_from"] == min(valid, "2024-11-15")


def test_a_mark_is_a_reason_and_a_blank_says_nothing() -> None:
    found = one(batch(["7", "E-Akte", "offen", "", "", "k.A.", ""]), "measure")
    assert (found["planned_end"], found["_why_planned_end"]) == (None, "not_decided")
    assert (found["lead_org_ids"], found["_why_lead_org_ids"]) == (None, None)
    assert found["_refused"] == []


def test_what_cannot_be_read_is_refused_by_name() -> None:
    found = batch(["7", "E-Akte", "2020-2025", "Nirgendwo", "in Umsetzung", "viel", "31.02.2024"])
    assert one(found, "measure")["_refused"] == ["lead_org_ids"]
    assert sorted(one(found, "status_report")["_refused"]) == ["progress_pct", "reporting_date"]
    assert {name for _, name in rules(found)} == {"lead_org_ids", "progress_pct", "reporting_date"}
    assert ("unknown_reference", "lead_org_ids") in rules(found)
    assert {finding.level for finding in found.findings} == {"ERROR"}
    assert {(finding.delivery, finding.row) for finding in found.findings} == {("D-000001", 2)}


def test_a_finding_shows_the_cell_as_it_was_delivered() -> None:
    found = batch(["7", "E-Akte", "", " Nirgendwo ", "", "", ""])
    (finding,) = found.findings
    assert (finding.value, finding.column, finding.heading) == (" Nirgendwo ", "D", "Federführung")


def test_no_news_is_carried_forward() -> None:
    found = batch(["7", "E-Akte", "", "", "unverändert", "", ""])
    report = one(found, "status_report")
    assert (report["_unchanged"], report["report_state"], report["_refused"]) == (True, "carried_forward", [])
    assert found.outcomes["outcome"].to_list() == ["not_a_record", "carried_forward"]


def test_a_row_without_any_key_is_quarantined() -> None:
    found = batch(["", "", "2020-2025", "RIT", "", "", ""], ["7", "E-Akte", "", "", "", "", ""])
    assert found.records["measure"]["id"].to_list() == ["M-0001"]
    assert found.outcomes["outcome"].to_list() == ["not_a_record", "quarantined", "published"]
    assert ("id_missing", "") in rules(found)


def test_cells_of_an_entity_that_are_all_blank_make_no_record_of_it() -> None:
    found = batch(["7", "E-Akte", "2020-2025", "RIT", "", "", ""])
    assert found.records["status_report"].is_empty()
    assert found.outcomes["outcome"].to_list() == ["not_a_record", "published"]


def test_the_same_key_in_two_rows_is_one_measure() -> None:
    found = batch(["7", "E-Akte", "", "", "", "1 %", "2023"], ["7", "E-Akte", "", "", "", "2 %", "2024"])
    assert found.records["measure"]["id"].to_list() == ["M-0001", "M-0001"]
    assert found.records["status_report"]["id"].to_list() == ["SR-0001", "SR-0002"]


def test_known_keys_keep_their_ids_and_the_city_overrides() -> None:
    row = ["7", "E-Akte", "", "", "", "", ""]
    spec = {"columns": SPEC["columns"]}
    known = taken(grid(HEADER, row), specs=[spec], given=[("rit", "7", "M-0021")])
    assert (one(known, "measure")["id"], known.minted) == ("M-0021", ())
    overridden = taken(
        grid(HEADER, row), specs=[spec], given=[("rit", "7", "M-0021")], identifiers=[("rit", "7", "M-0001")]
    )
    assert one(overridden, "measure")["id"] == "M-0001"


def test_words_of_the_mapping_are_codes_too() -> None:
    spec = {"codes": {"status_report.status_code": {"Läuft halt": "in_progress"}}}
    assert (
        one(batch(["7", "x", "", "", "läuft halt", "", ""], spec=spec), "status_report")["status_code"] == "in_progress"
    )
    assert ("unknown_code", "status_code") in rules(batch(["7", "x", "", "", "läuft halt", "", ""]))
    assert ("unknown_code", "status_code") not in rules(batch(["7", "x", "", "", "läuft halt", "", ""], spec=spec))


def test_constants_and_the_sheets_name_are_said_of_every_row() -> None:
    spec = {**SPEC, "constants": {"measure.scope": "departmental"}, "field_from_sheet": "measure.field_id"}
    table = grid(HEADER, ["7", "E-Akte", "", "", "", "", ""], sheet="Bildung")
    found = taken(table, specs=[spec], given=[("field_of_action", "Bildung", "HF-2021-04")])
    measure = one(found, "measure")
    assert (measure["scope"], measure["field_id"]) == ("departmental", "HF-2021-04")


def test_a_reporting_day_in_the_title_holds_for_every_report() -> None:
    columns = {heading: target for heading, target in SPEC["columns"].items() if heading != "Stand"}
    spec = {"columns": columns, "report_date": {"pattern": "Stand: (.+)"}}
    found = taken(grid(["Stand: 30.06.2024"], list(columns), ["7", "E-Akte", "", "", "läuft", "1 %"]), specs=[spec])
    assert one(found, "status_report")["reporting_date"] == "2024-06-30"
    assert one(found, "measure")["valid_from"] == "2024-06-30"


def test_later_tables_may_name_what_earlier_ones_brought() -> None:
    fields = {"sheets": ["Felder"], "columns": {"Kennung": "field_of_action.id", "Feld": "field_of_action.title_de"}}
    goals = {"sheets": ["Ziele"], "columns": {"Kennung": "goal.id", "Gehört zu": "goal.field_id"}}
    found = taken(
        grid(["Kennung", "Gehört zu"], ["Z-1", "bildung"], sheet="Ziele"),
        grid(["Kennung", "Feld"], ["HF-1", "Bildung"], sheet="Felder"),
        specs=[fields, goals],
    )
    assert one(found, "goal")["field_id"] == "HF-1"


def test_measures_of_one_sheet_are_known_to_the_milestones_of_another() -> None:
    stones = {
        "sheets": ["Meilensteine"],
        "columns": {
            "Maßnahme": "milestone.measure_id",
            "Meilenstein": "milestone.title_de",
            "Termin": "milestone.due_date",
        },
    }
    found = taken(
        grid(["Maßnahme", "Meilenstein", "Termin"], ["7", "Start", "2025"], sheet="Meilensteine"),
        grid(HEADER, ["7", "E-Akte", "", "", "", "", ""], sheet="Maßnahmen"),
        specs=[{**SPEC, "sheets": ["Maßnahmen"]}, stones],
    )
    assert one(found, "milestone")["measure_id"] == "M-0001"


def test_the_decimal_sign_of_the_feed_counts() -> None:
    row = ["7", "E-Akte", "", "", "", "12.5 %", ""]
    assert one(batch(row, read={"decimal": "."}), "status_report")["progress_pct"] == 12.5


def test_records_of_a_document() -> None:
    spec = {"columns": {"/id": "measure.key", "/titel": "measure.title_de", "/stand": "status_report.status_code"}}
    found = taken(listed({"/id": "7", "/titel": "E-Akte", "/stand": None}), specs=[spec])
    assert one(found, "measure")["title_de"] == "E-Akte"
    assert found.outcomes.rows() == [("", 1, "published", "")]


def test_nothing_delivered_is_nothing() -> None:
    found = taken(specs=[SPEC])
    assert (found.records, found.outcomes.height, found.findings) == ({}, 0, ())
