"""The page of the radar: the picture, and everything in it once more as a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flows.publish.site.charts import csv_file
from flows.publish.site.facts import Facts, foreign, named
from flows.publish.site.fields import current_fields, in_words
from flows.publish.site.listing import count_by_status, measure_rows
from flows.publish.site.radar_chart import RINGS, Dot, number_of, radar
from flows.publish.site.rendering import LANGUAGES, Alternate, File, Page, alone
from flows.publish.site.texts import topics, words
from flows.publish.site.words import Lang

LISTED = 120
"""Measures that are listed and linked; of more, each field's page has the list, the picture's own file the links."""
CSV, SVG = "radar/radar.csv", "radar/radar.svg"
COLUMNS = (("id", False), ("title", False), ("field", False), ("status", False))


def radar_pages(facts: Facts) -> Iterator[Page | File]:
    """Yield the radar with its numbers as CSV, and the picture alone as SVG."""
    said = topics()["radar"]
    rows = [
        (m["id"], named(m, "de"), named(facts.by_id("field_of_action").get(m["field_id"]), "de"), m["status_code"])
        for m in facts.all("measure")
    ]
    yield csv_file(CSV, COLUMNS, rows)
    for lang in LANGUAGES:
        path = f"{'en/' if lang == 'en' else ''}{SVG}"
        source = f"{facts.catalogue['attribution'][lang]}, {facts.catalogue['license']}"
        yield path, "image/svg+xml", alone(_picture(facts, lang, "../measures/"), source, facts.theme).encode()
    forms = (Alternate(CSV, "text/csv", said["table_caption"]), Alternate(SVG, "image/svg+xml", said["download_svg"]))
    values = partial(_values, facts)
    yield Page("radar/index.html", "radar.html", said["title"], said["description"], values, alternates=forms)


def _picture(facts: Facts, lang: Lang, measures: str) -> str:
    dots = [
        Dot(
            measure["id"],
            f"{measures}{measure['id']}/",
            f"{named(measure, lang)} ({facts.label('status', measure['status_code'] or 'unknown', lang)})",
            measure["field_id"],
            measure["status_code"] or "unknown",
        )
        for measure in facts.all("measure")
    ]
    fields = [(field["id"], named(field, lang)) for field in current_fields(facts)]
    say = words(lang, facts.theme)["radar"]
    connections = [(r["from_measure_id"], r["to_measure_id"]) for r in facts.all("measure_relation")]
    rings = {name: say[f"ring_{name}"] for name, _, _, _ in RINGS}
    return radar(dots, fields, rings, connections, _summary(facts, lang))


def _summary(facts: Facts, lang: Lang) -> str:
    fields = {field["id"] for field in current_fields(facts)}
    measures = [measure for measure in facts.all("measure") if measure["field_id"] in fields]
    return words(lang, facts.theme)["radar"]["summary"].format(
        all=len(measures),
        fields=len(fields),
        parts=in_words(count_by_status(measures, facts), facts, lang),
    )


def _values(facts: Facts, lang: Lang) -> Mapping[str, Any]:
    fields = current_fields(facts)
    shown = {field["id"] for field in fields}
    measures = facts.by_id("measure")
    listed = len(facts.all("measure")) <= LISTED
    return {
        "svg": _picture(facts, lang, "../measures/") if listed else "",
        "summary": _summary(facts, lang),
        "listed": listed,
        "groups": [
            (
                f["id"],
                named(f, lang),
                foreign(f, lang),
                measure_rows(facts.where("measure", "field_id", f["id"]), facts, lang),
            )
            for f in fields
        ],
        "elsewhere": measure_rows((m for m in facts.all("measure") if m["field_id"] not in shown), facts, lang),
        "connections": [
            (r, named(measures.get(r["from_measure_id"]), lang), named(measures.get(r["to_measure_id"]), lang))
            for r in facts.all("measure_relation")
        ],
        "statuses": [
            (code, facts.label("status", code, lang)) for code, _ in count_by_status(facts.all("measure"), facts)
        ],
        "label": partial(facts.label, lang=lang),
        "number_of": number_of,
        "csv": CSV,
        "picture": SVG,
    }
