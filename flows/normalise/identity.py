"""Whose key is which record: aliases are resolved, new ids are minted once, in journal order, never reused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from flows.contracts import Entity

Minted = tuple[str, str, str]
"""One alias with the id it got: (scheme, value, id)."""

REFERENCE_NAMES = (
    "alternative_titles_de",
    "alternative_names",
    "code",
    "number",
    "title_de",
    "name_de",
    "abbrev",
    "id",
)
"""Properties by which a reference record may be named; where two records share a name, a later kind of name wins."""


@dataclass(frozen=True)
class Aliases:
    """All keys known so far: scheme -> normalised value -> id."""

    schemes: Mapping[str, Mapping[str, str]]

    def of(self, *schemes: str) -> dict[str, str]:
        """Return the aliases of several schemes as one mapping; an earlier scheme wins."""
        found: dict[str, str] = {}
        for scheme in reversed(schemes):
            found |= self.schemes.get(scheme, {})
        return found

    def ids(self) -> set[str]:
        """Return every id that was ever given."""
        return {identifier for values in self.schemes.values() for identifier in values.values()}


def normal_key(value: str) -> str:
    """Return the form in which keys are compared: case, ß and repeated spaces make no difference."""
    return re.sub(r"\s+", " ", value).strip().lower().replace("ß", "ss")


def collect_aliases(identifiers: Iterable[Minted], minted: Iterable[Minted]) -> Aliases:
    """Join the city's identifiers.csv with the ids minted so far; identifiers.csv overrides (decision 0005)."""
    schemes: dict[str, dict[str, str]] = {}
    for scheme, value, identifier in (*minted, *identifiers):
        schemes.setdefault(scheme, {})[normal_key(value)] = identifier
    return Aliases(schemes)


def reference_aliases(entity: str, frame: pl.DataFrame) -> list[Minted]:
    """Return the aliases that delivered reference records bring along: their own ids, titles and abbreviations."""
    found: list[Minted] = []
    for column in REFERENCE_NAMES:
        if column in frame.columns and "id" in frame.columns:
            values = frame.select("id", pl.col(column).alias("value"))
            pairs = values.explode("value") if isinstance(values.schema["value"], pl.List) else values
            found += [
                (entity, value, identifier)
                for identifier, value in pairs.drop_nulls().unique(maintain_order=True).rows()
            ]
    return found


def resolve(column: pl.Expr, known: Mapping[str, str]) -> pl.Expr:
    """Turn words (normalised by `normal_key`) into ids; what is not known becomes null."""
    normal = column.str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase().str.replace_all("ß", "ss")
    # Python and polars know the small letters of different versions of Unicode: those of polars decide for both.
    keys = pl.Series(list(known), dtype=pl.String).str.to_lowercase()
    return normal.replace_strict(dict(zip(keys, known.values(), strict=True)), default=None, return_dtype=pl.String)


def is_minted(entity: Entity) -> bool:
    """Tell whether records of the entity get their ids here; reference records are delivered with theirs."""
    return "x-id-prefix" in entity.schema


def mint(entity: Entity, wanted: Sequence[tuple[str, str]], taken: Iterable[str]) -> list[Minted]:
    """Give each wanted (scheme, key), in order, the next free id of the entity (`x-id-prefix`)."""
    prefix = str(entity.schema["x-id-prefix"])
    numbers = [int(i.removeprefix(prefix)) for i in taken if i.startswith(prefix) and i.removeprefix(prefix).isdigit()]
    start = max(numbers, default=0) + 1
    first = {(scheme, normal_key(key)): key for scheme, key in reversed(list(wanted))}
    ordered = dict.fromkeys((scheme, normal_key(key)) for scheme, key in wanted)
    return [(scheme, first[scheme, key], f"{prefix}{n:04d}") for n, (scheme, key) in enumerate(ordered, start)]


def key_scheme(entity: Entity, unit: str) -> str:
    """Return the scheme of the keys by which a unit names the records of an entity."""
    return unit if entity.name == "measure" else f"{unit}/{entity.name}"


def identify(
    frame: pl.DataFrame, keys: pl.Series, entity: Entity, unit: str, aliases: Aliases, received: str
) -> tuple[pl.DataFrame, list[Minted]]:
    """Give each record its id: delivered, known by the supplier's key, known by its natural key, or minted.

    `keys` holds the supplier's own keys (null where none). Returns the frame with the column `id` (null where a record
    has no key at all) and the ids that were minted, in the order of the rows.
    """
    if "id" in frame.columns and not is_minted(entity):
        return frame, []
    if not is_minted(entity):
        key = pl.concat_str([pl.col(k) for k in entity.keys], separator="/")
        return frame.with_columns(key.alias("id")), []
    own_scheme = key_scheme(entity, unit)
    natural_scheme = "title" if entity.name == "measure" else entity.name
    said = pl.col("_key").str.strip_chars() != ""
    keyed = frame.with_columns(keys.alias("_key"), _natural(frame, entity, received))
    keyed = keyed.with_columns(pl.when(said).then("_key").otherwise(None).alias("_key"))
    by_key = resolve(pl.col("_key"), aliases.of(own_scheme))
    by_nature = resolve(pl.col("_natural"), aliases.of(natural_scheme))
    given_id = _given(frame, entity, by_nature, set(aliases.of(natural_scheme).values()))
    keyed = keyed.with_columns(pl.coalesce(given_id, by_key, by_nature).alias("id"))
    new = keyed.filter(pl.col("id").is_null() & pl.col("_said"))
    scheme_of = pl.when(pl.col("_key").is_not_null()).then(pl.lit(own_scheme)).otherwise(pl.lit(natural_scheme))
    wanted = new.select(scheme_of.alias("scheme"), pl.coalesce("_key", "_natural").alias("value")).drop_nulls()
    minted = mint(entity, wanted.unique(maintain_order=True).rows(), aliases.ids())
    ids = {(scheme, normal_key(value)): identifier for scheme, value, identifier in minted}
    given = [
        resolve(pl.col(column), {value: i for (s, value), i in ids.items() if s == scheme})
        for column, scheme in (("_key", own_scheme), ("_natural", natural_scheme))
    ]
    return keyed.with_columns(pl.coalesce("id", *given).alias("id")).drop("_key", "_natural"), minted


def _given(frame: pl.DataFrame, entity: Entity, by_nature: pl.Expr, known_by_nature: set[str]) -> pl.Expr:
    """Return the ids a delivery states; a report of another day than the one its id belongs to is another report."""
    if "id" not in frame.columns:
        return pl.lit(None, dtype=pl.String)
    dated = "reporting_date" in entity.schema.get("x-natural-key", []) and "reporting_date" in frame.columns
    if not dated:
        return pl.col("id")
    moved = pl.col("reporting_date").is_not_null() & pl.col("id").is_in(list(known_by_nature))
    return pl.when(moved).then(by_nature).otherwise(pl.col("id"))


def _natural(frame: pl.DataFrame, entity: Entity, received: str) -> pl.Expr:
    """Return the natural key as text; the day of receipt stands in for a reporting day nobody stated."""
    names = list(entity.schema.get("x-natural-key", []))
    parts = []
    for name in names:
        column = pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, dtype=pl.String)
        unstated = f"received {received}" if name == "reporting_date" else ""
        parts.append(column if name == names[0] else column.fill_null(unstated))
    return pl.concat_str(parts, separator="|").alias("_natural")
