"""The units: who leads what, and when each last reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flows.publish.site.charts import csv_file
from flows.publish.site.facts import Facts, Record, foreign, named
from flows.publish.site.fields import bars, feeds_of, status_chart, status_file, status_table
from flows.publish.site.listing import count_by_status, measure_rows
from flows.publish.site.rendering import LANGUAGES, File, Page
from flows.publish.site.texts import topics, words
from flows.publish.site.wording import has_slipped
from flows.publish.site.words import Lang

CSV = "departments/status.csv"


def department_pages(facts: Facts) -> Iterator[Page | File]:
    """Yield the page of all units with its CSV, and a page for each."""
    said = topics()["strategy"]
    title = {lang: words(lang, facts.theme)["base"]["departments"] for lang in LANGUAGES}
    yield csv_file(CSV, *status_table(_leading(facts), "lead_org_ids", facts, "en"))
    values = partial(_values, facts)
    yield Page("departments/index.html", "departments.html", title, said["departments_description"], values)
    for unit in facts.all("organisation"):
        name = {lang: named(unit, lang) for lang in LANGUAGES}
        text = {lang: said["department_description"][lang].format(name=name[lang]) for lang in LANGUAGES}
        base, crumbs = f"departments/{unit['id']}/", (("departments/", title),)
        yield from status_file(base, facts.where("measure", "lead_org_ids", unit["id"]), facts)
        own = partial(_unit, unit, facts)
        yield Page(f"{base}index.html", "department.html", name, text, own, "departments/", crumbs, feeds_of(base))


def _leading(facts: Facts) -> list[Record]:
    """Return the units that lead a measure, those that lead most first."""
    counted = [(len(facts.where("measure", "lead_org_ids", u["id"])), u) for u in facts.all("organisation")]
    return [unit for count, unit in sorted(counted, key=lambda pair: (-pair[0], pair[1]["id"])) if count]


def _values(facts: Facts, lang: Lang) -> Mapping[str, Any]:
    leading = _leading(facts)
    columns, rows = status_table(leading, "lead_org_ids", facts, lang)
    measures = facts.all("measure")
    led = sum(bool(measure["lead_org_ids"]) for measure in measures)
    others = {unit["id"] for unit in leading}
    return {
        "bars": bars(leading, "lead_org_ids", facts, lang),
        "statuses": [(code, facts.label("status", code, lang)) for code, _ in count_by_status(measures, facts)],
        "summary": words(lang, facts.theme)["strategy"]["departments_summary"].format(led=led, all=len(measures)),
        "columns": columns,
        "rows": rows,
        "csv": CSV,
        "others": [(u["id"], named(u, lang)) for u in facts.all("organisation") if u["id"] not in others],
        "reporting": [
            {**row, "name": named(facts.by_id("organisation").get(row["organisation_id"]), lang)}
            for row in facts.all("punctuality")
        ],
    }


def _unit(unit: Record, facts: Facts, lang: Lang) -> Mapping[str, Any]:
    known = facts.by_id("organisation")
    led = facts.where("measure", "lead_org_ids", unit["id"])
    counts = count_by_status(led, facts)
    return {
        "unit": unit,
        "foreign": foreign(unit, lang),
        "status": status_chart(counts, facts, lang) if led else None,
        "statuses": [(code, facts.label("status", code, lang)) for code, _ in counts],
        "slipped": sum(map(has_slipped, led)),
        "rows": measure_rows(led, facts, lang),
        "others": measure_rows(facts.where("measure", "participating_org_ids", unit["id"]), facts, lang),
        "reporting": facts.where("punctuality", "organisation_id", unit["id"]),
        "predecessors": [known[name] for name in unit["predecessor_ids"] or () if name in known],
        "parent": known.get(unit["parent_id"] or ""),
        "named": lambda record: named(record, lang),
        "label": partial(facts.label, lang=lang),
    }
