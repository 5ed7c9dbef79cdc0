"""Our shapes reject whatever the official ones reject: a good feed, wrong in one place in hundreds of ways.

What the official shapes say of each mutation is recorded in tests/golden/publish/official_verdicts.json, so that the
comparison needs nothing that is not in the repository. `make soak` compares all, and the record with the shapes where
they are at hand; after a change to the feed:
`pytest tests/publish/test_mutations.py --run-soak --update-golden`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import feed_example as feed
import official_shapes
import pytest
from mutations import Mutation, good, mutations
from rdflib import Graph
from rdflib.namespace import RDF

from flows.publish.conformance import check_catalogue, shapes_of

ROOT = Path(__file__).resolve().parents[2]
RECORD = "publish/official_verdicts.json"
VERDICTS = ROOT / "tests" / "golden" / RECORD
GOOD = good()
ALL = mutations(GOOD)
# Every fifth in `make test`: more than 150 of all kinds.
SOME = ALL[::5]


@cache
def shapes() -> Graph:
    turtle = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "schemas" / "shapes").glob("*.ttl")))
    return shapes_of(turtle, feed.CATALOGUE)


@cache
def official() -> dict[str, list[str]]:
    verdicts: dict[str, list[str]] = json.loads(VERDICTS.read_text(encoding="utf-8"))
    return verdicts


def is_rejected(mutation: Mutation) -> bool:
    return bool(check_catalogue(mutation.apply(GOOD), shapes()))


def check(mutation: Mutation) -> None:
    if official()[mutation.name]:
        assert is_rejected(mutation), f"{' and '.join(official()[mutation.name])} reject it, we do not"


def test_there_are_enough_and_each_has_its_verdict() -> None:
    names = [mutation.name for mutation in ALL]
    assert len(set(names)) == len(names)
    assert len(SOME) >= 150
    assert {mutation.kind for mutation in SOME} == {mutation.kind for mutation in ALL}
    assert set(official()) == set(names)


def test_the_good_feed_is_good() -> None:
    assert check_catalogue(GOOD, shapes()) == []


@pytest.mark.parametrize("mutation", SOME, ids=lambda mutation: mutation.name)
def test_what_officials_reject_we_reject(mutation: Mutation) -> None:
    check(mutation)


@pytest.mark.soak
@pytest.mark.parametrize("mutation", ALL, ids=lambda mutation: mutation.name)
def test_what_officials_reject_we_reject_in_all_cases(mutation: Mutation) -> None:
    check(mutation)


@pytest.mark.soak
@pytest.mark.parametrize("mutation", ALL, ids=lambda mutation: mutation.name)
def test_what_lacks_or_is_wrong_and_passes_is_optional(mutation: Mutation) -> None:
    if not is_rejected(mutation):
        optional = mutation.kind == "missing" and mutation.predicate != RDF.type
        another_keyword = mutation.name.endswith("dcat:keyword doubled")
        assert optional or another_keyword


@pytest.mark.soak
@official_shapes.needed
def test_the_record_says_what_the_official_shapes_say(golden: Callable[[str, bytes], None]) -> None:
    assert official_shapes.violations(GOOD) == {profile: [] for profile in official_shapes.PROFILES}
    found = {mutation.name: official_shapes.violations(mutation.apply(GOOD)) for mutation in ALL}
    verdicts = {name: [profile for profile, lines in said.items() if lines] for name, said in found.items()}
    golden(RECORD, (json.dumps(verdicts, indent=0, ensure_ascii=False, sort_keys=True) + "\n").encode())
