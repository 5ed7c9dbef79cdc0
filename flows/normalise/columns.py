"""The columns of one entity: raw texts become typed values, codes and ids; what cannot be read is refused."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from flows.contracts import Entity, Property
from flows.edtf import last_day
from flows.model import Finding
from flows.normalise.dates import parse_date
from flows.normalise.identity import normal_key, resolve
from flows.normalise.knowledge import Context
from flows.normalise.missing import ONGOING
from flows.normalise.reading import Reading
from flows.normalise.template_form import split_about
from flows.normalise.values import parse_column, parse_period_column

PLACE = ("_sheet", "_row")
SUBUNIT = r"^(\p{Lu}{1,5})-\p{Lu}*[0-9]*(?:[-/][\p{Lu}0-9]+)*$"
"""How departments write their sub-units: their own abbreviation, a hyphen, capitals and numbers."""
MOST_SUGGESTED = 50
"""Words of one column; whoever has more unknown ones needs another list, not a hint."""
Headings = Mapping[tuple[str, str], tuple[str, str]]
"""(sheet, `entity.property`) -> (place, heading) of the column that held it."""


def read_columns(
    raw: pl.DataFrame, entity: Entity, context: Context, headings: Headings
) -> tuple[pl.DataFrame, list[Finding]]:
    """Read every column of one entity; returns its records so far, without ids, and the findings of the cells.

    The frame has a row per row of `raw`: typed columns, `_why_<property>`, `_refused` (names of the properties whose
    value could not be taken), `_unchanged` (the supplier says there is no news), `_said` (any of the entity's own
    cells says something) and `valid_from`.
    """
    frame = raw.select(*PLACE)
    findings: list[Finding] = []
    refused: list[pl.Series] = []
    rest: pl.Series | None = None
    unchanged = pl.repeat(value=False, n=len(raw), eager=True)
    for target in (c for c in raw.columns if c.startswith(f"{entity.name}.")):
        for reading in _readings(raw[target], target, entity, context):
            frame = frame.with_columns(reading.columns(entity))
            refused.append(reading.refused())
            unchanged |= reading.unchanged()
            if reading.prop.name == "status_code" and "reason_text_de" in entity:
                rest = reading.rest()
            findings += _of_sheet(_cell_findings(raw, target, reading, headings), target, context)
    names = pl.DataFrame(refused) if refused else pl.DataFrame({"": [None] * len(raw)}, schema={"": pl.String})
    lists = names.select(pl.concat_list(pl.all()).list.drop_nulls().alias("_refused"))
    days = _valid_from(frame, raw, context)
    frame = frame.hstack(lists).with_columns(unchanged.alias("_unchanged"), _said(raw, entity, context), days)
    if rest is not None:
        frame = _with_explanation(frame, rest)
    if entity.name == "measure":
        frame = _ongoing_task(frame)
    return _report_state(frame) if "report_state" in entity else frame, findings


def _of_sheet(found: list[Finding], target: str, context: Context) -> list[Finding]:
    """Say of a value that is the sheet's name that the sheet is called by none that is known."""
    if target != context.spec.get("field_from_sheet"):
        return found
    return [replace(f, rule="field_from_sheet_unknown") if f.rule == "unknown_reference" else f for f in found]


def _with_explanation(frame: pl.DataFrame, rest: pl.Series) -> pl.DataFrame:
    """Take what stands behind a status word as the reason, where no reason is given (deliveries.md 36)."""
    given = pl.col("reason_text_de") if "reason_text_de" in frame.columns else pl.lit(None, dtype=pl.String)
    return frame.with_columns(pl.coalesce(given, rest).alias("reason_text_de"))


def _ongoing_task(frame: pl.DataFrame) -> pl.DataFrame:
    """Take what goes on for ever for an ongoing task, where nothing is said of its category (deliveries.md 14)."""
    reason = "_why_planned_end"
    if reason not in frame.columns or not (frame[reason] == ONGOING).any():
        return frame
    said = [pl.col("_refused").list.contains("category")]
    said += [pl.col(name).is_not_null() for name in ("category", "_why_category") if name in frame.columns]
    given = pl.col("category") if "category" in frame.columns else pl.lit(None, dtype=pl.String)
    ongoing = (pl.col(reason) == ONGOING) & ~pl.any_horizontal(said)
    return frame.with_columns(pl.when(ongoing).then(pl.lit("ongoing_task")).otherwise(given).alias("category"))


def _said(raw: pl.DataFrame, entity: Entity, context: Context) -> pl.Series:
    """Tell in which rows the supplier filled any cell of the entity; what the mapping adds does not count."""
    delivered = set(context.spec["columns"].values())
    own = [c for c in raw.columns if c.startswith(f"{entity.name}.") and c in delivered]
    if not own:
        return pl.repeat(value=True, n=len(raw), eager=True).alias("_said")
    filled = pl.any_horizontal((pl.col(column).str.strip_chars() != "").fill_null(value=False) for column in own)
    return raw.select(filled.alias("_said")).to_series()


def _report_state(frame: pl.DataFrame) -> pl.DataFrame:
    """Say of each status report whether it brings news; one that does not carries the last one forward."""
    if "report_state" in frame.columns:
        return frame
    state = pl.when(pl.col("_unchanged")).then(pl.lit("carried_forward")).otherwise(pl.lit("received"))
    return frame.with_columns(state.alias("report_state"))


