"""The example deliveries against the facts they were made from, read here with plain libraries, not the pipeline."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from defusedxml.ElementTree import fromstring

ROOT = Path(__file__).resolve().parents[2]
MAPPINGS = ROOT / "mappings"
FACTS = ROOT / ".." / "shared" / "facts" / "munich_measures.csv"
STRATEGY_OFFICE = "strategie"
MEASURES = 39
TITLE_UNKNOWN = 39
YEAR = re.compile(r"\b(20\d\d)\b")
IGNORED = re.compile(r"ignore:[a-z_]+")
# Grids that are not UTF-8.
ENCODINGS = {"ska": "cp1252", "kult": "utf-16"}
PERIOD = ("measure.planned_period", "measure.planned_start", "measure.planned_end")


@dataclass(frozen=True)
class Grid:
    """One table of a delivery: its headings and its records, as `property -> text` by the mapping."""

    feed: str
    received: str
    sheet: str
    spec: Mapping[str, Any]
    headings: tuple[str, ...]
    records: tuple[Mapping[str, str], ...]

    @property
    def unit(self) -> str:
        return self.feed.split("/")[0]


def mapping_files() -> list[Path]:
    return sorted((MAPPINGS / "departments").glob("*/*.toml"))


def deliveries(mapping: Path) -> list[Path]:
    return sorted((mapping.parent / mapping.stem).iterdir())


def parts(delivery: Path) -> list[Path]:
    return sorted(delivery.iterdir()) if delivery.is_dir() else [delivery]


def sheets(path: Path, unit: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Read a delivered grid as text; an Excel or OpenDocument workbook has several."""
    if path.suffix in (".xlsx", ".ods"):
        for name, frame in pd.read_excel(path, sheet_name=None, header=None, dtype=str, engine="calamine").items():
            yield str(name), frame.fillna("").astype(str).to_numpy().tolist()
        return
    text = path.read_bytes().decode(ENCODINGS.get(unit, "utf-8-sig")).removeprefix("sep=;\r\n")
    delimiter = max(";\t,", key=text.count)
    yield "", list(csv.reader(io.StringIO(text), delimiter=delimiter))


