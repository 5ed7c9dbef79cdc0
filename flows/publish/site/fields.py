"""The fields of action: how far each is, and a page for each, also for those of earlier versions of the strategy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from flows.publish.site.charts import Chart, Column, csv_file, stacked_bar
from flows.publish.site.facts import Facts, Record, foreign, named
from flows.publish.site.listing import count_by_status, measure_rows
from flows.publish.site.rendering import LANGUAGES, Alternate, File, Page
from flows.publish.site.texts import topics, words
from flows.publish.site.wording import has_slipped, lower
from flows.publish.site.words import Lang

CSV = "fields/status.csv"


def field_pages(facts: Facts) -> Iterator[Page | File]:
    """Yield the page of all fields with its CSV, and a page for each field that was ever published."""
    said = topics()
    yield csv_file(CSV, *status_table(current_fields(facts), "field_id", facts, "en"))
    values = partial(_values, facts)
    yield Page(
        "fields/index.html", "fields.html", said["base"]["fields"], said["strategy"]["fields_description"], values
    )
    shown = {field["id"] for field in current_fields(facts)}
    for field in facts.all("field_of_action"):
        title = {lang: _titled(field, shown, facts, lang) for lang in LANGUAGES}
        text = {lang: said["strategy"]["field_description"][lang].format(field=title[lang]) for lang in LANGUAGES}
        base = f"fields/{field['id']}/"
        yield from status_file(base, facts.where("measure", "field_id", field["id"]), facts)
        crumbs = (("fields/", said["base"]["fields"]),)
        own = partial(_field, field, facts)
        yield Page(f"{base}index.html", "field.html", title, text, own, "fields/", crumbs, feeds_of(base))


def _titled(field: Record, current: Collection[str], facts: Facts, lang: Lang) -> str:
    """Return the title of a field's page: an earlier one names its version, a focus its field; many share a name."""
    name, within = named(field, lang), facts.by_id("field_of_action").get(field["parent_id"] or "")
    if field["id"] in current:
        return name
    if not within or within["id"] not in current:
        within = facts.by_id("strategy_version").get(field["strategy_version_id"])
    return f"{name} ({named(within, lang)})" if within else name


def feeds_of(base: str) -> tuple[Alternate, ...]:
    """Return the change feeds of a field or a unit."""
    said = topics()["strategy"]
    return (
        Alternate(f"{base}feed.atom", "application/atom+xml", said["feed_atom"]),
        Alternate(f"{base}feed.json", "application/feed+json", said["feed_json"]),
    )


def current_fields(facts: Facts) -> list[Record]:
    """Return the fields of the version in force: of the latest version of the strategy that has fields, in order."""
    order = {version["id"]: version["ordinal"] for version in facts.all("strategy_version")}
    fields = [field for field in facts.all("field_of_action") if field["level"] == "field"]
    latest = max((order.get(field["strategy_version_id"], -1) for field in fields), default=-1)
    held = [field for field in fields if order.get(field["strategy_version_id"], -1) == latest]
    return sorted(held, key=lambda field: int(field["notation"] or 0) if str(field["notation"] or "0").isdigit() else 0)


def status_table(
    groups: Sequence[Record], column: str, facts: Facts, lang: Lang
) -> tuple[tuple[Column, ...], list[tuple[str | int, ...]]]:
    """Return how many measures each group has by status: columns and rows, the last column their sum.

    `column` is where a measure names the group (`field_id`, `lead_org_ids`).
    """
    codes = [code for code, _ in count_by_status(facts.all("measure"), facts)]
    say = words(lang, facts.theme)
    heading = say["base"]["field" if column == "field_id" else "department"]
    columns = ((heading, False), *((facts.label("status", code, lang), True) for code in codes))
    rows: list[tuple[str | int, ...]] = []
    for group in groups:
        counts = dict(count_by_status(facts.where("measure", column, group["id"]), facts))
        rows.append((named(group, lang), *(counts.get(code, 0) for code in codes), sum(counts.values())))
    return (*columns, (say["strategy"]["total"], True)), rows


def bars(groups: Sequence[Record], column: str, facts: Facts, lang: Lang) -> list[Mapping[str, Any]]:
    """Return a bar of statuses for each group, all on the scale of the largest: record, name, counts and picture."""
    counted = [(group, count_by_status(facts.where("measure", column, group["id"]), facts)) for group in groups]
    longest = max((sum(n for _, n in counts) for _, counts in counted), default=0)
    return [
        {
            "id": group["id"],
            "name": named(group, lang),
            "foreign": foreign(group, lang),
            "total": sum(n for _, n in counts),
            "counts": [(code, facts.label("status", code, lang), n) for code, n in counts],
            "svg": stacked_bar(counts, longest, f"{named(group, lang)}: {in_words(counts, facts, lang)}"),
        }
        for group, counts in counted
    ]


