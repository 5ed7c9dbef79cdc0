"""What the mapping makes of a delivered table: which rows are records, and which cell holds which property."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd
import polars as pl

from flows.contracts import Entity
from flows.model import Finding, Level, Table
from flows.normalise.headings import Header, find_header, normal_heading
from flows.normalise.marks import cell_marks, formula_like, hidden_rows, read_colours, without_hidden
from flows.normalise.missing import is_ditto
from flows.normalise.template_form import is_blank_form, is_feedback, template_header

OUTCOME_SCHEMA = {"sheet": pl.String, "row": pl.Int64, "outcome": pl.String, "rule": pl.String}
SOURCE_SCHEMA = {
    "sheet": pl.String,
    "entity": pl.String,
    "property": pl.String,
    "place": pl.String,
    "heading": pl.String,
}
FILLED_SCHEMA = {
    "entity": pl.String,
    "property": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "from_row": pl.Int64,
    "how": pl.String,
}
TOTAL = r"(?i)^(?:summe|gesamt\w*|insgesamt|total|zwischensumme)\b"
COUNTED = re.compile(
    r"(?:Summe|Gesamt\w*|Insgesamt|Anzahl|Total)\b[^0-9]{0,20}([0-9]{1,6})"
    r"(?: (?:Maßnahmen|Zeilen|Datensätze|Einträge|Vorhaben))?",
    re.IGNORECASE,
)
"""A line that counts the records above it."""
REMARK = r"(?i)^(?:\*|¹|²|legende|stand\b|hinweis|anmerkung|fußnote|fussnote|quelle|erläuterung|=+$|-+$)"
IGNORE = "ignore:"


@dataclass(frozen=True)
class Located:
    """A delivered table read through its mapping.

    `raw` has one row per record: `_row` and one text column per `entity.property` (None = nothing said). `outcomes`
    holds the rows that are no records, `sources` which column holds which property, `filled` the cells filled from
    above, `title` the text above the header.
    """

    sheet: str
    spec: Mapping[str, Any]
    raw: pl.DataFrame
    outcomes: pl.DataFrame
    sources: pl.DataFrame
    filled: pl.DataFrame
    title: str
    findings: tuple[Finding, ...]


def known_headings(mapping: Mapping[str, Any]) -> list[str]:
    """Return every heading the mapping names, for readers that look for them."""
    return [heading for spec in mapping["tables"] for heading in spec["columns"]]


def locate(table: Table, specs: Sequence[Mapping[str, Any]], entities: Mapping[str, Entity]) -> Located:
    """Read one table by the first of `specs` whose sheet pattern fits and whose header is found.

    Rows of a sheet no spec is for are no records; where a spec fits but no header is found, every row is
    quarantined with the finding `header_not_found`. Rows that are hidden are quarantined with `hidden_rows`, whatever
    they hold.
    """
    shown, hidden = without_hidden(table)
    located = _locate(shown, specs, entities)
    if not hidden:
        return located
    gone = pd.Series(table.cells.index.isin(hidden), index=table.cells.index)
    if not located.spec:
        rest = _outcomes(table, gone, "not_a_record", "sheet_not_mapped")
        return replace(located, outcomes=pl.concat([located.outcomes, rest]))
    blank = (table.cells == "").all(axis=1)
    quarantined = _outcomes(table, gone & ~blank, "quarantined", "hidden_rows")
    outcomes = [located.outcomes, quarantined, _outcomes(table, gone & blank, "not_a_record", "blank_row")]
    findings = (*located.findings, *hidden_rows(table, hidden))
    return replace(located, outcomes=pl.concat(outcomes), findings=findings)


def _locate(table: Table, specs: Sequence[Mapping[str, Any]], entities: Mapping[str, Entity]) -> Located:
    if is_feedback(table):
        return _nothing(table, {}, "not_a_record", None)
    fitting = [spec for spec in specs if _fits(table, spec)]
    if not fitting and any("template" in spec for spec in specs):
        return _nothing(table, {}, "not_a_record", None)
    if not fitting:
        finding = Finding("sheet_not_mapped", "INFO", sheet=table.sheet, value=table.sheet)
        return _nothing(table, {}, "not_a_record", finding)
    for spec in fitting:
        header = _header(table, spec, entities)
        if header is not None:
            return _read(table, spec, header, entities)
    expected = ", ".join(fitting[0]["columns"])
    finding = Finding("header_not_found", "BLOCK", sheet=table.sheet, expected=expected)
    blank = bool((table.cells == "").all(axis=None))
    return (
        _nothing(table, fitting[0], "not_a_record", None)
        if blank
        else _nothing(table, fitting[0], "quarantined", finding)
    )


def _fits(table: Table, spec: Mapping[str, Any]) -> bool:
    return any(fnmatchcase(table.sheet, pattern) for pattern in spec.get("sheets", ["*"]))


def _header(table: Table, spec: Mapping[str, Any], entities: Mapping[str, Entity]) -> Header | None:
    if "template" in spec:
        return template_header(table, spec)
    if table.layout == "records":
        return Header(0, 0, {str(place): str(place) for place in table.cells.columns})
    return find_header(table, [*spec["columns"], *_synonyms(spec, entities)])


def _synonyms(spec: Mapping[str, Any], entities: Mapping[str, Entity]) -> dict[str, str]:
    """Return headings the schemas know for this table's entities, where they mean one unmapped property only."""
    named = [*spec["columns"].values(), *spec.get("constants", {})]
    mapped = {prop for target in named if not target.startswith(IGNORE) for prop in _held_by(target, entities)}
    found: dict[str, set[str]] = {}
    for name in table_entities(spec):
        for prop in entities[name].properties:
            if f"{name}.{prop.name}" not in mapped:
                for heading in prop.schema.get("x-synonyms", []):
                    found.setdefault(heading, set()).add(f"{name}.{prop.name}")
    return {heading: next(iter(targets)) for heading, targets in found.items() if len(targets) == 1}


