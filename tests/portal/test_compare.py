"""Who changed a field: we, an editor, the portal; told from what is wanted, what is shown and what was written last."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.portal.compare import compare
from flows.portal.values import STATE, canonical, digest, read_state, same, write_state

TEXTS = st.one_of(st.none(), st.sampled_from(["", "a", " a ", "b", "c"]))
FIELDS = st.dictionaries(st.sampled_from(["title", "tag.x", "extras.y"]), TEXTS)


def shown(fields: dict[str, Any], state: str) -> dict[str, Any]:
    return {**fields, STATE: state}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", " a "),
        (None, ""),
        ([], None),
        (["b", "a"], ["a", "b"]),
        (5, "5"),
        ([{"name": "x", "url": ""}], [{"name": "x"}]),
        ({"de": "x", "en": ""}, {"de": "x"}),
    ],
)
def test_what_says_the_same_is_the_same(one: object, other: object) -> None:
    assert same(one, other)
    assert digest(one) == digest(other)


@pytest.mark.parametrize(("one", "other"), [("a", "b"), (["a"], ["a", "b"]), ([{"n": "x"}], [{"n": "y"}]), (None, "0")])
def test_what_differs_is_not(one: object, other: object) -> None:
    assert not same(one, other)


def outcome(ours: Any, theirs: Any, last: Any, **switches: bool) -> str:
    """Return what becomes of one field; `last` is what we wrote there before, "never" if nothing."""
    state = write_state({} if last == "never" else {"title": digest(last)})
    found = compare({"title": ours}, shown({"title": theirs}, state), STATE, {}, force=switches.get("force", False))
    return "write" if found.changes else "drift" if found.drift else "leave"


@pytest.mark.parametrize(
    ("ours", "theirs", "last", "becomes"),
    [
        ("new", None, "never", "write"),
        ("new", "theirs", "never", "drift"),
        ("old", "old", "old", "leave"),
        ("new", "old", "old", "write"),
        ("old", "theirs", "old", "drift"),
        ("new", "theirs", "old", "drift"),
        ("new", "new", "old", "leave"),
        (None, "old", "old", "write"),
        (None, "theirs", "old", "drift"),
    ],
)
def test_who_changed_a_field(ours: Any, theirs: Any, last: Any, becomes: str) -> None:
    assert outcome(ours, theirs, last) == becomes
    if becomes == "drift":
        assert outcome(ours, theirs, last, force=True) == "write"


@settings(max_examples=60, derandomize=True)
@given(FIELDS, FIELDS, FIELDS, st.booleans())
def test_what_was_written_needs_no_second_writing(
    wanted: dict[str, Any], theirs: dict[str, Any], last: dict[str, Any], force: bool
) -> None:
    state = write_state({key: digest(value) for key, value in last.items()})
    first = compare(wanted, shown(theirs, state), STATE, {}, force=force)
    after = {**theirs, **first.fields}
    second = compare(wanted, shown(after, first.state), STATE, {}, force=force)
    assert second.changes == ()
    assert read_state(second.state) == read_state(first.state)
    assert {change.field for change in second.drift} == {change.field for change in first.drift}


@settings(max_examples=40, derandomize=True)
@given(FIELDS, FIELDS)
def test_nothing_that_others_wrote_is_written_over(wanted: dict[str, Any], theirs: dict[str, Any]) -> None:
    found = compare(wanted, shown(theirs, ""), STATE, {}, force=False)
    assert all(canonical(theirs.get(change.field)) is None for change in found.changes)


@pytest.mark.parametrize("text", [None, "", "no json", "[]", '{"title": 5}'])
def test_a_state_that_cannot_be_read_is_none(text: Any) -> None:
    assert read_state(text) is None