def summary(rows: Sequence[Sequence[str | int]], measures: Sequence[Record], facts: Facts, lang: Lang) -> str:
    """Say in a sentence what the bars of the fields show; `rows` are those of `status_table`."""
    unknown = sum((measure["status_code"] or "unknown") == "unknown" for measure in measures)
    largest = max(rows, key=lambda row: int(row[-1]), default=("", 0))
    return words(lang, facts.theme)["strategy"]["fields_summary"].format(
        field=largest[0], count=largest[-1], all=len(measures), unknown=unknown
    )


def in_words(counts: Iterable[tuple[str, int]], facts: Facts, lang: Lang) -> str:
    """Return counts by status as words: `3 abgeschlossen, 2 geplant`."""
    return ", ".join(f"{count} {lower(facts.label('status', code, lang))}" for code, count in counts)


def _values(facts: Facts, lang: Lang) -> Mapping[str, Any]:
    fields, measures = current_fields(facts), facts.all("measure")
    columns, rows = status_table(fields, "field_id", facts, lang)
    shown = {field["id"] for field in fields}
    return {
        "bars": bars(fields, "field_id", facts, lang),
        "statuses": [(code, facts.label("status", code, lang)) for code, _ in count_by_status(measures, facts)],
        "summary": summary(rows, measures, facts, lang),
        "columns": columns,
        "rows": rows,
        "csv": CSV,
        "earlier": [
            (
                field["id"],
                named(field, lang),
                named(facts.by_id("strategy_version").get(field["strategy_version_id"]), lang),
            )
            for field in facts.all("field_of_action")
            if field["id"] not in shown and field["level"] != "focus"
        ],
    }


def _field(field: Record, facts: Facts, lang: Lang) -> Mapping[str, Any]:
    measures = facts.where("measure", "field_id", field["id"])
    counts = count_by_status(measures, facts)
    goals = facts.where("goal", "field_id", field["id"])
    indicators = facts.where("indicator", "field_id", field["id"])
    for goal in goals:
        indicators = indicators + facts.where("indicator", "goal_id", goal["id"])
    known = facts.by_id("field_of_action")
    return {
        "field": field,
        "foreign": foreign(field, lang),
        "rows": measure_rows(measures, facts, lang),
        "status": status_chart(counts, facts, lang) if measures else None,
        "statuses": [(code, facts.label("status", code, lang)) for code, _ in counts],
        "slipped": sum(map(has_slipped, measures)),
        "goals": goals,
        "indicators": [_observed(record, facts) for record in indicators],
        "contributions": facts.where("participation_contribution", "field_id", field["id"]),
        "focuses": facts.where("field_of_action", "parent_id", field["id"]),
        "parent": known.get(field["parent_id"] or ""),
        "version": facts.by_id("strategy_version").get(field["strategy_version_id"]),
        "successors": [known[name] for name in field["successor_ids"] or () if name in known],
        "predecessors": facts.where("field_of_action", "successor_ids", field["id"]),
        "named": lambda record: named(record, lang),
        "label": partial(facts.label, lang=lang),
    }


def _observed(record: Record, facts: Facts) -> Mapping[str, Any]:
    observed = sorted(facts.where("observation", "indicator_id", record["id"]), key=lambda o: o["time_period"])
    return {"record": record, "observations": observed}


def status_file(base: str, measures: Sequence[Record], facts: Facts) -> Iterator[File]:
    """Yield the numbers of a page's `status_chart` as `status.csv` beside it; nothing where there are no measures."""
    if measures:
        chart = status_chart(count_by_status(measures, facts), facts, "en")
        yield csv_file(f"{base}status.csv", chart.columns, chart.rows)


def status_chart(counts: Sequence[tuple[str, int]], facts: Facts, lang: Lang) -> Chart:
    """Return one bar of how many measures have each status, as `count_by_status` counts them."""
    say, total = words(lang, facts.theme), sum(count for _, count in counts)
    summary = say["strategy"]["status_here"].format(count=total, parts=in_words(counts, facts, lang))
    columns = ((say["measure"]["status"], False), (say["measure"]["number_of"], True))
    rows = tuple((facts.label("status", code, lang), count) for code, count in counts)
    return Chart(stacked_bar(counts, total, summary), summary, say["strategy"]["status_caption"], columns, rows)
