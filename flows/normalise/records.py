"""One delivery becomes records: located cells, read columns, ids; and every row an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from flows.contracts import Entity
from flows.model import Batch, Delivery, Feed, Finding, Table
from flows.normalise.columns import PLACE, Headings, read_columns
from flows.normalise.identity import Minted, collect_aliases, identify, is_minted, key_scheme, reference_aliases
from flows.normalise.keys import read_keys
from flows.normalise.knowledge import Context, Knowledge
from flows.normalise.mapping import (
    FILLED_SCHEMA,
    OUTCOME_SCHEMA,
    SOURCE_SCHEMA,
    Located,
    locate,
    report_date_text,
    table_entities,
)
from flows.normalise.template_form import template_specs

UNIDENTIFIED = ("id_missing", "excel_date_damage")
"""Why a row has no identity: nothing says whose it is, or the key is damaged."""
SAID_ELSEWHERE: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("measure", "category"): ("planned_end", "planned_period"),
    ("status_report", "reason_text_de"): ("status_code",),
}
"""Properties of which a column that holds another one may tell, too (deliveries.md 14 and 36)."""


def normalise(delivery: Delivery, tables: Sequence[Table], feed: Feed, knowledge: Knowledge) -> Batch:
    """Turn the tables of one delivery into records as its mapping says.

    Every delivered row appears in `outcomes`: as no record, quarantined (no identity), or published; the rules may
    still change the last. Ids are minted in the order of the rows.
    """
    specs = template_specs(tables, knowledge.entities) or feed.mapping["tables"]
    located = [locate(table, specs, knowledge.entities) for table in tables]
    told = [f for place in located for f in (*place.findings, *_merged(place))]
    findings = [replace(f, delivery=delivery.id) for f in told]
    records: dict[str, list[pl.DataFrame]] = {}
    outcomes = [place.outcomes for place in located]
    minted: list[Minted] = []
    also: list[pl.DataFrame] = []
    known = list(knowledge.given)
    for spec in specs:
        own = [place for place in located if place.spec is spec and len(place.raw)]
        if not own:
            continue
        aliases = collect_aliases(knowledge.identifiers, [*known, *minted])
        context = Context(spec, feed, delivery, knowledge, aliases)
        built, said, new = _build(own, context)
        findings += said
        minted += new
        for name, frame in built.items():
            records.setdefault(name, []).append(frame)
            known += reference_aliases(name, frame) if not is_minted(knowledge.entities[name]) else []
        outcomes.append(_outcomes(own, built, said))
        also += [_also_from(place, built) for place in own]
    joined = {name: pl.concat(frames, how="diagonal") for name, frames in records.items()}
    return Batch(
        delivery=delivery,
        valid_from=delivery.received,
        records=joined,
        outcomes=pl.concat([pl.DataFrame(schema=OUTCOME_SCHEMA), *outcomes]),
        sources=pl.concat([pl.DataFrame(schema=SOURCE_SCHEMA), *[p.sources for p in located], *also]),
        filled=pl.concat([pl.DataFrame(schema=FILLED_SCHEMA), *[p.filled for p in located]]),
        minted=tuple(minted),
        findings=tuple(findings),
        readable=_readable(joined),
        on_template=any("template" in spec for spec in specs),
    )


def _also_from(place: Located, records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Name the column that told something of a second property too, for whoever asks where a value came from."""
    held = {(entity, name): (at, heading) for _, entity, name, at, heading in place.sources.rows()}
    found = []
    for (entity, name), origins in SAID_ELSEWHERE.items():
        frame = records.get(entity)
        origin = next((held[entity, other] for other in origins if (entity, other) in held), None)
        if frame is None or origin is None or (entity, name) in held or name not in frame.columns:
            continue
        if frame.filter((pl.col("_sheet") == place.sheet) & pl.col(name).is_not_null()).height:
            found.append((place.sheet, entity, name, *origin))
    return pl.DataFrame(found, schema=SOURCE_SCHEMA, orient="row")


