from __future__ import annotations

import pytest

from flows.publish.site.dates import write_edtf
from flows.publish.site.words import WORDS, write_day, write_number, write_size


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["de"].keys() == WORDS["en"].keys()


@pytest.mark.parametrize(
    ("size", "de", "en"),
    [(0, "0 B", "0 B"), (999, "999 B", "999 B"), (1_500, "1,5 kB", "1.5 kB"), (2_000_000_000, "2,0 GB", "2.0 GB")],
)
def test_sizes(size: int, de: str, en: str) -> None:
    assert (write_size(size, "de"), write_size(size, "en")) == (de, en)


def test_numbers_and_days() -> None:
    assert (write_number(1234.5, "de"), write_number(1234.5, "en")) == ("1.234,5", "1,234.5")
    assert (write_number(12.0, "de"), write_number(12, "de", 1)) == ("12", "12,0")
    assert (write_day("2025-12-31", "de"), write_day("2025-12-31", "en")) == ("31.12.2025", "2025-12-31")
    assert write_day("2025-12", "de") == "2025-12"


@pytest.mark.parametrize(
    ("value", "de", "en"),
    [
        ("2024", "2024", "2024"),
        ("2024-06", "Juni 2024", "June 2024"),
        ("2024-06-03", "03.06.2024", "3 June 2024"),
        ("2025~", "etwa 2025", "about 2025"),
        ("2024-04/2024-06", "2. Quartal 2024", "2nd quarter of 2024"),
        ("2024-07/2024-12", "2. Halbjahr 2024", "2nd half of 2024"),
        ("2024-01/2025-03", "Januar 2024 bis März 2025", "January 2024 to March 2025"),
        ("2022-03-07/2022-04~", "07.03.2022 bis etwa April 2022", "7 March 2022 to about April 2022"),
        ("../2023", "bis 2023", "until 2023"),
        ("2024/..", "ab 2024", "from 2024"),
        ("2024-13", "2024-13", "2024-13"),
        ("bald", "bald", "bald"),
        ("", "", ""),
    ],
)
def test_vague_dates_in_words(value: str, de: str, en: str) -> None:
    assert (write_edtf(value, "de"), write_edtf(value, "en")) == (de, en)
