import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.store import Damaged, Journal

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
EVENTS = st.lists(st.fixed_dictionaries({"event": st.just("minted"), "value": TEXTS, "n": st.integers()}), max_size=4)


@given(first=EVENTS, second=EVENTS)
def test_what_is_appended_is_read_in_order(
    tmp_path_factory: pytest.TempPathFactory, first: list[dict[str, Any]], second: list[dict[str, Any]]
):
    journal = Journal(tmp_path_factory.mktemp("archive") / "journal.jsonl")
    journal.append(first)
    journal.append(second)
    assert journal.events() == first + second


def test_lines_are_canonical(tmp_path: Path):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append([{"value": "Maßnahme", "event": "minted"}])
    assert journal.path.read_text(encoding="utf-8") == '{"event":"minted","value":"Maßnahme"}\n'


@given(cut=st.integers(min_value=0))
def test_a_torn_last_line_never_was_an_event(tmp_path_factory: pytest.TempPathFactory, cut: int):
    journal = Journal(tmp_path_factory.mktemp("archive") / "journal.jsonl")
    journal.append([{"event": "minted", "id": "M-0001"}])
    whole = journal.path.read_bytes()
    journal.append([{"event": "minted", "id": "M-0002"}])
    content = journal.path.read_bytes()
    journal.path.write_bytes(content[: len(whole) + cut % (len(content) - len(whole))])
    assert [event["id"] for event in journal.events()] == ["M-0001"]
    journal.append([{"event": "minted", "id": "M-0003"}])
    assert [json.loads(line)["id"] for line in journal.path.read_bytes().splitlines()] == ["M-0001", "M-0003"]


@pytest.mark.parametrize(
    "tail", [b"\0\0\0\0", b"\0\0\n", b'{"event":"min\n', b'{"event":"a long torn line', b'"text"\n', b"{}\n"]
)
def test_what_a_power_cut_left_at_the_end_is_cut_off(tmp_path: Path, tail: bytes):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.path.write_bytes(b'{"event":"a"}\n' + tail)
    assert journal.events() == [{"event": "a"}]
    journal.append([{"event": "b"}])
    assert journal.path.read_bytes() == b'{"event":"a"}\n{"event":"b"}\n'


def test_a_broken_line_in_the_middle_is_loud(tmp_path: Path):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.path.write_bytes(b'{"event":"a"}\n{"event"\n{"event":"b"}\n')
    with pytest.raises(Damaged, match="line 2"):
        journal.events()
    with pytest.raises(Damaged, match="line 2"):
        journal.append([{"event": "c"}])


def test_nothing_is_written_for_nothing(tmp_path: Path):
    journal = Journal(tmp_path / "archive" / "journal.jsonl")
    journal.append([])
    assert not journal.path.exists()


@pytest.mark.parametrize("event", [{"id": "M-0001"}, {"event": ""}, {"event": "a", "n": float("nan")}])
def test_what_is_no_event_is_a_bug(tmp_path: Path, event: dict[str, Any]):
    journal = Journal(tmp_path / "journal.jsonl")
    with pytest.raises(ValueError):
        journal.append([{"event": "a"}, event])
    assert not journal.path.exists()
