"""Personal data is found, and what only looks like it is left alone. All names are made up."""

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.validate.privacy import personal_columns, personal_data, personal_places

MAILBOX = "rit.digital@example.org"
PERSONAL = [
    ("bitte an vorname.nachname@example.org", "email"),
    ("vorname.nachname (at) example.org", "email"),
    (f"{MAILBOX} oder m.muster@example.org", "email"),
    ("Konto DE89 3704 0044 0532 0130 00", "iban"),
    ("Tel. 233-12345", "phone"),
    ("Durchwahl 27834", "phone"),
    ("Telefon: 089 / 233 12345", "phone"),
    ("erreichbar unter 233-12345", "phone"),
    ("erreichbar unter 481-2734 oder im Amt", "phone"),
    ("Muster (-27834)", "phone"),
    ("+49 89 1234567", "phone"),
    ("0049 (0)89 12345678", "phone"),
    ("089/1234567", "phone"),
    ("0170 1234567", "phone"),
    ("Personalnummer 123456", "personnel_number"),
    (r"C:\Users\muster.max\Bericht.xlsx", "user_path"),
    ("Fr. Müller klärt das", "name"),
    ("mit Herrn Dr. Muster-Beispiel", "name"),
    ("Rücksprache mit Frau\nMusterfrau", "name"),
    ("Frau Stadträtin Muster", "name"),
    ("Prof. Dr. Beispiel hat zugesagt", "name"),
    ("Frau von der Musterau", "name"),
    ("Ansprechpartnerin: Erika Muster", "name"),
    ("Projektleitung: M. Muster", "name"),
    ("gez. Erika Muster", "name"),
]
HARMLESS = [
    "",
    "20-26 / V 04375",
    "Sitzungsvorlagen 14-20 / V 14953 und 20-26 / V 04811",
    "Beschluss vom 19.01.2022",
    "01.02.2024 - 31.12.2025",
    "2021 – 2025",
    "05/2022 bis 12/2024",
    "171 Mio. € bis 2025",
    "233 Mio. Euro",
    "12 000 000 EUR, davon 1.234.567,89 EUR",
    "1233-12345 Geräte",
    "100-1250 Fahrräder am Tag",
    "zwischen 500-2000.",
    "Max-Planck-Institut",
    "Dachauer Straße 100, 80636 München",
    "Frauenstraße 12",
    "Dr.-Muster-Straße 5",
    "in der Dr. Muster-Straße",
    "Professor-Muster-Platz",
    "Frau und Beruf",
    "Frau Oberbürgermeisterin",
    "Fr. 12.05. bis So. 14.05.",
    "Kontakt: Stadt München",
    "Projektleitung: Referat Bildung",
    "Projektleitung im IT-Referat",
    "Herrsching",
    "Version 0049",
    "Mobil 2025",
    MAILBOX,
    f"Bitte an {MAILBOX}.",
    "IBAN wird abgefragt",
    "ID DE89 3704 0044 0532 0130 01",
]


@pytest.mark.parametrize(("text", "kind"), PERSONAL)
def test_personal_data_is_found(text, kind):
    assert personal_data(text, {MAILBOX}) == kind


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_it_is_left_alone(text):
    assert personal_data(text, {MAILBOX}) == ""


def test_a_mailbox_nobody_allowed_is_personal():
    assert personal_data("zentrale.vier@example.org") == "email"
    assert personal_data("zentrale.vier@example.org", {"zentrale.vier@example.org"}) == ""


def test_a_column_tells_its_places():
    texts = pl.Series([*[text for text, _ in PERSONAL], *HARMLESS, None])
    expected = [True] * len(PERSONAL) + [False] * (len(HARMLESS) + 1)
    assert personal_places(texts, {MAILBOX}).to_list() == expected


def test_lists_are_searched_too():
    texts = pl.Series([["ja", "Fr. Müller"], ["ja"], [], None], dtype=pl.List(pl.String))
    assert personal_places(texts).to_list() == [True, False, False, False]


