"""Rows 38 to 46, 58 and 59: whose record it is, whether it may say so, and when it may be seen."""

from __future__ import annotations

import polars as pl
import pytest
from deliveries_example import configuration
from town import COLUMNS, Taken, csv, delivered, feed, row, take, take_all, xlsx

from flows.collect.deliveries import new_deliveries
from flows.model import Feed
from flows.pipeline import draft
from flows.publish.datasets import Moment

TITLE, LEAD, FIELD = "measure.title_de", "measure.lead_org_ids", "measure.field_id"
EARLIER = "2025-01-10"


def again(first: bytes, second: bytes, **spec: object) -> Taken:
    """Hand in one file, and a year later another."""
    of = feed(**spec)  # type: ignore[arg-type]
    return take_all(delivered(first, of, received=EARLIER), delivered(second, of), of=of)


def test_row_38_units_are_known_by_all_their_names() -> None:
    units = {
        "RIT": ["ORG-rit"],
        "IT-Referat": ["ORG-rit"],
        "it@M": ["ORG-itm"],
        "RIT-STRAC": ["ORG-rit"],
        "S-III": ["ORG-soz"],
        "Sozialref.": ["ORG-soz"],
        "POR/RIT": ["ORG-por", "ORG-rit"],
        "PLAN, KR u. RIT": ["ORG-plan", "ORG-kr", "ORG-rit"],
        "RGU": ["ORG-rgu"],
    }
    taken = take(csv(*(row(number, lead_org_ids=unit) for number, unit in enumerate(units))))
    assert dict(zip(units, taken.values(LEAD), strict=True)) == units
    gone = taken.found("abolished_organisation")
    assert (gone.level, gone.row, gone.expected) == ("WARN", 10, "ORG-gsr, ORG-rku")


def test_row_39_a_measure_of_another_unit_is_not_taken() -> None:
    taken = take(csv(row(1), row(2, lead_org_ids="RIT")), of=feed(reports_for=["kult"]))
    finding = taken.found("not_authorised")
    assert (finding.level, finding.row, finding.expected) == ("ERROR", 3, "ORG-rit")
    assert taken.outcomes[3] == ("quarantined", "not_authorised")
    assert len(taken.records("measure")) == 1
    assert finding.value == row(2)[1]


def test_row_39_the_unit_in_the_lead_is_told_too() -> None:
    mor, rit = feed(unit="mor", reports_for=["mor"]), feed(unit="rit")
    foreign = delivered(csv(row(1, lead_org_ids="MOR"), row(2, lead_org_ids="RIT")), mor, received=EARLIER)
    own, later = (
        delivered(csv(row(n, lead_org_ids="RIT")), rit, received=day)
        for n, day in ((7, "2025-01-20"), (8, "2025-01-31"))
    )
    told = take_all(foreign, own, of=(mor, rit)).found("reported_by_other")
    assert (told.level, told.value, told.expected) == ("INFO", row(2)[1], "mor/projects")
    assert "reported_by_other" not in take_all(foreign, own, later, of=(mor, rit)).rules()


def test_row_40_two_rows_of_one_key_are_both_refused() -> None:
    taken = take(csv(row(1), row(1, planned_end="2030"), row(2)))
    assert [f.row for f in taken.findings if f.rule == "duplicate_key"] == [2, 3]
    assert [taken.outcomes[number] for number in (2, 3)] == [("quarantined", "duplicate_key")] * 2
    assert taken.outcomes[4] == ("published", "")


def test_row_40_the_same_row_twice_is_said_once() -> None:
    taken = take(csv(row(1), row(1)))
    assert {(f.level, f.row) for f in taken.findings if f.rule == "repeated_row"} == {("FIX", 3)}
    assert (len(taken.records("measure")), taken.rules("WARN", "ERROR")) == (1, set())


def test_row_40_a_key_under_quite_another_title_is_asked_about() -> None:
    taken = again(csv(row(1)), csv(row(1, title_de="Glasfaser bis in jedes Haus")))
    finding = taken.found("title_replaced")
    assert (finding.level, finding.expected) == ("WARN", row(1)[1])
    assert len(taken.records("measure")) == 1


def test_row_40_a_key_with_the_title_of_another_measure_is_refused() -> None:
    taken = again(csv(row(1), row(2)), csv(row(1, title_de=row(2)[1]), row(3)))
    assert taken.outcomes[2] == ("quarantined", "key_title_conflict")
    assert taken.values(TITLE)[:2] == [row(1)[1], row(2)[1]]


