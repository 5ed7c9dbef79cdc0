"""Every delivery has a report that stays as it is, and no report repeats personal data."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from flows.contracts import parse_codelist
from flows.feedback.report import report
from flows.model import Delivery, Finding

ROOT = Path(__file__).resolve().parents[2]
CODELISTS = {
    name: parse_codelist(name, (ROOT / "schemas" / "codelists" / f"{name}.csv").read_text(encoding="utf-8"))
    for name in ("finding_rule", "finding_level")
}
DELIVERY = Delivery("D-000007", "kult/measures", "2024-12-31", "0" * 64, (), "somewhere")
FINDING = json.loads((ROOT / "schemas" / "finding.schema.json").read_bytes())


def test_a_report_counts_rows_and_tells_findings() -> None:
    found = [Finding("blank_row", "INFO", "D-000007", row=3), Finding("unknown_code", "ERROR", "D-000007", row=4)]
    told = report(DELIVERY, ["published", "not_a_record", "published"], found, CODELISTS)
    assert told["format"] == "offenlage-report/1"
    assert (told["delivery"], told["feed"], told["received"]) == ("D-000007", "kult/measures", "2024-12-31")
    assert told["rows"] == {"not_a_record": 1, "published": 2}
    assert told["levels"] == {"ERROR": 1, "INFO": 1}
    assert [finding["rule"] for finding in told["findings"]] == ["unknown_code", "blank_row"]
    assert told["findings"][0]["en"]["place"] == "row 4"


def test_a_report_holds_no_personal_data_of_a_finding() -> None:
    found = [Finding("unknown_code", "ERROR", "D-000007", row=4, value="Tel. 089 233-12345")]
    assert "12345" not in json.dumps(report(DELIVERY, [], found, CODELISTS))


def test_every_delivery_of_the_example_has_its_report(published: Path) -> None:
    events = [json.loads(line) for line in (published / "archive" / "journal.jsonl").read_text().splitlines()]
    deliveries = {event["id"]: event["feed"] for event in events if event["event"] == "delivery"}
    reports = {path.stem: path for path in (published / "reports").glob("*/*.json")}
    assert set(reports) == set(deliveries)
    for name, path in reports.items():
        told = json.loads(path.read_bytes())
        assert (told["delivery"], told["feed"]) == (name, deliveries[name])
        assert path.parent.name == told["feed"].split("/")[0]
        for finding in told["findings"]:
            Draft202012Validator(FINDING).validate({k: v for k, v in finding.items() if k not in ("de", "en", "who")})


def test_rows_of_a_report_are_those_of_the_delivery(published: Path) -> None:
    lines = (published / "public" / "data" / "deliveries.jsonl").read_text().splitlines()
    for row in map(json.loads, lines):
        [path] = (published / "reports").glob(f"*/{row['id']}.json")
        told = json.loads(path.read_bytes())
        assert sum(told["rows"].values()) == row["rows_delivered"]
