"""One delivery is judged: what is wrong is refused at its cell or its row, and every row gets its one outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from flows.contracts import CodeList
from flows.model import Batch, Finding, Level
from flows.normalise.headings import normal_heading
from flows.validate.discreet import without_names
from flows.validate.drift import drift
from flows.validate.gates import gate, holding, let_through
from flows.validate.privacy import personal_columns, personal_places
from flows.validate.repeated import without_repeated
from flows.validate.rulebook import broken_rules
from flows.validate.rules import HIT_SCHEMA, Case, hits
from flows.validate.schema import compile_entity, invalid_cells

REFUSING: tuple[Level, ...] = ("ERROR", "BLOCK")
FORM_RULES = {
    "maxLength": "value_too_long",
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), "out_of_range"),
}
"""What a keyword of a schema that is broken is called; any other is an `invalid_value`."""
DAMAGED_ROWS = ("ragged_row", "broken_record")
"""What readers say of a whole row: which value belongs to which heading is not certain there."""


def judge(batch: Batch, case: Case, codelists: Mapping[str, CodeList]) -> Batch:
    """Judge the form (JSON Schema), the content (privacy) and the meaning (rules) of one delivery.

    A row that a reader found damaged is taken back first. An ERROR at a property takes that value back (the ledger
    then keeps the earlier one), an ERROR at a record takes its whole row back, a BLOCK the whole delivery. Returns the
    batch with what is left, all findings, and outcomes in which every delivered row stands exactly once.
    """
    levels: dict[str, Level] = {row["code"]: row["level"] for row in codelists["finding_rule"].rows}  # type: ignore[misc]
    batch = _take_back(batch, _damaged(batch), levels, case)
    form = pl.concat([_form(batch, case), _privacy(batch, case)])
    batch = _take_back(batch, form, levels, case)
    meaning = broken_rules(replace(case, records=batch.records))
    batch = _take_back(batch, meaning, levels, case)
    places = {(s, f"{e}.{p}"): (place, heading) for s, e, p, place, heading in batch.sources.rows()}
    found = _findings(pl.concat([form, meaning]), levels, places, batch.delivery.id)
    findings = [_personal(f, levels) for f in batch.findings] + found
    findings += _vanished(batch, case, levels) + gate(batch, case, levels)
    findings += drift(batch, case, levels)
    findings = without_repeated(findings, batch, case.known)
    if case.accepted:
        findings = let_through(findings, batch.delivery.id, levels)
    closed = _close(replace(batch, findings=tuple(findings)))
    return without_names(closed, levels["personal_data_in_name"])


def _damaged(batch: Batch) -> pl.DataFrame:
    """Return the records (not titles, not totals) that a reader found damaged as a whole (deliveries.md 7)."""
    places = [(f.rule, f.sheet, f.row) for f in batch.findings if f.rule in DAMAGED_ROWS]
    schema = {name: HIT_SCHEMA[name] for name in ("rule", "sheet", "row")}
    records = batch.outcomes.filter(pl.col("outcome") != "not_a_record").select("sheet", "row")
    found = pl.DataFrame(places, schema=schema, orient="row").join(records, on=["sheet", "row"], how="semi")
    return found.with_columns(pl.lit("").alias(name) for name in ("entity", "property", "value", "expected"))


def _form(batch: Batch, case: Case) -> pl.DataFrame:
    found = [pl.LazyFrame(schema=HIT_SCHEMA)]
    for name, frame in batch.records.items():
        for cell in invalid_cells(compile_entity(case.entities[name]), frame, said_only=True):
            row = frame[cell.row : cell.row + 1].with_columns(_shown=pl.lit(cell.value))
            rule = FORM_RULES.get(cell.keyword, "invalid_value")
            hit = hits(row, pl.lit(value=True), rule, name, cell.property, cell.expected)
            found.append(hit.with_columns(value=pl.lit(cell.value)))
    return pl.concat(found).collect()


def _privacy(batch: Batch, case: Case) -> pl.DataFrame:
    """Return the fields in which personal data was found; the value itself is never repeated."""
    found = [pl.LazyFrame(schema=HIT_SCHEMA)]
    mailboxes = _mailboxes(case)
    for name, frame in batch.records.items():
        for prop in case.entities[name].properties:
            if "x-privacy" in prop.schema and prop.name in frame.columns:
                suspects = personal_places(frame[prop.name], mailboxes)
                hit = hits(frame, pl.lit(suspects), "personal_data_in_text", name, prop.name)
                found.append(hit.with_columns(value=pl.lit("")))
    return pl.concat(found).collect()


def _mailboxes(case: Case) -> frozenset[str]:
    """Return the role mailboxes that may be published: those the strategy office gave for the organisations."""
    known = case.known.get("organisation")
    return frozenset() if known is None else frozenset(known["functional_email"].drop_nulls().str.to_lowercase())


def _take_back(batch: Batch, found: pl.DataFrame, levels: Mapping[str, Level], case: Case) -> Batch:
    errors = found.filter(pl.col("rule").replace_strict(levels, return_dtype=pl.String).is_in(REFUSING))
    required = {name: set(case.entities[name].schema["required"]) for name in batch.records}
    whole = [
        (sheet, row, rule)
        for rule, entity, prop, sheet, row in errors.select("rule", "entity", "property", "sheet", "row").rows()
        if not prop or prop in required[entity]
    ]
    lost = pl.DataFrame(whole, schema={"_sheet": pl.String, "_row": pl.Int64, "_rule": pl.String}, orient="row")
    records = {name: _without(frame, name, errors, lost) for name, frame in batch.records.items()}
    joined = batch.outcomes.join(
        lost.unique(["_sheet", "_row"], keep="first", maintain_order=True),
        left_on=["sheet", "row"],
        right_on=["_sheet", "_row"],
        how="left",
        maintain_order="left",
    )
    gone = pl.col("_rule").is_not_null()
    outcomes = joined.with_columns(
        pl.when(gone).then(pl.lit("quarantined")).otherwise(pl.col("outcome")).alias("outcome"),
        pl.when(gone).then(pl.col("_rule")).otherwise(pl.col("rule")).alias("rule"),
    ).drop("_rule")
    return replace(batch, records=records, outcomes=outcomes)


def _without(frame: pl.DataFrame, name: str, errors: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """Return the frame without the lost rows and with the refused cells emptied and named in `_refused`."""
    kept = frame.join(lost, on=["_sheet", "_row"], how="anti", maintain_order="left")
    own = errors.filter((pl.col("entity") == name) & pl.col("property").is_in(list(frame.columns)))
    for prop in own["property"].unique(maintain_order=True):
        rows = own.filter(pl.col("property") == prop).select(
            pl.col("sheet").alias("_sheet"), pl.col("row").alias("_row")
        )
        marked = kept.join(
            rows.unique().with_columns(_hit=pl.lit(value=True)),
            on=["_sheet", "_row"],
            how="left",
            maintain_order="left",
        )
        hit = pl.col("_hit").is_not_null()
        kept = marked.with_columns(
            pl.when(hit).then(None).otherwise(pl.col(prop)).alias(prop),
            pl.when(hit).then(pl.concat_list("_refused", pl.lit(prop))).otherwise(pl.col("_refused")).alias("_refused"),
        ).drop("_hit")
    return kept


def _findings(
    found: pl.DataFrame, levels: Mapping[str, Level], places: Mapping[tuple[str, str], tuple[str, str]], delivery: str
) -> list[Finding]:
    said = []
    for rule, entity, prop, sheet, row, value, expected in found.rows():
        place, heading = places.get((sheet, f"{entity}.{prop}"), ("", ""))
        said.append(Finding(rule, levels[rule], delivery, sheet, row, place, heading, entity, prop, value, expected))
    return said


def _personal(finding: Finding, levels: Mapping[str, Level]) -> Finding:
    """Call an unknown column by its name where its heading promises personal data."""
    if finding.rule == "unknown_column" and personal_columns([normal_heading(finding.heading)]):
        return replace(finding, rule="personal_data_column", level=levels["personal_data_column"])
    return finding


def _vanished(batch: Batch, case: Case, levels: Mapping[str, Level]) -> list[Finding]:
    """Tell which measures of this feed are not in it any more: their report is missing, they are not deleted."""
    if "measure" not in batch.records:
        return []
    missing = sorted(case.before - set(batch.records["measure"]["id"]))
    return [
        Finding("row_vanished", levels["row_vanished"], batch.delivery.id, entity="measure", value=i) for i in missing
    ]


def _close(batch: Batch) -> Batch:
    """Give every row its final outcome: a blocked delivery takes nothing, a finding at a published row shows."""
    blocked = holding(batch.findings)
    published = pl.col("outcome") == "published"
    if blocked:
        rule = blocked[0].rule
        held = published | (pl.col("outcome") == "carried_forward")
        outcomes = batch.outcomes.with_columns(
            pl.when(held).then(pl.lit("quarantined")).otherwise(pl.col("outcome")).alias("outcome"),
            pl.when(held).then(pl.lit(rule)).otherwise(pl.col("rule")).alias("rule"),
        )
        return replace(batch, records={}, outcomes=outcomes, minted=())
    rows = _rows_with_findings(batch.findings)
    joined = batch.outcomes.join(rows, on=["sheet", "row"], how="left", maintain_order="left")
    noted = published & pl.col("_first").is_not_null()
    outcomes = joined.with_columns(
        pl.when(noted).then(pl.lit("published_with_finding")).otherwise(pl.col("outcome")).alias("outcome"),
        pl.when(noted).then(pl.col("_first")).otherwise(pl.col("rule")).alias("rule"),
    ).drop("_first")
    return replace(batch, outcomes=outcomes)


def _rows_with_findings(findings: Sequence[Finding]) -> pl.DataFrame:
    noted = [(f.sheet, f.row, f.rule) for f in findings if f.row is not None and f.level in ("WARN", "ERROR")]
    schema = {"sheet": pl.String, "row": pl.Int64, "_first": pl.String}
    frame = pl.DataFrame(noted, schema=schema, orient="row")
    return frame.unique(["sheet", "row"], keep="first", maintain_order=True)
