"""A supplier's check of a file: read, normalised and judged as a delivery would be, and nothing kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from flows.collect.deliveries import content_digest, parse_deliveries
from flows.contracts import CodeList, Entity
from flows.feedback.report import described, report
from flows.feedback.spelling import labels_of
from flows.feedback.words import discreet, worded
from flows.formats.read import read
from flows.history.delivered import delivered_changes
from flows.history.ledger import VERSION_SCHEMA, empty_ledger, record, stored, why
from flows.model import Batch, Delivery, Feed, Finding, Part, Table
from flows.normalise.headings import SEARCHED_ROWS, normal_heading
from flows.normalise.mapping import known_headings
from flows.normalise.opening import read_parts
from flows.operate.published import PublishedTables, UnknownNameError
from flows.replay import Known, assess
from flows.settings import Configuration

FITS = 0.5
"""Share of a feed's headings a file must have for it to be recognised by them."""
REFUSED = ("ERROR", "BLOCK")
MOST_CHANGES = 20


@dataclass(frozen=True)
class Checked:
    """What a check came to: the feed it was judged as, what would become of each row, the findings, gravest first.

    `told` is the report the delivery would get, `tables` are its cells.
    """

    name: str
    feed: str
    rows: Mapping[str, int]
    findings: tuple[Finding, ...]
    references_known: bool
    told: Mapping[str, Any]
    tables: tuple[Table, ...]

    @property
    def good(self) -> bool:
        """Tell whether everything in the file would be taken."""
        return not any(finding.level in REFUSED for finding in self.findings)


def check(
    files: Sequence[tuple[str, bytes]], feed: Feed, received: str, known: Known | None, configuration: Configuration
) -> Checked:
    """Judge the parts (name, content) of a file or folder as a delivery of `feed` received on the day `received`.

    `known` is what was accepted before; without it (None) references to other records are not judged.
    """
    parts = tuple(Part(name, hashlib.sha256(content).hexdigest(), len(content)) for name, content in files)
    delivery = Delivery("", feed.id, received, content_digest(parts), parts, "")
    before = known or Known(_nothing(configuration.entities), (), frozenset())
    cells = read_parts(files, feed)
    batch = assess(delivery, cells, feed, before, configuration)
    findings = [f for f in batch.findings if known is not None or f.rule != "unknown_reference"]
    changes = _changes(batch, before, configuration.entities) if known is not None else []
    outcomes = batch.outcomes["outcome"].to_list()
    told = report(delivery, outcomes, findings, configuration.codelists, changes)
    name = ", ".join(name for name, _ in files)
    return Checked(name, feed.id, told["rows"], tuple(discreet(findings)), known is not None, told, cells.tables)


def _changes(batch: Batch, known: Known, entities: Mapping[str, Entity]) -> list[dict[str, Any]]:
    """Return what the delivery would change of what is published."""
    recorded = {name: entities[name] for name in known.records}
    kept = {name: known.records[name].select(frame.columns) for name, frame in empty_ledger(recorded).versions.items()}
    ledger = record(replace(empty_ledger(recorded), versions=kept), batch, entities)
    return delivered_changes(ledger, batch.delivery.id, entities)


def feed_of(name: str, content: bytes, feeds: Sequence[Feed]) -> Feed:
    """Return the feed whose headings the file has most of; raises UnknownNameError where none or several fit best."""
    cells = _template_cells(name, content)
    named = [feed for feed in feeds if feed.id in cells]
    scores = {feed.id: 2.0 if feed in named else 0.0 for feed in feeds} if named else _scores(name, content, feeds)
    best = max(scores.values(), default=0.0)
    fitting = [feed for feed in feeds if scores[feed.id] == best]
    if best < FITS:
        raise UnknownNameError("a feed with the headings of", name, ())
    if len(fitting) > 1:
        raise UnknownNameError(f"one feed only ({', '.join(feed.id for feed in fitting)}; say --feed) for", name, ())
    return fitting[0]


