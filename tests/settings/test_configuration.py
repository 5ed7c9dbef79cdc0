from pathlib import Path

import pytest

from flows.settings import ConfigurationError, load


def problems(city: Path, environ: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        load(city, environ or {})
    return caught.value.problems


def test_everything_is_read(city: Path):
    found = load(city, {})
    assert found.catalogue["base_url"] == "http://127.0.0.1:8000/"
    assert found.catalogue["example"] is True
    assert found.rules == {"delay": {"days": 30}}
    assert found.identifiers.rows() == [("rit", "7", "M-0001")]
    assert found.datasets["measures"]["checked"] == "2026-11-20"
    assert [feed.id for feed in found.feeds] == ["mor/report", "rit/report"]
    assert set(found.entities) == {"measure"}
    assert found.entities["measure"]["done"].schema["enum"] == ["yes", "no"]
    assert set(found.contracts) == {"catalogue", "theme", "legal", "rules", "dataset", "mapping"}
    assert (found.theme["name"], found.theme["logo"]) == ("City", "")
    assert found.shapes.index("urn:a") < found.shapes.index("urn:b")
    assert found.output == city / "output"
    assert found.archive == city / "output" / "archive"


def test_identifiers_stay_text(city: Path):
    (city / "mappings/identifiers.csv").write_text("scheme,value,id\nrit,007,M-0001\n", encoding="utf-8")
    assert load(city, {}).identifiers["value"].to_list() == ["007"]


def test_a_city_of_its_own_is_no_example(city: Path):
    text = 'id_base = "https://data.stadt.example/"\nbase_url = "https://data.stadt.example/"\n'
    (city / "mappings/catalogue.toml").write_text(text, encoding="utf-8")
    assert load(city, {}).catalogue["example"] is False


def test_environment_wins(city: Path, tmp_path: Path):
    environ = {"OFFENLAGE_BASE_URL": "https://open.example", "OFFENLAGE_OUTPUT": str(tmp_path / "o"), "HOME": "/"}
    found = load(city, environ)
    assert found.catalogue["base_url"] == "https://open.example/"
    assert found.output == tmp_path / "o"
    assert found.archive == tmp_path / "o" / "archive"
    elsewhere = load(city, {**environ, "OFFENLAGE_ARCHIVE": str(tmp_path / "a")}, output=tmp_path / "p")
    assert (elsewhere.output, elsewhere.archive) == (tmp_path / "p", tmp_path / "a")


def test_digest_covers_what_is_published_and_nothing_else(city: Path, tmp_path: Path):
    first = load(city, {}).digest
    assert load(city, {"OFFENLAGE_OUTPUT": str(tmp_path), "OFFENLAGE_PORTAL_TOKEN": "t"}).digest == first
    assert load(city, {"OFFENLAGE_BASE_URL": "https://open.example"}).digest != first
    (city / "mappings/departments/rit/report").mkdir()
    (city / "mappings/departments/rit/report/2024-12-31.csv").write_text("a;b", encoding="utf-8")
    assert load(city, {}).digest == first
    (city / "mappings/rules.toml").write_text("[delay]\ndays = 31\n", encoding="utf-8")
    assert load(city, {}).digest != first


def test_all_problems_are_said_at_once(city: Path):
    (city / "mappings/catalogue.toml").write_text('id_bas = "x"\nbase_url = "ftp://x"\n', encoding="utf-8")
    (city / "mappings/rules.toml").write_text('[delay]\ndays = "many"\n', encoding="utf-8")
    (city / "mappings/identifiers.csv").write_text("scheme,value,id\nrit,7,M-0001\nrit,7,M-0002\n", encoding="utf-8")
    (city / "mappings/departments/rit/report.toml").write_text('unit = "kvr"\ninterval = "P1J"\n', encoding="utf-8")
    (city / "mappings/departments/mor/report.toml").write_text("unit = \n", encoding="utf-8")
    (city / "mappings/datasets/measures.toml").write_text('name = "m"\nentity = "mesure"\n', encoding="utf-8")
    said = "\n".join(problems(city, {"OFFENLAGE_BASEURL": "x", "OFFENLAGE_PORTAL_URL": "portal"}))
    for expected in (
        "environment: OFFENLAGE_BASEURL: is no known variable; did you mean 'OFFENLAGE_BASE_URL'?",
        "environment: OFFENLAGE_PORTAL_URL: expected a web address such as https://data.example/, found 'portal'",
        "mappings/catalogue.toml: id_bas: is no known key; did you mean 'id_base'?",
        "mappings/catalogue.toml: id_base: is missing",
        "mappings/catalogue.toml: base_url: expected a web address such as https://data.example/, found 'ftp://x'",
        "mappings/rules.toml: delay.days: expected a whole number, found 'many'",
        "mappings/identifiers.csv: rit,7: stands there with two ids",
        "mappings/departments/rit/report.toml: unit: expected 'rit', as the folder is called",
        "mappings/departments/rit/report.toml: interval: expected one of P1Y, P6M, found 'P1J'; did you mean 'P1Y'?",
        "mappings/departments/mor/report.toml: ",
        "mappings/datasets/measures.toml: name: expected 'measures', as the file is called",
        "mappings/datasets/measures.toml: entity: there is no schemas/mesure.schema.json; did you mean 'measure'?",
    ):
        assert expected in said


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("schemas/measure.schema.json", '{"x-label": {}, "$id": "measure/1.0"}', "properties: is missing"),
        ("schemas/measure.schema.json", '{"type": 3}', "is no JSON Schema"),
        ("schemas/measure.schema.json", "[]", "expected an object at the top"),
        ("schemas/measure.schema.json", "{", "Expecting property name"),
        ("schemas/codelists/answer.csv", "code,label_de\nyes,Ja\n", "label_en: is missing in the header"),
        ("mappings/identifiers.csv", "scheme;value;id\n", "expected the header scheme,value,id"),
        ("mappings/departments/stray.toml", "", "expected at mappings/departments/<unit>/<feed>.toml"),
        ("mappings/datasets/measures.toml", 'name="measures"\nentity="measure"\nchecked="soon"', "expected a date"),
    ],
)
def test_a_broken_file_is_named(city: Path, name: str, text: str, expected: str):
    (city / name).write_text(text, encoding="utf-8")
    assert any(problem.startswith(name) and expected in problem for problem in problems(city))


