from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from html_tree import Node, parse, table
from site_example import MEASURES, city, facts, measure, pages
from small_city import archive, delivery, journal
from small_city import city as small_city

from flows.pipeline import draft
from flows.publish.datasets import Moment
from flows.publish.site.facts import Facts
from flows.publish.site.pages import site_files
from flows.replay import replay

MOST_HTML, MOST_CSS, MOST_SCRIPT = 100_000, 40_000, 10_000
HEADINGS = ("h1", "h2", "h3", "h4")
PAGES = sorted(path for path in pages() if path.endswith(".html"))
OURS = ("measures/", "services/", "slipped/", "radar/", "fields/", "departments/", "strategy/", "index.html")
"""Pages of ours: the tests below speak of every page that is made; these have to be among them."""


@cache
def tree(path: str) -> Node:
    return parse(pages()[path])


def targets(path: str) -> Iterator[tuple[str, str]]:
    """Yield the file and the fragment that each inner link of a page leads to."""
    for node in tree(path).all("a", "link", "img", "script"):
        link = node.attributes.get("href") or node.attributes.get("src") or ""
        if re.match(r"[a-z]+:", link):
            continue
        place, _, fragment = link.partition("#")
        base = posixpath.dirname(path)
        target = posixpath.normpath(posixpath.join(base, place)) if place else path
        folder = place.endswith("/") or target == "."
        yield posixpath.normpath(f"{target}/index.html") if folder else target, fragment


def test_each_kind_of_page_is_there_in_both_languages() -> None:
    for start in OURS:
        assert [path for path in PAGES if path.startswith(start)], start
    german = {path for path in PAGES if not path.startswith("en/")}
    assert {f"en/{path}" for path in german} == {path for path in PAGES if path.startswith("en/")}