def table_entities(spec: Mapping[str, Any]) -> list[str]:
    """Return the entities a row of this table yields, in the order in which they are named."""
    targets = [*spec["columns"].values(), *spec.get("constants", {}), spec.get("field_from_sheet", "")]
    names = [target.split(".", 1)[0] for target in targets if "." in target and not target.startswith(IGNORE)]
    return list(dict.fromkeys(names))


def _nothing(table: Table, spec: Mapping[str, Any], outcome: str, finding: Finding | None) -> Located:
    rule = finding.rule if finding else "blank_row"
    outcomes = _outcomes(table, pd.Series(True, index=table.cells.index), outcome, rule)
    findings = (finding,) if finding else ()
    return Located(
        table.sheet,
        spec,
        pl.DataFrame(schema={"_row": pl.Int64}),
        outcomes,
        pl.DataFrame(schema=SOURCE_SCHEMA),
        pl.DataFrame(schema=FILLED_SCHEMA),
        "",
        findings,
    )


def _outcomes(table: Table, chosen: pd.Series[bool], outcome: str, rule: str) -> pl.DataFrame:
    rows = [int(row) for row in table.cells.index[chosen.to_numpy()]]
    columns = {
        "sheet": [table.sheet] * len(rows),
        "row": rows,
        "outcome": [outcome] * len(rows),
        "rule": [rule] * len(rows),
    }
    return pl.DataFrame(columns, schema=OUTCOME_SCHEMA)


def _read(table: Table, spec: Mapping[str, Any], header: Header, entities: Mapping[str, Entity]) -> Located:
    targets, findings = _targets(table, spec, header, entities)
    above = table.cells.index <= header.last_row
    kinds = _row_kinds(table, spec, header)
    body = table.cells[(kinds == "") & ~above]
    findings += cell_marks(table, body, header.texts)
    findings += formula_like(table, body, {place: header.texts[place] for place in targets})
    body, filled = _fill(table, body, spec, header, targets)
    body, uncertain = read_colours(table, body, targets, _declared_colours(spec, header), entities)
    findings += uncertain
    raw = _raw(body, targets, table.layout)
    findings += _miscounted(table, kinds, len(raw))
    by_kind = [_outcomes(table, kinds == rule, "not_a_record", rule) for rule in sorted(set(kinds) - {""})]
    outcomes = pl.concat([pl.DataFrame(schema=OUTCOME_SCHEMA), *by_kind])
    title = "\n".join(
        str(cell) for cell in table.cells[table.cells.index < header.first_row].to_numpy().ravel() if cell
    )
    sources = _sources(table.sheet, header, targets)
    return Located(table.sheet, spec, raw, outcomes, sources, filled, title, tuple(findings))


