"""The report on one delivery as a page: self-contained, without script, German or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template

from flows.contracts import CodeList, Entity
from flows.feedback.page_words import WORDS
from flows.feedback.words import GRAVEST_FIRST, QUIET
from flows.model import Feed

MOST_CHANGES, MOST_PLACES = 200, 50
"""What a page lists; the JSON beside it holds everything."""
ORDER = ("supplier", "mapping", "pipeline")
OUTCOMES = ("published", "published_with_finding", "carried_forward", "quarantined", "not_a_record")


@dataclass(frozen=True)
class Surroundings:
    """What a report leads on to: the marked workbook and the template (names beside it), the rules, whom to ask."""

    marked: str
    template: str
    rules: str
    contact: Mapping[str, str]


def language_of(feed: Feed) -> str:
    """Return the language a department is written to: `[feedback] language` of its mapping, else German."""
    return str(feed.mapping.get("feedback", {}).get("language", "de"))


def report_page(
    told: Mapping[str, Any],
    feed: Feed,
    entities: Mapping[str, Entity],
    codelists: Mapping[str, CodeList],
    around: Surroundings,
    lang: str,
) -> bytes:
    """Return the page of a report (see `report`) as UTF-8 HTML; equal arguments give equal bytes."""
    active = [f for f in told["findings"] if f["level"] not in QUIET]
    silent = [f for f in told["findings"] if f["level"] in QUIET]
    groups = [(who, list(_by_rule([f for f in active if f["who"] == who], lang))) for who in ORDER]
    page = _template().render(
        lang=lang,
        w=WORDS[lang],
        told=told,
        feed=feed,
        day=lambda text: _day(text, lang),
        outcomes=[(_label(codelists["row_outcome"], name, lang), told["rows"][name])
                  for name in OUTCOMES if name in told["rows"]],
        levels=[(_label(codelists["finding_level"], name, lang), told["levels"][name])
                for name in GRAVEST_FIRST if name in told["levels"]],
        changes=[_change(c, entities, codelists, lang) for c in told["changes"][:MOST_CHANGES]],
        changes_total=len(told["changes"]),
        groups=[(who, rules) for who, rules in groups if rules],
        asked=sum(finding["who"] == ORDER[0] for finding in active),
        quiet=list(_by_rule(silent, lang)),
        quiet_total=len(silent),
        marked=around.marked,
        template=around.template,
        rules=around.rules,
        contact=around.contact,
    )  # fmt: skip
    return page.encode()


@cache
def _template() -> Template:
    look = PackageLoader("flows.publish.site", "assets")
    loader = ChoiceLoader([PackageLoader("flows.feedback"), look])
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("report.html")


def _by_rule(findings: Sequence[Mapping[str, Any]], lang: str) -> Iterator[dict[str, Any]]:
    """Yield each rule once, with the first places at which it is broken: one thing to understand at a time."""
    rules: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for finding in findings:
        rules.setdefault((finding["rule"], finding["level"]), []).append(finding)
    for (_, level), found in rules.items():
        said = found[0][lang]
        texts = {"title": said["title"], "meaning": said["meaning"], "remedy": said["remedy"]}
        places = [one[lang] for one in found[:MOST_PLACES]]
        yield {**texts, "level": level, "level_label": said["level"], "total": len(found), "places": places}


def _change(
    change: Mapping[str, Any], entities: Mapping[str, Entity], codelists: Mapping[str, CodeList], lang: str
) -> dict[str, Any]:
    entity = entities[change["entity"]]
    kind = str(entity.schema["x-label"][lang])
    if not change["property"]:
        return {**change, "kind": kind, "label": ""}
    prop = entity[change["property"]]
    labels = {row["code"]: row[f"label_{lang}"] for row in codelists[prop.codelist].rows} if prop.codelist else {}
    shown = {side: labels.get(change[side], change[side]) for side in ("old", "new")}
    return {**change, **shown, "kind": kind, "label": prop.text("label", lang)}


def _label(codelist: CodeList, code: str, lang: str) -> str:
    return next(row[f"label_{lang}"] for row in codelist.rows if row["code"] == code)


def _day(text: str, lang: str) -> str:
    return f"{date.fromisoformat(text):%d.%m.%Y}" if lang == "de" else text
