"""The page of one measure, and its twin as JSON: promised, now, why, and everything that was ever reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from flows.formats.write_json import write_document
from flows.publish.site.about import about_measure
from flows.publish.site.charts import Chart, csv_file
from flows.publish.site.events import Entry, entries, in_words
from flows.publish.site.facts import Facts, Record, foreign, named, reasons
from flows.publish.site.listing import organisations
from flows.publish.site.measure_charts import progress_chart, timeline_chart
from flows.publish.site.rendering import LANGUAGES, Alternate, File, Page
from flows.publish.site.texts import topics, words
from flows.publish.site.wording import current_end, has_slipped, lower, sentence, slippage
from flows.publish.site.words import Lang

FORMAT = "offenlage-measure/1"
COUNTED_ANEW = ("as_of", "report_age_days")
"""Values that move with every release although nothing is told anew: the twin leaves them to the dataset."""
OWN = ("status_report", "milestone", "indicator", "budget", "change_event")


def measure_pages(facts: Facts) -> Iterator[Page | File]:
    """Yield the page of every published measure, its twin as JSON, and the CSV of its charts."""
    told = {lang: _by_measure(entries(facts, lang)) for lang in LANGUAGES}
    for measure in facts.all("measure"):
        base = f"measures/{measure['id']}/"
        report = facts.by_id("status_report").get(measure["latest_report_id"] or "")
        title = {lang: named(measure, lang) for lang in LANGUAGES}
        description = {lang: sentence(measure, report, facts, lang) for lang in LANGUAGES}
        values = partial(_values, measure, report, facts, told)
        for name, make in (("timeline", timeline_chart), ("progress", progress_chart)):
            chart = make(measure, facts, "en")
            if chart:
                yield csv_file(f"{base}{name}.csv", chart.columns, chart.rows)
        yield f"{base}measure.json", "application/json", write_document(_twin(measure, facts))
        crumbs = (("measures/", topics()["base"]["measures"]),)
        head = partial(about_measure, measure, facts)
        place, forms = f"{base}index.html", _forms(base)
        yield Page(place, "measure.html", title, description, values, "measures/", crumbs, forms, head)


def _by_measure(told: list[Entry]) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in told:
        if entry.is_measure:
            found.setdefault(entry.subject, []).insert(0, entry)
    return found


def _forms(base: str) -> tuple[Alternate, ...]:
    said = topics()["measure"]
    return (
        Alternate(f"{base}feed.atom", "application/atom+xml", said["feed_atom"]),
        Alternate(f"{base}feed.json", "application/feed+json", said["feed_json"]),
        Alternate(f"{base}measure.json", "application/json", said["twin"]),
    )


def _values(
    measure: Record, report: Record | None, facts: Facts, told: Mapping[Lang, Mapping[str, list[Entry]]], lang: Lang
) -> Mapping[str, Any]:
    own = partial(facts.where, column="measure_id", value=measure["id"])
    reports = sorted(own("status_report"), key=lambda r: (r["valid_from"], r["recorded_at"], r["id"]), reverse=True)
    return {
        "measure": measure,
        "foreign": foreign(measure, lang),
        "sentence": sentence(measure, report, facts, lang),
        "slipped": has_slipped(measure),
        "slippage": slippage(measure, facts, lang),
        "report": report,
        "why_empty": {name: lower(word) for name, word in reasons(measure, lang, facts).items()},
        "why_no_progress": _why_no_progress(report, facts, lang),
        "dates": _dates(measure, report, facts, lang),
        "label": partial(facts.label, lang=lang),
        "name": lambda entity, identifier: named(facts.by_id(entity).get(identifier), lang) or identifier,
        "leads": _units(measure["lead_org_ids"], facts, lang),
        "participants": _units(measure["participating_org_ids"], facts, lang),
        "reports": reports,
        "milestones": sorted(own("milestone"), key=lambda m: (m["due_date"] or m["met_date"] or "9999", m["id"])),
        "indicators": [_indicator(record, facts) for record in own("indicator")],
        "budgets": own("budget"),
        "relations": list(_relations(measure["id"], facts)),
        "resolutions": [facts.by_id("council_resolution").get(i, {"id": i}) for i in measure["resolution_ids"] or ()],
        "services": facts.where("service", "measure_ids", measure["id"]),
        "changed": _changed(told[lang].get(measure["id"], ())),
        "origins": _origins(measure, facts, lang),
        "timeline": _with_csv(timeline_chart(measure, facts, lang), measure, "timeline"),
        "progress": _with_csv(progress_chart(measure, facts, lang), measure, "progress"),
    }


def _units(ids: Sequence[str] | None, facts: Facts, lang: Lang) -> list[tuple[str, str, str]]:
    """Return id, name and abbreviation of units."""
    known = facts.by_id("organisation")
    return [(name, named(known.get(name), lang) or name, short) for name, short in organisations(ids, facts)]


def _with_csv(chart: Chart | None, measure: Record, name: str) -> tuple[Chart, str] | None:
    return (chart, f"measures/{measure['id']}/{name}.csv") if chart else None


def _why_no_progress(report: Record | None, facts: Facts, lang: Lang) -> str:
    given = reasons(report, lang, facts).get("progress_pct") if report else None
    return lower(given or facts.label("missing_reason", "not_delivered", lang))


def _dates(measure: Record, report: Record | None, facts: Facts, lang: Lang) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return start and end, each as (first promised, planned, forecast, actual): the date, or why there is none."""
    empty = reasons(measure, lang, facts)
    unknown = words(lang, facts.theme)["base"]["unknown"]
    missing = reasons(report, lang, facts) if report else {}
    forecast = report["forecast_end"] if report else None
    undated = facts.label("forecast_state", report["forecast_state"], lang) if report else ""
    rows: dict[str, list[tuple[str, str]]] = {}
    for end in ("start", "end"):
        planned, actual = f"planned_{end}", f"actual_{end}"
        rows[end] = [
            (measure[f"baseline_{end}"] or "", lower(empty[planned] or unknown)),
            (measure[planned] or "", lower(empty[planned] or unknown)),
            (
                (forecast or "") if end == "end" else "",
                lower(undated or missing.get("forecast_end") or "–") if end == "end" else "–",
            ),
            (measure[actual] or "", lower(empty[actual] or "–")),
        ]
    return list(rows.items())


