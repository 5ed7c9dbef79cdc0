"""Read `mappings/` and `schemas/` into one frozen configuration, and know what it was made of (its digest)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from jsonschema.exceptions import best_match

from flows.contracts import CodeList, Entity, parse_codelist, parse_entity
from flows.model import Feed
from flows.settings.dialect import schema_validator
from flows.settings.environment import Environment, Mail, Portal, address, read_environment
from flows.settings.problems import ConfigurationError, did_you_mean
from flows.settings.reader import Reader

# While `id_base` is the address that is shipped, nothing that is published claims to be official (decision 0011).
EXAMPLE_ID_BASE = "https://offenlage.example/"
IDENTIFIER_COLUMNS = ("scheme", "value", "id")
CODELIST_COLUMNS = ("code", "label_de", "label_en", "definition_de", "definition_en", "synonyms")
REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Configuration:
    """All that is configured, read once and never changed by a run.

    `catalogue` is mappings/catalogue.toml with `base_url` as it is in force and `example` (bool) added, `theme` is
    mappings/theme/theme.toml with the text of its `logo` ("" for none) in place of the name, and legal.toml beside it
    as `legal`. `contracts` are the schemas of the configuration files themselves, `entities` those of the records.
    `digest` covers the files that were read and `base_url`, so two runs with equal digests publish equal content;
    where output lies, and which portal gets it, do not change what is published and are left out.
    """

    root: Path
    catalogue: Mapping[str, Any]
    theme: Mapping[str, Any]
    rules: Mapping[str, Any]
    identifiers: pl.DataFrame
    datasets: Mapping[str, Mapping[str, Any]]
    feeds: tuple[Feed, ...]
    entities: Mapping[str, Entity]
    codelists: Mapping[str, CodeList]
    contracts: Mapping[str, Mapping[str, Any]]
    shapes: str
    digest: str
    lock_digest: str
    output: Path
    archive: Path
    portal: Portal
    mail: Mail


def load(config_dir: Path, environ: Mapping[str, str] | None = None, output: Path | None = None) -> Configuration:
    """Read the configuration in `config_dir` (it holds `mappings/` and `schemas/`) as the environment modifies it.

    `output` wins over OFFENLAGE_OUTPUT, which wins over `<config_dir>/output`; the archive lies inside unless
    OFFENLAGE_ARCHIVE says otherwise. Raises ConfigurationError with all problems at once.
    """
    root = Path(config_dir).resolve()
    settings, problems = read_environment(os.environ if environ is None else environ)
    reader = Reader(root, problems)
    codelists = _codelists(reader)
    entities, contracts = _schemas(reader, codelists)
    mappings = root / "mappings"
    catalogue = reader.toml(mappings / "catalogue.toml", "catalogue", contracts)
    problems += _wrong_base(catalogue)
    theme = _theme(reader, mappings / "theme", contracts)
    rules = reader.toml(mappings / "rules.toml", "rules", contracts)
    identifiers = _identifiers(reader, mappings / "identifiers.csv")
    datasets = _datasets(reader, contracts, entities)
    feeds = _feeds(reader, contracts)
    shapes = "\n".join(reader.text(path) or "" for path in sorted((root / "schemas" / "shapes").glob("*.ttl")))
    if reader.problems:
        raise ConfigurationError(reader.problems)
    base_url = settings.base_url or address(catalogue["base_url"])
    effective = {**catalogue, "base_url": base_url, "example": catalogue["id_base"] == EXAMPLE_ID_BASE}
    place = (output or settings.output or root / "output").absolute()
    return Configuration(
        root, effective, theme, rules, identifiers, datasets, feeds, entities, codelists, contracts, shapes,
        _digest(reader.digests, base_url), _lock_digest(), place,
        (settings.archive or place / "archive").absolute(), _portal(settings, catalogue), settings.mail,
    )  # fmt: skip


def _theme(reader: Reader, folder: Path, contracts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    theme = reader.toml(folder / "theme.toml", "theme", contracts)
    logo = reader.text(folder / str(theme["logo"])) if "logo" in theme else ""
    return {"texts": {}, **theme, "logo": logo, "legal": reader.toml(folder / "legal.toml", "legal", contracts)}


def _portal(settings: Environment, catalogue: Mapping[str, Any]) -> Portal:
    """Return the portal as the environment has it, else as mappings/catalogue.toml."""
    configured, given = catalogue.get("portal", {}), settings.portal
    named = "portal_organisation" in settings.model_fields_set
    organisation = given.organisation if named else configured.get("organisation", given.organisation)
    return replace(given, url=given.url or configured.get("url", ""), organisation=organisation)


def _wrong_base(catalogue: Mapping[str, Any]) -> Iterator[str]:
    try:
        address(str(catalogue.get("base_url", EXAMPLE_ID_BASE)))
    except ValueError as error:
        yield f"mappings/catalogue.toml: base_url: {error}"


def _codelists(reader: Reader) -> dict[str, CodeList]:
    found: dict[str, CodeList] = {}
    for path in sorted((reader.root / "schemas" / "codelists").glob("*.csv")):
        text = reader.text(path)
        if text is None:
            continue
        header = text.split("\n", 1)[0].strip().split(",")
        missing = [column for column in CODELIST_COLUMNS if column not in header]
        reader.problems += [f"{reader.where(path)}: {column}: is missing in the header" for column in missing]
        if not missing:
            found[path.stem] = parse_codelist(path.stem, text)
            reader.problems += _repeated(reader.where(path), found[path.stem].codes)
    return found


def _repeated(where: str, codes: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{where}: {code}: stands there twice" for code in dict.fromkeys(codes) if codes.count(code) > 1)


def _schemas(
    reader: Reader, codelists: Mapping[str, CodeList]
) -> tuple[dict[str, Entity], dict[str, Mapping[str, Any]]]:
    """Return the contracts of the records (they carry a label) and those of the configuration files."""
    entities: dict[str, Entity] = {}
    contracts: dict[str, Mapping[str, Any]] = {}
    for path in sorted((reader.root / "schemas").glob("*.schema.json")):
        name, schema = path.name.removesuffix(".schema.json"), reader.json(path)
        if schema is None:
            continue
        problems = [f"{reader.where(path)}: {problem}" for problem in _wrong_schema(schema, codelists)]
        reader.problems += problems
        if not problems and "x-label" in schema:
            entities[name] = parse_entity(schema, codelists)
        elif not problems:
            contracts[name] = schema
    return entities, contracts


def _wrong_schema(schema: Mapping[str, Any], codelists: Mapping[str, CodeList]) -> Iterator[str]:
    error = best_match(schema_validator().iter_errors(schema))
    if error is not None:
        yield f"{error.json_path}: is no JSON Schema: {error.message}"
        return
    if "x-label" not in schema:
        return
    yield from (f"{key}: is missing" for key in ("$id", "properties") if key not in schema)
    for name, value in schema.get("properties", {}).items():
        if "type" not in value:
            yield f"properties.{name}.type: is missing"
        wanted = value.get("x-codelist", "")
        if wanted and wanted not in codelists:
            yield f"{name}: there is no schemas/codelists/{wanted}.csv{did_you_mean(wanted, codelists)}"


def _identifiers(reader: Reader, path: Path) -> pl.DataFrame:
    empty = pl.DataFrame(schema=dict.fromkeys(IDENTIFIER_COLUMNS, pl.String))
    text = reader.text(path)
    if text is None:
        return empty
    try:
        found = pl.read_csv(text.encode(), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        reader.problems.append(f"{reader.where(path)}: is no table: {error}")
        return empty
    if tuple(found.columns) != IDENTIFIER_COLUMNS:
        reader.problems.append(f"{reader.where(path)}: expected the header {','.join(IDENTIFIER_COLUMNS)}")
        return empty
    twice = found.unique().group_by("scheme", "value", maintain_order=True).len().filter(pl.col("len") > 1)
    for scheme, value, _ in twice.sort("scheme", "value").iter_rows():
        reader.problems.append(f"{reader.where(path)}: {scheme},{value}: stands there with two ids")
    return found


def _datasets(
    reader: Reader, contracts: Mapping[str, Any], entities: Mapping[str, Entity]
) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted((reader.root / "mappings" / "datasets").glob("*.toml")):
        description = reader.toml(path, "dataset", contracts)
        if description.get("name", path.stem) != path.stem:
            reader.problems.append(f"{reader.where(path)}: name: expected '{path.stem}', as the file is called")
        entity = str(description.get("entity", ""))
        if entity and entities and entity not in entities:
            hint = did_you_mean(entity, entities)
            reader.problems.append(f"{reader.where(path)}: entity: there is no schemas/{entity}.schema.json{hint}")
        found[path.stem] = description
    return found


def _feeds(reader: Reader, contracts: Mapping[str, Any]) -> tuple[Feed, ...]:
    departments = reader.root / "mappings" / "departments"
    for path in sorted(departments.glob("*.toml")):
        reader.problems.append(f"{reader.where(path)}: expected at mappings/departments/<unit>/<feed>.toml")
    feeds = []
    for path in departments.glob("*/*.toml"):
        mapping = reader.toml(path, "mapping", contracts)
        if mapping.get("unit", path.parent.name) != path.parent.name:
            reader.problems.append(
                f"{reader.where(path)}: unit: expected '{path.parent.name}', as the folder is called"
            )
        feeds.append(Feed(path.parent.name, path.stem, mapping))
    return tuple(sorted(feeds, key=lambda feed: feed.id))


def _digest(files: Mapping[str, str], base_url: str) -> str:
    made_of = json.dumps({"base_url": base_url, "files": files}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(made_of.encode()).hexdigest()


def _lock_digest() -> str:
    lock = REPOSITORY / "requirements.lock"
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else ""
