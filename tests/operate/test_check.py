"""A supplier's check says what a delivery would come to, in the supplier's words, and keeps nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from operate_example import LATER_FILE, ROOT, open_store, special_workbook, tables_of

from flows.operate.check import Checked, check, check_document, check_lines, feed_of, known_from, named_feed
from flows.operate.published import UnknownNameError
from flows.replay import Known
from flows.settings import Configuration

DEPARTMENTS = ROOT / "mappings" / "departments"


def checked(configuration: Configuration, name: str, content: bytes, feed: str, *, known: bool = True) -> Checked:
    found = named_feed(feed, configuration.feeds)
    store = open_store(configuration)
    before = known_from(tables_of(store), store.journal.events(), found, configuration.entities) if known else None
    return check([(name, content)], found, "2026-01-01", before, configuration)


def known_of(configuration: Configuration, feed: str) -> Known:
    store = open_store(configuration)
    found = named_feed(feed, configuration.feeds)
    return known_from(tables_of(store), store.journal.events(), found, configuration.entities)


@pytest.mark.parametrize(
    "path",
    ["rit/measures/2024-12-31.xlsx", "ska/measures/2025-04-30.csv", "raw/measures/2024-12-31.xml",
     "plan/measures/2025-12-31.jsonl", "rbs/measures/2024-12-31.ods", "strategie/services/2024-12-31.csv"],
)  # fmt: skip
def test_the_feed_is_found_by_its_headings(path: str, example: Configuration) -> None:
    file = DEPARTMENTS / path
    assert feed_of(file.name, file.read_bytes(), example.feeds).id == str(Path(path).parent)


def test_a_file_of_no_feed_or_of_several_is_refused(example: Configuration) -> None:
    with pytest.raises(UnknownNameError, match="headings"):
        feed_of("notes.csv", b"Obst;Menge\nApfel;3\n", example.feeds)
    feed = named_feed("ska/measures", example.feeds)
    file = DEPARTMENTS / "ska/measures/2025-12-31.csv"
    with pytest.raises(UnknownNameError, match="--feed"):
        feed_of(file.name, file.read_bytes(), [feed, named_feed("ska/measures", example.feeds)])
    with pytest.raises(UnknownNameError, match="did you mean 'rit/measures'"):
        named_feed("rit/measure", example.feeds)


def test_a_good_file_is_fine_and_an_old_one_is_not(small: Configuration) -> None:
    result = checked(small, "special.xlsx", special_workbook(), "kult/special", known=False)
    assert result.good
    again = checked(small, "special.xlsx", special_workbook(), "kult/special")
    assert "delivery_outdated" in {finding.rule for finding in again.findings}
    assert result.rows["not_a_record"] == 2
    assert sum(result.rows.values()) == 4


def test_a_bad_value_is_an_error_with_place_and_remedy(small: Configuration) -> None:
    result = checked(small, "special.csv", LATER_FILE, "kult/special")
    assert not result.good
    first = result.findings[0]
    assert (first.level, first.rule, first.row, first.column) == ("ERROR", "unreadable_number", 3, "E")
    lines = check_lines(result, small.codelists, small.entities, "de")
    assert lines[0] == "special.csv, geprüft als kult/special: bitte bessern"
    told = next(line for line in lines if line.startswith("Fehler"))
    assert "Zelle E3 «Fortschritt»" in told
    assert "gefunden «vielleicht»" in told
    assert check_lines(result, small.codelists, small.entities, "en")[0].endswith("please mend")


def test_what_was_known_before_counts(small: Configuration) -> None:
    with_state = checked(small, "special.csv", LATER_FILE, "kult/special")
    without = checked(small, "special.csv", LATER_FILE, "kult/special", known=False)
    assert "unknown_reference" not in {finding.rule for finding in (*with_state.findings, *without.findings)}
    assert [line for line in check_lines(without, small.codelists, small.entities, "de") if "nicht geprüft" in line]
    assert not [
        line for line in check_lines(with_state, small.codelists, small.entities, "de") if "nicht geprüft" in line
    ]


def test_a_record_that_is_missing_now_is_told(small: Configuration) -> None:
    shorter = b"\n".join(LATER_FILE.splitlines()[:3])
    rules = {finding.rule for finding in checked(small, "special.csv", shorter, "kult/special").findings}
    assert "row_vanished" in rules


def test_hostile_bytes_are_findings(small: Configuration) -> None:
    for content in (b"", b"%PDF-1.7", b"\x00\xff" * 50, b"<!doctype html><html></html>"):
        result = checked(small, "file", content, "kult/special")
        assert not result.good
        assert result.findings[0].level == "BLOCK"


def test_the_document_is_versioned_and_complete(small: Configuration) -> None:
    result = checked(small, "special.csv", LATER_FILE, "kult/special")
    document = json.loads(json.dumps(check_document([result], small.codelists)))
    assert document["format"] == "offenlage-check/1"
    [file] = document["files"]
    assert file["good"] is False
    assert {"rule", "level", "de", "en"} <= set(file["findings"][0])
    assert file["findings"][0]["de"]["place"] == "Zelle E3 «Fortschritt»"


def test_checking_keeps_nothing(small: Configuration) -> None:
    before = open_store(small).journal.events()
    checked(small, "special.csv", LATER_FILE, "kult/special")
    assert open_store(small).journal.events() == before


def test_a_check_says_what_would_change(small: Configuration) -> None:
    mended = LATER_FILE.replace(b"vielleicht", b"55 %").replace(
        "Werkstatt der Töne".encode(), "Werkstatt der Klänge".encode()
    )
    result = checked(small, "special.csv", mended, "kult/special")
    told = {(c["property"], c["old"], c["new"]) for c in result.told["changes"]}
    assert ("title_de", "Werkstatt der Töne", "Werkstatt der Klänge") in told
    assert ("progress_pct", "40", "55") in told
    lines = check_lines(result, small.codelists, small.entities, "de")
    assert any("Titel: Werkstatt der Töne -> Werkstatt der Klänge" in line for line in lines)


def test_half_of_the_records_missing_is_told_before_sending(small: Configuration) -> None:
    known = replace(known_of(small, "kult/special"), rows_before=6)
    result = check([("special.csv", LATER_FILE)], named_feed("kult/special", small.feeds), "2026-01-01", known, small)
    assert "rows_halved" in {finding.rule for finding in result.findings}
    assert known_of(small, "kult/special").rows_before == 2