def _merged(place: Located) -> list[Finding]:
    """Tell once a column how many cells took their value from a merged one above (deliveries.md 23)."""
    merged = place.filled.filter(pl.col("how") == "merged_cell").group_by("entity", "property", maintain_order=True)
    headings = {(e, p): (at, heading) for e, p, at, heading in place.sources.drop("sheet").rows()}
    return [
        Finding(
            "merged_filled",
            "FIX",
            "",
            place.sheet,
            row,
            *headings[e, p],
            e,
            p,
            str(count),
        )
        for e, p, row, count in merged.agg(pl.col("row").min(), pl.len()).rows()
    ]


def _undated(frame: pl.DataFrame) -> list[Finding]:
    """Tell where no report states its reporting day, nor a reason for having none (deliveries.md 44)."""
    said = [pl.col(name).is_not_null() for name in ("reporting_date", "_why_reporting_date") if name in frame.columns]
    spoken = pl.any_horizontal(*said, pl.col("_refused").list.contains("reporting_date"), "_unchanged")
    if frame.is_empty() or frame.select(spoken.any()).item():
        return []
    sheet = frame["_sheet"][0]
    return [Finding("reporting_date_missing", "WARN", "", sheet, entity="status_report", property="reporting_date")]


def _readable(records: Mapping[str, pl.DataFrame]) -> dict[str, tuple[int, int]]:
    """Return of each column how many filled cells could be read, and how many there are."""
    found = {}
    for entity, frame in records.items():
        lost = dict(frame["_refused"].explode().drop_nulls().value_counts().iter_rows())
        for name in (column for column in frame.columns if f"_why_{column}" in frame.columns):
            read = frame.filter(pl.col(name).is_not_null() | pl.col(f"_why_{name}").is_not_null()).height
            if filled := read + lost.get(name, 0):
                found[f"{entity}.{name}"] = (read, filled)
    return found


def _build(own: Sequence[Located], context: Context) -> tuple[dict[str, pl.DataFrame], list[Finding], list[Minted]]:
    raw = pl.concat([_rows(place, context.spec) for place in own], how="diagonal")
    headings = {(s, f"{e}.{p}"): (place, heading) for o in own for s, e, p, place, heading in o.sources.rows()}
    records: dict[str, pl.DataFrame] = {}
    findings: list[Finding] = []
    minted: list[Minted] = []
    measure_ids: pl.Series | None = None
    for name in sorted(table_entities(context.spec), key=lambda n: n != "measure"):
        entity = context.knowledge.entities[name]
        frame, said = read_columns(raw, entity, context, headings)
        if measure_ids is not None and "measure_id" in entity and "measure_id" not in frame.columns:
            frame = frame.with_columns(measure_ids.alias("measure_id"))
        keys = _keys(raw, entity, context)
        told = _key_findings(raw, keys, entity, headings)
        frame, new = _identified(frame, keys, entity, context)
        if name == "measure":
            measure_ids = frame["id"]
        if "template" in context.spec and "report_state" in frame.columns:
            frame = _state_of_new_only(frame, new)
        said += [*told, *_unidentified(frame, entity, [*findings, *told])]
        if name == "status_report" and "template" not in context.spec:
            said += _undated(frame.filter("_said"))
        said_here = pl.col("_said") & pl.col("id").is_not_null()
        records[name] = frame.filter(said_here).with_columns(_delivery=pl.lit(context.delivery.id)).drop("_said")
        findings += said
        minted += new
    return records, [_levelled(f, context) for f in findings], minted


def _state_of_new_only(frame: pl.DataFrame, new: list[Minted]) -> pl.DataFrame:
    """Say only of new reports that they were received: what a template shows of a known one was said before."""
    fresh = pl.col("id").is_in([identifier for _, _, identifier in new])
    return frame.with_columns(pl.when(fresh).then("report_state").otherwise(None).alias("report_state"))


def _keys(raw: pl.DataFrame, entity: Entity, context: Context) -> pl.DataFrame:
    """Return the supplier's keys as `read_keys` does."""
    supplied, scheme = f"{entity.name}.key", key_scheme(entity, context.feed.unit)
    keys = raw[supplied] if supplied in raw.columns else pl.Series([None] * len(raw), dtype=pl.String)
    written = (*context.knowledge.given, *context.knowledge.identifiers)
    return read_keys(keys, scheme, context.aliases.of(scheme), written)