def _indicator(record: Record, facts: Facts) -> Mapping[str, Any]:
    observed = sorted(facts.where("observation", "indicator_id", record["id"]), key=lambda o: o["time_period"])
    return {"record": record, "observations": observed}


def _relations(measure: str, facts: Facts) -> Iterator[tuple[str, str, Record]]:
    """Yield what ties a measure to others: the other's id, the direction (`from`, `to`), the relation."""
    for relation in facts.where("measure_relation", "from_measure_id", measure):
        yield relation["to_measure_id"], "from", relation
    for relation in facts.where("measure_relation", "to_measure_id", measure):
        yield relation["from_measure_id"], "to", relation


def _changed(told: list[Entry] | tuple[Entry, ...]) -> list[tuple[Entry, Any]]:
    """Return the changes of values, without what only came: each with the entry (day, delivery) it came in."""
    return [(entry, change) for entry in told for change in entry.changes if change.kind != "added"]


def _origins(measure: Record, facts: Facts, lang: Lang) -> list[Mapping[str, str]]:
    """Return each current value of the measure with the day it holds from and the delivery that said it."""
    entity = facts.entities["measure"]
    latest: dict[str, Record] = {}
    for entry in facts.where("history_entry", "id", measure["id"]):
        if entry["entity"] == "measure" and entry["version"] >= latest.get(entry["property"], entry)["version"]:
            latest[entry["property"]] = entry
    return [
        {
            "label": prop.text("label", lang),
            "value": in_words(latest[prop.name]["value"], prop, facts, lang),
            "since": latest[prop.name]["valid_from"],
            "received": latest[prop.name]["recorded_at"],
            "delivery": latest[prop.name]["delivery_id"],
        }
        for prop in entity.public
        if prop.name in latest and latest[prop.name]["value"] is not None
    ]


def _twin(measure: Record, facts: Facts) -> Mapping[str, Any]:
    """Return the measure with everything that hangs on it, as in the datasets."""
    identifier = measure["id"]
    indicators = facts.where("indicator", "measure_id", identifier)
    return {
        "format": FORMAT,
        "measure": {name: value for name, value in measure.items() if name not in COUNTED_ANEW},
        **{f"{name}s": facts.where(name, "measure_id", identifier) for name in OWN},
        "observations": [o for i in indicators for o in facts.where("observation", "indicator_id", i["id"])],
        "relations": [relation for _, _, relation in _relations(identifier, facts)],
        "services": facts.where("service", "measure_ids", identifier),
        "current_end": current_end(measure, facts.by_id("status_report").get(measure["latest_report_id"] or "")),
        "license": facts.catalogue["license"],
        "attribution": facts.catalogue["attribution"],
    }
