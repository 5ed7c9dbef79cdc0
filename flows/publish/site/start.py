"""The start page: the finding, four numbers, how far each field is, what one can do online, what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from flows.publish.site.events import Entry, entries
from flows.publish.site.facts import Facts, foreign, named
from flows.publish.site.feed import sentence
from flows.publish.site.fields import CSV, bars, current_fields, status_table, summary
from flows.publish.site.listing import count_by_status
from flows.publish.site.rendering import LANGUAGES, Alternate, Page
from flows.publish.site.texts import topics, words
from flows.publish.site.wording import has_slipped
from flows.publish.site.words import Lang

SHOWN, TOLD = 10, 3
TELLING = ("service", "goal", "principle", "guideline", "field_of_action", "strategy_version", "council_resolution")
"""Kinds of records whose changes are told here; those of other reference tables stand on the page of all changes."""

TAKE = (
    (
        "take_measures",
        tuple((f"data/measures.{s}", w) for s, w in (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"))),
    ),
    ("take_changes", (("feed.atom", "Atom"), ("feed.json", "JSON Feed"))),
    ("take_catalogue", (("catalog.ttl", "Turtle"), ("catalog.rdf", "RDF/XML"), ("catalog.jsonld", "JSON-LD"))),
)
"""What can be taken along, by its words: path and name of each form."""


def start_pages(facts: Facts) -> Iterator[Page]:
    """Yield the start page."""
    told = {lang: entries(facts, lang) for lang in LANGUAGES}
    said = topics()["changes"]
    forms = (
        Alternate("feed.atom", "application/atom+xml", said["atom"]),
        Alternate("feed.json", "application/feed+json", said["json_feed"]),
    )
    values = partial(_values, facts, told)
    name, text = facts.theme["name"], facts.theme["introduction"]
    yield Page("index.html", "start.html", name, text, values, alternates=forms)


def _values(facts: Facts, told: Mapping[Lang, list[Entry]], lang: Lang) -> Mapping[str, Any]:
    measures = facts.all("measure")
    counts = dict(count_by_status(measures, facts))
    numbers = {
        "all": len(measures),
        "completed": counts.get("completed", 0),
        "slipped": sum(map(has_slipped, measures)),
        "unknown": counts.get("unknown", 0),
    }
    fields, say = current_fields(facts), words(lang, facts.theme)
    columns, rows = status_table(fields, "field_id", facts, lang)
    return {
        "as_of": facts.release.as_of,
        "numbers": numbers,
        "headline": say["start"]["headline"].format(**numbers, running=counts.get("in_progress", 0)),
        "finding": say["start"]["finding"].format(**numbers),
        "summary": summary(rows, measures, facts, lang),
        "bars": bars(fields, "field_id", facts, lang),
        "statuses": [(code, facts.label("status", code, lang)) for code in counts],
        "columns": columns,
        "rows": rows,
        "csv": CSV,
        "services": [
            (s["id"], named(s, lang), foreign(s, lang), say["services"][f"answer_{s['state'] or ''}"])
            for s in facts.all("service")[:6]
        ],
        "changes": [
            (entry, _told(entry, lang, say["changes"]))
            for entry in [e for e in reversed(told[lang]) if e.is_measure or e.subject in TELLING][:SHOWN]
        ],
        "take": [(say["start"][name], forms) for name, forms in TAKE],
    }


def _told(entry: Entry, lang: Lang, say: Mapping[str, str]) -> list[str]:
    """Return what an entry tells in words: its first three changes, and how many more there are."""
    told = list(dict.fromkeys(sentence(change, entry, lang, say) for change in entry.changes))
    return told[:TOLD] + ([say["rest"].format(count=len(told) - TOLD)] if len(told) > TOLD else [])