def _targets(
    table: Table, spec: Mapping[str, Any], header: Header, entities: Mapping[str, Entity]
) -> tuple[dict[str, str], list[Finding]]:
    """Map each place to its property; unknown, doubled and missing headings become findings."""
    meaning = {normal_heading(heading): target for heading, target in _synonyms(spec, entities).items()}
    meaning |= {normal_heading(heading): target for heading, target in spec["columns"].items()}
    found: dict[str, str] = {}
    findings: list[Finding] = []
    for place, text in header.texts.items():
        target = meaning.get(normal_heading(text))
        at = _column_finding("unknown_column", "WARN", table, header, place)
        if target is None:
            findings.append(at)
        elif target.startswith(IGNORE):
            continue
        elif place in table.marks.hidden_columns:
            findings.append(replace(at, rule="hidden_columns", level="ERROR"))
        else:
            found[place] = target
    targets, doubled = _undoubled(found, spec, header, entities)
    findings += [_column_finding("duplicate_column", "ERROR", table, header, place) for place in doubled]
    seen = {normal_heading(text) for text in header.texts.values()}
    absent = [heading for heading in spec["columns"] if normal_heading(heading) not in seen]
    if table.layout == "grid":
        findings += [Finding("missing_column", "WARN", sheet=table.sheet, heading=heading) for heading in absent]
    return targets, findings


def _column_finding(rule: str, level: Level, table: Table, header: Header, place: str) -> Finding:
    row, text = header.last_row or None, header.texts[place]
    return Finding(rule, level, sheet=table.sheet, row=row, column=place, heading=text)


def _undoubled(
    found: Mapping[str, str], spec: Mapping[str, Any], header: Header, entities: Mapping[str, Entity]
) -> tuple[dict[str, str], list[str]]:
    """Return the columns that are taken, and those that cannot be: of several for one property the mapping chooses.

    Where it does not, none is taken (deliveries.md 26). A period holds two properties.
    """
    position = {normal_heading(heading): number for heading, number in spec.get("position", {}).items()}
    held: dict[str, list[str]] = {}
    for place, target in found.items():
        for prop in _held_by(target, entities):
            held.setdefault(prop, []).append(place)
    chosen: dict[str, str] = {}
    for prop, places in held.items():
        number = position.get(normal_heading(header.texts[places[0]]), 0) if len(places) > 1 else 1
        chosen[prop] = places[number - 1] if 0 < number <= len(places) else ""
    of = {place: {chosen[prop] for prop in _held_by(target, entities)} for place, target in found.items()}
    doubled = [place for place, said in of.items() if said != {place} and (place in said or "" in said)]
    return {place: target for place, target in found.items() if of[place] == {place}}, doubled


def _held_by(target: str, entities: Mapping[str, Entity]) -> list[str]:
    """Return the properties a column of this target fills: both ends of a period."""
    entity, name = target.split(".", 1)
    if name.endswith("_period") and name not in entities[entity]:
        return [f"{entity}.{name.removesuffix('_period')}_{end}" for end in ("start", "end")]
    return [target]


def _declared_colours(spec: Mapping[str, Any], header: Header) -> dict[str, Mapping[str, str]]:
    """Return what the mapping says of colours, by place."""
    declared = {normal_heading(heading): words for heading, words in spec.get("colours", {}).items()}
    headings = {place: normal_heading(text) for place, text in header.texts.items()}
    return {place: declared[heading] for place, heading in headings.items() if heading in declared}