@pytest.mark.parametrize("path", PAGES)
def test_the_structure_can_be_read_by_everyone(path: str) -> None:
    html = tree(path).one("html")
    assert html.attributes["lang"] == ("en" if path.startswith("en/") else "de")
    levels = [int(node.tag[1]) for node in html.all(*HEADINGS)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    names = [node.attributes["id"] for node in html.all() if "id" in node.attributes]
    assert sorted(names) == sorted(set(names)), "an id twice"
    for node in html.all("table"):
        assert [caption for caption in node.all("caption") if caption.text] or path.endswith("method/index.html")
        assert all(cell.attributes.get("scope") in ("col", "row") for cell in node.all("th"))
    for region in (node for node in html.all("div") if node.attributes.get("role") == "region"):
        assert region.attributes["tabindex"] == "0"
        assert region.attributes["aria-labelledby"] in names
    labelled = {node.attributes["for"] for node in html.all("label")}
    assert {node.attributes["id"] for node in html.all("input", "select")} <= labelled
    for svg in html.all("svg"):
        assert svg.attributes.get("aria-hidden") == "true" or svg.attributes.get("aria-label")
    assert html.one("head").one("title").text
    described = next(node for node in html.all("meta") if node.attributes.get("name") == "description")
    assert len(described.attributes["content"]) >= 10


def test_no_two_pages_have_the_same_title() -> None:
    titles = [tree(path).one("head").one("title").text for path in PAGES if path.startswith("en/")]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_the_content_policy_forbids_and_nothing_from_elsewhere(path: str) -> None:
    for node in tree(path).all():
        assert "style" not in node.attributes
        assert node.tag not in ("style", "iframe", "object", "embed", "base")
        assert not [name for name in node.attributes if name.startswith("on")]
        if node.tag == "script" and node.attributes.get("type") != "application/ld+json":
            assert not node.text
            assert not node.attributes["src"].startswith(("http", "//"))
        if node.tag in ("img", "link") and node.attributes.get("rel", "stylesheet") in ("stylesheet", "icon"):
            assert not (node.attributes.get("src") or node.attributes.get("href", "")).startswith(("http", "//"))


@pytest.mark.parametrize(
    "path",
    [path for path in PAGES if path.split("/")[0 if path[:3] != "en/" else 1] in [start.rstrip("/") for start in OURS]],
)
def test_links_are_relative_and_lead_somewhere(path: str) -> None:
    for target, fragment in targets(path):
        if target.startswith(("id/", "data/", "codelists/", "schemas/", "catalog")):
            continue  # made before the pages, or after them; the gate of a release looks at these
        assert target in pages(), f"{path} leads to {target}"
        if fragment and target.endswith(".html"):
            assert fragment in {node.attributes.get("id") for node in tree(target).all()}, f"{path}: #{fragment}"


@pytest.mark.parametrize("path", PAGES)
def test_pages_weigh_little(path: str) -> None:
    assert len(pages()[path]) <= MOST_HTML


def test_style_and_script_weigh_little_and_load_nothing() -> None:
    style, script = pages()["assets/style.css"], pages()["assets/filter.js"]
    assert len(style) <= MOST_CSS
    assert len(script) <= MOST_SCRIPT
    assert b"url(" not in style
    assert b"@import" not in style
    assert b"fetch(" not in script


# A measure


def test_the_page_of_a_measure_says_what_was_promised_and_how_it_stands() -> None:
    page = tree("measures/M-0001/index.html")
    assert page.one("h1").text == "Verschobenes Vorhaben"
    first = next(node for node in page.all("p") if "lead" in node.classes)
    assert first.text.startswith("Zugesagt war das Ende für 2029;")
    dates = next(node for node in page.all("table") if "dates" in node.classes)
    assert table(dates)[1:] == [["Beginn", "2028", "2028", "–", "–"], ["Ende", "2029", "2030", "–", "–"]]


def test_every_changed_value_stands_with_its_day_and_its_delivery() -> None:
    tables = tree("en/measures/M-0001/index.html").all("table")
    found = next(node for node in tables if node.one("caption").attributes["id"] == "changes-caption")
    assert table(found)[1:] == [["Planned end", "2029", "2030", "Date later", "D-000001, received on 1 February 2030"]]


def test_what_is_not_reported_is_named_and_no_value_is_made_up() -> None:
    text = tree("measures/M-0004/index.html").text
    assert "Ein Fortschritt ist nicht gemeldet" in text
    assert "Zu dieser Maßnahme liegt nichts vor über: Meilensteine" in text
    assert "%" not in text.partition("Fortschritt heißt")[0]


def test_both_ends_of_a_connection_show_it() -> None:
    assert "Hängt ab von: Fertiges Vorhaben" in tree("measures/M-0001/index.html").text
    assert "nennt diese Maßnahme: Hängt ab von: Verschobenes Vorhaben" in tree("measures/M-0003/index.html").text


def test_the_twin_says_the_same_and_nothing_that_only_the_calendar_moves() -> None:
    twin = json.loads(pages()["measures/M-0001/measure.json"])
    assert twin["format"] == "offenlage-measure/1"
    assert twin["measure"]["baseline_end"] == "2029"
    assert [report["id"] for report in twin["status_reports"]] == ["SR-1", "SR-2"]
    assert not {"as_of", "report_age_days"} & set(twin["measure"])


def test_a_page_of_which_nothing_changed_keeps_its_bytes() -> None:
    later = replace(city().release, id="2030-06-30", time="2030-06-30T08:00:00+02:00")
    again = {f[0]: f[2] for f in site_files(replace(city(), release=later)) if isinstance(f, tuple)}
    measures = [path for path in pages() if "measures/" in path or "fields/" in path or "departments/" in path]
    assert [path for path in measures if again[path] != pages()[path]] == []


def test_each_measure_says_whom_to_ask_also_where_nobody_can_take_part() -> None:
    for path in ("measures/M-0001/index.html", "en/measures/M-0004/index.html"):
        main = tree(path).one("main")
        assert f"mailto:{city().catalogue['contact']['email']}" in {a.attributes["href"] for a in main.all("a")}


# The other pages


def test_the_start_opens_with_what_was_found_and_offers_data_and_feeds() -> None:
    page = tree("index.html")
    assert page.one("h1").text == f"{len(MEASURES)} Maßnahmen: 1 abgeschlossen, 2 in Umsetzung, 1 ohne Stand"
    numbers = next(node for node in page.all("ul") if "numbers" in node.classes)
    assert next(node.text for node in numbers.all("strong")) == str(len(MEASURES))
    assert {"feed.atom", "feed.json"} <= {target for target, _ in targets("index.html")}


def test_letters_lead_to_the_first_measure_of_each() -> None:
    many = facts(measure=[measure(f"M-{n:04}", f"{'Über' if n > 125 else 'Alt'} {n:04}") for n in range(1, 131)])
    made = {f[0]: f[2] for f in site_files(many) if isinstance(f, tuple) and f[0].startswith("measures/")}
    first, second = parse(made["measures/index.html"]), parse(made["measures/page-2/index.html"])
    letters = next(node for node in first.all("ul") if "letters" in node.classes)
    assert [(a.text, a.attributes["href"]) for a in letters.all("a")] == [
        ("A", "../measures/#letter-A"),
        ("U", "../measures/page-2/#letter-U"),
    ]
    assert [th.text.split()[0] for th in second.all("th") if th.attributes.get("id") == "letter-U"] == ["Über"]


def test_a_page_lists_the_datasets_and_describes_the_parts_of_one_once() -> None:
    rows = [row for row in tree("data/index.html").all("tr") if next(row.all("td"), None)]
    assert rows[0].one("th").attributes["id"] == "measures"
    assert len({row.one("th").attributes["id"] for row in rows}) == len(rows) == len(city().release.datasets)


def test_each_question_of_a_citizen_is_answered_two_clicks_from_the_start() -> None:
    assert "services/index.html" in {target for target, _ in targets("index.html")}
    text = {node.attributes["id"]: node.text for node in tree("services/index.html").all("article")}
    assert "Warum nicht onlineGesetzOhne InternetSchalter" in text["L-1"]
    assert "AnmeldungNutzerkonto" in text["L-2"]
    assert "Ohne Internetnicht gemeldet" in text["L-2"]


def test_slipped_silent_and_vanished_name_the_right_measures() -> None:
    page = tree("slipped/index.html")
    linked: dict[str, set[str]] = {}
    for found in page.all("table"):
        linked[found.one("caption").attributes["id"]] = {
            match.group() for a in found.all("a") if (match := re.search(r"M-\d+", a.attributes["href"]))
        }
    assert linked == {
        "slipped-caption": {"M-0001", "M-0002"},
        "recent-caption": {"M-0001"},
        "silent-caption": {"M-0004"},
        "vanished-caption": {"M-0005"},
    }
    assert ["Altes Feld", "Handlungsfeld", "Zweites Feld"] in table(list(page.all("table"))[-1])
    rows = pages()["slipped/slipped.csv"].decode().splitlines()
    assert [row.split(",")[0] for row in rows] == ["id", "M-0002", "M-0001"]
    assert "at least 3 months" in rows[1]
    assert pages()["slipped/recent.csv"].decode().splitlines() == [
        "id,title,property,before,after,received",
        "M-0001,Verschobenes Vorhaben,Planned end,2029,2030,2030-02-01",
    ]


def test_a_long_table_of_slips_is_cut_and_says_so_while_the_csv_has_all() -> None:
    late = {"slippage_state": "later", "slippage_months": 1, "baseline_end": "2029", "planned_end": "2030"}
    many = facts(measure=[measure(f"M-{n:04}", f"Vorhaben {n:04}", **late) for n in range(1, 181)])
    made = {f[0]: f[2] for f in site_files(many) if isinstance(f, tuple) and f[0].startswith("slipped/")}
    page = parse(made["slipped/index.html"])
    assert "Hier stehen die ersten 100 von 180" in page.text
    assert len(table(next(page.all("table")))) == 101
    assert len(made["slipped/slipped.csv"].decode().splitlines()) == 181


def test_the_list_works_without_a_script() -> None:
    page = tree("measures/index.html")
    assert page.one("form").attributes.get("hidden") is not None
    rows = [row for row in page.all("tr") if "data-id" in row.attributes]
    assert len(rows) == len(MEASURES)
    titles = [row.one("a").text if len(list(row.all("a"))) == 1 else next(row.all("a")).text for row in rows]
    assert titles == sorted(titles)


def test_a_long_list_goes_on_on_further_pages() -> None:
    many = facts(measure=[measure(f"M-{n:04}", f"Vorhaben {n:04}") for n in range(1, 291)])
    made = {f[0]: f[2] for f in site_files(many) if isinstance(f, tuple) and f[0].startswith("measures/")}
    held = [
        [row for row in parse(made[path]).all("tr") if "data-id" in row.attributes]
        for path in ("measures/index.html", "measures/page-2/index.html", "measures/page-3/index.html")
    ]
    assert [len(rows) for rows in held] == [100, 100, 90]
    assert all(len(made[path]) <= MOST_HTML for path in made if path.endswith(".html"))
    assert 'rel="next" href="../../measures/page-3/"' in made["measures/page-2/index.html"].decode()
    assert "Maßnahmen 101 bis 200 von 290" in made["measures/page-2/index.html"].decode()


def test_a_city_without_any_measure_has_its_pages_all_the_same() -> None:
    made = {f[0]: f[2] for f in site_files(facts(measure=[])) if isinstance(f, tuple)}
    for path in ("index.html", "measures/index.html", "radar/index.html", "slipped/index.html", "strategy/index.html"):
        assert parse(made[path]).one("h1").text


@pytest.mark.parametrize("text", ['<script>alert("x")</script>', "'\"><img src=x onerror=alert(1)>", "{{ 7 * 7 }}"])
def test_hostile_titles_stay_text(text: str) -> None:
    fields: list[Mapping[str, Any]] = [{"id": "F-1", "strategy_version_id": "S", "title_de": text, "level": "field"}]
    hostile = facts(measure=[measure("M-0001", text, short_text_de=text)], field_of_action=fields)
    made = {file[0]: file[2] for file in site_files(hostile) if isinstance(file, tuple)}
    assert parse(made["measures/M-0001/index.html"]).one("h1").text == " ".join(text.split())
    for path, content in made.items():
        nodes = list(parse(content).all()) if path.endswith((".html", ".svg")) and b"alert" in content else []
        assert not [node for node in nodes if "onerror" in node.attributes]
        assert not [node for node in nodes if node.tag == "script" and node.text.startswith("alert")]


# What must not stand there


def test_nothing_of_a_city_stands_in_templates_words_or_style() -> None:
    ours = Path(str(files("flows.publish.site")))
    looked_at = [p for p in ours.rglob("*") if p.suffix in (".html", ".toml", ".css", ".js", ".typ", ".md")]
    assert len(looked_at) > 20
    named = re.compile(r"M[üu]nch|muenchen|munich|\bLHM\b|it@M|Isar|\bRIT\b", re.IGNORECASE)
    assert [p.name for p in looked_at if named.search(p.read_text("utf-8"))] == []


def test_no_page_tells_of_a_measure_that_is_not_public() -> None:
    fetched = [
        delivery(
            "2029-12-31", "1;Sichtbar;2030", "2;Geheimplan;2031;;internal", "3;Sperrvorhaben;2032;2099-01-01;embargoed"
        )
    ]
    own = small_city()
    events = journal(*fetched)
    state = replay(events, own, archive(fetched).__getitem__)
    release = draft(state, events, own, Moment("2030-01-01", "2030-01-01T08:00:00+01:00"))
    looked = Facts(release, own.catalogue, own.theme, own.rules, own.entities, own.codelists)
    made = [file for file in site_files(looked) if isinstance(file, tuple)]
    hidden = {"Geheimplan", "Sperrvorhaben", *(i for _, v, i in state.minted if v in ("2", "3") and i.startswith("M-"))}
    assert len(hidden) == 4
    assert any(b"Sichtbar" in content for _, _, content in made)
    assert [path for path, _, content in made if any(word.encode() in content for word in hidden)] == []
    assert not [path for path, _, _ in made if any(word in path for word in hidden)]
