"""Cells become records: typed values, codes for words, ids for keys; what cannot be read is refused with a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from flows.contracts import CodeList, Entity, Property
from flows.edtf import last_day
from flows.model import Batch, Delivery, Feed, Finding, Level, Table
from flows.normalise.dates import parse_date
from flows.normalise.identity import (
    Aliases,
    Minted,
    collect_aliases,
    is_minted,
    mint,
    natural_key,
    normal_key,
    reference_aliases,
    resolve,
)
from flows.normalise.mapping import (
    FILLED_SCHEMA,
    OUTCOME_SCHEMA,
    SOURCE_SCHEMA,
    Located,
    locate,
    report_date_text,
    table_entities,
)
from flows.normalise.reading import Reading
from flows.normalise.values import parse_column, parse_period_column

PLACE = ("_sheet", "_row")
REASON_NO_DAY = "not_published"


@dataclass(frozen=True)
class Knowledge:
    """What normalising needs to know besides the delivery: the contracts, the code lists and the keys known so far.

    `identifiers` is the city's list, which overrides what was `given` (minted, or delivered as reference records).
    """

    entities: Mapping[str, Entity]
    codelists: Mapping[str, CodeList]
    identifiers: Sequence[Minted]
    given: Sequence[Minted]

    def levels(self) -> dict[str, Level]:
        """Return the level of each rule of the catalogue."""
        return {row["code"]: row["level"] for row in self.codelists["finding_rule"].rows}  # type: ignore[misc]


@dataclass(frozen=True)
class _Work:
    """What one table needs while its records are built."""

    spec: Mapping[str, Any]
    unit: str
    delivery: Delivery
    knowledge: Knowledge
    aliases: Aliases
    mapping: Mapping[str, Any]


def normalise(delivery: Delivery, tables: Sequence[Table], feed: Feed, knowledge: Knowledge) -> Batch:
    """Turn the tables of one delivery into records as its mapping says.

    Every delivered row appears in `outcomes`: as no record, quarantined (no identity), or published; the rules may
    still change the last. Ids are minted in the order of the rows.
    """
    specs = feed.mapping["tables"]
    located = [locate(table, specs, knowledge.entities) for table in tables]
    findings = [replace(f, delivery=delivery.id) for place in located for f in place.findings]
    records: dict[str, list[pl.DataFrame]] = {}
    outcomes = [place.outcomes for place in located]
    minted: list[Minted] = []
    known = list(knowledge.given)
    for spec in specs:
        own = [place for place in located if place.spec is spec and len(place.raw)]
        if not own:
            continue
        aliases = collect_aliases(knowledge.identifiers, [*known, *minted])
        work = _Work(spec, feed.unit, delivery, knowledge, aliases, feed.mapping)
        built, said, new = _build(own, work)
        findings += said
        minted += new
        for name, frame in built.items():
            records.setdefault(name, []).append(frame)
            known += reference_aliases(name, frame) if not is_minted(knowledge.entities[name]) else []
        outcomes.append(_outcomes(own, built))
    return Batch(
        delivery=delivery,
        valid_from=delivery.received,
        records={name: pl.concat(frames, how="diagonal") for name, frames in records.items()},
        outcomes=pl.concat([pl.DataFrame(schema=OUTCOME_SCHEMA), *outcomes]),
        sources=pl.concat([pl.DataFrame(schema=SOURCE_SCHEMA), *[p.sources for p in located]]),
        filled=pl.concat([pl.DataFrame(schema=FILLED_SCHEMA), *[p.filled for p in located]]),
        minted=tuple(minted),
        findings=tuple(findings),
    )


def _build(own: Sequence[Located], work: _Work) -> tuple[dict[str, pl.DataFrame], list[Finding], list[Minted]]:
    raw = pl.concat([_rows(place, work.spec) for place in own], how="diagonal")
    headings = {(s, f"{e}.{p}"): (place, heading) for o in own for s, e, p, place, heading in o.sources.rows()}
    records: dict[str, pl.DataFrame] = {}
    findings: list[Finding] = []
    minted: list[Minted] = []
    measure_ids: pl.Series | None = None
    for name in sorted(table_entities(work.spec), key=lambda n: n != "measure"):
        entity = work.knowledge.entities[name]
        frame, said = _values(raw, entity, work, headings)
        if measure_ids is not None and "measure_id" in entity and "measure_id" not in frame.columns:
            frame = frame.with_columns(measure_ids.alias("measure_id"))
        frame, new = _identify(frame, raw, entity, work)
        if name == "measure":
            measure_ids = frame["id"]
        said += _unidentified(frame, entity)
        records[name] = frame.with_columns(_delivery=pl.lit(work.delivery.id)).filter(pl.col("id").is_not_null())
        findings += said
        minted += new
    return records, [_levelled(f, work) for f in findings], minted


def _levelled(finding: Finding, work: _Work) -> Finding:
    return replace(finding, delivery=work.delivery.id, level=work.knowledge.levels()[finding.rule])


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


def _values(
    raw: pl.DataFrame, entity: Entity, work: _Work, headings: Mapping[tuple[str, str], tuple[str, str]]
) -> tuple[pl.DataFrame, list[Finding]]:
    """Read every column of one entity; returns its typed columns and the findings of the cells."""
    frame = raw.select(*PLACE)
    findings: list[Finding] = []
    refused: list[pl.Series] = []
    unchanged = pl.repeat(value=False, n=len(raw), eager=True)
    for target in (c for c in raw.columns if c.startswith(f"{entity.name}.")):
        for reading in _readings(raw[target], target, entity, work):
            frame = frame.with_columns(reading.columns(entity))
            refused.append(reading.refused())
            unchanged |= reading.unchanged()
            findings += _cell_findings(raw, target, reading, headings)
    names = pl.DataFrame(refused) if refused else pl.DataFrame({"": [None] * len(raw)}, schema={"": pl.String})
    lists = names.select(pl.concat_list(pl.all()).list.drop_nulls().alias("_refused"))
    frame = frame.hstack(lists).with_columns(unchanged.alias("_unchanged"), _valid_from(frame, raw, work))
    return _report_state(frame) if "report_state" in entity else frame, findings


def _report_state(frame: pl.DataFrame) -> pl.DataFrame:
    """Say of each status report whether it brings news; one that does not carries the last one forward."""
    if "report_state" in frame.columns:
        return frame
    state = pl.when(pl.col("_unchanged")).then(pl.lit("carried_forward")).otherwise(pl.lit("received"))
    return frame.with_columns(state.alias("report_state"))


def _readings(raw: pl.Series, target: str, entity: Entity, work: _Work) -> Iterator[Reading]:
    name = target.split(".", 1)[1]
    if name == "key":
        return
    if name.endswith("_period") and name not in entity:
        stem = name.removesuffix("_period")
        for end, frame in zip(("start", "end"), parse_period_column(raw), strict=True):
            yield Reading(entity[f"{stem}_{end}"], frame)
        return
    prop = entity[name]
    decimal = work.mapping.get("read", {}).get("decimal", ",")
    reading = Reading(prop, parse_column(raw, prop, words=_words(prop, target, work), decimal=decimal))
    yield _resolved(reading, work) if prop.ref else reading


def _words(prop: Property, target: str, work: _Work) -> dict[str, str]:
    """Return the words a column may hold: of a code list with what the mapping adds, or the names of a reference."""
    if prop.ref:
        return work.aliases.of(prop.ref)
    if not prop.codelist:
        return {}
    own = work.spec.get("codes", {}).get(target, {})
    return work.knowledge.codelists[prop.codelist].words() | {word.casefold(): code for word, code in own.items()}


def _resolved(reading: Reading, work: _Work) -> Reading:
    """Turn the words of a reference into ids; a word nobody knows is refused (`unknown_reference`)."""
    prop = reading.prop
    schemes = (work.unit, "title", prop.ref) if prop.ref == "measure" else (prop.ref,)
    known = work.aliases.of(*schemes)
    known |= {normal_key(identifier): identifier for identifier in known.values()}
    words = reading.frame["value"]
    if prop.is_list:
        ids = words.list.eval(resolve(pl.element(), known))
        lost = ids.list.eval(pl.element().is_null()).list.any().fill_null(value=False)
    else:
        ids = words.to_frame("w").select(resolve(pl.col("w"), known)).to_series()
        lost = words.is_not_null() & ids.is_null()
    return reading.with_ids(ids, lost)


def _valid_from(frame: pl.DataFrame, raw: pl.DataFrame, work: _Work) -> pl.Series:
    """Return the day each record is valid from: its reporting day (the last it may mean), else the day of receipt."""
    days = {text: parse_date(text).value for text in raw["_day"].unique() if text}
    stated = raw["_day"].replace_strict(days, default=None, return_dtype=pl.String)
    if "reporting_date" in frame.columns:
        stated = pl.select(pl.coalesce(frame["reporting_date"], stated)).to_series()
    day = pl.select(last_day(pl.lit(stated)).cast(pl.String)).to_series()
    return day.fill_null(work.delivery.received).alias("valid_from")


def _cell_findings(
    raw: pl.DataFrame,
    target: str,
    reading: Reading,
    headings: Mapping[tuple[str, str], tuple[str, str]],
) -> list[Finding]:
    entity = target.split(".", 1)[0]
    cells = raw.select(*PLACE, pl.col(target).alias("_text")).hstack(reading.frame.select("rule", "expected"))
    found = []
    for sheet, row, text, rule, expected in cells.filter(pl.col("rule") != "").rows():
        place, heading = headings.get((sheet, target), ("", ""))
        found.append(
            Finding(rule, "INFO", "", sheet, row, place, heading, entity, reading.prop.name, text or "", expected)
        )
    return found


def _identify(frame: pl.DataFrame, raw: pl.DataFrame, entity: Entity, work: _Work) -> tuple[pl.DataFrame, list[Minted]]:
    """Give each record its id: delivered, known by the supplier's key, known by its natural key, or minted."""
    if "id" in frame.columns:
        return frame, []
    if not is_minted(entity):
        key = pl.concat_str([pl.col(k) for k in entity.keys], separator="/")
        return frame.with_columns(key.alias("id")), []
    supplied = f"{entity.name}.key"
    own_scheme = work.unit if entity.name == "measure" else f"{work.unit}/{entity.name}"
    natural_scheme = "title" if entity.name == "measure" else entity.name
    keys = raw[supplied] if supplied in raw.columns else pl.Series([None] * len(raw), dtype=pl.String)
    said = pl.col("_key").str.strip_chars() != ""
    keyed = frame.with_columns(keys.alias("_key"), _natural(frame, entity, work))
    keyed = keyed.with_columns(pl.when(said).then("_key").otherwise(None).alias("_key"))
    by_key = resolve(pl.col("_key"), work.aliases.of(own_scheme))
    by_nature = resolve(pl.col("_natural"), work.aliases.of(natural_scheme))
    keyed = keyed.with_columns(pl.coalesce(by_key, by_nature).alias("id"))
    new = keyed.filter(pl.col("id").is_null())
    scheme_of = pl.when(pl.col("_key").is_not_null()).then(pl.lit(own_scheme)).otherwise(pl.lit(natural_scheme))
    wanted = new.select(scheme_of.alias("scheme"), pl.coalesce("_key", "_natural").alias("value")).drop_nulls()
    minted = mint(entity, wanted.unique(maintain_order=True).rows(), work.aliases.ids())
    ids = {(scheme, normal_key(value)): identifier for scheme, value, identifier in minted}
    given = [
        resolve(pl.col(column), {value: i for (s, value), i in ids.items() if s == scheme})
        for column, scheme in (("_key", own_scheme), ("_natural", natural_scheme))
    ]
    return keyed.with_columns(pl.coalesce("id", *given).alias("id")).drop("_key", "_natural"), minted


