"""What changed, in words: the published changes of a measure, or of a kind of record, that came with one delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl

from flows.contracts import Entity, Property
from flows.history.changes import REPORTED
from flows.publish.site.dates import write_edtf
from flows.publish.site.facts import Facts, Record, named
from flows.publish.site.words import Lang, write_number

Key = tuple[Any, ...]

RECORD = "id"
"""What the published changes name as the property where a whole record came."""
ADDED, CORRECTION = "added", "correction"
NOT_STATED: Mapping[Lang, str] = {"de": "ohne Angabe", "en": "not stated"}
UNITS: Mapping[str, Mapping[Lang, str]] = {
    "percent": {"de": "%", "en": "%"},
    "percentage_points": {"de": "Prozentpunkte", "en": "percentage points"},
    "days": {"de": "Tage", "en": "days"},
    "months": {"de": "Monate", "en": "months"},
    "EUR": {"de": "Euro", "en": "euros"},
}
TRUTH: Mapping[Lang, Mapping[str, str]] = {"de": {"true": "ja", "false": "nein"}, "en": {"true": "yes", "false": "no"}}


@dataclass(frozen=True)
class Change:
    """One value that changed, in the words of `lang`: `kind` is a code of the code list change_class.

    `wrong_from` and `wrong_recorded` are set for a correction only: since when the wrong value was said to hold, and
    when it was received ("" where the history does not tell).
    """

    record: str
    record_name: str
    property: str
    label: str
    kind: str
    kind_label: str
    old: str
    new: str
    reason: str = ""
    wrong_from: str = ""
    wrong_recorded: str = ""


@dataclass(frozen=True)
class Entry:
    """What one delivery changed of one measure, or of the records of one kind that belong to no measure.

    `subject` is the measure's id, or the kind's name, `page` the address of its page; `day` is the one
    (ISO) on which the delivery was received.
    """

    subject: str
    is_measure: bool
    title: str
    page: str
    day: str
    delivery: str
    release: str
    changes: tuple[Change, ...]
    fields: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return what makes it this entry, for ever: subject and delivery."""
        return f"{self.subject}/{self.delivery}"


def entries(facts: Facts, lang: Lang) -> list[Entry]:
    """Return everything that ever changed, the oldest first, from the published tables alone.

    A run without changes adds nothing, as the table of changes has no row of it. Returns [] without such a table.
    """
    if "change_event" not in facts.datasets:
        return []
    events = _once(facts.datasets["change_event"].frame)
    history = facts.datasets["history_entry"].frame if "history_entry" in facts.datasets else pl.DataFrame()
    wrong = _wrong_values(events, history)
    rows = sorted(events.iter_rows(named=True), key=_order)
    grouped = groupby(rows, key=lambda row: _order(row)[:3])
    return [_entry(list(group), facts, lang, wrong) for _, group in grouped]


def _order(row: Record) -> tuple[str, str, str, int, str]:
    return row["recorded_at"], row["delivery_id"], row["measure_id"] or row["entity"], row["version"], row["property"]


def _once(events: pl.DataFrame) -> pl.DataFrame:
    """Leave out what a status report changed where the same stands as a change of its measure."""
    said = events.filter(pl.col("entity") == "measure").select("measure_id", "property", "version")
    repeated = events.filter(pl.col("entity") == "status_report", pl.col("property").is_in(REPORTED)).join(
        said, on=["measure_id", "property", "version"], how="semi"
    )
    return events.join(repeated, on=["entity", "id", "property", "version"], how="anti")


def _wrong_values(events: pl.DataFrame, history: pl.DataFrame) -> dict[Key, tuple[str, str]]:
    """Return for each correction since when the wrong value was said to hold, and when it was received.

    The wrong value is the last one the history has of the property before the correction, valid from the same day;
    a value of a status report is looked up by the measure's reporting day, as the change names the measure.
    """
    corrected = events.filter(pl.col("change_class") == CORRECTION)
    if corrected.is_empty() or history.is_empty():
        return {}
    reported = pl.col("property").is_in(REPORTED) & (pl.col("entity") == "measure")
    own = corrected.filter(~reported).join(history, on=["entity", "id", "property"], how="inner")
    versions = history.filter(pl.col("entity") == "status_report")
    same = versions.select(pl.col("id").alias("report"), "version", "property")
    named = corrected.filter(reported).join(same, on=["version", "property"], how="inner")
    theirs = named.join(versions, left_on=["report", "property"], right_on=["id", "property"], how="inner")
    found: dict[Key, tuple[str, str]] = {}
    for frame in (own, theirs):
        before = frame.filter(
            pl.col("version_right") < pl.col("version"), pl.col("value").eq_missing(pl.col("old_value"))
        ).sort("version_right")
        for row in before.iter_rows(named=True):
            found[_key(row)] = (row["valid_from"], row["recorded_at_right"])
    return found


