"""A link that leads nowhere is found, wherever it stands; one that leads out of the house is not ours to judge."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from flows.publish.links import SHOWN, broken_links

CATALOGUE = {
    "base_url": "https://abruf.example/offen/",
    "id_base": "https://daten.example/",
    "contact": {"url": "https://abruf.example/offen/kontakt"},
    "publisher": {"homepage": "https://stadt.example/"},
}


def broken(files: Mapping[str, bytes]) -> list[str]:
    return [str(problem) for problem in broken_links(files.__getitem__, files, CATALOGUE)]


def page(link: str) -> bytes:
    return f'<a class="x" href="{link}">x</a>'.encode()


THERE = {"index.html": b"", "data/a b.csv": b"", "id/unit/1/index.html": b"", "assets/style.css": b""}


@pytest.mark.parametrize(
    "link",
    [
        "../index.html",
        "..",
        "../data/a%20b.csv",
        "../id/unit/1/",
        "../id/unit/1",
        "../assets/style.css?v=1",
        "#top",
        "",
        "./",
        "/index.html",
        "mailto:a@stadt.example",
        "https://anderswo.example/weg",
        "//anderswo.example/weg",
        "https://abruf.example/offen/data/a%20b.csv",
        "https://daten.example/id/unit/1#part",
        "https://abruf.example/offen/kontakt",
    ],
)
def test_a_link_that_leads_somewhere_is_no_problem(link: str) -> None:
    assert broken({**THERE, "en/index.html": page(link)}) == []


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("weg.html", "en/weg.html"),
        ("../data/weg.csv", "data/weg.csv"),
        ("../id/unit/2/", "id/unit/2/"),
        ("https://abruf.example/offen/weg", "weg"),
        ("https://daten.example/id/unit/2", "id/unit/2"),
        ("../data/a.csv&amp;b", "data/a.csv&b"),
    ],
)
def test_a_link_that_leads_nowhere_is_named(link: str, target: str) -> None:
    (found,) = broken({**THERE, "en/index.html": page(link)})
    assert found.startswith("en/index.html: ")
    assert target in found


def test_linked_data_may_name_only_what_answers() -> None:
    about = {
        "@context": {"x": "https://daten.example/nowhere"},
        "@graph": [
            {"@id": "https://daten.example/id/unit/1", "x": [{"@id": "https://daten.example/id/unit/3"}]},
            {"@id": "https://anderswo.example/1", "x": {"@value": "https://daten.example/words"}},
        ],
    }
    (found,) = broken({**THERE, "catalog.jsonld": json.dumps(about).encode()})
    assert "id/unit/3" in found


def test_a_flood_is_cut_short() -> None:
    links = b"".join(page(f"{number}.html") for number in range(SHOWN + 5))
    assert len(broken({"index.html": links})) == SHOWN
