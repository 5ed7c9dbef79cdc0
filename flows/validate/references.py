"""Rules about what a record refers to, and about whether it is the one it is taken for."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence

import polars as pl

from flows.contracts import Entity
from flows.edtf import last_day
from flows.normalise.identity import normal_key
from flows.validate.rules import Case, hits, said_columns

SIMILAR = 0.85
"""Share of characters two titles have in common from which a person should look."""
OF_TODAY = ("measure", "indicator", "participation_contribution")
"""What belongs to a field of action of today's strategy; goals and fields belong to those of their own version."""
UNLIKE = 0.4
"""Share of characters two titles have in common below which one does not follow from the other."""
SUBJECTS = ("measure_id", "goal_id", "field_id")


def _current(case: Case, name: str, columns: Sequence[str]) -> pl.DataFrame:
    """Return columns of all records of an entity: as known, and as this delivery says where it says it."""
    known, said = case.known[name].select(columns), case.records.get(name)
    if said is None or not set(columns) <= set(said.columns):
        return known
    own = said.select(columns)
    return pl.concat([known.join(own, on="id", how="anti", maintain_order="left"), own])


def _references(entity: Entity, frame: pl.DataFrame, kind: str) -> Iterator[tuple[str, pl.Expr]]:
    """Yield every property that refers to an entity, with its ids as a list."""
    for prop in entity.properties:
        if prop.ref == kind and prop.name in frame.columns and not prop.derived:
            column = pl.col(prop.name)
            yield prop.name, column if prop.is_list else pl.concat_list(column)


def abolished_organisation(case: Case) -> list[pl.LazyFrame]:
    """Point out units that were dissolved before the record holds, and name their successors (deliveries.md 38)."""
    units = _current(case, "organisation", ["id", "dissolved_on", "predecessor_ids"])
    gone = units.select("id", last_day(pl.col("dissolved_on")).alias("day")).drop_nulls()
    successors = units.explode("predecessor_ids").group_by("predecessor_ids", maintain_order=True).agg("id")
    after = {old: ", ".join(new) for old, new in successors.rows() if old}
    found = []
    for name, frame in case.records.items():
        for prop, ids in _references(case.entities[name], frame, "organisation") if name != "organisation" else ():
            for unit, day in gone.rows():
                late = ids.list.contains(unit) & (pl.col("valid_from").str.to_date("%Y-%m-%d") > day)
                found.append(hits(frame, late, "abolished_organisation", name, prop, after.get(unit, "")))
    return found


def old_structure(case: Case) -> list[pl.LazyFrame]:
    """Point out fields of action of an earlier version of the strategy, with what follows them (deliveries.md 45).

    Fields of the latest version that has any count as today's.
    """
    fields = _current(case, "field_of_action", ["id", "strategy_version_id", "title_de", "successor_ids"])
    order = dict(_current(case, "strategy_version", ["id", "ordinal"]).drop_nulls().rows())
    latest = max((order[v] for v in fields["strategy_version_id"].unique() if v in order), default=None)
    titles = dict(fields.select("id", "title_de").rows())
    old = {
        identifier: ", ".join(titles.get(one, one) for one in successors or ())
        for identifier, version, _, successors in fields.rows()
        if version in order and latest is not None and order[version] < latest
    }
    found = []
    for name, frame in case.records.items():
        for prop, ids in _references(case.entities[name], frame, "field_of_action") if name in OF_TODAY else ():
            first = ids.list.eval(pl.element().filter(pl.element().is_in(list(old)))).list.first()
            follows = first.replace_strict(old, default="", return_dtype=pl.String)
            found.append(hits(frame, first.is_not_null(), "old_structure", name, prop, follows))
    return found


def key_title_conflict(case: Case) -> list[pl.LazyFrame]:
    """Refuse a row whose title belongs to another measure than its key, or to one this feed knows by another key.

    Source: deliveries.md 40; whether a new key is a new measure of the same title, a person has to say.
    """
    frame = case.records.get("measure")
    if frame is None or "title_de" not in frame.columns:
        return []
    known = case.known["measure"].select("id", _key("title_de").alias("_title"))
    owners = known.group_by("_title", maintain_order=True).agg(pl.col("id").alias("_owners"))
    joined = frame.with_columns(_key("title_de").alias("_title")).join(
        owners, on="_title", how="left", maintain_order="left"
    )
    other = pl.col("id").is_in(known["id"].implode()) & ~pl.col("_owners").list.contains(pl.col("id"))
    ours = pl.col("_owners").list.eval(pl.element().is_in(list(case.before))).list.any()
    stranger = other | (~pl.col("id").is_in(known["id"].implode()) & ours)
    return [hits(joined, stranger, "key_title_conflict", "measure", "", pl.col("_owners").list.join(", "))]


