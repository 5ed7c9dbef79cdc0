from __future__ import annotations

import json
import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import feedparser
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rfc3339_validator import validate_rfc3339
from site_facts import change, facts

from flows.publish.site.events import entries
from flows.publish.site.feeds import PAGE, archives, change_feeds

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
MEASURE = {
    "id": "M-0001",
    "title_de": "E-Akte <neu>",
    "title_en": "E-file",
    "field_id": "HF-2021-01",
    "lead_org_ids": ["ORG-rit"],
}
FIELD = {"id": "HF-2021-01", "strategy_version_id": "SV-1", "title_de": "Digital Government"}
UNIT = {"id": "ORG-rit", "name_de": "IT-Referat"}
CORRECTION = change(
    "M-0001", "status_code", 9, change_class="correction", old_value="planned", new_value="in_progress",
    effective_on="2024-06-30", recorded_at="2025-03-01", delivery_id="D-000002", reason_text_de="Übertragungsfehler",
)  # fmt: skip
HISTORY_ROWS = [
    {"entity": "status_report", "id": "SR-1", "property": "status_code", "version": version, "value": value,
     "valid_from": "2024-06-30", "recorded_at": day, "delivery_id": delivery}
    for version, value, day, delivery in (
        (5, "planned", "2024-07-15", "D-000001"),
        (9, "in_progress", "2025-03-01", "D-000002"),
    )
]  # fmt: skip
# JSON Feed 1.1, written from https://www.jsonfeed.org/version/1.1/: what is required, and the types of what we use.
ITEM = {
    "type": "object",
    "required": ["id", "url", "title", "content_html", "content_text", "date_published"],
    "properties": {
        **{name: {"type": "string", "minLength": 1} for name in ("id", "title", "content_html", "content_text")},
        "url": {"type": "string", "pattern": "^https://"},
        "date_published": {"type": "string", "format": "date-time"},
        "date_modified": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "language": {"enum": ["de", "en"]},
    },
    "additionalProperties": False,
}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items", "feed_url", "home_page_url"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "authors": {"type": "array", "items": {"type": "object", "required": ["name"]}, "minItems": 1},
        "next_url": {"type": "string", "pattern": "^https://"},
        "items": {"type": "array", "items": ITEM},
    },
}


def tables(*events: dict[str, Any]) -> Any:
    history = HISTORY_ROWS
    return facts(
        change_event=events, history_entry=history, measure=[MEASURE], field_of_action=[FIELD], organisation=[UNIT]
    )


def many(count: int) -> Any:
    """Return as many deliveries, a day each, that all changed something."""
    first = date(2020, 1, 1)
    return tables(
        *(
            change("M-0001", "progress_pct", n, change_class="progress", old_value=str(n), new_value=str(n + 1),
                   recorded_at=(first + timedelta(days=n)).isoformat(), delivery_id=f"D-1{n:05}")
            for n in range(count)
        )
    )  # fmt: skip


def files(given_facts: Any) -> dict[str, bytes]:
    return {path: content for path, _, content in change_feeds(given_facts)}


def test_a_correction_names_the_wrong_value_and_its_dates() -> None:
    text = json.loads(files(tables(CORRECTION))["measures/M-0001/feed.json"])["items"][0]["content_text"]
    assert "In Umsetzung. Berichtigung: Falsch war Geplant" in text
    assert "angegeben ab 30.06.2024" in text
    assert "eingegangen am 15.07.2024, berichtigt am 01.03.2025" in text
    assert "Grund: Übertragungsfehler" in text
    english = json.loads(files(tables(CORRECTION))["en/feed.json"])["items"][0]["content_text"]
    assert "Planned was wrong, stated from 30 June 2024, received on 15 July 2024" in english


def test_what_a_report_changed_is_told_once_as_a_change_of_its_measure() -> None:
    same = {**CORRECTION, "entity": "status_report", "id": "SR-1"}
    other = {**same, "property": "outlook_de", "new_value": "Neu", "old_value": None}
    (entry,) = entries(tables(CORRECTION, same, other), "de")
    assert [(change.record, change.property) for change in entry.changes] == [
        ("SR-1", "outlook_de"),
        ("M-0001", "status_code"),
    ]


def test_each_feed_holds_what_belongs_to_it_and_nothing_else() -> None:
    elsewhere = change("M-0002", "category", 3, delivery_id="D-000009")
    found = files(tables(CORRECTION, elsewhere))
    count = {path: len(json.loads(content)["items"]) for path, content in found.items() if path.endswith("feed.json")}
    assert count["feed.json"] == 2
    assert {
        count[f"{place}/feed.json"] for place in ("measures/M-0001", "fields/HF-2021-01", "departments/ORG-rit")
    } == {1}
    assert count["measures/M-0002/feed.json"] == 1
    assert "fields/HF-2021-02/feed.json" not in found


def test_without_changes_there_is_no_feed() -> None:
    assert files(tables()) == {}


