from __future__ import annotations

import json
from pathlib import Path

from flows.contracts import parse_codelist
from flows.publish.site.codelists import codelist_files

LISTS = Path(__file__).parents[3] / "schemas" / "codelists"


def test_the_lists_are_published_as_they_are() -> None:
    paths = sorted(LISTS.glob("*.csv"))
    assert paths
    for path in paths:
        files = {name: content for name, _, content in codelist_files(parse_codelist(path.stem, path.read_text()))}
        assert files[f"codelists/{path.name}"] == path.read_bytes(), path.name


def test_json_has_the_synonyms_as_an_array() -> None:
    text = "code,label_de,label_en,definition_de,definition_en,synonyms\na,A,A,,,eins|zwei\nb,B,B,,,\n"
    document = json.loads(
        {path: content for path, _, content in codelist_files(parse_codelist("x", text))}["codelists/x.json"]
    )
    assert document["name"] == "x"
    assert [code["synonyms"] for code in document["codes"]] == [["eins", "zwei"], []]