def test_a_code_twice_is_named(city: Path):
    path = city / "schemas/codelists/answer.csv"
    path.write_text(path.read_text(encoding="utf-8") + "yes,Ja,Yes,,,\n", encoding="utf-8")
    assert problems(city) == ("schemas/codelists/answer.csv: yes: stands there twice",)


def test_a_missing_code_list_is_named(city: Path):
    (city / "schemas/codelists/answer.csv").rename(city / "schemas/codelists/answers.csv")
    expected = "done: there is no schemas/codelists/answer.csv; did you mean 'answers'?"
    assert f"schemas/measure.schema.json: {expected}" in problems(city)


def test_a_missing_file_is_named_once(city: Path):
    (city / "schemas/mapping.schema.json").unlink()
    assert problems(city) == ("schemas/mapping.schema.json: is missing or wrong",)
    (city / "mappings/rules.toml").unlink()
    assert any(problem.startswith("mappings/rules.toml: cannot be read") for problem in problems(city))


def test_no_utf8_is_named(city: Path):
    (city / "mappings/rules.toml").write_bytes(b'a = "\xe4"')
    assert problems(city) == ("mappings/rules.toml: expected UTF-8 text",)


def test_the_logo_of_the_theme_is_read_with_it(city: Path):
    (city / "mappings/theme/theme.toml").write_text('name = "City"\nlogo = "arms.svg"\n', encoding="utf-8")
    assert problems(city) == ("mappings/theme/arms.svg: cannot be read: No such file or directory",)
    (city / "mappings/theme/arms.svg").write_text("<svg/>", encoding="utf-8")
    assert load(city, {}).theme["logo"] == "<svg/>"