def _row_kinds(table: Table, spec: Mapping[str, Any], header: Header) -> pd.Series[str]:
    """Say of each row why it is no record: title, header, blank, total, remark or skipped; "" for records."""
    cells = table.cells
    if table.layout == "records":
        return pd.Series("", index=cells.index, dtype="str")
    said = cells != ""
    count = said.sum(axis=1)
    first = (
        cells.where(said).bfill(axis=1).iloc[:, 0].fillna("").astype(str)
        if len(cells.columns)
        else pd.Series(dtype=str)
    )
    kinds = pd.Series("", index=cells.index, dtype="str")
    few = count <= max(2, len(header.texts) // 3)
    kinds[few & first.str.contains(TOTAL)] = "total_row"
    kinds[(count <= 1) & first.str.contains(REMARK)] = "remark_row"
    for pattern in spec.get("skip_rows", []):
        kinds[first.map(lambda text, pattern=pattern: fnmatchcase(text.strip(), pattern)).astype(bool)] = "skipped_row"
    kinds[_repeats_header(cells, header)] = "header_row"
    if "template" in spec:
        kinds[cells.apply(lambda row: is_blank_form(header, spec, row), axis=1)] = "blank_row"
    kinds[count == 0] = "blank_row"
    kinds[(cells.index < header.first_row) & (count > 0)] = "title_row"
    kinds[(cells.index >= header.first_row) & (cells.index <= header.last_row)] = "header_row"
    return kinds


def _miscounted(table: Table, kinds: pd.Series[str], records: int) -> list[Finding]:
    """Compare what a line such as "Gesamt: 27" counts with the records there are (deliveries.md 28)."""
    found = []
    for row, *texts in table.cells[kinds == "total_row"].itertuples(name=None):
        match = COUNTED.fullmatch(" ".join(str(text) for text in texts if text).strip())
        if match and int(match[1]) != records:
            at = Finding("total_mismatch", "WARN", sheet=table.sheet, row=int(row))
            found.append(replace(at, value=match[1], expected=str(records)))
    return found


def _repeats_header(cells: pd.DataFrame, header: Header) -> pd.Series[bool]:
    last = cells.loc[header.last_row]
    same: pd.Series[bool] = (cells == last).all(axis=1)
    return same


def _fill(
    table: Table, body: pd.DataFrame, spec: Mapping[str, Any], header: Header, targets: Mapping[str, str]
) -> tuple[pd.DataFrame, pl.DataFrame]:
    """Fill merged cells, and columns the mapping declares, from above; returns the body and what was filled.

    In a declared column "s. o." is as good as an empty cell (deliveries.md 19).
    """
    declared = {normal_heading(heading) for heading in spec.get("fill_down", [])}
    places = [place for place in targets if normal_heading(header.texts[place]) in declared]
    filled: list[tuple[str, int, int, str]] = []
    body = body.copy()
    for place in places:
        body[place] = body[place].mask(body[place].map(is_ditto).astype(bool), "")
        above = _last_said(body[place])
        for row, source in above.items():
            if body.at[row, place] == "" and source:
                filled.append((place, int(str(row)), int(source), "fill_down"))
    columns = [str(place) for place in table.cells.columns]
    for first_row, first_column, last_row, _last_column in table.merged:
        place = columns[first_column - 1] if first_column <= len(columns) else ""
        if place in targets and first_row > header.last_row and first_row in table.cells.index:
            below = body.loc[first_row + 1 : last_row, place]
            filled += [(place, int(str(row)), first_row, "merged_cell") for row in below.index[below == ""]]
    for place, row, source, _how in filled:
        body.at[row, place] = str(table.cells.at[source, place])
    named = [(*targets[place].split(".", 1), table.sheet, row, source, how) for place, row, source, how in filled]
    return body, pl.DataFrame(named, schema=FILLED_SCHEMA, orient="row")


def _last_said(column: pd.Series[str]) -> pd.Series[Any]:
    rows = pd.Series(column.index, index=column.index).where(column != "")
    return rows.ffill().fillna(0)


def _raw(body: pd.DataFrame, targets: Mapping[str, str], layout: str) -> pl.DataFrame:
    columns: dict[str, Any] = {"_row": [int(row) for row in body.index]}
    for place, target in targets.items():
        columns[target] = body[place].to_list()
    schema = {"_row": pl.Int64} | dict.fromkeys(targets.values(), pl.String)
    frame = pl.DataFrame(columns, schema=schema)
    if layout == "records":
        return frame.with_columns(pl.col(pl.String).fill_null(""))
    return frame


def _sources(sheet: str, header: Header, targets: Mapping[str, str]) -> pl.DataFrame:
    rows = [(sheet, *target.split(".", 1), place, header.texts[place]) for place, target in targets.items()]
    return pl.DataFrame(rows, schema=SOURCE_SCHEMA, orient="row")


def report_date_text(located: Located) -> str:
    """Return the reporting day as the mapping states it or as the title says it, or "" (deliveries.md 44)."""
    declared = located.spec.get("report_date", {})
    if "value" in declared:
        return str(declared["value"])
    if "pattern" in declared:
        match = re.search(declared["pattern"], located.title)
        return match.group(1).strip() if match else ""
    return ""