def _key(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase().str.replace_all("ß", "ss")


def similar_title(case: Case) -> list[pl.LazyFrame]:
    """Point out a new measure whose title resembles a known one, or is that of another new one (deliveries.md 40).

    Nothing is merged.
    """
    frame = case.records.get("measure")
    if frame is None or "title_de" not in frame.columns:
        return []
    fresh = frame.filter(~pl.col("id").is_in(case.known["measure"]["id"].implode()))["title_de"].drop_nulls()
    near = _near(fresh.unique(maintain_order=True), case.known["measure"]["title_de"].drop_nulls())
    twice = (pl.col("id").n_unique().over(_key("title_de")) > 1) & pl.col("title_de").is_not_null()
    resembling = pl.col("title_de").is_in(list(near)) | twice
    new = ~pl.col("id").is_in(case.known["measure"]["id"].implode())
    expected = pl.col("title_de").replace_strict(near, default=pl.col("title_de"), return_dtype=pl.String)
    return [hits(frame, resembling & new, "similar_title", "measure", "title_de", expected)]


def title_replaced(case: Case) -> list[pl.LazyFrame]:
    """Point out a known measure that has quite another title now: its key may have been reused (deliveries.md 40)."""
    frame = case.records.get("measure")
    if frame is None or "title_de" not in frame.columns:
        return []
    before = case.known["measure"].select("id", pl.col("title_de").alias("_before"))
    joined = frame.join(before, on="id", how="left", maintain_order="left")
    pairs = joined.select("title_de", "_before").drop_nulls().unique(maintain_order=True)
    others = set(case.known["measure"].select(_key("title_de")).to_series())
    moved = pairs.filter((pl.col("title_de") != pl.col("_before")) & ~_key("title_de").is_in(list(others)))
    unlike = [new for new, old in moved.rows() if _share(new, old) < UNLIKE]
    return [hits(joined, pl.col("title_de").is_in(unlike), "title_replaced", "measure", "title_de", pl.col("_before"))]


def _share(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, normal_key(one), normal_key(other), autojunk=False).ratio()


def _near(fresh: pl.Series, known: pl.Series) -> dict[str, str]:
    """Return the nearest known title of each new one that resembles any; they must have a word in common."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for title in known:
        for word in set(normal_key(title).split()):
            by_word[word].append(title)
    found = {}
    for title in fresh:
        # Of the words two titles share, that which the fewest others have tells most.
        rare = sorted((by_word[word] for word in set(normal_key(title).split()) if word in by_word), key=len)[:2]
        others = {normal_key(other): other for titles in rare for other in titles}
        close = difflib.get_close_matches(normal_key(title), list(others), n=1, cutoff=SIMILAR)
        if close:
            found[title] = others[close[0]]
    return found


def subject_unclear(case: Case) -> list[pl.LazyFrame]:
    """Refuse an indicator or a contribution that is about several things, and an indicator that is about none."""
    found = []
    for name in ("indicator", "participation_contribution"):
        frame = case.records.get(name)
        if frame is None:
            continue
        named = [pl.col(c).is_not_null().cast(pl.Int8) for c in SUBJECTS if c in frame.columns]
        stated = pl.sum_horizontal(pl.lit(0, dtype=pl.Int8), *named)
        known = case.known[name]["id"].implode()
        wrong = stated > 1
        if name == "indicator":
            refused = pl.col("_refused").list.eval(pl.element().is_in(SUBJECTS)).list.any()
            wrong |= (stated == 0) & ~pl.col("id").is_in(known) & ~refused
        found.append(hits(frame, wrong, "subject_unclear", name, "", " | ".join(SUBJECTS)))
    return found


def obstacle_missing(case: Case) -> list[pl.LazyFrame]:
    """Ask why a service cannot be offered online (domain.md, service)."""
    frame = case.records.get("service")
    if frame is None or "state" not in frame.columns:
        return []
    known = case.known["service"].filter(pl.col("obstacle_de").is_not_null())["id"]
    silent = pl.col("obstacle_de").is_null() if "obstacle_de" in frame.columns else pl.lit(value=True)
    asked = (pl.col("state") == "not_possible") & silent & ~pl.col("id").is_in(known.implode())
    return [hits(frame, asked, "obstacle_missing", "service", "obstacle_de")]


def repeated_row(case: Case) -> list[pl.LazyFrame]:
    """Tell of rows that say the same as an earlier one of the delivery: they are said once."""
    found = []
    for name, frame in case.records.items():
        content = said_columns(frame)
        again = pl.struct("id", *content).n_unique().over("id") == 1
        later = frame.filter(again & ~pl.col("id").is_first_distinct())
        found.append(hits(later, pl.lit(value=True), "repeated_row", name))
    return found


def held_records(case: Case) -> list[pl.LazyFrame]:
    """Tell of records that are accepted and wait for the end of their embargo, or are not meant for publication."""
    found = []
    for name, frame in case.records.items():
        if "embargo_until" in frame.columns:
            waiting = pl.col("embargo_until") >= case.received
            found.append(hits(frame, waiting, "embargoed", name, "embargo_until"))
        if "visibility" in frame.columns:
            found.append(hits(frame, pl.col("visibility") == "internal", "not_published", name, "visibility"))
    return found


REFERENCE_RULES = (
    abolished_organisation,
    old_structure,
    key_title_conflict,
    similar_title,
    title_replaced,
    subject_unclear,
    obstacle_missing,
    repeated_row,
    held_records,
)
