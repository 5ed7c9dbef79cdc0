"""Codes, yes and no, council numbers, lists and links (deliveries.md 19, 20, 35 to 38, 52, 53)."""

from pathlib import Path

import polars as pl
import pytest
from deliveries_example import configuration
from hypothesis import given
from hypothesis import strategies as st

from flows.contracts import parse_codelist
from flows.normalise.dates import parse_date
from flows.normalise.links import parse_link
from flows.normalise.missing import is_unchanged, missing_reason, read_mark
from flows.normalise.values import parse_column
from flows.normalise.words import parse_boolean, parse_code, parse_council_number, split_items, split_list

CODELISTS = Path(__file__).parents[2] / "schemas" / "codelists"
WORDS = {
    "geplant": "planned",
    "in umsetzung": "in_progress",
    "läuft": "in_progress",
    "teilweise umgesetzt": "in_progress",
    "umgesetzt": "completed",
    "abgeschlossen": "completed",
    "im betrieb": "completed",
    "eingestellt": "discontinued",
    "k. a.": "unknown",
}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("in umsetzung", "in_progress"),
        ("  In   UMSETZUNG. ", "in_progress"),
        ("Teilweise umgesetzt", "in_progress"),
        ("k. A.", "unknown"),
    ],
)
def test_a_known_word_is_its_code(text, code):
    parsed = parse_code(text, WORDS)
    assert (parsed.value, parsed.rule) == (code, "")


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("in Umsetzung, Abschluss verzögert sich auf 2026", "in_progress", "Abschluss verzögert sich auf 2026"),
        ("Abgeschlossen (im Betrieb)", "completed", "im Betrieb"),
        ("läuft – wartet auf Vergabe", "in_progress", "wartet auf Vergabe"),
        ("Teilweise umgesetzt\nRest folgt", "in_progress", "Rest folgt"),
    ],
)
def test_an_explanation_after_the_word_is_kept_apart(text, code, rest):
    parsed = parse_code(text, WORDS)
    assert (parsed.value, parsed.rule, parsed.rest) == (code, "status_in_sentence", rest)


def test_two_codes_in_one_cell_are_refused():
    parsed = parse_code("Phase 1 abgeschlossen, Phase 2 geplant", WORDS)
    assert (parsed.value, parsed.rule, parsed.expected) == (None, "ambiguous_code", "abgeschlossen; geplant")


@pytest.mark.parametrize("text", ["noch nicht abgeschlossen", "wird abgeschlossen", "Q3"])
def test_what_is_not_certain_is_refused(text):
    parsed = parse_code(text, WORDS)
    assert (parsed.value, parsed.rule) == (None, "unknown_code")
    assert parsed.expected


def test_a_symbol_is_no_code_unless_declared():
    assert parse_code("✔", WORDS).rule == "symbol_as_code"
    assert parse_code("✔", {**WORDS, "✔": "completed"}).value == "completed"


def test_the_nearest_words_are_proposed():
    assert parse_code("abgeschlosen", WORDS).expected == "abgeschlossen"


@pytest.mark.parametrize(("text", "value"), [("ja", True), ("X", True), ("Nein", False), ("wahr", True), ("0", False)])
def test_booleans(text, value):
    assert parse_boolean(text).value is value


def test_a_boolean_is_not_guessed():
    assert parse_boolean("vielleicht").rule == "unreadable_boolean"
    assert parse_boolean("k.A.").why == "not_stated"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20-26 / V 04375", "20-26 / V 04375"),
        ("Nr. 14-20/V14953", "14-20 / V 14953"),
        ("20-26/V 04375", "20-26 / V 04375"),
        ("Sitzungsvorlage Nr. 20–26 / V 04811", "20-26 / V 04811"),
        ("2020-2026 / V 4375", "20-26 / V 04375"),
        ("20-26 / A 00335", "20-26 / A 00335"),
    ],
)
def test_council_numbers_become_canonical(text, value):
    assert parse_council_number(text).value == value


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("V 14953", "resolution_number_incomplete"),
        ("20-26 / 07493", "resolution_number_incomplete"),
        ("04375", "resolution_number_incomplete"),
        ("21-27 / V 04375", "unreadable_resolution_number"),
        ("20-26 / V 043755", "unreadable_resolution_number"),
        ("Beschluss vom Januar", "unreadable_resolution_number"),
    ],
)
def test_council_numbers_are_not_guessed(text, rule):
    parsed = parse_council_number(text)
    assert (parsed.value, parsed.rule) == (None, rule)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *((text, "not_stated") for text in ("k.A.", "k. A.", "-", "–", "—", "n/a", "N.A.", "#NV", "#N/A", "x", ".")),
        ("?", "not_known"),
        ("entfällt", "not_applicable"),
        ("tbd", "not_decided"),
        ("offen", "not_decided"),
        ("n. n.", "not_named"),
        ("0", None),
        ("", None),
        ("  ", None),
        ("E-Akte", None),
    ],
)
def test_missing_marks(text, code):
    assert missing_reason(text) == code


