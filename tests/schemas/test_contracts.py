"""What schemas/ and mappings/ promise each other: dialect, code lists, configuration files."""

import csv
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from flows.contracts import CodeList, Entity, parse_codelist, parse_entity
from flows.model import Level, Outcome
from flows.settings.problems import check

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"de", "en"}
SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "schemas").glob("*.schema.json"))
}
CODELISTS = {
    path.stem: parse_codelist(path.stem, path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "schemas" / "codelists").glob("*.csv"))
}
ENTITIES = {name: parse_entity(schema, CODELISTS) for name, schema in SCHEMAS.items() if "x-label" in schema}
CONTRACTS = {name: schema for name, schema in SCHEMAS.items() if "x-label" not in schema}
USED_CODELISTS = {prop.codelist for entity in ENTITIES.values() for prop in entity.properties}
DATASETS = sorted((ROOT / "mappings" / "datasets").glob("*.toml"))
MAPPINGS = sorted((ROOT / "mappings" / "departments").glob("*/*.toml"))

ANNOTATIONS = {
    *("x-label", "x-definition", "x-public", "x-since", "x-key", "x-codelist", "x-ref", "x-unit", "x-derived"),
    *("x-derived-from", "x-synonyms", "x-reason-if-empty", "x-default", "x-privacy"),
}
SET_BY_THE_LEDGER = ("valid_from", "recorded_at", "source_delivery_id", "source_sheet", "source_row")
INTERFACE_DATASETS = {
    *("measures", "status_reports", "milestones", "indicators", "observations", "relations", "budgets", "resolutions"),
    *("contributions", "services", "changes", "history", "sources", "source_exceptions", "punctuality"),
    *("fields_of_action", "goals", "principles", "guidelines", "organisations", "strategy_versions"),
    *("strategies", "deliveries"),
}
COMPANIONS = {"precision": "precision", "estimated": "boolean"}
PSEUDO_PROPERTIES = ("key", "planned_period")

each_schema = pytest.mark.parametrize("name", SCHEMAS)
each_entity = pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.name)
each_codelist = pytest.mark.parametrize("codelist", CODELISTS.values(), ids=lambda codelist: codelist.name)
each_dataset = pytest.mark.parametrize("path", DATASETS, ids=lambda path: path.stem)
each_mapping = pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def reported(entity: Entity) -> bool:
    """Tell whether departments report it; the other tables are made by us as a whole."""
    return "x-derived" not in entity.schema


def filled(texts: object) -> bool:
    return isinstance(texts, dict) and set(texts) == LANGUAGES and all(str(text).strip() for text in texts.values())


# Schemas


@each_schema
def test_is_json_schema_2020_12_under_its_own_name(name: str):
    schema = SCHEMAS[name]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    assert re.fullmatch(rf"{name}/[0-9]+\.[0-9]+", schema["$id"])
    assert schema["title"] == name


@each_entity
def test_entity_is_labelled_closed_and_keyed(entity: Entity):
    assert filled(entity.schema["x-label"])
    assert filled(entity.schema["x-definition"])
    assert entity.schema["additionalProperties"] is False
    assert entity.keys
    assert set(entity.keys) <= set(entity.schema["required"]) <= set(entity.columns)


@each_entity
def test_reported_entity_has_an_id_tells_its_records_apart_and_says_where_they_come_from(entity: Entity):
    if not reported(entity):
        assert filled(entity.schema["x-derived"])
        assert "x-natural-key" not in entity.schema
        return
    assert entity.keys == ("id",)
    assert set(entity.schema["x-natural-key"]) <= set(entity.columns)
    assert entity.columns[-6:] == (*SET_BY_THE_LEDGER, "missing_reasons")
    assert all(entity[name].derived and entity[name].public for name in SET_BY_THE_LEDGER)


@each_entity
def test_minted_ids_fit_the_pattern_of_the_id(entity: Entity):
    prefix = entity.schema.get("x-id-prefix")
    if prefix is not None:
        assert re.search(entity["id"].schema["pattern"], f"{prefix}0001")


@each_entity
def test_a_heading_means_one_property_of_an_entity(entity: Entity):
    each = [{heading.casefold() for heading in prop.schema.get("x-synonyms", [])} for prop in entity.properties]
    headings = Counter(heading for own in each for heading in own)
    assert [heading for heading, times in headings.items() if times > 1] == []


