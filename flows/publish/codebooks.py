"""Say what the columns of a published table mean, taken from its schema alone; and which references hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from flows.contracts import CodeList, Entity, Property
from flows.model import Dataset

# The shape of flows/edtf.py as one expression for validators that know no EDTF; days per month are checked there.
_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?~?"
EDTF_PATTERN = rf"{_DATE}|{_DATE}/({_DATE}|\.\.)|\.\./{_DATE}"

ForeignKey = tuple[str, str, str]
"""A property, the dataset it points into, and the key it points at."""


def codebook(entity: Entity, codelists: Mapping[str, CodeList]) -> list[dict[str, str]]:
    """Return one row per public column: what it is called, means and holds, in German and English; "" for nothing.

    `codes` lists the code list's entries, one a line. Raises KeyError where `codelists` lacks a list the entity uses.
    """
    return [
        {
            "property": p.name,
            "label_de": p.text("label", "de"),
            "label_en": p.text("label", "en"),
            "definition_de": p.text("definition", "de"),
            "definition_en": p.text("definition", "en"),
            "type": type_name(p),
            "unit": str(p.schema.get("x-unit", "")),
            "key": "yes" if p.key else "",
            "refers_to": p.ref,
            "code_list": p.codelist,
            "codes": _codes(codelists[p.codelist]) if p.codelist else "",
            "derived_de": p.text("derived", "de"),
            "derived_en": p.text("derived", "en"),
            "since": str(p.schema.get("x-since", "")),
        }
        for p in entity.public
    ]


def type_name(prop: Property) -> str:
    """Name a property's type for people: its format where it has one, `list of` before the type of the items."""
    name = prop.format or prop.type
    return f"list of {name}" if prop.is_list else name


def whole_pattern(prop: Property) -> str:
    """Return what one value must match from its first character to its last, without anchors, or "".

    JSON Schema searches anywhere in a text; the metadata of CSV files mean the whole value. Alternatives must stand
    in parentheses in the schema. An `edtf` without a pattern of its own gets the shape of the dates it may hold.
    """
    pattern = str(prop.item.get("pattern", ""))
    if not pattern:
        return EDTF_PATTERN if prop.format == "edtf" else ""
    start = "" if pattern.startswith("^") else ".*"
    end = "" if pattern.endswith("$") else ".*"
    return f"{start}{pattern.removeprefix('^').removesuffix('$')}{end}"


def is_filled(dataset: Dataset, prop: Property) -> bool:
    """Tell whether the CSV file has a value in every row: an empty text is one in the schema, and none in a CSV."""
    return not prop.nullable and (prop.dtype != pl.String or "" not in dataset.frame[prop.name])


def foreign_keys(dataset: Dataset, entity: Entity, targets: Iterable[tuple[Dataset, Entity]]) -> Iterator[ForeignKey]:
    """Yield each reference of `dataset` that holds for all its rows.

    A target is the first of `targets` that holds all the ids. Lists are left out: no metadata format can check them.
    """
    known = tuple((target, kind) for target, kind in targets if len(kind.keys) == 1)
    for prop in entity.public:
        if prop.is_list or not prop.ref:
            continue
        values = dataset.frame[prop.name].drop_nulls().unique()
        for target, kind in known:
            key = kind.keys[0]
            if kind.name == prop.ref and values.is_in(target.frame[key].to_list()).all():
                yield prop.name, target.name, key
                break


def language_strings(texts: Mapping[str, Any]) -> list[dict[str, str]]:
    """Write `{de, en}` as JSON-LD language-tagged strings."""
    return [{"@value": str(texts[lang]), "@language": lang} for lang in ("de", "en") if texts.get(lang)]


def _codes(codelist: CodeList) -> str:
    return "\n".join(f"{row['code']}: {row['label_de']} / {row['label_en']}" for row in codelist.rows)
