"""The words of the pages in German and English, and how numbers, sizes and days are written in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Lang = Literal["de", "en"]

WORDS: Mapping[Lang, Mapping[str, str]] = {
    "de": {
        "notice": "Beispiel: aus öffentlichen Quellen rekonstruiert, keine amtliche Veröffentlichung.",
        "skip": "Zum Inhalt springen",
        "other_language": "English",
        "as_of": "Stand der Daten",
        "release": "Veröffentlichung",
        "datasets": "Datensätze",
        "datasets_caption": "Alle Datensätze dieser Veröffentlichung mit ihren Dateien",
        "dataset": "Datensatz",
        "description": "Beschreibung",
        "rows": "Zeilen",
        "files": "Dateien",
        "columns": "Bedeutung der Spalten",
        "machines": "Für Programme",
        "licence": "Lizenz",
        "licence_text": "Alle Daten stehen unter dieser Lizenz:",
        "attribution": "Bitte als Quelle angeben:",
        "contact": "Kontakt",
        "home": "Zur Übersicht",
        "identifier_text": "Diese Adresse ist eine dauerhafte Kennung. Sie bezeichnet:",
        "values": "Angaben",
        "values_caption": "Was über diese Kennung veröffentlicht ist",
        "property": "Angabe",
        "value": "Wert",
        "more": "Mehr dazu",
        "yes": "ja",
        "no": "nein",
    },
    "en": {
        "notice": "Example: reconstructed from public sources, not an official publication.",
        "skip": "Skip to content",
        "other_language": "Deutsch",
        "as_of": "Data as of",
        "release": "Release",
        "datasets": "Datasets",
        "datasets_caption": "All datasets of this release with their files",
        "dataset": "Dataset",
        "description": "Description",
        "rows": "Rows",
        "files": "Files",
        "columns": "Meaning of the columns",
        "machines": "For programs",
        "licence": "Licence",
        "licence_text": "All data are under this licence:",
        "attribution": "Please name as the source:",
        "contact": "Contact",
        "home": "To the overview",
        "identifier_text": "This address is a permanent identifier. It denotes:",
        "values": "What is stated",
        "values_caption": "What is published about this identifier",
        "property": "Property",
        "value": "Value",
        "more": "See also",
        "yes": "yes",
        "no": "no",
    },
}


def write_number(number: float, lang: Lang, decimals: int | None = None) -> str:
    """Write a number with the language's separators, 1.234,5 or 1,234.5; without `decimals` in its own digits."""
    english = f"{number:,}".removesuffix(".0") if decimals is None else f"{number:,.{decimals}f}"
    return english if lang == "en" else english.translate(str.maketrans(",.", ".,"))


def write_percent(share: float, lang: Lang) -> str:
    """Write a share of a hundred: with a narrow space before the sign in German, without in English."""
    return write_number(share, lang) + ("\u202f%" if lang == "de" else "%")


def write_size(size: int, lang: Lang) -> str:
    """Write a number of bytes in the unit people expect, 1 kB being 1000 bytes."""
    if size < 1_000:
        return f"{size} B"
    for unit, factor in (("kB", 1e3), ("MB", 1e6)):
        if size < factor * 1_000:
            return f"{write_number(size / factor, lang, 1)} {unit}"
    return f"{write_number(size / 1e9, lang, 1)} GB"


def write_day(day: str, lang: Lang) -> str:
    """Write an ISO day as TT.MM.JJJJ in German, as it is in English; what is no full day stays as it is."""
    parts = day[:10].split("-")
    return ".".join(reversed(parts)) if lang == "de" and len(parts) == 3 and len(day) >= 10 else day