@each_entity
def test_properties_are_labelled_and_say_whether_they_are_public(entity: Entity):
    for prop in entity.properties:
        assert re.fullmatch("[a-z][a-z0-9_]*", prop.name)
        assert filled(prop.schema["x-label"]), prop.name
        assert filled(prop.schema["x-definition"]), prop.name
        assert isinstance(prop.schema["x-public"], bool), prop.name
        assert prop.schema["x-since"] == "1.0", prop.name
        assert {key for key in prop.schema if key.startswith("x-")} <= ANNOTATIONS, prop.name


@each_entity
def test_properties_may_be_empty_unless_they_are_required(entity: Entity):
    nullable = {prop.name for prop in entity.properties if prop.nullable}
    assert nullable == set(entity.columns) - set(entity.schema["required"])
    assert {prop.name for prop in entity.properties if prop.reason_if_empty} <= nullable


@each_entity
def test_derived_properties_have_a_formula_and_no_heading(entity: Entity):
    for prop in filter(lambda prop: prop.derived, entity.properties):
        assert filled(prop.schema["x-derived"]), prop.name
        inputs = [name.split(".") for name in prop.schema.get("x-derived-from", [])]
        assert [name for name in inputs if name[1] not in ENTITIES[name[0]]] == [], prop.name
        assert "x-synonyms" not in prop.schema, prop.name
        assert not prop.reason_if_empty, prop.name


@each_entity
def test_codes_and_references_lead_somewhere(entity: Entity):
    for prop in entity.properties:
        written = SCHEMAS[entity.name]["properties"][prop.name]
        assert "enum" not in written, prop.name
        assert not prop.codelist or prop.codelist in CODELISTS, prop.name
        assert not prop.ref or prop.ref in ENTITIES, prop.name
        assert "x-default" not in written or written["x-default"] in CODELISTS[prop.codelist].codes, prop.name


@each_entity
def test_companions_stand_right_behind_what_they_speak_of(entity: Entity):
    for prop in entity.properties:
        subject, _, kind = prop.name.rpartition("_")
        if kind in COMPANIONS:
            assert entity.columns.index(prop.name) == entity.columns.index(subject) + 1, prop.name
            assert (prop.codelist or prop.type) == COMPANIONS[kind], prop.name
            spoken_of = entity[subject].format or entity[subject].type
            assert spoken_of in (("edtf", "date") if kind == "precision" else ("integer", "number")), prop.name


@each_entity
def test_text_in_own_words_is_searched_for_personal_data(entity: Entity):
    free = [p for p in entity.properties if re.search(r"(title|text|description|note|summary|response)_de$", p.name)]
    assert [prop.name for prop in free if prop.schema.get("x-privacy") != "free_text"] == []


# Code lists


@each_codelist
def test_codelist_is_complete_in_both_languages(codelist: CodeList):
    assert codelist.rows
    for row in codelist.rows:
        needed = ("code", "label_de", "label_en", "definition_de", "definition_en")
        assert [column for column in needed if not row[column].strip()] == [], row["code"]
        assert row["synonyms"] is not None, "the row is too short"
        assert None not in row, "the row is too long"


