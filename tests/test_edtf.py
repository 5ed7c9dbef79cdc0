"""Which days an EDTF text covers."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.edtf import bounds, first_day, is_edtf, last_day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-06-30", date(2024, 6, 30), date(2024, 6, 30)),
        ("2025~", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-04/2024-06", date(2024, 4, 1), date(2024, 6, 30)),
        ("2024/..", date(2024, 1, 1), None),
        ("../2025", None, date(2025, 12, 31)),
    ],
)
def test_days_covered(text, first, last):
    assert bounds(text) == (first, last)


@pytest.mark.parametrize("text", ["", "24", "0000", "2024-13", "2023-02-29", "2024/2023", "../..", "2024-Q2", "2024\n"])
def test_what_is_not_edtf(text):
    assert not is_edtf(text)


POINTS = st.dates(date(1, 1, 1)).map(str).flatmap(lambda day: st.sampled_from([day, day[:7], day[:4], day[:4] + "~"]))


@given(
    st.one_of(POINTS, st.tuples(POINTS, POINTS).map("/".join), POINTS.map("../{}".format), POINTS.map("{}/..".format))
)
def test_columns_and_single_texts_agree(text):
    covered = bounds(text)
    if covered is not None:
        frame = pl.DataFrame({"text": [text]}).select(first=first_day(pl.col("text")), last=last_day(pl.col("text")))
        assert frame.row(0) == covered