def json_records(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".jsonl":
        return [pointers(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    return [pointers(item) for item in json.loads(path.read_text("utf-8"))["items"]]


def pointers(value: Mapping[str, Any], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, inner in value.items():
        nested = pointers(inner, f"{above}/{name}") if isinstance(inner, dict) else {f"{above}/{name}": inner}
        found |= {place: "" if text is None else str(text) for place, text in nested.items()}
    return found


def xml_records(path: Path, namespaces: Mapping[str, str]) -> list[dict[str, str]]:
    (prefix, uri), *_ = namespaces.items()
    return [
        {f"@{name}": value for name, value in element.attrib.items()}
        | {child.tag.replace(f"{{{uri}}}", f"{prefix}:"): child.text or "" for child in element}
        for element in fromstring(path.read_bytes())
    ]


def spec_of(mapping: Mapping[str, Any], sheet: str) -> Mapping[str, Any] | None:
    fits = (s for s in mapping["tables"] if any(fnmatchcase(sheet, p) for p in s.get("sheets", ["*"])))
    return next(fits, None)


def plain(heading: str) -> str:
    return re.sub(r"\s+", " ", heading.replace("-\n", "")).strip().rstrip(":")


def header(rows: list[list[str]], spec: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Find the header, of one line or of two with the group above; returns the first row below it."""
    for number, row in enumerate(rows):
        single = [plain(cell) for cell in row]
        if spec["columns"].keys() & set(single) and all(cell in spec["columns"] or not cell for cell in single):
            return number + 1, single
        if number + 1 < len(rows) and any(" / " in heading for heading in spec["columns"]):
            groups = pd.Series([cell or None for cell in single]).ffill().fillna("")
            double = [
                f"{group} / {plain(below)}" if below else own
                for own, group, below in zip(single, groups, rows[number + 1], strict=True)
            ]
            if len(spec["columns"].keys() & set(double)) > 3:
                return number + 2, double
    raise AssertionError(f"no header with {list(spec['columns'])}")


def grids_of(path: Path) -> Iterator[Grid]:
    mapping = tomllib.loads(path.read_text("utf-8"))
    feed = f"{path.parent.name}/{path.stem}"
    for delivery in deliveries(path):
        received = delivery.name[:10]
        for part in parts(delivery):
            if part.suffix in (".json", ".jsonl", ".xml"):
                own = mapping.get("read", {}).get("namespaces", {})
                read = xml_records(part, own) if part.suffix == ".xml" else json_records(part)
                spec = mapping["tables"][0]
                headings = tuple(dict.fromkeys(place for record in read for place in record))
                yield Grid(feed, received, part.name, spec, headings, tuple(by_property(r, spec) for r in read))
                continue
            for sheet, rows in sheets(part, path.parent.name):
                found = spec_of(mapping, sheet)
                if found is not None:
                    start, above = header(rows, found)
                    body = [dict(zip(above, row, strict=True)) for row in rows[start:] if sum(map(bool, row)) > 2]
                    yield Grid(feed, received, sheet, found, tuple(above), tuple(by_property(r, found) for r in body))


def by_property(record: Mapping[str, str], spec: Mapping[str, Any]) -> dict[str, str]:
    said = {spec["columns"].get(heading, f"unknown:{heading}"): text for heading, text in record.items()}
    return said | spec.get("constants", {})


@pytest.fixture(scope="module")
def grids() -> list[Grid]:
    return [grid for path in mapping_files() for grid in grids_of(path)]


@pytest.fixture(scope="module")
def identifiers() -> dict[tuple[str, str], str]:
    with (MAPPINGS / "identifiers.csv").open(encoding="utf-8", newline="") as file:
        return {(row["scheme"], row["value"]): row["id"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def reported(grids: list[Grid], identifiers: dict[tuple[str, str], str]) -> list[tuple[str, Grid, Mapping[str, str]]]:
    """Return every delivered measure as (id, table, record)."""
    return [
        (identifiers[grid.unit, record["measure.key"]], grid, record)
        for grid in grids
        for record in grid.records
        if "measure.key" in record
    ]


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, str]]:
    if not FACTS.is_file():
        pytest.skip("the facts the example was made from are not part of the product")
    with FACTS.open(encoding="utf-8", newline="") as file:
        return {f"M-{int(row['nr']):04d}": row for row in csv.DictReader(file)}


def test_twelve_units_deliver_files_of_seven_kinds() -> None:
    units = {path.parent.name for path in mapping_files()}
    suffixes = {part.suffix for path in mapping_files() for one in deliveries(path) for part in parts(one)}
    assert len(units) == 12
    assert STRATEGY_OFFICE in units
    assert suffixes == {".xlsx", ".ods", ".csv", ".txt", ".json", ".jsonl", ".xml"}


def test_every_measure_is_delivered_by_exactly_one_unit(reported: list[Any]) -> None:
    units = Counter(identifier for identifier, _ in {(identifier, grid.unit) for identifier, grid, _ in reported})
    assert units == {f"M-{number:04d}": 1 for number in range(1, MEASURES + 1)}


def test_no_measure_is_twice_in_one_delivery(reported: list[Any]) -> None:
    seen = Counter((identifier, grid.feed, grid.received) for identifier, grid, _ in reported)
    assert set(seen.values()) == {1}


def test_uncertain_leads_come_from_the_strategy_office(reported: list[Any], facts: dict[str, Any]) -> None:
    for identifier, grid, record in reported:
        lead = facts[identifier]["lead"]
        uncertain = "?" in lead or lead.startswith("offen")
        assert (grid.unit == STRATEGY_OFFICE) == uncertain, identifier
        assert record["measure.lead_confirmed"] == ("nein" if uncertain else "ja"), identifier


def test_the_first_named_lead_reports(reported: list[Any], facts: dict[str, Any]) -> None:
    for identifier, grid, _ in reported:
        if grid.unit != STRATEGY_OFFICE:
            first = re.split(r"[ +/(]", facts[identifier]["lead"])[0]
            assert grid.unit == first.casefold(), identifier


def test_titles_are_the_known_ones_and_paraphrases_say_so(reported: list[Any], facts: dict[str, Any]) -> None:
    for identifier, _, record in reported:
        known = facts[identifier]
        unknown = int(known["nr"]) == TITLE_UNKNOWN
        assert record["measure.title_de"] == ("" if unknown else known["title_de"])
        paraphrased = "paraphrased" in known["note"] or "exact title not seen" in known["note"]
        assert record["measure.title_state"] in (("ja", "True") if paraphrased else ("nein", "False")), identifier


def test_no_year_of_the_slider_is_loaded(reported: list[Any], facts: dict[str, Any]) -> None:
    for identifier, _, record in reported:
        period = facts[identifier]["period"]
        loaded = {year for name in PERIOD for year in YEAR.findall(record.get(name, ""))}
        if "(widget)" in period or "widget:" in period:
            text = period.split("widget")[0] if period.startswith("text:") else ""
            allowed = set(YEAR.findall(text)) | set(YEAR.findall(_until_by_text(facts[identifier]["note"])))
        else:
            allowed = set(YEAR.findall(period))
        assert loaded <= allowed, identifier


def _until_by_text(note: str) -> str:
    match = re.search(r"text says until \d{4}", note)
    return match[0] if match else ""


def test_years_that_are_no_sliders_are_all_there(reported: list[Any], facts: dict[str, Any]) -> None:
    for identifier, _, record in reported:
        period = facts[identifier]["period"]
        if "widget" not in period and re.fullmatch(r"(bis |ab )?[0-9/ –-]+", period):
            loaded = {year for name in PERIOD for year in YEAR.findall(record.get(name, ""))}
            assert loaded == set(YEAR.findall(period)), identifier


def test_progress_is_only_what_the_facts_hold(reported: list[Any], facts: dict[str, Any]) -> None:
    for identifier, _, record in reported:
        text = record.get("status_report.progress_pct", "")
        if not re.search(r"\d", text):
            continue
        number = float(text.rstrip(" %"))
        percent = round(number * 100 if number < 1 else number)
        assert str(percent) in re.findall(r"\d+", facts[identifier]["progress_pct"]), identifier


def test_every_column_is_mapped_or_ignored_with_a_reason(grids: list[Grid]) -> None:
    for grid in grids:
        unknown = [heading for heading in grid.headings if heading and heading not in grid.spec["columns"]]
        assert not unknown, (grid.feed, grid.received)
        targets = grid.spec["columns"].values()
        assert all(IGNORED.fullmatch(target) for target in targets if target.startswith("ignore")), grid.feed


def test_every_mapped_column_is_delivered(grids: list[Grid]) -> None:
    for grid in grids:
        assert not set(grid.spec["columns"]) - set(grid.headings), (grid.feed, grid.received)


def test_every_mapped_property_is_in_its_schema_and_not_derived() -> None:
    for path in mapping_files():
        for spec in tomllib.loads(path.read_text("utf-8"))["tables"]:
            for target in (*spec["columns"].values(), *spec.get("constants", {}), *spec.get("codes", {})):
                if target.startswith("ignore:") or target.endswith((".key", ".planned_period")):
                    continue
                entity, name = target.split(".")
                schema = json.loads((ROOT / "schemas" / f"{entity}.schema.json").read_text("utf-8"))
                assert name in schema["properties"], (path, target)
                assert "x-derived" not in schema["properties"][name], (path, target)


def test_every_supplier_key_is_in_identifiers(grids: list[Grid], identifiers: dict[tuple[str, str], str]) -> None:
    keys = {
        (grid.unit, record[name])
        for grid in grids
        for record in grid.records
        for name in record
        if name in ("measure.key", "milestone.measure_id", "budget.measure_id")
    }
    assert len(keys) >= MEASURES
    assert not {key for key in keys if key not in identifiers}


def test_identifiers_resolve_every_unit_and_field(grids: list[Grid], identifiers: dict[tuple[str, str], str]) -> None:
    for grid in grids:
        for record in grid.records:
            if "organisation.abbrev" in record:
                assert identifiers["organisation", record["organisation.abbrev"]] == record["organisation.id"]
                assert identifiers["organisation", record["organisation.name_de"]] == record["organisation.id"]
            if record.get("measure.field_id"):
                assert ("field_of_action", record["measure.field_id"]) in identifiers


def test_ids_of_measures_are_not_given_twice(identifiers: dict[tuple[str, str], str]) -> None:
    for scheme in {scheme for scheme, _ in identifiers} & {path.parent.name for path in mapping_files()}:
        own = Counter(identifier for (name, _), identifier in identifiers.items() if name == scheme)
        assert set(own.values()) == {1}, scheme


def test_workbooks_name_no_person() -> None:
    for path in mapping_files():
        for delivery in deliveries(path):
            if delivery.suffix not in (".xlsx", ".ods"):
                continue
            with zipfile.ZipFile(delivery) as archive:
                name = "docProps/core.xml" if delivery.suffix == ".xlsx" else "meta.xml"
                about = fromstring(archive.read(name))
            people = [e.text for e in about.iter() if e.tag.endswith(("creator", "lastModifiedBy"))]
            assert people
            assert set(people) == {"Beispiel Offenlage"}, delivery


def test_the_columns_for_persons_hold_no_person() -> None:
    for path in mapping_files():
        for grid in grids_of(path):
            assert {r["ignore:personal"] for r in grid.records if "ignore:personal" in r} <= {"Funktionspostfach", ""}