def named_feed(identifier: str, feeds: Sequence[Feed]) -> Feed:
    """Return the feed called `<unit>/<name>`; raises UnknownNameError."""
    known = {feed.id: feed for feed in feeds}
    if identifier not in known:
        raise UnknownNameError("feed", identifier, known)
    return known[identifier]


def _template_cells(name: str, content: bytes) -> set[str]:
    """Return the first cells of each sheet: a template of ours says there for which feed it is."""
    tables = read([(name, content)], {}, [])[0] if content[:4] == b"PK\x03\x04" else []
    return {str(cell) for table in tables for cell in table.cells.head(2).iloc[:, :1].to_numpy().ravel()}


def _scores(name: str, content: bytes, feeds: Sequence[Feed]) -> dict[str, float]:
    """Return how well the headings of each feed fit; the file is read once for all feeds that read it alike."""
    headings = {feed.id: known_headings(feed.mapping) for feed in feeds}
    alike: dict[str, list[Feed]] = {}
    for feed in feeds:
        alike.setdefault(json.dumps(feed.mapping.get("read", {}), sort_keys=True), []).append(feed)
    scores: dict[str, float] = {}
    for hints, group in alike.items():
        texts = _texts(name, content, json.loads(hints), [text for feed in group for text in headings[feed.id]])
        scores |= {feed.id: _share(headings[feed.id], texts) for feed in group}
    return scores


def _texts(name: str, content: bytes, hints: Mapping[str, Any], headings: Sequence[str]) -> set[str]:
    """Return what may be headings of the file: the texts of its first rows, or the places of its records."""
    texts: set[str] = set()
    for table in read([(name, content)], hints, headings)[0]:
        grid = table.layout == "grid"
        shown = table.cells.head(SEARCHED_ROWS).to_numpy().ravel() if grid else table.cells.columns
        texts |= {normal_heading(str(text)) for text in shown}
    return texts


def _share(headings: Sequence[str], texts: Collection[str]) -> float:
    """Return the share of a feed's headings that are among the texts; both lines of one in two lines must be."""
    found = [heading for heading in headings if all(normal_heading(line) in texts for line in heading.split(" / "))]
    return len(found) / len(headings)


def known_from(
    tables: PublishedTables, events: Sequence[Mapping[str, Any]], feed: Feed, entities: Mapping[str, Entity]
) -> Known:
    """Return what was accepted before, from what is published: enough to judge, and quick to have.

    Records that are not public are not in it.
    """
    records = _nothing(entities)
    for name in records:
        if name in tables.entities.values():
            records[name] = _as_kept(tables.rows(tables.dataset_of(name)), entities[name])
    own = [delivery.id for delivery in parse_deliveries(events) if delivery.feed == feed.id]
    minted = [(event["scheme"], event["value"], event["id"]) for event in events if event["event"] == "minted"]
    before = records["measure"].filter(pl.col("_delivery").is_in(own))["id"]
    taken = {row["id"]: row["rows_published"] for row in tables.rows("deliveries") if row["rows_published"]}
    rows = next((taken[name] for name in reversed(own) if name in taken), 0)
    return Known(records, minted, frozenset(before), rows)


def _nothing(entities: Mapping[str, Entity]) -> dict[str, pl.DataFrame]:
    return {name: _as_kept([], entity) for name, entity in entities.items() if "x-derived" not in entity.schema}