def test_row_40_a_known_title_under_a_new_key_waits_for_a_person() -> None:
    taken = again(csv(row(1), row(2)), csv(row("neu", title_de=row(1)[1]), row(2)))
    finding = taken.found("key_title_conflict")
    assert (finding.level, taken.outcomes[2]) == ("ERROR", ("quarantined", "key_title_conflict"))
    assert len(taken.records("measure")) == 2, "no measure is made twice"


def test_row_40_a_row_without_a_key_is_known_by_its_title_or_pointed_out() -> None:
    taken = take(csv(row(""), row("", title_de="")))
    assert taken.outcomes[2][0].startswith("published")
    assert taken.outcomes[3] == ("quarantined", "id_missing")
    assert [(f.level, f.row) for f in taken.findings if f.rule == "id_missing"] == [("ERROR", 3)]


def test_row_40_a_new_measure_that_resembles_a_known_one_is_pointed_out_and_not_merged() -> None:
    taken = again(
        csv(row(1, title_de="Werkstatt der Töne")),
        csv(row(1, title_de="Werkstatt der Töne"), row(2, title_de="Werkstatt der Tönne")),
    )
    finding = taken.found("similar_title")
    assert (finding.level, finding.row, finding.expected) == ("WARN", 3, "Werkstatt der Töne")
    assert len(taken.records("measure")) == 2


@pytest.mark.parametrize(("first", "then"), [("M-7", "M07"), ("M-0007", "m 7"), ("7", "7.0"), ("07", "7")])
def test_row_40_a_key_that_was_retyped_is_the_same_key(first: str, then: str) -> None:
    title = "Werkstatt der Töne"
    taken = again(csv(row(first, title_de=title), row(8)), csv(row(then, title_de=title, planned_end="2030"), row(8)))
    finding = taken.found("key_retyped")
    assert (finding.level, finding.value, finding.expected, f"{finding.column}{finding.row}") == (
        "WARN",
        then,
        first,
        "A2",
    )
    assert taken.values("measure.planned_end") == ["2030", "2026"]


def test_row_40_a_key_that_could_mean_two_is_not_guessed() -> None:
    taken = again(csv(row("A-1"), row("A1")), csv(row("A-1"), row("A1"), row("A 01")))
    assert "key_retyped" not in taken.rules()
    assert len(taken.records("measure")) == 3
    both = again(csv(row("7"), row("8")), csv(row("7"), row("8"), row("07")))
    assert "key_retyped" not in both.rules()
    assert len(both.records("measure")) == 3
    long = "1" * 20
    assert "key_retyped" not in again(csv(row(f"{long}1")), csv(row(f"{long}2"))).rules()


def test_row_41_a_measure_that_is_missing_is_not_deleted() -> None:
    taken = again(csv(*(row(n) for n in range(4))), csv(*(row(n) for n in range(3))))
    assert taken.found("row_vanished").level == "WARN"
    assert len(taken.records("measure")) == 4
    assert set(taken.values("status_report.status_code")) == {"in_progress"}


def test_row_42_changes_alone_are_no_delivery() -> None:
    taken = again(csv(*(row(n) for n in range(10))), csv(*(row(n) for n in range(20, 28))))
    assert taken.found("delivery_is_delta").level == "BLOCK"
    assert {outcome for outcome, _ in taken.outcomes.values()} == {"not_a_record", "quarantined"}
    assert len(taken.records("measure")) == 10


def test_row_43_the_same_file_is_one_delivery_and_an_old_one_is_held_back() -> None:
    content, of = csv(row()), feed()
    twice = [delivered(content, of, name, day) for name, day in (("a.csv", EARLIER), ("b.csv", "2025-01-31"))]
    assert len(new_deliveries(twice, [])) == 1
    old = again(csv(row(1)), csv(row(1, reporting_date="2022-12-31", planned_end="2030")))
    assert old.found("delivery_outdated").level == "BLOCK"
    assert old.values("measure.planned_end") == ["2026"]


NO_DAY = {heading: target for heading, target in COLUMNS.items() if heading != "Stand"}


