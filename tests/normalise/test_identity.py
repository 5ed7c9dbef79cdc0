"""Whose key is which record, and that an id is given once and for ever."""

from __future__ import annotations

import polars as pl
import pytest
from deliveries_example import configuration
from hypothesis import given
from hypothesis import strategies as st

from flows.normalise.identity import (
    Aliases,
    collect_aliases,
    identify,
    is_minted,
    mint,
    normal_key,
    reference_aliases,
    resolve,
)

ENTITIES = configuration().entities
MEASURE, MILESTONE, GOAL = ENTITIES["measure"], ENTITIES["milestone"], ENTITIES["goal"]


@pytest.mark.parametrize("written", ["E-Akte", " e-akte ", "E-AKTE", "e-akte\n"])
def test_keys_are_compared_without_case_and_blanks(written: str) -> None:
    assert normal_key(written) == normal_key("E-Akte")


def test_a_street_is_a_street() -> None:
    assert normal_key("Große  Straße") == normal_key("grosse strasse")


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30))
def test_a_key_is_found_however_it_was_put(key: str) -> None:
    frame = pl.DataFrame({"key": [key]}, schema={"key": pl.String})
    assert frame.select(resolve(pl.col("key"), {normal_key(key): "M-0001"})).item() == "M-0001"


def test_an_unknown_word_is_nothing() -> None:
    frame = pl.DataFrame({"key": ["RIT", None, ""]})
    assert frame.select(resolve(pl.col("key"), {"rit": "ORG-rit"})).to_series().to_list() == ["ORG-rit", None, None]


def test_the_list_of_the_city_overrides_what_was_minted() -> None:
    aliases = collect_aliases([("rit", "7", "M-0002")], [("rit", "7", "M-0001"), ("rit", "8", "M-0003")])
    assert aliases.of("rit") == {"7": "M-0002", "8": "M-0003"}
    assert aliases.ids() == {"M-0002", "M-0003"}


def test_of_two_schemes_the_first_named_wins() -> None:
    aliases = Aliases({"rit": {"1": "M-0001"}, "title": {"1": "M-0009", "x": "M-0002"}})
    assert aliases.of("rit", "title") == {"1": "M-0001", "x": "M-0002"}
    assert aliases.of("title", "rit")["1"] == "M-0009"
    assert aliases.of("nobody") == {}


def test_reference_records_bring_their_names_along() -> None:
    frame = pl.DataFrame(
        {"id": ["ORG-rit"], "name_de": ["IT-Referat"], "abbrev": ["RIT"], "alternative_names": [["it@M", "DigRef"]]}
    )
    found = {(value, identifier) for _, value, identifier in reference_aliases("organisation", frame)}
    assert found == {(value, "ORG-rit") for value in ("ORG-rit", "IT-Referat", "RIT", "it@M", "DigRef")}


def test_an_abbreviation_counts_more_than_the_former_name_of_another() -> None:
    frame = pl.DataFrame(
        {
            "id": ["ORG-rit", "ORG-neu"],
            "abbrev": ["RIT", "NEU"],
            "alternative_names": [["NEU"], None],
        }
    )
    aliases = collect_aliases([], reference_aliases("organisation", frame))
    assert aliases.of("organisation")["neu"] == "ORG-neu"


def test_ids_go_on_from_the_highest_ever_given() -> None:
    minted = mint(MEASURE, [("rit", "a"), ("title", "b")], ["M-0003", "M-0041", "M-x", "MS-0900"])
    assert minted == [("rit", "a", "M-0042"), ("title", "b", "M-0043")]


def test_the_first_id_and_the_ten_thousandth() -> None:
    assert mint(MEASURE, [("rit", "a")], [])[0][2] == "M-0001"
    assert mint(MEASURE, [("rit", "a")], ["M-9999"])[0][2] == "M-10000"


def test_two_spellings_of_one_key_get_one_id() -> None:
    assert mint(MEASURE, [("rit", "A 1"), ("rit", "a  1"), ("rit", "b")], []) == [
        ("rit", "A 1", "M-0001"),
        ("rit", "b", "M-0002"),
    ]


def test_reference_records_are_delivered_with_their_ids() -> None:
    assert not is_minted(GOAL)
    assert is_minted(MEASURE)


def identified(
    keys: list[str | None], aliases: Aliases | None = None, said: list[bool] | None = None, **columns: list[str | None]
) -> tuple[list[str | None], list[tuple[str, str, str]]]:
    frame = pl.DataFrame({"title_de": [None] * len(keys), **columns}, schema_overrides={"title_de": pl.String})
    frame = frame.with_columns(_said=pl.Series(said or [True] * len(keys)))
    series = pl.Series(keys, dtype=pl.String)
    found, minted = identify(frame, series, MEASURE, "rit", aliases or Aliases({}), "2024-12-31")
    return found["id"].to_list(), minted


def test_the_suppliers_key_counts_more_than_the_title() -> None:
    aliases = Aliases({"rit": {"7": "M-0007"}, "title": {"e-akte": "M-0001"}})
    assert identified(["7", "8", None], aliases, title_de=["E-Akte", "E-Akte", "E-Akte"])[0] == [
        "M-0007",
        "M-0001",
        "M-0001",
    ]


def test_a_new_key_gets_a_new_id_in_the_order_of_the_rows() -> None:
    ids, minted = identified(["9", "8", "9"], Aliases({"por": {"9": "M-0020"}}), title_de=["a", "b", "c"])
    assert ids == ["M-0021", "M-0022", "M-0021"]
    assert minted == [("rit", "9", "M-0021"), ("rit", "8", "M-0022")]


def test_without_a_key_the_title_is_the_key() -> None:
    ids, minted = identified([None, " "], title_de=["E-Akte", "e-akte"])
    assert ids == ["M-0001", "M-0001"]
    assert minted == [("title", "E-Akte", "M-0001")]


def test_without_key_and_title_nothing_is_known() -> None:
    assert identified([None, ""]) == ([None, None], [])


def test_a_row_that_says_nothing_gets_no_new_id() -> None:
    assert identified(["9"], said=[False]) == ([None], [])


def test_delivered_ids_are_taken_as_they_are() -> None:
    frame = pl.DataFrame({"id": ["Z-2021-0501"]})
    found, minted = identify(frame, pl.Series([None]), GOAL, "rit", Aliases({}), "2024-12-31")
    assert (found["id"].to_list(), minted) == (["Z-2021-0501"], [])


@pytest.mark.parametrize(("stated", "same"), [("2024-06", False), (None, True)])
def test_two_reports_without_a_day_are_told_apart_by_receipt(stated: str | None, same: bool) -> None:
    report = ENTITIES["status_report"]
    frame = pl.DataFrame({"measure_id": ["M-0001"], "reporting_date": [stated], "_said": [True]})
    frame = frame.cast({"reporting_date": pl.String})
    _, minted = identify(frame, pl.Series([None], dtype=pl.String), report, "rit", Aliases({}), "2024-12-31")
    assert (minted[0][1] == "M-0001|received 2024-12-31") is same


def test_keys_of_milestones_belong_to_their_unit() -> None:
    frame = pl.DataFrame({"title_de": ["Start"], "_said": [True]})
    _, minted = identify(frame, pl.Series(["1"]), MILESTONE, "rit", Aliases({}), "2024-12-31")
    assert minted == [("rit/milestone", "1", "MS-0001")]