def _key(row: Record) -> Key:
    return row["entity"], row["id"], row["property"], row["version"]


def _entry(rows: Sequence[Record], facts: Facts, lang: Lang, wrong: Mapping[Key, tuple[str, str]]) -> Entry:
    first = rows[0]
    measure, kind = first["measure_id"], first["entity"]
    about = facts.by_id("measure").get(measure, {}) if measure else {}
    return Entry(
        measure or kind,
        measure is not None,
        (named(about, lang) or measure) if measure else _table(kind, facts, lang),
        f"measures/{measure}/" if measure else f"data/{facts.datasets[kind].name}/",
        first["recorded_at"],
        first["delivery_id"],
        first["release_id"] or "",
        tuple(_change(row, facts, lang, wrong.get(_key(row), ("", ""))) for row in rows),
        tuple(name for name in (about.get("field_id"), *(about.get("secondary_field_ids") or ())) if name),
        tuple(about.get("lead_org_ids") or ()),
    )


def _table(entity: str, facts: Facts, lang: Lang) -> str:
    return str(facts.datasets[entity].description["title"][lang])


def _kind_label(entity: str, facts: Facts, lang: Lang) -> str:
    return str(facts.entities[entity].schema["x-label"][lang])


def _change(row: Record, facts: Facts, lang: Lang, wrong: tuple[str, str]) -> Change:
    name, entity, kind = row["property"], row["entity"], row["change_class"]
    whole = name == RECORD
    prop = None if whole else _property(entity, name, facts.entities)
    known = _called(entity, row["id"], facts, lang)
    return Change(
        record=row["id"],
        record_name=known,
        property=name,
        label=_kind_label(entity, facts, lang) if prop is None else prop.text("label", lang) or name,
        kind=kind,
        kind_label=facts.label("change_class", kind, lang),
        old=in_words(row["old_value"], prop, facts, lang),
        new=known if whole else in_words(row["new_value"], prop, facts, lang),
        reason=_reason(row, facts, lang),
        wrong_from=(wrong[0] or row["effective_on"] or "") if kind == CORRECTION else "",
        wrong_recorded=wrong[1] if kind == CORRECTION else "",
    )


def _called(entity: str, identifier: str, facts: Facts, lang: Lang) -> str:
    return named(facts.by_id(entity).get(identifier), lang) or identifier


def _reason(row: Record, facts: Facts, lang: Lang) -> str:
    said = (facts.label("reason", row["reason_code"], lang), row["reason_text_de"] or "")
    return ": ".join(text for text in said if text)


def _property(entity: str, name: str, entities: Mapping[str, Entity]) -> Property:
    """Return the contract of a changed property; what a status report says of a measure has the report's."""
    owner = "status_report" if entity == "measure" and name in REPORTED else entity
    return entities[owner][name]


def in_words(value: str | None, prop: Property | None, facts: Facts, lang: Lang) -> str:
    """Return a value, given as the text it has in the CSV, as people read it; `prop` None leaves it as it is."""
    if value is None:
        return NOT_STATED[lang]
    if prop is None:
        return value
    return ", ".join(_one(part, prop, facts, lang) for part in (value.split("|") if prop.is_list else [value]))


def _one(value: str, prop: Property, facts: Facts, lang: Lang) -> str:
    if prop.codelist:
        return facts.label(prop.codelist, value, lang)
    if prop.ref:
        return _called(prop.ref, value, facts, lang)
    if prop.type == "boolean":
        return TRUTH[lang][value]
    if prop.type in ("number", "integer"):
        unit = UNITS.get(prop.schema.get("x-unit", ""), {}).get(lang, "")
        return f"{write_number(float(value), lang)} {unit}".rstrip()
    return write_edtf(value, lang) if prop.format in ("date", "edtf") else value
