"""A finding in words: where, what was found, what is expected, what to do and who can do it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from flows.contracts import CodeList
from flows.model import Finding
from flows.validate.privacy import personal_places

GRAVEST_FIRST = ("BLOCK", "ERROR", "WARN", "FIX", "INFO")
QUIET = ("FIX", "INFO")
"""Levels at which nobody has to do anything."""
PERSONAL = ("personal_data_in_text", "personal_data_column")
WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        **{"sheet": "Blatt", "cell": "Zelle", "row": "Zeile", "column": "Spalte", "record": "Datensatz"},
        **{"file": "die ganze Lieferung", "found": "gefunden", "expected": "erwartet"},
        **{
            "supplier": "Lieferstelle",
            "mapping": "Betreuung der Zuordnung",
            "pipeline": "Betrieb",
            "by": "zu tun durch",
        },
    },
    "en": {
        **{"sheet": "sheet", "cell": "cell", "row": "row", "column": "column", "record": "record"},
        **{"file": "the whole delivery", "found": "found", "expected": "expected"},
        **{"supplier": "supplier", "mapping": "keeper of the mapping", "pipeline": "operator", "by": "to be done by"},
    },
}


@dataclass(frozen=True)
class Wording:
    """What there is to say about a finding, in one language; a part that does not apply is ""."""

    level: str
    title: str
    place: str
    found: str
    expected: str
    meaning: str
    remedy: str
    who: str


def wording(finding: Finding, codelists: Mapping[str, CodeList], lang: str) -> Wording:
    """Put a finding into words of the lists finding_rule and finding_level; `lang` is "de" or "en".

    Raises KeyError for a rule that is not in the list.
    """
    rule = _entry(codelists["finding_rule"], finding.rule)
    return Wording(
        level=_entry(codelists["finding_level"], finding.level)[f"label_{lang}"],
        title=rule[f"label_{lang}"],
        place=place(finding, lang),
        found=finding.value,
        expected=finding.expected,
        meaning=rule[f"definition_{lang}"],
        remedy=rule[f"remedy_{lang}"],
        who=WORDS[lang][rule["who"]],
    )


def worded(finding: Finding, codelists: Mapping[str, CodeList], lang: str) -> str:
    """Return a finding as two lines: what is wrong where, and what it means and, if need be, who mends it how."""
    said, words = wording(finding, codelists, lang), WORDS[lang]
    facts = [f"{words['found']} «{said.found}»"] * bool(said.found)
    facts += [f"{words['expected']} {said.expected}"] * bool(said.expected)
    detail = f" ({', '.join(facts)})" if facts else ""
    remedy = f" {said.remedy} [{words['by']}: {said.who}]" if finding.level not in QUIET else ""
    return f"{said.level}: {said.place}: {said.title}{detail}\n    {said.meaning}{remedy}"


def place(finding: Finding, lang: str) -> str:
    """Name the place as the supplier's program does: "Blatt «X», Zelle F8 «Fortschritt»"."""
    words = WORDS[lang]
    sheet = f"{words['sheet']} «{finding.sheet}»" if finding.sheet else ""
    heading = f" «{_one_line(finding.heading)}»" if finding.heading and finding.heading != finding.column else ""
    where = _where(finding, words)
    named = f"{where}{heading}" if where else heading.strip()
    return ", ".join(part for part in (sheet, named) if part) or words["file"]


def _where(finding: Finding, words: Mapping[str, str]) -> str:
    letters = re.fullmatch("[A-Z]{1,3}", finding.column)
    if finding.row is None:
        return f"{words['column']} {finding.column}" if finding.column else ""
    if letters:
        return f"{words['cell']} {finding.column}{finding.row}"
    if finding.column:
        return f"{words['record']} {finding.row}, {finding.column}"
    return f"{words['row']} {finding.row}"


def discreet(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings, the gravest first, without values that hold, or stand where there is, personal data."""
    suspects = personal_places(pl.Series([finding.value for finding in findings], dtype=pl.String)).to_list()
    cells = {(f.delivery, f.sheet, f.row, f.property) for f in findings if f.rule in PERSONAL}
    quiet = [
        replace(finding, value="")
        if suspect or (finding.delivery, finding.sheet, finding.row, finding.property) in cells
        else finding
        for finding, suspect in zip(findings, suspects, strict=True)
    ]
    return sorted(quiet, key=lambda finding: GRAVEST_FIRST.index(finding.level))


def _entry(codelist: CodeList, code: str) -> Mapping[str, str]:
    for row in codelist.rows:
        if row["code"] == code:
            return row
    raise KeyError(f"{codelist.name}: {code}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
