"""A number that a program wrote is read as that number, whatever decimal sign the department uses."""

from __future__ import annotations

import io

import openpyxl
import pytest

from flows.formats.exact import exact_number
from flows.formats.read import read
from flows.normalise.numbers import parse_number

NUMBERS = [1.234, -12.345, 999.125, 0.56, 73.5, 1234.567, 1e-7, 56.0]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("decimal", [",", "."])
def test_typed_numbers_keep_their_value(number: float, decimal: str) -> None:
    parsed = parse_number(exact_number(repr(number)), decimal)
    assert parsed.value == number
    assert parsed.rule == ""


def test_workbooks_and_json_deliver_numbers_that_cannot_be_misread() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Wert"])
    sheet.append([1.234])
    content = io.BytesIO()
    book.save(content)
    for data, row in ((content.getvalue(), 2), (b'[{"Wert": 1.234}]', 1)):
        tables, findings = read([("datei", data)], {}, ["Wert"])
        cell = str(tables[0].cells.loc[row].iloc[0])
        assert (parse_number(cell, ",").value, findings) == (1.234, [])