def _natural(frame: pl.DataFrame, entity: Entity, work: _Work) -> pl.Expr:
    """Return the natural key as text; the day of receipt stands in for a reporting day nobody stated."""
    names = natural_key(entity)
    parts = []
    for name in names:
        column = pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, dtype=pl.String)
        unstated = f"received {work.delivery.received}" if name == "reporting_date" else ""
        parts.append(column if name == names[0] else column.fill_null(unstated))
    return pl.concat_str(parts, separator="|").alias("_natural")


def _unidentified(frame: pl.DataFrame, entity: Entity) -> list[Finding]:
    lost = frame.filter(pl.col("id").is_null()).select(*PLACE).rows()
    return [Finding("id_missing", "ERROR", sheet=sheet, row=row, entity=entity.name) for sheet, row in lost]


def _outcomes(own: Sequence[Located], built: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return one outcome per row of these tables: published where any record came of it, else quarantined."""
    rows = pl.concat([o.raw.select(pl.lit(o.sheet).alias("sheet"), pl.col("_row").alias("row")) for o in own])
    kept = [f.select(pl.col("_sheet").alias("sheet"), pl.col("_row").alias("row"), "_unchanged") for f in built.values()]
    alive = pl.concat(kept).group_by("sheet", "row", maintain_order=True).agg(pl.col("_unchanged").any())
    joined = rows.join(alive, on=["sheet", "row"], how="left", maintain_order="left")
    outcome = (
        pl.when(pl.col("_unchanged").is_null())
        .then(pl.lit("quarantined"))
        .when(pl.col("_unchanged"))
        .then(pl.lit("carried_forward"))
        .otherwise(pl.lit("published"))
    )
    rule = pl.when(pl.col("_unchanged").is_null()).then(pl.lit("id_missing")).otherwise(pl.lit(""))
    return joined.select("sheet", "row", outcome.alias("outcome"), rule.alias("rule"))
