"""How a known value is written into a template, so that the reader takes it back as it is, silently."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from flows.contracts import CodeList, Property
from flows.normalise.identity import Aliases, normal_key
from flows.normalise.template_form import ABOUT
from flows.normalise.values import parse_column
from flows.normalise.words import split_list

Cell = str | float | date | None
LIST_SEPARATOR = "; "
YES_NO = {"de": ("ja", "nein"), "en": ("yes", "no")}
NAMES = ("abbrev", "number", "title_de", "name_de")
"""Properties by which people call a record, the shortest first."""
QUARTERS = {"01": "03", "04": "06", "07": "09", "10": "12"}


def spell(
    value: Any,  # noqa: ANN401 (whatever a property may hold)
    row: Mapping[str, Any],
    prop: Property,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    lang: str,
) -> Cell:
    """Return a value of a record as a cell; `names` calls the records a reference may mean, `labels` the codes.

    A text nobody could read back gives None: a blank cell keeps what is known.
    """
    if value is None:
        return None
    if prop.is_list:
        return LIST_SEPARATOR.join(labels.get(one, names.get(one, str(one))) for one in value)
    if prop.type == "boolean":
        return YES_NO[lang][0 if value else 1]
    if prop.type in ("number", "integer") and not row.get(f"{prop.name}_estimated"):
        return float(value)
    if prop.codelist or prop.ref:
        return labels.get(value, names.get(value, str(value)))
    return _verified(value, row, prop, lang)


def names_of(frame: pl.DataFrame, aliases: Aliases, entity: str, *, listed: bool) -> dict[str, str]:
    """Return by which name each record of a reference is called: the first that the reader knows as this record.

    `listed` is for names in a list of several, where the reader would take "Gemeinschaft und Teilhabe" for two.
    """
    known = aliases.of(entity)
    found = {}
    for row in frame.to_dicts():
        names = [str(row[name]) for name in NAMES if row.get(name)]
        fitting = (n for n in names if known.get(normal_key(n)) == row["id"] and (not listed or split_list(n) == [n]))
        found[row["id"]] = next(fitting, row["id"])
    return found


def labels_of(codelist: CodeList, lang: str) -> dict[str, str]:
    """Return the labels of a code list by code, in its order."""
    return {row["code"]: row[f"label_{lang}"] for row in codelist.rows}


def _verified(value: Any, row: Mapping[str, Any], prop: Property, lang: str) -> Cell:  # noqa: ANN401
    precision = row.get(f"{prop.name}_precision")
    for cell in _spellings(value, prop, lang):
        text = cell.isoformat() if isinstance(cell, date) else str(cell)
        about = text.endswith(ABOUT[lang])
        read = parse_column(pl.Series([text.removesuffix(ABOUT[lang]).strip()]), prop, decimal=".").row(0, named=True)
        exact = "vague" if about and precision is not None else read["precision"]
        if read["value"] == value and not read["rule"] and (precision is None or exact == precision):
            return cell
    return None


def _spellings(value: Any, prop: Property, lang: str) -> Iterator[Cell]:  # noqa: ANN401
    """Yield ways to write a value, the one people like best first."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if prop.format in ("date", "edtf"):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            yield date.fromisoformat(text)
        if month := re.fullmatch(r"(\d{4})-(\d\d)", text):
            yield f"{month[2]}/{month[1]}"
        quarter = re.fullmatch(r"(\d{4})-(\d\d)/(\d{4})-(\d\d)", text)
        if quarter and quarter[1] == quarter[3] and QUARTERS.get(quarter[2]) == quarter[4]:
            yield f"Q{list(QUARTERS).index(quarter[2]) + 1} {quarter[1]}"
    yield text
    yield f"{text} {ABOUT[lang]}"
