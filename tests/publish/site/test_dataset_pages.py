from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from html_page import Page as Html
from site_facts import facts

from flows.publish.site.citation import as_bibtex, as_csl, as_ris, citation
from flows.publish.site.dataset_pages import dataset_pages
from flows.publish.site.rendering import Page, render_pages
from flows.publish.site.snippets import as_of, reading

MEASURES = [
    {"id": "M-0001", "title_de": "E-Akte & Co. 100 %", "status_code": "planned", "progress_pct": 12.5},
    {"id": "M-0002", "title_de": "<b>Langer Titel</b> " + "x" * 200},
]


def rendered(lang: str) -> str:
    given = facts(measure=MEASURES)
    pages = [made for made in dataset_pages(given) if isinstance(made, Page)]
    found = {path: content for path, _, content in render_pages(pages, [], given.catalogue, given.theme)}
    return found["data/measures/index.html" if lang == "de" else "en/data/measures/index.html"].decode()


def cited(lang: Any = "de") -> Any:
    given = facts(measure=MEASURES)
    return citation(given.datasets["measure"], given.catalogue, lang)


def test_the_codebook_says_of_every_column_what_its_schema_says() -> None:
    given = facts(measure=MEASURES)
    for lang in ("de", "en"):
        page = unescape(rendered(lang))
        for prop in given.entities["measure"].public:
            assert f"<code>{prop.name}</code>" in page
            assert prop.text("definition", lang) in page


def test_the_sample_is_text_and_long_cells_are_cut() -> None:
    page = rendered("de")
    assert "&lt;b&gt;Langer Titel" in page
    assert "x" * 100 not in page
    assert "12,5" in page
    assert Html(page.encode()).headings[0] == 1


def test_search_engines_find_the_dataset_in_the_page() -> None:
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', rendered("de"), re.DOTALL)
    about = json.loads(script)
    assert about["@type"] == "Dataset"
    assert about["name"][0]["@value"].startswith("Digitalisierungsmaßnahmen")


def test_bibtex_keeps_braces_balanced_and_escapes_what_tex_reads() -> None:
    entry = as_bibtex(cited())
    assert entry.startswith("@misc{measures_2026-11-20,\n")
    assert entry.count("{") == entry.count("}")
    assert "author = {{Landeshauptstadt München, IT-Referat}}" in entry
    assert "url = {https://offenlage.example/id/version/measures/2026-11-20}" in entry


def test_ris_has_a_tag_a_line_and_its_own_line_ends() -> None:
    lines = as_ris(cited()).split("\r\n")
    assert lines[0] == "TY  - DATA"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])


def test_csl_json_names_the_day_of_the_data_and_their_version() -> None:
    (item,) = json.loads(as_csl(cited("en")))
    assert (item["type"], item["version"]) == ("dataset", "2026-11-20")
    assert item["issued"] == {"date-parts": [[2026, 11, 20]]}
    assert item["author"] == [{"literal": "City of Munich, IT department"}]


def run(code: str, public: Path) -> dict[str, Any]:
    """Run a snippet as it stands on the page, on the files of a release instead of their addresses."""
    held: dict[str, Any] = {}
    with redirect_stdout(io.StringIO()):
        exec(code.replace("https://offenlage.example/", f"{public}/"), held)
    return held


@pytest.mark.parametrize("entity", ["measure", "service", "status_report"])
def test_the_lines_for_python_read_what_is_published(published: Path, entity: str) -> None:
    given = facts(**{entity: []})
    dataset = given.datasets[entity]
    snippet = next(s for s in reading(dataset, given.entities[entity], given.catalogue) if s.tool == "python")
    table = run(snippet.code, published / "public")["table"]
    assert len(table) == len(pd.read_json(published / "public" / "data" / f"{dataset.name}.json"))


def test_the_lines_that_ask_as_of_a_day_tell_what_was_known_then(published: Path) -> None:
    given = facts(measure=[])
    snippet = as_of(given.datasets["measure"], given.entities["measure"], given.catalogue)
    assert snippet is not None
    public = published / "public"
    now = pd.read_csv(public / "data" / "measures.csv", dtype=str).set_index("id")
    latest = run(snippet.code.replace("2025-06-30", "2026-12-31"), public)["table"]
    assert latest["title_de"].to_dict() == now["title_de"].to_dict()
    then = run(snippet.code, public)["table"]
    assert 0 < len(then) < len(latest)
    assert run(snippet.code.replace("2025-06-30", "2000-01-01"), public)["table"].empty
