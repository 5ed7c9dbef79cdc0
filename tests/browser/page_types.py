"""Every type of page there is, and where its pages are: what is tested on one page of a type holds for all.

A new template is a new type: `test_every_template_has_its_type` fails until it stands here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A type of page: what it is made from, a pattern of its German paths, and whether it is in German only.

    The English page lies at the same path under `en/`.
    """

    template: str
    path: str
    german_only: bool = False


TYPES: Mapping[str, Kind] = {
    "start": Kind("start.html", r"index\.html"),
    "services": Kind("services.html", r"services/index\.html"),
    "measures": Kind("measures.html", r"measures/index\.html"),
    "further measures": Kind("measures.html", r"measures/page-\d+/index\.html"),
    "measures by status": Kind("status.html", r"measures/status/[a-z_]+/(page-\d+/)?index\.html"),
    "measure": Kind("measure.html", r"measures/M-\d+/index\.html"),
    "slipped": Kind("slipped.html", r"slipped/index\.html"),
    "radar": Kind("radar.html", r"radar/index\.html"),
    "fields": Kind("fields.html", r"fields/index\.html"),
    "field": Kind("field.html", r"fields/(HF|F)-[^/]+/index\.html"),
    "departments": Kind("departments.html", r"departments/index\.html"),
    "department": Kind("department.html", r"departments/ORG-[^/]+/index\.html"),
    "strategy": Kind("strategy.html", r"strategy/index\.html"),
    "changes": Kind("changes.html", r"changes/index\.html"),
    "earlier changes": Kind("changes.html", r"changes/\d+/index\.html"),
    "data": Kind("data.html", r"data/index\.html"),
    "dataset": Kind("dataset.html", r"data/[a-z0-9_]+/index\.html"),
    "reports": Kind("reports.html", r"reports/index\.html"),
    "report": Kind("report.html", r"reports/\d{4}/index\.html"),
    "further report": Kind("report.html", r"reports/\d{4}/page-\d+/index\.html"),
    "method": Kind("text.html", r"method/index\.html"),
    "rules": Kind("rules.html", r"rules/index\.html"),
    "accessibility": Kind("legal.html", r"accessibility/index\.html"),
    "barrier": Kind("legal.html", r"barrier/index\.html"),
    "imprint": Kind("legal.html", r"imprint/index\.html"),
    "privacy": Kind("legal.html", r"privacy/index\.html"),
    "plain language": Kind("legal.html", r"plain-language/index\.html"),
    "not found": Kind("legal.html", r"404\.html"),
    "identifier": Kind("identifier.html", r"id/(?!codelist/|scheme/).+/index\.html", german_only=True),
    "code list": Kind("identifier.html", r"id/(codelist|scheme)/[^/]+/index\.html", german_only=True),
    "code": Kind("identifier.html", r"id/codelist/[^/]+/.+/index\.html", german_only=True),
    "version": Kind("version.html", r"versions/[^/]+/index\.html", german_only=True),
}
FEEDBACK: Mapping[str, Kind] = {
    f"told {verdict}": Kind("report.html", rf"{verdict}\.html")
    for verdict in ("accepted", "with_remarks", "not_accepted")
}
"""What a department is told of a delivery: files of their own, which nobody serves, in their language."""
GENERATED = "generated/"
"""The folder of a whole release of a generated city: for what the example is too small to have, and in a sub-path."""


def type_of(path: str) -> str:
    """Return the type of the page at a path under the docroot, in either language; "" for one that has none."""
    german = path.removeprefix(GENERATED).removeprefix("en/")
    return next((name for name, kind in TYPES.items() if re.fullmatch(kind.path, german)), "")


def lang_of(path: str) -> str:
    """Return the language of the page at a path under the docroot."""
    return "en" if path.removeprefix(GENERATED).startswith("en/") else "de"


def largest(sizes: Mapping[str, int], name: str, lang: str) -> str:
    """Return the path of the largest page of a type in a language: the one with the most that can go wrong.

    That of the example, where it has one. `sizes` maps the paths of all pages to their bytes. Raises ValueError where
    there is no such page.
    """
    held = [path for path in sizes if type_of(path) == name and lang_of(path) == lang]
    return max(held, key=lambda path: (not path.startswith(GENERATED), sizes[path], path))


def cases(names: Collection[str] = (*TYPES, *FEEDBACK)) -> list[tuple[str, str]]:
    """Return every type in every language it has."""
    kinds = {**TYPES, **FEEDBACK}
    return [(name, lang) for name in names for lang in ("de", "en") if lang == "de" or not kinds[name].german_only]
