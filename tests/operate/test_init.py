"""A new city begins with nothing of the old one, is told all it has to fill in, and then publishes."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_city import delivery

from flows.operate.init import new_project
from flows.pipeline import run
from flows.publish.gate import Held
from flows.settings import ConfigurationError, load
from flows.store import Store

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://offenlage.neustadt.example/"
ANSWERS = {
    "license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    "spatial": "http://publications.europa.eu/resource/authority/country/DEU",
    "political_geocoding_level": "http://dcat-ap.de/def/politicalGeocoding/Level/municipality",
    "id": "ORG-amt",
    "type": "LocalAuthority",
    "homepage": "https://neustadt.example/",
    "url": "https://neustadt.example/kontakt",
    "email": "daten@neustadt.example",
    "light": "#0b5394",
    "dark": "#8cc8ff",
    "date": "2026-11-20",
    "stated_on": "2026-11-20",
    "expires": "2027-11-19",
    "state": "none",
    "officer": "datenschutz@neustadt.example",
    "contact": "mailto:sicherheit@neustadt.example",
}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    shipped = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for part in ("schemas", "mappings")
        for path in (ROOT / part).rglob("*")
        if path.is_file()
    }
    for path, content in new_project(shipped, ADDRESS).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


def fill_in(folder: Path) -> None:
    """Answer every question of the forms: what is left empty has a key that says what is asked for."""
    for path in folder.glob("mappings/**/*.toml"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'^(\w+) = ""', lambda m: f'{m[1]} = "{ANSWERS.get(m[1], "Neustadt")}"', text, flags=re.MULTILINE)
        path.write_text(text.replace("languages = []", 'languages = ["DEU", "ENG"]'), encoding="utf-8")


def test_nothing_of_the_old_city_comes_along(made: Path) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in made.glob("mappings/**/*") if path.is_file()}
    assert texts
    assert [
        path for path, text in texts.items() if re.search(r"münchen|munich|M-0001|passed\"", text, re.IGNORECASE)
    ] == []


def test_all_that_is_left_to_fill_in_is_named_at_once(made: Path) -> None:
    with pytest.raises(ConfigurationError) as told:
        load(made, environ={})
    for path, key in (
        ("catalogue", "title.de"),
        ("theme/theme", "claim.en"),
        ("datasets/goals", "publication_check.role"),
    ):
        assert f"mappings/{path}.toml: {key}: " in str(told.value)
    empty = sum(_empty(tomllib.loads(path.read_text(encoding="utf-8"))) for path in made.glob("mappings/**/*.toml"))
    named = {line.split(": ")[0] + line.split(": ")[1] for line in str(told.value).splitlines()}
    assert len(named) == empty


def _empty(value: Any, name: str = "") -> int:
    if isinstance(value, dict):
        return sum(_empty(inner, key) for key, inner in value.items())
    return value == "" or (value == [] and name == "languages")


def test_filled_in_and_checked_it_publishes(made: Path) -> None:
    fill_in(made)
    configuration, store = load(made, environ={}), Store(made / "output")
    feed = configuration.feeds[0].id
    first = delivery("2026-03-31", "1;E-Akte;2027;;;in_progress;40;2026-03-31", feed=feed)
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with pytest.raises(Held, match="pending"):
        run(store, configuration, moment, lambda: ([first], []), lambda _text: None)
    for path in made.glob("mappings/datasets/*.toml"):
        path.write_text(path.read_text(encoding="utf-8").replace('"pending"', '"passed"'), encoding="utf-8")
    run(store, load(made, environ={}), moment, lambda: ([first], []), lambda _text: None)
    published = "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in store.releases.public.rglob("*")
        if path.is_file() and path.suffix in {".html", ".ttl", ".json", ".csv", ".jsonld"}
    )
    assert "Neustadt" in published
    assert re.findall(r".{40}(?:München|Munich|offenlage\.example/).{20}", published) == []
