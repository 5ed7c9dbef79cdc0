from __future__ import annotations

import csv
import io
import re

import pytest
from html_tree import Node, parse, table
from hypothesis import given, settings
from hypothesis import strategies as st
from site_example import AS_OF, FIELDS, VERSIONS, city, facts, measure, pages

from flows.publish.site.charts import Mark, Span, csv_file, share_bars, stacked_bar, time_line
from flows.publish.site.pages import site_files
from flows.publish.site.radar import LISTED
from flows.publish.site.radar_chart import RINGS, SIZE, Dot, places, radar


def tree(svg: str) -> Node:
    return parse(svg.encode()).one("svg")


def percent(node: Node, name: str) -> float:
    return float(node.attributes[name].removesuffix("%"))


@given(st.lists(st.integers(min_value=0, max_value=500), min_size=1, max_size=7))
@settings(max_examples=50)
def test_the_parts_of_a_bar_are_as_long_as_their_numbers(counts: list[int]) -> None:
    codes = ["planned", "in_progress", "on_hold", "completed", "discontinued", "merged", "unknown"]
    whole = max(sum(counts), 1)
    parts = list(zip(codes, counts, strict=False))
    drawn = {rect.classes[0]: percent(rect, "width") for rect in tree(stacked_bar(parts, whole, "x")).all("rect")}
    assert drawn == {f"s-{code}": pytest.approx(100 * count / whole, abs=0.01) for code, count in parts if count}


def test_a_share_is_drawn_on_a_scale_of_a_hundred() -> None:
    drawn = tree(share_bars([("claimed", 11.0, "so"), ("expected", 74.9, "so")], "x"))
    assert [percent(rect, "width") for rect in drawn.all("rect")] == [100, 11, 100, 74.9]


def test_a_moment_stands_at_its_year() -> None:
    drawn = tree(time_line([Span("t-planned", 0, 2028, 2030)], [Mark("t-met", 1, 2029)], ["Plan", "Punkte"], "x"))
    span, mark = next(drawn.all("rect")), next(drawn.all("circle"))
    years = {text.text: percent(text, "x") for text in drawn.all("text") if text.text.isdigit()}
    assert percent(span, "x") == years["2028"]
    assert percent(mark, "cx") == years["2029"]
    assert percent(span, "x") + percent(span, "width") == pytest.approx(2 * years["2029"] - years["2028"], abs=0.02)


@pytest.mark.parametrize("moments", [(2029.0, 2029.0), (2029.2, 2029.2), (2029.0, 2029.9)])
def test_a_single_moment_makes_a_line_too(moments: tuple[float, float]) -> None:
    drawn = tree(time_line([], [Mark("x", 0, moment) for moment in moments], ["Punkte"], "x"))
    assert all(0 <= percent(mark, "cx") <= 100 for mark in drawn.all("circle"))


def test_words_in_a_picture_are_no_markup() -> None:
    assert "<script" not in time_line([], [Mark("x", 0, 2029)], ["<script>"], '"><script>')


# Every figure of every page: what is drawn, what the table says, what the CSV says.


def figures(path: str) -> list[Node]:
    return [node for node in parse(pages()[path]).all("figure") if "chart" in node.classes]


CHARTED = ["index.html", "fields/index.html", "departments/index.html", "fields/F-1/index.html"]
CHARTED += ["measures/M-0001/index.html", "measures/M-0002/index.html"]


@pytest.mark.parametrize("path", [*CHARTED, *(f"en/{path}" for path in CHARTED)])
def test_every_picture_has_its_numbers_as_a_table_and_as_csv(path: str) -> None:
    assert figures(path)
    for figure in figures(path):
        details = figure.one("details")
        assert len(table(details)) > 1
        assert [a for a in details.all("a") if a.attributes["href"].endswith(".csv")]
        assert all(svg.attributes.get("aria-label") for svg in figure.all("svg") if svg.attributes.get("role") == "img")


@pytest.mark.parametrize("path", ["index.html", "en/index.html", "fields/index.html", "en/departments/index.html"])
def test_the_bars_are_as_long_as_the_table_says(path: str) -> None:
    (figure,) = figures(path)
    _, *rows = table(figure.one("details"))
    bars = [node for node in figure.one("ol").children if isinstance(node, Node)]
    assert [bar.one("a").text for bar in bars] == [row[0] for row in rows]
    longest = max(int(row[-1]) for row in rows)
    for bar, row in zip(bars, rows, strict=True):
        svg = next(node for node in bar.all("svg") if "bar" in node.classes)
        counts = [int(cell) for cell in row[1:-1] if int(cell)]
        assert [percent(rect, "width") for rect in svg.all("rect")] == pytest.approx(
            [100 * count / longest for count in counts], abs=0.01
        )
        assert bar.one("strong").text == row[-1] == str(sum(counts))


def test_the_csv_has_the_numbers_of_the_english_table() -> None:
    for page, path in (
        ("en/fields/index.html", "fields/status.csv"),
        ("en/departments/index.html", "departments/status.csv"),
    ):
        (figure,) = figures(page)
        assert list(csv.reader(io.StringIO(pages()[path].decode(), newline=""))) == table(figure.one("details"))