PIECES = st.sampled_from(
    [
        *(text for text, _ in PERSONAL),
        *HARMLESS,
        " ",
        "\n",
        "Fr.",
        "Tel",
        "DW",
        "+49",
        "0",
        "233",
        "-",
        "1234",
        "Müller",
        "gez.",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=5).map("".join)))
def test_a_column_is_read_as_its_texts_are(text):
    assert personal_places(pl.Series([text])).to_list() == [personal_data(text) != ""]


@pytest.mark.parametrize("piece", ["a", "a@", "1", "Frau von ", "A-", "AB12", "Tel. 1 ", " ", "Aa Bb ", "Max-"])
def test_long_texts_are_searched_too(piece):
    """A pattern that tries every start with every length would not come back from this one."""
    assert personal_data(piece * (200_000 // len(piece)) + " Fr. Müller") != ""


def test_headings_that_promise_a_person():
    headings = [
        "Ansprechpartner*in",
        "ansprechpartner*in",
        "Projektleitung",
        "Sachbearbeitung",
        "E-Mail",
        "Telefon",
        "Durchwahl",
        "Personalnummer",
        "geändert von",
        "Zuletzt bearbeitet\nvon",
        "Ersteller",
    ]
    assert personal_columns(headings) == headings


def test_headings_that_do_not():
    headings = [
        "Maßnahme",
        "Verantw. Referat",
        "Federführung",
        "Status",
        "Mobilität",
        "Personalkosten",
        "Funktionspostfach E-Mail",
    ]
    assert personal_columns(headings) == []


SENTENCES = Path(__file__).with_name("privacy_sentences.csv")
"""Sentences of our own about invented persons, half of them traps.

Those of the part `blind` were written and measured before anybody saw what is found in them: 27 of 32 found, 2 of 46
traps taken for persons. What they taught is mended since, so they are blind no more; a new measurement needs new ones.
"""
RECALL_MIN, PRECISION_MIN = 0.96, 0.95
DETECTED = ("email", "phone", "iban", "personnel_number", "user_path", "birth", "grade")
"""Kinds with a form of their own: of these nothing may be missed."""


def sentences(*parts: str) -> list[tuple[str, str]]:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [(row["kind"], row["sentence"]) for row in csv.DictReader(file) if row["part"] in parts]


def test_the_labelled_set_is_large_and_half_of_it_are_traps() -> None:
    every = sentences("tuning", "blind")
    assert len(every) >= 500
    assert len({sentence for _, sentence in every}) == len(every)
    assert 0.45 < sum(not kind for kind, _ in every) / len(every) < 0.6


@pytest.mark.parametrize("parts", [("tuning", "blind"), ("blind",)])
def test_recall_and_precision(parts: tuple[str, ...], record_property: Callable[[str, object], None]) -> None:
    found = [(bool(kind), bool(personal_data(sentence))) for kind, sentence in sentences(*parts)]
    right = sum(meant and seen for meant, seen in found)
    recall = right / sum(meant for meant, _ in found)
    precision = right / sum(seen for _, seen in found)
    record_property("recall", recall)
    record_property("precision", precision)
    assert precision >= PRECISION_MIN
    assert recall >= (RECALL_MIN if "tuning" in parts else 0.9)


def test_what_has_a_form_of_its_own_is_never_missed() -> None:
    meant = [sentence for kind, sentence in sentences("tuning", "blind") if kind in DETECTED]
    assert len(meant) > 60
    assert [sentence for sentence in meant if not personal_data(sentence)] == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("digitalisierung@stadt.example", ""),
        ("buergerbuero.mitte@stadt.example", ""),
        ("it-service@stadt.example", ""),
        ("erika.service@stadt.example", "email"),
        ("mustermann@stadt.example", "email"),
    ],
)
def test_a_role_mailbox_is_no_person(address: str, kind: str) -> None:
    assert personal_data(f"Fragen an {address}.") == kind