def _key_findings(raw: pl.DataFrame, keys: pl.DataFrame, entity: Entity, headings: Headings) -> list[Finding]:
    supplied = f"{entity.name}.key"
    if supplied not in raw.columns:
        return []
    told = raw.select(*PLACE, supplied).hstack(keys.select("rule", "expected")).filter(pl.col("rule") != "")
    found = []
    for sheet, row, text, rule, expected in told.rows():
        at = headings.get((sheet, supplied), ("", ""))
        found.append(Finding(rule, "INFO", "", sheet, row, *at, entity.name, "", text, expected))
    return found


def _identified(
    frame: pl.DataFrame, keys: pl.DataFrame, entity: Entity, context: Context
) -> tuple[pl.DataFrame, list[Minted]]:
    """Give each record its id; one whose key is damaged gets none, whatever its title is."""
    damaged = pl.lit(keys["rule"] == "excel_date_damage")
    said = frame.with_columns(pl.col("_said") & ~damaged)
    found, new = identify(said, keys["key"], entity, context.feed.unit, context.aliases, context.delivery.received)
    return found.with_columns(pl.when(damaged).then(None).otherwise("id").alias("id")), new


def _levelled(finding: Finding, context: Context) -> Finding:
    return replace(finding, delivery=context.delivery.id, level=context.knowledge.levels()[finding.rule])


def _rows(place: Located, spec: Mapping[str, Any]) -> pl.DataFrame:
    """Return the raw rows of one sheet with the texts that the sheet or the mapping adds to each of them."""
    extra = {target: str(value) for target, value in spec.get("constants", {}).items()}
    if "field_from_sheet" in spec:
        extra[spec["field_from_sheet"]] = place.sheet
    day = report_date_text(place)
    if day and "status_report" in table_entities(spec) and "status_report.reporting_date" not in place.raw.columns:
        extra["status_report.reporting_date"] = day
    texts = [pl.lit(text).alias(target) for target, text in extra.items()]
    return place.raw.with_columns(pl.lit(place.sheet).alias("_sheet"), pl.lit(day).alias("_day"), *texts)


def _unidentified(frame: pl.DataFrame, entity: Entity, told: Sequence[Finding]) -> list[Finding]:
    """Tell once a row that nothing says what it is about."""
    known = {(f.sheet, f.row) for f in told if f.rule in UNIDENTIFIED}
    lost = frame.filter(pl.col("id").is_null() & pl.col("_said")).select(*PLACE).rows()
    return [Finding("id_missing", "ERROR", sheet=s, row=r, entity=entity.name) for s, r in lost if (s, r) not in known]


def _outcomes(own: Sequence[Located], built: Mapping[str, pl.DataFrame], told: Sequence[Finding]) -> pl.DataFrame:
    """Return one outcome per row of these tables: published where any record came of it, else quarantined."""
    rows = pl.concat([o.raw.select(pl.lit(o.sheet).alias("sheet"), pl.col("_row").alias("row")) for o in own])
    kept = [
        f.select(pl.col("_sheet").alias("sheet"), pl.col("_row").alias("row"), "_unchanged") for f in built.values()
    ]
    alive = pl.concat(kept).group_by("sheet", "row", maintain_order=True).agg(pl.col("_unchanged").any())
    joined = rows.join(alive, on=["sheet", "row"], how="left", maintain_order="left")
    outcome = (
        pl.when(pl.col("_unchanged").is_null())
        .then(pl.lit("quarantined"))
        .when(pl.col("_unchanged"))
        .then(pl.lit("carried_forward"))
        .otherwise(pl.lit("published"))
    )
    why = {(f.sheet, f.row): f.rule for f in told if f.rule in UNIDENTIFIED and not f.property}
    rules = [why.get(place, "id_missing") for place in joined.select("sheet", "row").rows()]
    lost = pl.Series(rules, dtype=pl.String)
    rule = pl.when(pl.col("_unchanged").is_null()).then(lost).otherwise(pl.lit(""))
    return joined.select("sheet", "row", outcome.alias("outcome"), rule.alias("rule"))
