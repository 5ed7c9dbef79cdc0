import hashlib

from hypothesis import given
from hypothesis import strategies as st

from flows.collect.deliveries import Fetched, new_deliveries, parse_deliveries

FETCHED = st.lists(
    st.builds(
        Fetched,
        st.sampled_from(["rit/a", "mor/b"]),
        st.sampled_from(["2022-12-31", "2024-12-31", "2025-12-31"]),
        st.sampled_from(["x", "y"]),
        st.lists(st.tuples(st.just("a.csv"), st.sampled_from([b"", b"1", b"2"])), min_size=1, max_size=2).map(tuple),
    ),
    max_size=6,
)


def one(feed: str, received: str, *contents: bytes) -> Fetched:
    return Fetched(feed, received, "folder", tuple((f"{n}.csv", content) for n, content in enumerate(contents)))


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_new_deliveries_continue_the_ids_in_order_of_receipt_and_feed():
    known = parse_deliveries(new_deliveries([one("rit/a", "2022-12-31", b"old")], []))
    found = [
        one("rit/a", "2025-12-31", b"1"),
        one("rit/a", "2024-12-31", b"2"),
        one("mor/b", "2024-12-31", b"3"),
        one("rit/a", "2022-12-31", b"old"),
    ]
    events = new_deliveries(found, known)
    assert [(event["id"], event["feed"], event["received"]) for event in events] == [
        ("D-000002", "mor/b", "2024-12-31"),
        ("D-000003", "rit/a", "2024-12-31"),
        ("D-000004", "rit/a", "2025-12-31"),
    ]


def test_the_same_content_is_one_delivery_of_a_feed_but_not_of_two():
    found = [one("rit/a", "2025-12-31", b"1"), one("rit/a", "2024-12-31", b"1"), one("mor/b", "2025-12-31", b"1")]
    events = new_deliveries(found, [])
    assert [(event["feed"], event["received"]) for event in events] == [
        ("rit/a", "2024-12-31"),
        ("mor/b", "2025-12-31"),
    ]


def test_the_digest_is_the_files_or_that_of_the_ordered_parts():
    events = new_deliveries(
        [
            one("rit/a", "2024-12-31", b"1"),
            one("rit/b", "2024-12-31", b"1", b"2"),
            one("rit/c", "2024-12-31", b"2", b"1"),
        ],
        [],
    )
    assert [event["sha256"] for event in events] == [
        sha(b"1"),
        sha((sha(b"1") + sha(b"2")).encode()),
        sha((sha(b"2") + sha(b"1")).encode()),
    ]
    assert events[1]["parts"][1] == {"name": "1.csv", "sha256": sha(b"2"), "bytes": 1}


@given(found=FETCHED)
def test_nothing_is_delivered_twice_whatever_the_order(found: list[Fetched]):
    events = new_deliveries(found, [])
    assert new_deliveries(reversed(found), []) == events
    deliveries = parse_deliveries(events)
    assert new_deliveries(found, deliveries) == []
    assert {(f.feed, tuple(part.sha256 for part in f.parts)) for f in found} == {
        (d.feed, tuple(part.sha256 for part in d.parts)) for d in deliveries
    }


def test_other_events_are_no_deliveries():
    assert parse_deliveries([{"event": "minted", "id": "M-0001"}]) == []
