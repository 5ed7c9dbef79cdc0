"""The catalogue of all rules with examples: as data for the pages, and as the page docs/rules.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.contracts import CodeList
from flows.feedback.rule_examples import EXAMPLES
from flows.feedback.words import GRAVEST_FIRST

INTRODUCTION = """# All rules

What the checks look for in a delivery, the gravest first, with what the department reads and an example. Made from
`schemas/codelists/finding_rule.csv`: change it there, then `pytest tests/docs/test_rule_page.py --update-golden`.

**Who** can mend it: the delivering department (supplier), the keeper of the mapping (mapping), the operator (pipeline).
"""


@dataclass(frozen=True)
class Rule:
    """One rule in one language; `level` and `who` are codes, `example` shows what breaks it."""

    code: str
    level: str
    level_label: str
    who: str
    title: str
    meaning: str
    remedy: str
    example: str


def rules_catalogue(codelists: Mapping[str, CodeList], lang: str) -> list[Rule]:
    """Return all rules in German or English, the gravest first, then in the order of the list."""
    levels = {row["code"]: row[f"label_{lang}"] for row in codelists["finding_level"].rows}
    found = [
        Rule(
            row["code"], row["level"], levels[row["level"]], row["who"], row[f"label_{lang}"],
            row[f"definition_{lang}"], row[f"remedy_{lang}"], EXAMPLES.get(row["code"], ("", ""))[lang == "en"],
        )
        for row in codelists["finding_rule"].rows
    ]  # fmt: skip
    return sorted(found, key=lambda rule: GRAVEST_FIRST.index(rule.level))


def rules_page(codelists: Mapping[str, CodeList]) -> str:
    """Return docs/rules.md: a table a level, in both languages."""
    german, english = (rules_catalogue(codelists, lang) for lang in ("de", "en"))
    definitions = {row["code"]: row["definition_en"] for row in codelists["finding_level"].rows}
    parts = [INTRODUCTION]
    for level in GRAVEST_FIRST:
        rows = [(de, en) for de, en in zip(german, english, strict=True) if de.level == level]
        parts.append(f"\n## {level}: {definitions[level]}\n")
        parts.append("| rule | who | deutsch | English | example |\n|---|---|---|---|---|")
        parts += [_row(de, en) for de, en in rows]
    return "\n".join(parts) + "\n"


def _row(de: Rule, en: Rule) -> str:
    cells = [f"`{de.code}`", de.who]
    cells += [f"**{_cell(rule.title)}** {_cell(rule.meaning)} *{_cell(rule.remedy)}*" for rule in (de, en)]
    return f"| {' | '.join([*cells, _cell(de.example)])} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")
