"""Every published value leads to the cell it stood in, or to what it was computed from."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date

import pytest
from operate_example import evidence_of

from flows.history.ledger import base_of
from flows.operate.published import UnknownNameError, key_of
from flows.operate.trace import HOW, Answer, Evidence, trace
from flows.operate.trace_words import trace_document, trace_lines
from flows.settings import Configuration

SAMPLES_PER_FEED = 2


@pytest.fixture(scope="module")
def evidence(example: Configuration) -> Evidence:
    return evidence_of(example)


@pytest.fixture(scope="module")
def unusual(small: Configuration) -> Evidence:
    return evidence_of(small)


def all_answers(evidence: Evidence) -> Iterator[Answer]:
    """Trace every property of every record that is delivered."""
    for dataset, name in evidence.tables.entities.items():
        entity = evidence.entities[name]
        if "x-derived" not in entity.schema and dataset == evidence.tables.dataset_of(name):
            for row in evidence.tables.rows(dataset):
                for prop in entity.public:
                    if not prop.derived:
                        yield trace(dataset, key_of(row, entity), prop.name, evidence)


@pytest.mark.parametrize("which", ["evidence", "unusual"])
def test_every_delivered_value_resolves(which: str, request: pytest.FixtureRequest) -> None:
    evidence = request.getfixturevalue(which)
    answers = list(all_answers(evidence))
    assert {answer.how for answer in answers} <= set(HOW)
    valued = [answer for answer in answers if answer.value is not None and answer.how != "reasons"]
    without_delivery = [a for a in valued if a.delivery is None]
    assert without_delivery == []
    in_no_cell = {a.how for a in valued if a.cell is None}
    assert in_no_cell <= {"constant", "sheet_name", "reading", "report_date_declared", "identifier"}
    assert len(valued) > 50


def compatible(answer: Answer, evidence: Evidence) -> bool:
    """Tell whether the text of the cell can mean the value, read by simpler rules than the program's."""
    text = " ".join((answer.cell.text if answer.cell else "").split())
    value, entity = answer.value, evidence.entities[evidence.tables.entities[answer.dataset]]
    prop = entity[answer.property]
    if prop.is_list or prop.ref or prop.codelist or base_of(prop.name, entity) != prop.name:
        return text != ""
    if isinstance(value, bool):
        return text.casefold() in ("ja", "nein", "true", "false")
    if isinstance(value, int | float):
        return f"{value:f}".strip("0.").replace(".", "") in re.sub(r"\D", "", text)
    if prop.format in ("date", "edtf"):
        return str(date.fromisoformat(value[:10]).year if len(value) >= 10 else value[:4])[-2:] in text
    return " ".join(value.split()) == text


def test_random_values_lead_to_cells_that_say_the_same(evidence: Evidence) -> None:
    chance = random.Random(20261120)
    by_feed: dict[str, list[Answer]] = {}
    for answer in all_answers(evidence):
        if (
            answer.value is not None
            and answer.how in ("own_row", "carried_forward")
            and answer.cell
            and answer.delivery
        ):
            by_feed.setdefault(answer.delivery["feed"], []).append(answer)
    chosen = [
        a for _, found in sorted(by_feed.items()) for a in chance.sample(found, min(SAMPLES_PER_FEED, len(found)))
    ]
    assert len(chosen) >= 20
    assert len({answer.delivery["feed"] for answer in chosen if answer.delivery}) >= 15
    assert [answer for answer in chosen if not compatible(answer, evidence)] == []


def test_a_value_carried_forward_names_both_deliveries(evidence: Evidence) -> None:
    answers = [a for a in all_answers(evidence) if a.how == "carried_forward"]
    assert answers
    for answer in answers:
        assert answer.delivery is not None
        assert answer.row_of is not None
        assert answer.delivery["id"] < answer.row_of


@pytest.mark.parametrize(
    ("feed", "starts"),
    [("mor/measures", "/items/"), ("raw/measures", "(/v:vorhabenliste/v:vorhaben)[1]/v:"), ("rit/measures", "H")],
)
def test_places_are_named_in_the_suppliers_way(feed: str, starts: str, evidence: Evidence) -> None:
    names = [a.cell.name for a in all_answers(evidence) if a.cell and a.delivery and a.delivery["feed"] == feed]
    assert [name for name in names if name.startswith(starts)]