def test_the_words_of_the_code_list_are_known():
    codelist = parse_codelist("missing_reason", (CODELISTS / "missing_reason.csv").read_text())
    spoken = {word: row["code"] for row in codelist.rows for word in row["synonyms"].split("|") if word}
    dated = {word for word, code in spoken.items() if code == "ongoing"}
    assert {word: missing_reason(word) for word in spoken.keys() - dated} == {
        word: code for word, code in spoken.items() if word not in dated
    }
    assert {parse_date(word).why for word in dated} == {"ongoing"}


@pytest.mark.parametrize("text", ["siehe oben", "s.o.", "s. o.", '"', "dito"])
def test_ditto_marks_are_refused(text):
    mark = read_mark(text)
    assert mark is not None
    assert (mark.value, mark.why, mark.rule) == (None, "", "ditto_mark")


@pytest.mark.parametrize("text", ["unverändert", "Kein neuer Sachstand", "wie Vorjahr."])
def test_unchanged_marks(text):
    assert is_unchanged(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("RIT", ["RIT"]),
        ("POR/RIT", ["POR", "RIT"]),
        ("PLAN, KR u. RIT", ["PLAN", "KR", "RIT"]),
        ("POR (+RIT)", ["POR", "RIT"]),
        ("RIT | MOR", ["RIT", "MOR"]),
        ("IT-Referat und Kreisverwaltungsreferat", ["IT-Referat", "Kreisverwaltungsreferat"]),
        ("Referat für Arbeit und Wirtschaft", ["Referat für Arbeit und Wirtschaft"]),
        ("KVR-GL/31", ["KVR-GL/31"]),
        ("S-III-S/FSV", ["S-III-S/FSV"]),
        ("RIT; RIT", ["RIT"]),
    ],
)
def test_units_in_one_cell_are_split(text, names):
    assert split_list(text) == names


def test_known_names_stay_whole():
    assert split_list("Kultur, Sport und Freizeit", {"kultur, sport und freizeit"}) == ["Kultur, Sport und Freizeit"]


def test_other_lists_keep_their_commas():
    assert split_items("Kultur, Sport | Bildung;Mobilität") == ["Kultur, Sport", "Bildung", "Mobilität"]


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("https://muenchen.digital/blog?p=1", "https://muenchen.digital/blog?p=1", ""),
        ("https://risi.muenchen.de/detail/5?7-1.0", "https://risi.muenchen.de/detail/5", "session_link"),
        ("http://wilma/seite", None, "intranet_link"),
        ("file:///G:/Akten", None, "intranet_link"),
        (r"\\server\akten", None, "intranet_link"),
        ("www.muenchen.de", None, "unreadable_url"),
        ("http://[::1", None, "unreadable_url"),
    ],
)
def test_links(text, value, rule):
    parsed = parse_link(text)
    assert (parsed.value, parsed.rule) == (value, rule)


def test_internal_hosts_are_told_by_the_caller():
    assert parse_link("http://wilma.muenchen.de/a", ("wilma.muenchen.de",)).rule == "intranet_link"


SENTENCES = st.lists(st.sampled_from([*WORDS, ", ", " (", "ß", " ", "20-26 / V 04375", "nicht", "\n"]), max_size=8).map(
    "".join
)


@given(st.one_of(st.text(max_size=60), SENTENCES))
def test_any_text_is_a_value_a_reason_or_a_refusal(text):
    for parsed in (parse_code(text, WORDS), parse_boolean(text), parse_council_number(text), parse_link(text)):
        assert (parsed.value is not None) + bool(parsed.why) <= 1
        assert not (parsed.why and parsed.rule)
        assert parsed.value is not None or parsed.why or parsed.rule or not text.strip() or parsed.rest == ""
    assert all(name.strip() for name in [*split_list(text), *split_items(text)])


@pytest.mark.parametrize(
    ("name", "text", "value", "why"),
    [
        ("title_de", "Offen", "Offen", ""),
        ("title_de", "Geheim", "Geheim", ""),
        ("title_de", "k. A.", None, "not_stated"),
        ("title_de", "n. n.", None, "not_named"),
        ("short_text_de", "Offen", None, "not_decided"),
        ("short_text_de", "nicht veröffentlicht", None, "not_published"),
    ],
)
def test_a_title_may_be_a_word_that_is_a_mark_elsewhere(name, text, value, why):
    read = parse_column(pl.Series([text]), configuration().entities["measure"][name]).row(0, named=True)
    assert (read["value"], read["why"]) == (value, why)
