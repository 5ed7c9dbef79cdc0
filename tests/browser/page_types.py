"""Every type of page a release has, and where its pages are: what is tested on one page of a type holds for all."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

TYPES: Mapping[str, str] = {
    "start": r"index\.html",
    "services": r"services/index\.html",
    "measures": r"measures/(page-\d+/)?index\.html",
    "measures by status": r"measures/status/[a-z_]+/index\.html",
    "measure": r"measures/M-\d+/index\.html",
    "slipped": r"slipped/index\.html",
    "radar": r"radar/index\.html",
    "fields": r"fields/index\.html",
    "field": r"fields/HF-[^/]+/index\.html",
    "departments": r"departments/index\.html",
    "department": r"departments/ORG-[^/]+/index\.html",
    "strategy": r"strategy/index\.html",
    "changes": r"changes/(\d+/)?index\.html",
    "data": r"data/index\.html",
    "dataset": r"data/[a-z0-9_]+/index\.html",
    "reports": r"reports/index\.html",
    "report": r"reports/\d{4}/index\.html",
    "method": r"method/index\.html",
    "rules": r"rules/index\.html",
    "accessibility": r"accessibility/index\.html",
    "barrier": r"barrier/index\.html",
    "imprint": r"imprint/index\.html",
    "privacy": r"privacy/index\.html",
    "not_found": r"404\.html",
    "identifier": r"id/.+/index\.html",
    "version": r"versions/[^/]+/index\.html",
}
"""Name -> pattern of the German paths; the English page lies at the same path under en/."""
GERMAN_ONLY = ("identifier", "version")
"""Pages that answer for an identifier; they are small, and in German."""


def type_of(path: str) -> str:
    """Return the type of the page at a path under the docroot, in either language; "" for one that has none."""
    german = path.removeprefix("en/")
    return next((name for name, pattern in TYPES.items() if re.fullmatch(pattern, german)), "")


def largest(sizes: Mapping[str, int], name: str, lang: str) -> str:
    """Return the path of the largest page of a type in a language: the one with the most that can go wrong.

    `sizes` maps the paths of all pages to their bytes. Raises ValueError where there is no such page.
    """
    held = [path for path in sizes if type_of(path) == name and path.startswith("en/") == (lang == "en")]
    return max(held, key=lambda path: (sizes[path], path))


def cases(names: Collection[str] = tuple(TYPES)) -> list[tuple[str, str]]:
    """Return every type in every language it has."""
    return [(name, lang) for name in names for lang in ("de", "en") if lang == "de" or name not in GERMAN_ONLY]
