"""A template handed in unchanged says nothing new; one cell changed changes just that."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from operate_example import ROOT, open_store

from flows.history.delivered import delivered_changes
from flows.history.ledger import record
from flows.model import Batch, Delivery, Part
from flows.operate.published import UnknownNameError
from flows.operate.template import templates
from flows.replay import State, replay, take
from flows.reporting import template_of
from flows.settings import Configuration

FEEDS = sorted(
    p.relative_to(ROOT / "mappings" / "departments").with_suffix("").as_posix()
    for p in ROOT.glob("mappings/departments/*/*.toml")
)
RECEIVED = "2026-11-20"


@pytest.fixture(scope="module")
def state(example: Configuration) -> State:
    store = open_store(example)
    return replay(store.journal.events(), example, store.archive.get)


def template(example: Configuration, state: State, feed: str, lang: str = "de") -> bytes:
    [found] = [one for one in example.feeds if one.id == feed]
    return template_of(found, state, example, open_store(example).journal.events(), lang)


def handed_in(example: Configuration, state: State, feed: str, content: bytes) -> tuple[Batch, list[dict[str, Any]]]:
    """Return what a file comes to as the next delivery of a feed, and what it changes."""
    sha = hashlib.sha256(content).hexdigest()
    delivery = Delivery("D-000099", feed, RECEIVED, sha, (Part("file.xlsx", sha, len(content)),), "")
    batch = take(delivery, open_store(example).journal.events(), state, example, lambda _sha: content)
    ledger = record(state.ledger, batch, example.entities)
    return batch, delivered_changes(ledger, delivery.id, example.entities)


def edited(content: bytes, sheet: str, edit: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book[sheet])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def column(sheet: Any, target: str) -> int:
    """Return the column of a property by the row that says what the columns hold."""
    return next(cell.column for row in sheet.iter_rows(max_row=10) for cell in row if cell.value == target)


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("feed", FEEDS)
def test_handed_in_unchanged_it_has_no_finding_and_changes_nothing(
    example: Configuration, state: State, feed: str, lang: str
):
    batch, changes = handed_in(example, state, feed, template(example, state, feed, lang))
    assert list(batch.findings) == []
    assert changes == []
    assert batch.minted == ()
    assert set(batch.outcomes["outcome"]) == {"published", "not_a_record"}


@pytest.mark.parametrize("feed", FEEDS)
def test_saved_by_another_program_it_still_changes_nothing(example: Configuration, state: State, feed: str):
    batch, changes = handed_in(
        example, state, feed, edited(template(example, state, feed), first(example, state, feed), lambda _: None)
    )
    assert (list(batch.findings), changes) == ([], [])


def first(example: Configuration, state: State, feed: str) -> str:
    return openpyxl.load_workbook(io.BytesIO(template(example, state, feed))).sheetnames[0]


def test_one_cell_changed_changes_just_that(example: Configuration, state: State):
    def edit(sheet: Any) -> None:
        sheet.cell(7, column(sheet, "measure.short_text_de")).value = "Ein neuer, kurzer Text."

    batch, changes = handed_in(
        example, state, "rit/measures", edited(template(example, state, "rit/measures"), "Maßnahme", edit)
    )
    assert [(c["id"], c["property"], c["new"]) for c in changes] == [
        ("M-0001", "short_text_de", "Ein neuer, kurzer Text.")
    ]
    assert [f for f in batch.findings if f.level != "INFO"] == []


def test_a_code_is_chosen_by_its_label(example: Configuration, state: State):
    def edit(sheet: Any) -> None:
        sheet.cell(10, column(sheet, "status_report.status_code")).value = "In Umsetzung"

    _, changes = handed_in(
        example, state, "rit/measures", edited(template(example, state, "rit/measures"), "Statusmeldung", edit)
    )
    assert [(c["property"], c["old"], c["new"]) for c in changes] == [("status_code", "planned", "in_progress")]


def test_a_new_reporting_day_makes_a_new_report(example: Configuration, state: State):
    def edit(sheet: Any) -> None:
        sheet.cell(7, column(sheet, "status_report.reporting_date")).value = "30.09.2026"
        sheet.cell(7, column(sheet, "status_report.progress_pct")).value = 61

    batch, changes = handed_in(
        example, state, "rit/measures", edited(template(example, state, "rit/measures"), "Statusmeldung", edit)
    )
    assert [key for _, key, _ in batch.minted] == ["M-0001|2026-09-30"]
    assert {(c["property"], c["old"], c["new"]) for c in changes} >= {("progress_pct", "58", "61")}
    assert {c["id"] for c in changes} == {batch.minted[0][2]}


def test_a_new_measure_goes_into_an_empty_row(example: Configuration, state: State):
    def edit(sheet: Any) -> None:
        row = next(n for n in range(7, 60) if not sheet.cell(n, column(sheet, "measure.title_de")).value)
        sheet.cell(row, column(sheet, "measure.title_de")).value = "Ein ganz neues Vorhaben"
        sheet.cell(row, column(sheet, "measure.lead_org_ids")).value = "RIT"

    batch, changes = handed_in(
        example, state, "rit/measures", edited(template(example, state, "rit/measures"), "Maßnahme", edit)
    )
    assert [(scheme, value) for scheme, value, _ in batch.minted] == [("title", "Ein ganz neues Vorhaben")]
    assert [(c["title"], c["property"]) for c in changes] == [("Ein ganz neues Vorhaben", "")]


def test_ids_are_locked_and_cells_offer_what_they_may_hold(example: Configuration, state: State):
    book = openpyxl.load_workbook(io.BytesIO(template(example, state, "rit/measures")))
    sheet = book["Statusmeldung"]
    assert sheet.protection.sheet
    assert sheet.cell(7, column(sheet, "status_report.id")).protection.locked
    assert not sheet.cell(7, column(sheet, "status_report.status_code")).protection.locked
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    letter = openpyxl.utils.get_column_letter(column(sheet, "status_report.status_code"))
    [rule] = [rule for place, rule in rules.items() if place.startswith(f"{letter}7:")]
    assert (rule.type, rule.promptTitle) == ("list", "Status")
    words = {cell.value for column_ in book["Listen"].iter_cols() for cell in column_}
    assert {row["label_de"] for row in example.codelists["status"].rows} <= words


def test_nothing_in_it_is_hidden(example: Configuration, state: State):
    book = openpyxl.load_workbook(io.BytesIO(template(example, state, "ska/measures")))
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not any(
            dimension.hidden for dimension in [*sheet.row_dimensions.values(), *sheet.column_dimensions.values()]
        )


def test_equal_states_give_equal_bytes(example: Configuration, state: State):
    assert template(example, state, "awm/measures") == template(example, state, "awm/measures")


def test_a_unit_gets_one_template_a_feed(example: Configuration):
    assert sorted(templates(open_store(example), example, "ska", "en")) == [
        *("template-budgets.xlsx", "template-measures.xlsx", "template-milestones.xlsx")
    ]
    with pytest.raises(UnknownNameError, match="rit"):
        templates(open_store(example), example, "ritt", "de")


def test_the_marked_file_may_be_mended_and_handed_in_again(example: Configuration, state: State, published: Path):
    [path] = (published / "reports" / "dir").glob("D-*.xlsx")
    batch, _ = handed_in(example, state, "dir/measures", path.read_bytes())
    assert not {f.sheet for f in batch.findings} & {"Rückmeldung"}
    assert [f for f in batch.findings if f.level in ("ERROR", "BLOCK")] == []
