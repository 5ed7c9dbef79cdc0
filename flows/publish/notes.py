"""Say in a sentence what a version of a dataset changed, counted from the change events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from flows.contracts import CodeList
from flows.publish.vocabulary import LANGUAGES

CHANGES = "change_event"
OPENINGS = {"de": "Änderungen in dieser Fassung", "en": "Changes in this version"}


def version_notes(
    frame: pl.DataFrame, entity: str, version: str, events: pl.DataFrame, classes: CodeList
) -> dict[str, str]:
    """Return by language how many changes of each class the release `version` brought to the rows of `frame`.

    `events` is the table of change events, `classes` the code list change_class; a class without events is not named.
    Returns {} where no event tells: tables that are computed from others have none.
    """
    told = events.filter(pl.col("release_id") == version)
    if entity != CHANGES:
        ids = frame["id"] if "id" in frame.columns else pl.Series(dtype=pl.String)
        told = told.filter(pl.col("entity") == entity, pl.col("id").is_in(ids.implode()))
    counts = dict(told.group_by("change_class").len().iter_rows())
    rows = [row for row in classes.rows if row["code"] in counts]
    return {lang: _sentence(lang, rows, counts) for lang in LANGUAGES} if rows else {}


def _sentence(lang: str, rows: Sequence[Mapping[str, str]], counts: Mapping[str, int]) -> str:
    return f"{OPENINGS[lang]}: " + ", ".join(f"{row[f'label_{lang}']} {counts[row['code']]}" for row in rows) + "."