def test_progress_and_time_are_drawn_as_they_are_told() -> None:
    figure = next(f for f in figures("en/measures/M-0001/index.html") if f.attributes["id"] == "progress")
    assert [percent(rect, "width") for rect in figure.all("rect") if "ground" not in rect.classes] == [40, 69.5]
    assert table(figure.one("details"))[1:] == [["progress reported", "40"], ["time elapsed", "69.5"]]
    assert pages()["measures/M-0001/progress.csv"] == (
        b"Quantity,Share (%)\r\nprogress reported,40.0\r\ntime elapsed,69.5\r\n"
    )


def test_the_time_line_has_a_point_or_a_bar_for_what_its_table_dates() -> None:
    figure = next(f for f in figures("measures/M-0001/index.html") if f.attributes["id"] == "timeline")
    rows = table(figure.one("details"))[1:]
    assert [row[0] for row in rows] == ["2028", "2028", "Januar 2029", "2029", "Januar 2030", "2030"]
    assert len(list(figure.all("rect"))) == 2  # first promised, planned now
    assert len(list(figure.all("circle"))) == 2  # two reports
    assert AS_OF not in str(figure.text)


def test_nothing_missing_becomes_a_word_in_a_csv() -> None:
    _, _, content = csv_file("x.csv", (("a", False), ("b", True)), [("x, y", None), ('"', 1.5)])
    assert content == b'a,b\r\n"x, y",\r\n"""",1.5\r\n'


# The radar


def dots(count: int, status: str = "in_progress", field: str = "F-1") -> list[Dot]:
    return [Dot(f"M-{number:04}", "x", "x", field, status) for number in range(1, count + 1)]


def test_a_dot_stays_where_it_is_when_others_come() -> None:
    few, more = places(dots(12), ["F-1", "F-2"]), places(dots(20), ["F-1", "F-2"])
    assert {name: more[name] for name in few} == dict(few)


def test_a_dot_keeps_its_ray_when_its_status_changes() -> None:
    before = places(dots(5), ["F-1", "F-2"])
    changed = [Dot(d.id, d.href, d.title, d.field, "completed" if d.id == "M-0003" else d.status) for d in dots(5)]
    after = places(changed, ["F-1", "F-2"])
    assert {name for name in before if before[name] != after[name]} == {"M-0003"}


@pytest.mark.parametrize("count", [1, 9, 27, 120])
def test_each_dot_has_a_place_of_its_own_within_its_ring(count: int) -> None:
    where = list(places(dots(count), [f"F-{n}" for n in range(1, 10)]).values())
    assert len({(place.x, place.y) for place in where}) == count
    inner, outer = next((ring[2], ring[3]) for ring in RINGS if "in_progress" in ring[1])
    for place in where:
        assert inner <= ((place.x - SIZE / 2) ** 2 + (place.y - SIZE / 2) ** 2) ** 0.5 <= outer


def test_every_status_has_a_ring() -> None:
    assert {code for _, codes, _, _ in RINGS for code in codes} == set(city().codelists["status"].codes)


def test_the_radar_links_and_connects_what_its_lists_name() -> None:
    page = parse(pages()["radar/index.html"])
    svg = next(node for node in page.all("svg") if "radar" in node.classes)
    linked = {a.attributes["href"] for a in svg.all("a")}
    assert linked == {f"../measures/M-000{n}/" for n in range(1, 6)}
    lists = {a.attributes["href"] for a in next(n for n in page.all("div") if "columns" in n.classes).all("a")}
    assert {href.removeprefix("../") for href in linked} <= {re.sub(r"^(\.\./)+", "", href) for href in lists}
    assert len([line for line in svg.all("line") if "connection" in line.classes]) == 2  # once from each end
    assert "Hängt ab von" in page.text


@pytest.mark.parametrize(("folder", "word"), [("", "abgeschlossen"), ("en/", "completed")])
def test_the_radar_of_many_measures_is_a_file_that_brings_its_look(folder: str, word: str) -> None:
    many = [measure(f"M-{number:04d}", f"Maßnahme {number}") for number in range(1, LISTED + 2)]
    own = facts(measure=many, field_of_action=FIELDS, strategy_version=VERSIONS)
    made = {file[0]: file[2] for file in site_files(own) if isinstance(file, tuple)}
    page = parse(made[f"{folder}radar/index.html"])
    image = next(node for node in page.all("img") if node.attributes["src"].endswith("radar.svg"))
    assert str(LISTED + 1) in image.attributes["alt"]
    picture = made[f"{folder}radar/radar.svg"].decode()
    assert len(list(parse(picture.encode()).all("a"))) == LISTED + 1
    assert word in picture
    assert "--completed:" in picture
    assert own.catalogue["license"] in picture
    assert len(made[f"{folder}radar/index.html"]) < 100_000


def test_a_field_of_an_earlier_version_is_not_in_the_picture() -> None:
    svg = radar(dots(1, field="F-0"), [("F-1", "Feld")], dict.fromkeys([r[0] for r in RINGS], "x"), [], "x")
    assert not list(tree(svg).all("a"))