def test_equal_tables_make_equal_feeds_and_a_later_change_moves_no_earlier_entry() -> None:
    before, after = files(many(3)), files(many(4))
    assert files(many(3)) == before
    old, new = (fromstring(found["feed.atom"]).findall(f"{ATOM}entry") for found in (before, after))
    assert [entry.findtext(f"{ATOM}id") for entry in new[1:]] == [entry.findtext(f"{ATOM}id") for entry in old]
    assert [entry.findtext(f"{ATOM}updated") for entry in new] == [f"2020-01-0{n}T12:00:00Z" for n in (4, 3, 2, 1)]


@given(st.integers(0, 20 * PAGE), st.integers(0, 3 * PAGE))
@settings(max_examples=60)
def test_archives_hold_everything_and_never_change(count: int, more: int) -> None:
    held, later = ({n: (first, last) for n, first, last in archives(total)} for total in (count, count + more))
    assert set(range(count)) == {n for first, last in held.values() for n in range(first, last)}
    assert {number: span for number, span in held.items() if number} == {n: later[n] for n in held if n}
    assert held[0][1] - held[0][0] <= 2 * PAGE
    assert held[0][1] - held[0][0] >= min(count, PAGE)


def test_older_entries_are_reached_page_by_page_in_both_forms() -> None:
    found, count = files(many(4 * PAGE)), 4 * PAGE
    seen, place = [], "feed.json"
    while place:
        document = json.loads(found[place])
        seen += [item["id"] for item in document["items"]]
        place = document.get("next_url", "").removeprefix("https://offenlage.example/")
    assert len(seen) == len(set(seen)) == count
    atom = {path: fromstring(found[path]) for path in found if path.startswith("feed") and path.endswith(".atom")}
    links = {
        path: {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")} for path, root in atom.items()
    }
    assert links["feed.atom"]["prev-archive"] == "https://offenlage.example/feed-2.atom"
    assert links["feed-2.atom"]["prev-archive"] == "https://offenlage.example/feed-1.atom"
    assert links["feed-2.atom"]["current"] == "https://offenlage.example/feed.atom"
    assert "prev-archive" not in links["feed-1.atom"]
    assert [path for path, root in atom.items() if root.find(f"{HISTORY}archive") is not None] == [
        "feed-2.atom",
        "feed-1.atom",
    ]


def text(node: Element, name: str) -> str:
    (found,) = node.findall(f"{ATOM}{name}")  # RFC 4287: exactly one
    assert found.text
    return found.text


def test_every_feed_keeps_the_rules_of_rfc_4287() -> None:
    for path, content in files(tables(CORRECTION, *many(3).all("change_event"))).items():
        if not path.endswith(".atom"):
            continue
        root = fromstring(content)
        assert root.tag == f"{ATOM}feed"
        assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == ("en" if path.startswith("en/") else "de")
        for node in (root, *root.findall(f"{ATOM}entry")):  # 4.1.1 and 4.1.2
            text(node, "title")
            assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", text(node, "id"))  # 4.2.6: an IRI
            assert validate_rfc3339(text(node, "updated"))  # 3.3
            links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in node.findall(f"{ATOM}link")]
            alternates = [link for link in links if link[0] == "alternate"]
            assert len(alternates) == len(set(alternates)) == 1  # 4.1.1: no two of a type and language
            assert all(link.get("href", "").startswith("http") for link in node.findall(f"{ATOM}link"))
        assert text(root.findall(f"{ATOM}author")[0], "name")  # 4.1.1: an author, as entries have none
        (own,) = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
        assert own.get("href") == f"https://offenlage.example/{path}"
        days = [text(entry, "updated") for entry in root.findall(f"{ATOM}entry")]
        assert all(later >= earlier for later, earlier in pairwise(days))
        assert max(days) == text(root, "updated")
        ids = [text(entry, "id") for entry in root.findall(f"{ATOM}entry")]
        assert len(ids) == len(set(ids))


def test_markup_in_a_title_is_text() -> None:
    entry = fromstring(files(tables(CORRECTION))["feed.atom"]).find(f"{ATOM}entry")
    assert entry is not None
    assert text(entry, "title").startswith("E-Akte <neu>")
    hostile = {**CORRECTION, "reason_text_de": "<script>alert(1)</script>"}
    content = json.loads(files(tables(hostile))["feed.json"])["items"][0]["content_html"]
    assert "<script>" not in content


def test_every_json_feed_keeps_to_its_specification() -> None:
    validator = Draft202012Validator(JSON_FEED, format_checker=Draft202012Validator.FORMAT_CHECKER)
    documents = [json.loads(content) for path, content in files(many(3)).items() if path.endswith(".json")]
    assert documents
    for document in documents:
        assert [error.message for error in validator.iter_errors(document)] == []
        assert len({item["id"] for item in document["items"]}) == len(document["items"])


def test_a_reader_of_others_reads_the_same() -> None:
    found = files(tables(CORRECTION))
    read = feedparser.parse(found["feed.atom"])
    assert (read.bozo, read.version) == (False, "atom10")
    assert [entry.title for entry in read.entries] == [
        item["title"] for item in json.loads(found["feed.json"])["items"]
    ]
    assert read.entries[0].updated == "2025-03-01T12:00:00Z"
    assert "Falsch war Geplant" in read.entries[0].content[0].value