@each_codelist
def test_codelist_has_each_code_once_and_each_word_for_one_code(codelist: CodeList):
    assert len(set(codelist.codes)) == len(codelist.codes)
    assert [code for code in codelist.codes if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", code)] == []
    words = {word for row in codelist.rows for word in _own_words(row)}
    owners = {word: {row["code"] for row in codelist.rows if word in _own_words(row)} for word in words}
    assert {word: codes for word, codes in owners.items() if len(codes) > 1} == {}


def _own_words(row: Any) -> set[str]:
    words = (row["code"], row["label_de"], row["label_en"], *row["synonyms"].split("|"))
    return {word.strip().casefold() for word in words if word.strip()}


@each_codelist
def test_codelist_file_is_plain_csv(codelist: CodeList):
    content = (ROOT / "schemas" / "codelists" / f"{codelist.name}.csv").read_bytes()
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    widths = {len(row) for row in csv.reader(content.decode("utf-8").splitlines())}
    assert len(widths) == 1


def test_every_codelist_is_used():
    elsewhere = {"finding_rule", "finding_level", "row_outcome", "missing_reason"}
    assert set(CODELISTS) - USED_CODELISTS == elsewhere


def test_rules_name_level_remedy_and_who_can_mend_it():
    for row in CODELISTS["finding_rule"].rows:
        assert row["level"] in get_args(Level), row["code"]
        assert row["who"] in ("supplier", "mapping", "pipeline"), row["code"]
        assert row["remedy_de"].strip(), row["code"]
        assert row["remedy_en"].strip(), row["code"]


def test_levels_and_outcomes_are_those_of_the_program():
    assert CODELISTS["finding_level"].codes == get_args(Level)
    assert CODELISTS["row_outcome"].codes == get_args(Outcome)
    assert tuple(SCHEMAS["finding"]["properties"]["level"]["enum"]) == get_args(Level)


def test_status_maps_to_the_lists_of_others():
    for row in CODELISTS["status"].rows:
        known = row["code"] != "unknown"
        assert [bool(row[column]) for column in ("radar", "iati", "oc4ids")] == [known] * 3, row["code"]


# Contracts of configuration files


def _objects(schema: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema of an object with named keys, with its place."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and "type" in schema:
            yield place, schema
        for key, value in schema.items():
            yield from _objects(value, f"{place}/{key}")
    if isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from _objects(value, f"{place}/{number}")


@pytest.mark.parametrize("name", CONTRACTS)
def test_contract_is_closed_and_describes_every_key(name: str):
    found = list(_objects(CONTRACTS[name]))
    assert found
    for place, schema in found:
        assert schema["additionalProperties"] is False, place
        assert set(schema["required"]) <= set(schema["properties"]), place
        assert [key for key, value in schema["properties"].items() if not value.get("description")] == [], place


def test_journal_event_tells_the_kinds_apart():
    validator = Draft202012Validator(CONTRACTS["journal_event"])
    assert validator.is_valid({"event": "minted", "scheme": "rit", "value": "7", "id": "M-0001"})
    assert not validator.is_valid({"event": "minted", "scheme": "rit", "value": "7"})
    assert not validator.is_valid({"event": "forgotten", "why": "x"})
    assert not validator.is_valid({"event": "retracted", "why": "x", "time": "2026-11-20T12:00:00+01:00"})


# What is configured


@pytest.mark.parametrize("name", ["catalogue", "rules"])
def test_settings_fit_their_contract(name: str):
    path = ROOT / "mappings" / f"{name}.toml"
    assert check(path.name, toml(path), CONTRACTS[name]) == []


def test_every_step_between_two_statuses_has_a_verdict():
    transitions = toml(ROOT / "mappings" / "rules.toml")["transitions"]
    codes = set(CODELISTS["status"].codes)
    assert {before: set(steps) for before, steps in transitions.items()} == {code: codes - {code} for code in codes}
    assert set(transitions["merged"].values()) == {"correction"}
    assert set(transitions["unknown"].values()) == {"allowed"}


def test_yellow_lies_below_green():
    schedule = toml(ROOT / "mappings" / "rules.toml")["schedule"]
    assert schedule["yellow_gap_pp"] < schedule["green_gap_pp"] <= 0


def test_all_datasets_of_the_interface_are_described():
    assert {path.stem for path in DATASETS} == INTERFACE_DATASETS


@each_dataset
def test_dataset_fits_its_contract_and_its_entity(path: Path):
    description = toml(path)
    assert check(path.name, description, CONTRACTS["dataset"]) == []
    assert description["name"] == path.stem
    assert description["entity"] in ENTITIES
    assert description.get("series", False) == (path.stem == "status_reports")


@each_dataset
def test_dataset_has_passed_its_publication_check(path: Path):
    parts = toml(path)["publication_check"]
    assert {parts[name]["result"] for name in ("privacy", "ethics", "public_value")} == {"passed"}


def test_every_entity_is_published_as_one_dataset():
    assert Counter(toml(path)["entity"] for path in DATASETS) == Counter(list(ENTITIES))


@each_mapping
def test_mapping_fits_its_contract(path: Path):
    mapping = toml(path)
    assert check(path.name, mapping, CONTRACTS["mapping"]) == []
    assert mapping["unit"] == path.parent.name


@each_mapping
def test_mapping_names_properties_that_can_be_delivered(path: Path):
    unknown = [target for target in _targets(toml(path)) if not _deliverable(target)]
    assert unknown == []


def _targets(mapping: dict[str, Any]) -> Iterator[str]:
    for table in mapping["tables"]:
        yield from (target for target in table["columns"].values() if not target.startswith("ignore:"))
        yield from (*table.get("codes", {}), *table.get("constants", {}))
        yield from filter(None, [table.get("field_from_sheet")])


def _deliverable(target: str) -> bool:
    name, _, wanted = target.partition(".")
    entity = ENTITIES.get(name)
    if entity is None or not reported(entity):
        return False
    return wanted in PSEUDO_PROPERTIES or (wanted in entity and not entity[wanted].derived)


@each_mapping
def test_mapping_translates_words_to_codes_that_exist(path: Path):
    for table in toml(path)["tables"]:
        for target, words in table.get("codes", {}).items():
            entity, _, wanted = target.partition(".")
            assert set(words.values()) <= set(CODELISTS[ENTITIES[entity][wanted].codelist].codes), target
