from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from flows.contracts import Entity
from flows.formats import write_workbook as module
from flows.formats.write_workbook import write_workbook

CODEBOOK = [
    {"property": "id", "label_de": "Kennung", "unit": ""},
    {"property": "text", "label_de": "=Text", "unit": "m"},
]


@contextmanager
def _opened(content: bytes) -> Iterator[openpyxl.Workbook]:
    book = openpyxl.load_workbook(io.BytesIO(content), rich_text=False)
    yield book
    book.close()


def _column(book: openpyxl.Workbook, name: str) -> list[Any]:
    header, *rows = book["Data"].iter_rows()
    place = [cell.value for cell in header].index(name)
    return [row[place] for row in rows]


def test_cells_are_typed(frame: pl.DataFrame, entity: Entity) -> None:
    with _opened(write_workbook(frame, entity, CODEBOOK)) as book:
        assert [cell.value for cell in _column(book, "amount")][:2] == [12, -2.5]
        assert [cell.value for cell in _column(book, "done")] == [True, False, None, None, None]
        assert _column(book, "due_date")[0].value == datetime(2024, 6, 30)
        assert _column(book, "due_date")[0].number_format == "dd.mm.yyyy"
        ends = [cell.value for cell in _column(book, "planned_end")]
        assert ends == [datetime(2024, 6, 30), "2024-06", "2024-04/2024-06", "2024-06-30~", None]


def test_a_day_before_the_calendar_of_excel_stays_text(frame: pl.DataFrame, entity: Entity) -> None:
    with _opened(write_workbook(frame, entity, CODEBOOK)) as book:
        assert _column(book, "due_date")[1].value == "1899-01-31"


def test_text_is_never_a_formula_or_a_link(frame: pl.DataFrame, entity: Entity) -> None:
    hostile = frame.with_columns(text=pl.Series(["=1+1", "{=1}", "https://a.example/", "0012", "@x"]))
    with _opened(write_workbook(hostile, entity, CODEBOOK)) as book:
        cells = _column(book, "text")
        assert [cell.data_type for cell in cells] == ["s"] * 5
        assert [cell.value for cell in cells] == hostile["text"].to_list()
        assert not [cell for cell in cells if cell.hyperlink]


def test_the_codebook_is_a_sheet_of_its_own(frame: pl.DataFrame, entity: Entity) -> None:
    with _opened(write_workbook(frame, entity, CODEBOOK)) as book:
        assert book.sheetnames == ["Data", "Codebook"]
        rows = list(book["Codebook"].values)
        assert rows == [("property", "label_de", "unit"), ("id", "Kennung", None), ("text", "=Text", "m")]
        assert book["Data"].freeze_panes == "A2"
        assert book["Data"].auto_filter.ref == "A1:I6"


def test_a_text_too_long_for_a_cell_is_cut_visibly(frame: pl.DataFrame, entity: Entity) -> None:
    texts = ["x" * 32_767, "𝄞" * 20_000, "x" * 40_000, None, "after"]
    with _opened(write_workbook(frame.with_columns(text=pl.Series(texts)), entity, CODEBOOK)) as book:
        values = [cell.value for cell in _column(book, "text")]
    assert values[0] == texts[0]
    assert values[1] == "𝄞" * 16_000 + " […]"
    assert values[2] == "x" * 16_000 + " […]"
    assert values[3:] == [None, "after"]


def test_more_records_than_a_sheet_takes_are_refused(
    frame: pl.DataFrame, entity: Entity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", frame.height - 1)
    with pytest.raises(ValueError, match="do not fit"):
        write_workbook(frame, entity, CODEBOOK)


@settings(max_examples=40)
@given(st.data())
def test_hostile_text_survives(
    hostile_frames: st.SearchStrategy[pl.DataFrame], entity: Entity, data: st.DataObject
) -> None:
    frame = data.draw(hostile_frames)
    content = write_workbook(frame, entity, CODEBOOK)
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Data").to_python()
    assert [row[header.index("text")] for row in rows] == [text or "" for text in frame["text"]]
    amounts = [row[header.index("amount")] for row in rows]
    assert amounts == ["" if amount is None else pytest.approx(amount, rel=1e-14) for amount in frame["amount"]]
    assert content == write_workbook(frame.clone(), entity, CODEBOOK)