def test_a_status_of_a_measure_is_followed_to_its_report(evidence: Evidence) -> None:
    answer = trace("measures", "M-0002", "progress_pct", evidence)
    assert answer.how == "computed"
    assert answer.formula is not None
    [report] = answer.inputs
    assert (report.dataset, report.property, report.value) == ("status_reports", "progress_pct", answer.value)
    assert report.cell is not None
    assert compatible(report, evidence)


def test_reasons_are_traced_one_by_one(evidence: Evidence) -> None:
    row = next(row for row in evidence.tables.rows("measures") if row["missing_reasons"])
    answer = trace("measures", row["id"], "missing_reasons", evidence)
    assert [f"{a.property}" for a in answer.inputs] == [reason.split("=")[0] for reason in row["missing_reasons"]]
    assert {a.value for a in answer.inputs} == {None}


def test_an_id_names_the_keys_it_was_given_for(evidence: Evidence) -> None:
    answer = trace("measures", "M-0002", "id", evidence)
    assert answer.how == "identifier"
    assert "title: " in answer.note


def test_computed_tables_name_their_formula_and_delivery(evidence: Evidence) -> None:
    row = evidence.tables.rows("history")[0]
    answer = trace("history", key_of(row, evidence.entities["history_entry"]), "value", evidence)
    assert (answer.how, answer.delivery and answer.delivery["id"]) == ("computed_table", row["delivery_id"])
    assert trace("punctuality", evidence.tables.rows("punctuality")[0]["organisation_id"], "interval", evidence).formula


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("measure", "M-0002", "title_de"), "did you mean 'measures'"),
        (("measures", "M-002", "title_de"), "did you mean 'M-0"),
        (("measures", "M-0002", "titel_de"), "did you mean 'title_de'"),
    ],
)
def test_unknown_names_are_told_with_the_nearest(asked: tuple[str, str, str], said: str, evidence: Evidence) -> None:
    with pytest.raises(UnknownNameError, match=said):
        trace(*asked, evidence)


def of_measure(title: str, evidence: Evidence) -> str:
    return next(row["id"] for row in evidence.tables.rows("measures") if row["title_de"] == title)


def of_report(title: str, evidence: Evidence) -> str:
    measure = of_measure(title, evidence)
    return max(row["id"] for row in evidence.tables.rows("status_reports") if row["measure_id"] == measure)


@pytest.mark.parametrize(
    ("title", "name", "how", "cell", "text"),
    [
        ("Archiv der Bilder", "planned_end", "merged_cell", "E3", "2021-2025"),
        ("Archiv der Bilder", "planned_end_precision", "merged_cell", "E3", "2021-2025"),
        ("Archiv der Bilder", "field_id", "fill_down", "C3", "Digital Government"),
        ("Werkstatt der Töne", "planned_start", "own_row", "E3", "2021-2025"),
        ("Werkstatt der Töne", "short_text_de", "own_row", "D3", "Erster Text"),
    ],
)
def test_unusual_places_are_found(title: str, name: str, how: str, cell: str, text: str, unusual: Evidence) -> None:
    answer = trace("measures", of_measure(title, unusual), name, unusual)
    assert answer.cell is not None
    assert (answer.how, answer.cell.name, answer.cell.text) == (how, cell, text)


def test_a_constant_names_itself(unusual: Evidence) -> None:
    answer = trace("measures", of_measure("Archiv der Bilder", unusual), "scope", unusual)
    assert (answer.how, answer.note, answer.cell) == ("constant", "departmental", None)


def test_a_reporting_day_is_found_in_the_title(unusual: Evidence) -> None:
    answer = trace("status_reports", of_report("Werkstatt der Töne", unusual), "reporting_date", unusual)
    assert answer.cell is not None
    assert (answer.value, answer.how, answer.cell.text) == ("2025-06-30", "report_date", "Stand: 30.06.2025")


def test_a_report_without_news_leads_to_the_earlier_cell(unusual: Evidence) -> None:
    answer = trace("status_reports", of_report("Archiv der Bilder", unusual), "progress_pct", unusual)
    assert answer.cell is not None
    assert (answer.value, answer.how, answer.cell.text) == (50, "carried_forward", "50 %")


def test_a_trace_is_told_in_lines_and_as_a_document(evidence: Evidence) -> None:
    answer = trace("measures", "M-0002", "progress_pct", evidence)
    told = "\n".join(trace_lines(answer))
    cell = answer.inputs[0].cell
    assert cell is not None
    assert f"cell      sheet {cell.sheet}, {cell.name}, heading {cell.heading}" in told
    assert trace_document(answer)["format"] == "offenlage-trace/1"
    assert trace_document(answer)["inputs"][0]["cell"]["text"] == cell.text