def _readings(raw: pl.Series, target: str, entity: Entity, context: Context) -> Iterator[Reading]:
    name = target.split(".", 1)[1]
    if name == "key":
        return
    if name.endswith("_period") and name not in entity:
        stem = name.removesuffix("_period")
        for end, frame in zip(("start", "end"), parse_period_column(raw, context.knowledge.years), strict=True):
            yield Reading(entity[f"{stem}_{end}"], frame)
        return
    prop = entity[name]
    words, years, hosts = _words(prop, target, context), context.knowledge.years, context.knowledge.internal_hosts
    if "template" in context.spec:
        yield _of_template(raw, prop, words, context)
        return
    frame = parse_column(raw, prop, words=words, decimal=context.decimal, years=years, internal_hosts=hosts)
    reading = Reading(prop, frame)
    yield _resolved(reading, context) if prop.ref else reading


def _of_template(raw: pl.Series, prop: Property, words: Mapping[str, str], context: Context) -> Reading:
    """Read a column of a template: numbers are written with a point, what is approximate says so."""
    plain, about = split_about(raw)
    years, hosts = context.knowledge.years, context.knowledge.internal_hosts
    frame = parse_column(plain, prop, words=words, decimal=".", years=years, internal_hosts=hosts)
    frame = frame.with_columns(
        pl.when(about & (pl.col("rule") == "")).then(pl.lit("vague")).otherwise("precision").alias("precision"),
        (pl.col("estimated") | about).alias("estimated"),
    )
    return _resolved(Reading(prop, frame), context) if prop.ref else Reading(prop, frame)


def _words(prop: Property, target: str, context: Context) -> dict[str, str]:
    """Return the words a column may hold: of a code list with what the mapping adds, or the names of a reference."""
    if prop.ref:
        return context.aliases.of(prop.ref)
    if not prop.codelist:
        return {}
    own = context.spec.get("codes", {}).get(target, {})
    return context.knowledge.codelists[prop.codelist].words() | {word.casefold(): code for word, code in own.items()}


def _resolved(reading: Reading, context: Context) -> Reading:
    """Turn the words of a reference into ids; a word nobody knows is refused (`unknown_reference`)."""
    prop = reading.prop
    schemes = (context.feed.unit, "title", prop.ref) if prop.ref == "measure" else (prop.ref,)
    known = context.aliases.of(*schemes)
    known |= {normal_key(identifier): identifier for identifier in known.values()}
    words = reading.frame["value"]
    below = prop.ref == "organisation"
    if prop.is_list:
        ids = words.list.eval(_unit_or_above(pl.element(), known) if below else resolve(pl.element(), known))
        lost = ids.list.eval(pl.element().is_null()).list.any().fill_null(value=False)
        itself = words.list.eval(resolve(pl.element(), known)).list.eval(pl.element().is_not_null()).list.all()
    else:
        frame = words.to_frame("w")
        ids = frame.select(_unit_or_above(pl.col("w"), known) if below else resolve(pl.col("w"), known)).to_series()
        lost = words.is_not_null() & ids.is_null()
        itself = frame.select(resolve(pl.col("w"), known).is_not_null()).to_series()
    above = words.is_not_null() & ~lost & ~itself.fill_null(value=True)
    # Titles of measures are not suggested: they may be those of others, not yet public.
    return reading.with_ids(ids, lost, above, None if prop.ref == "measure" else _near(words, lost, known))


def _near(words: pl.Series, lost: pl.Series, known: Mapping[str, str]) -> pl.Series:
    """Name the known words nearest to each word nobody knows, for the first MOST_SUGGESTED different ones."""
    unknown = words
    if isinstance(words.dtype, pl.List):
        unknown = words.list.eval(pl.element().filter(resolve(pl.element(), known).is_null())).list.first()
    distinct = unknown.filter(lost).drop_nulls().unique(maintain_order=True).head(MOST_SUGGESTED)
    near = {word: "; ".join(difflib.get_close_matches(normal_key(word)[:80], known, n=3)) for word in distinct}
    return unknown.replace_strict(near, default="", return_dtype=pl.String)


def _unit_or_above(word: pl.Expr, known: Mapping[str, str]) -> pl.Expr:
    """Return the unit a word names, or the department a sub-unit such as `KVR-GL/31` belongs to (deliveries.md 38)."""
    above = word.str.strip_chars().str.extract(SUBUNIT)
    return pl.coalesce(resolve(word, known), resolve(above, known))


def _valid_from(frame: pl.DataFrame, raw: pl.DataFrame, context: Context) -> pl.Series:
    """Return the day each record is valid from: its reporting day (the last it may mean), else the day of receipt.

    Nobody can know what was after the day of receipt, so of a reporting day that reaches beyond it only that counts.
    """
    days = {text: parse_date(text, context.knowledge.years).value for text in raw["_day"].unique() if text}
    stated = raw["_day"].replace_strict(days, default=None, return_dtype=pl.String)
    if "reporting_date" in frame.columns:
        stated = pl.select(pl.coalesce(frame["reporting_date"], stated)).to_series()
    received = pl.lit(context.delivery.received)
    day = last_day(pl.lit(stated)).cast(pl.String)
    return pl.select(pl.min_horizontal(day, received).alias("valid_from")).to_series()


def _cell_findings(
    raw: pl.DataFrame,
    target: str,
    reading: Reading,
    headings: Headings,
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