def test_row_44_the_reporting_day_is_read_from_the_title_or_missed() -> None:
    of = feed(NO_DAY, report_date={"pattern": "Stand: *(.+)"})
    titled = take(xlsx(tuple(NO_DAY), row()[:-1], head=("Stand: Dez. 23",)), "a.xlsx", of=of)
    assert titled.values("status_report.reporting_date") == ["2023-12"]
    assert titled.values("status_report.valid_from") == ["2023-12-31"]
    without = take(csv(row()[:-1], head=tuple(NO_DAY)), of=of, received="2024-05-17")
    assert without.found("reporting_date_missing").level == "WARN"
    assert without.values("status_report.valid_from") == ["2024-05-17"]


def test_row_45_fields_are_known_by_other_names_and_old_ones_lead_to_what_follows() -> None:
    fields = {
        "Klima & Umwelt": "HF-2021-07",
        "Gesundheit u. Sicherheit": "HF-2021-06",
        "Kultur/Sport": "HF-2021-03",
        "Mobilität (2019)": "HF-2019-02-1",
        "Digitale Daseinsvorsorge": None,
    }
    taken = take(csv(*(row(number, field_id=name) for number, name in enumerate(fields))))
    assert dict(zip(fields, taken.values(FIELD), strict=True)) == fields
    old = taken.found("old_structure")
    assert (old.level, old.row, old.expected) == ("WARN", 5, "Mobilität")
    assert (taken.found("unknown_reference").level, taken.cells("unknown_reference")) == ("ERROR", ["D6"])


def test_row_45_a_name_nobody_knows_comes_back_with_those_it_resembles() -> None:
    taken = take(csv(row(field_id="Kulltur, Sport und Freizeit", lead_org_ids="RIT, Mobilitätsreferrat")))
    told = {f.property: f.expected for f in taken.findings if f.rule == "unknown_reference"}
    assert "kultur, sport und freizeit" in told["field_id"]
    assert "mobilitätsreferat" in told["lead_org_ids"]


@pytest.mark.parametrize(
    "text",
    ["Rückfragen an Fr. Müller (-27834)", "vorname.nachname@muenchen.de weiß mehr", "Näheres: Tel. 233-12345"],
)
def test_row_46_personal_data_are_neither_taken_nor_repeated(text: str) -> None:
    columns = {**COLUMNS, "Kurztext": "measure.short_text_de"}
    head = (*columns, "Ansprechpartner")
    taken = take(csv((*row(), text, "Frau Beispiel, Zimmer 12"), head=head), of=feed(columns))
    assert (taken.found("personal_data_column").level, taken.found("personal_data_column").column) == ("ERROR", "K")
    assert (taken.found("personal_data_in_text").level, taken.cells("personal_data_in_text")) == ("ERROR", ["J2"])
    assert taken.values("measure.short_text_de") == [None]
    assert text not in repr(taken.findings)
    assert "Beispiel, Zimmer" not in repr((taken.findings, taken.records("measure")))


def test_row_58_what_the_mapping_ignores_with_a_reason_gets_nowhere() -> None:
    columns = {**COLUMNS, "Zeitleiste": "ignore:slider_of_the_page"}
    taken = take(csv((*row(), "2019 - 2033"), head=tuple(columns)), of=feed(columns))
    assert taken.rules() == set()
    assert "2033" not in repr([taken.records(name) for name in taken.state.ledger.versions])


def published(content: bytes, of: Feed, day: str) -> dict[str, pl.DataFrame]:
    """Return the tables as they are published on a day, which the journal notes as the end of an embargo."""
    due = {"event": "due", "date": day, "reason": "embargo"}
    taken = take_all(delivered(content, of), of=of, more=[due])
    drafted = draft(taken.state, [due], configuration(), Moment(day, f"{day}T00:00:00+00:00"))
    return {dataset.name: dataset.frame for dataset in drafted.datasets}


def test_row_59_what_is_under_embargo_is_accepted_and_waits_until_the_day_after() -> None:
    columns = {**COLUMNS, "Gesperrt bis": "measure.embargo_until"}
    lines = [(*row(1, title_de="Verschlusssache"), "2025-02-26"), (*row(2), "")]
    content, of = csv(*lines, head=tuple(columns)), feed(columns)
    taken = take(content, of=of)
    assert (taken.found("embargoed").level, taken.outcomes[2][0]) == ("INFO", "published")
    before, after = published(content, of, "2025-02-26"), published(content, of, "2025-02-27")
    assert [name for name, frame in before.items() if "Verschlusssache" in repr(frame.rows())] == []
    assert before["measures"].height == 1
    assert "Verschlusssache" in after["measures"]["title_de"].to_list()