def _as_kept(rows: Sequence[Mapping[str, Any]], entity: Entity) -> pl.DataFrame:
    """Return published rows with the columns the ledger keeps; a property that is not public has its default."""
    schema: dict[str, Any] = {name: entity[name].dtype for name in stored(entity)}
    places: dict[str, Any] = {
        "valid_from": pl.String,
        "source_delivery_id": pl.String,
        "missing_reasons": pl.List(pl.String),
    }
    frame = pl.DataFrame(rows, schema={**schema, **places}, orient="row")
    reasons = pl.col("missing_reasons")
    said = [
        reasons.list.eval(pl.element().filter(pl.element().str.starts_with(f"{name}="))).list.first().alias(why(name))
        for name in stored(entity)
        if name != "id"
    ]
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in VERSION_SCHEMA.items() if name not in frame]
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_version")
    unsaid = [p for p in map(entity.__getitem__, stored(entity)) if not p.public and "x-default" in p.schema]
    defaults = [pl.lit(p.schema["x-default"], dtype=p.dtype).alias(p.name) for p in unsaid]
    return frame.with_columns(absent).with_columns(
        *defaults, *said, number, pl.col("source_delivery_id").alias("_delivery")
    )


WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        **{"read_as": "geprüft als", "good": "in Ordnung", "bad": "bitte bessern", "rows": "Zeilen"},
        **{"published": "würden übernommen", "published_with_finding": "würden mit Hinweis übernommen"},
        **{"carried_forward": "melden nichts Neues", "quarantined": "würden nicht übernommen"},
        **{"not_a_record": "sind keine Datensätze (Titel, Kopf, Summe, leer)", "nothing": "Keine Befunde."},
        **{"new": "neu", "more": "weitere Änderungen"},
        "unknown": "Bezüge auf andere Datensätze sind nicht geprüft: Hier ist noch nichts veröffentlicht.",
    },
    "en": {
        **{"read_as": "checked as", "good": "fine", "bad": "please mend", "rows": "rows"},
        **{"published": "would be taken", "published_with_finding": "would be taken with a remark"},
        **{"carried_forward": "bring no news", "quarantined": "would not be taken"},
        **{"not_a_record": "are no records (title, header, total, blank)", "nothing": "No findings."},
        **{"new": "new", "more": "more changes"},
        "unknown": "References to other records were not checked: nothing is published here yet.",
    },
}


def check_lines(
    checked: Checked, codelists: Mapping[str, CodeList], entities: Mapping[str, Entity], lang: str
) -> list[str]:
    """Return the summary, what would change, then each finding in words, the gravest first; `lang` is "de" or "en"."""
    words = WORDS[lang]
    lines = [f"{checked.name}, {words['read_as']} {checked.feed}: {words['good'] if checked.good else words['bad']}"]
    lines += [f"  {count} {words['rows']} {words[outcome]}" for outcome, count in checked.rows.items()]
    lines += [f"  {words['unknown']}"] * (not checked.references_known)
    lines += [f"  {_changed(c, entities, codelists, lang)}" for c in checked.told["changes"][:MOST_CHANGES]]
    more = len(checked.told["changes"]) - MOST_CHANGES
    lines += [f"  ... {more} {words['more']}"] * (more > 0)
    found = [worded(finding, codelists, lang) for finding in checked.findings]
    return [*lines, "", *(found or [words["nothing"]])]


def _changed(
    change: Mapping[str, Any], entities: Mapping[str, Entity], codelists: Mapping[str, CodeList], lang: str
) -> str:
    if not change["property"]:
        return f"{WORDS[lang]['new']}: {change['title']}"
    prop = entities[change["entity"]][change["property"]]
    words = labels_of(codelists[prop.codelist], lang) if prop.codelist else {}
    old, new = (words.get(change[side], change[side]) or "–" for side in ("old", "new"))
    return f"{change['title']}: {prop.text('label', lang)}: {old} -> {new}"


def check_document(checked: Sequence[Checked], codelists: Mapping[str, CodeList]) -> dict[str, Any]:
    """Return checks as a JSON document."""
    files = [
        {
            "name": one.name,
            "feed": one.feed,
            "rows": one.rows,
            "references_known": one.references_known,
            "good": one.good,
            "verdict": one.told["verdict"],
            "changes": one.told["changes"],
            "findings": [described(finding, codelists) for finding in one.findings],
        }
        for one in checked
    ]
    return {"format": "offenlage-check/1", "files": files}
