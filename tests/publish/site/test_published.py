"""What programs and readers find on the pages of a whole release: the example's, as it is published."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import pypdf
import pytest
from defusedxml.ElementTree import fromstring
from html_tree import Node, parse
from jsonschema import Draft202012Validator
from rdflib import RDF, Graph, URIRef
from rfc3339_validator import validate_rfc3339
from test_feeds import JSON_FEED

BASE = "https://offenlage.example/"
SCHEMA = "https://schema.org/"
SITEMAP, XHTML = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="session")
def public(published: Path) -> Path:
    return published / "public"


@cache
def page(place: Path) -> Node:
    return parse(place.read_bytes())


def place_of(public: Path, address: str) -> Path:
    """Return the file that an address of ours stands for."""
    assert address.startswith(BASE), address
    place = public / address.removeprefix(BASE).partition("#")[0]
    return place / "index.html" if place.is_dir() else place


# What every head says


def heads(public: Path) -> list[tuple[str, Node]]:
    """Return path and head of every page that is listed: all but those of identifiers, versions, and errors."""
    paths = sorted(path.relative_to(public).as_posix() for path in public.rglob("*.html"))
    found = [path for path in paths if not path.startswith(("id/", "versions/")) and not path.endswith("404.html")]
    assert len(found) > 200
    return [(path, page(public / path).one("head")) for path in found]


def links(head: Node, rel: str) -> list[dict[str, str]]:
    return [link.attributes for link in head.all("link") if link.attributes.get("rel") == rel]


def meta(head: Node) -> dict[str, str]:
    named = ((m.attributes.get("property") or m.attributes.get("name", ""), m.attributes) for m in head.all("meta"))
    return {name: attributes.get("content", "") for name, attributes in named}


def test_a_page_names_itself_its_twin_and_the_one_for_all_others(public: Path) -> None:
    for path, head in heads(public):
        german = path.removeprefix("en/").removesuffix("index.html")
        own = path.removesuffix("index.html")
        assert [link["href"] for link in links(head, "canonical")] == [f"{BASE}{own}"], path
        languages = {a["hreflang"]: a["href"] for a in links(head, "alternate") if "hreflang" in a}
        up = "../" * path.count("/") or "./"
        target = {lang: (public / path).parent / href for lang, href in languages.items()}
        assert {lang: place.resolve() for lang, place in target.items()} == {
            "de": (public / german).resolve(),
            "en": (public / "en" / german).resolve(),
            "x-default": (public / german).resolve(),
        }, path
        assert all(href.startswith(up) for href in languages.values()), path


def test_a_page_is_shared_with_a_picture_that_is_there_and_in_words(public: Path) -> None:
    for path, head in heads(public):
        said = meta(head)
        assert said["og:url"] == f"{BASE}{path.removesuffix('index.html')}", path
        assert place_of(public, said["og:image"]).read_bytes().startswith(b"\x89PNG"), path
        assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
        assert said["og:image:alt"].startswith(said["og:title"]), path
        assert 10 <= len(said["og:image:alt"]) <= 300, path
        assert said["twitter:card"] == "summary_large_image"
        assert said["og:locale"] == ("en_GB" if path.startswith("en/") else "de_DE")


def test_other_forms_of_a_page_are_there_under_their_type(public: Path) -> None:
    types = {file["path"]: file["media_type"] for file in json.loads((public / "manifest.json").read_text())["files"]}
    told = 0
    for path, head in heads(public):
        for rel in ("alternate", "describedby", "item"):
            for link in (link for link in links(head, rel) if "hreflang" not in link):
                place = ((public / path).parent / link["href"]).resolve().relative_to(public.resolve()).as_posix()
                assert types[place] == link["type"], (path, place)
                told += 1
        assert [link["href"] for link in links(head, "license")] == ["http://dcat-ap.de/def/licenses/dl-by-de/2.0"]
    assert told > 500


def test_an_example_is_found_by_no_search_engine(public: Path) -> None:
    pages = sorted(public.rglob("*.html"))
    assert [path for path in pages if b'<meta name="robots" content="noindex">' not in path.read_bytes()] == []


def test_a_version_is_kept_from_search_engines_and_leads_to_what_is_current(public: Path) -> None:
    (version,) = public.glob("versions/*/index.html")
    head = page(version).one("head")
    assert links(head, "canonical")[0]["href"] == "../../index.html"


# schema.org


def blocks(public: Path) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in sorted(public.rglob("*.html")):
        for script in page(path).all("script"):
            if script.attributes.get("type") == "application/ld+json":
                found.append((path.relative_to(public).as_posix(), json.loads("".join(map(str, script.children)))))
    return found


def test_every_dataset_says_what_search_engines_ask_for(public: Path) -> None:
    told = [(path, about) for path, about in blocks(public) if about["@type"] == "Dataset"]
    datasets = [file.name.removesuffix(".csv-metadata.json") for file in public.glob("data/*.csv-metadata.json")]
    assert {f"{lead}data/{name}/index.html" for name in datasets for lead in ("", "en/")} <= {path for path, _ in told}
    for path, about in told:
        assert {text["@language"] for text in about["name"]} == {"de", "en"}, path
        assert all(50 <= len(text["@value"]) <= 5000 for text in about["description"]), path  # Google's bounds
        for name in ("identifier", "license", "version", "dateModified", "spatialCoverage", "includedInDataCatalog"):
            assert about[name], (path, name)
        assert about["creator"]["name"], path
        assert about["creator"]["url"].startswith("https://"), path
        for download in about["distribution"]:
            place = place_of(public, download["contentUrl"])
            assert download["contentSize"] == f"{place.stat().st_size} B", path
            assert re.fullmatch(r"[0-9a-f]{64}", download["sha256"]), path


def test_measures_and_services_are_told_as_what_they_are(public: Path) -> None:
    told = dict(blocks(public))
    measures = sorted(path.parent.name for path in public.glob("measures/M-*/index.html"))
    for name in measures:
        for lead in ("", "en/"):
            about = told[f"{lead}measures/{name}/index.html"]
            assert (about["@type"], about["identifier"]) == ("Project", name)
            assert place_of(public, about["url"]) == public / f"{lead}measures/{name}/index.html"
            assert place_of(public, about["@id"]).is_file()
            units = [unit["@id"] for unit in about.get("parentOrganization", ())]
            assert all(place_of(public, unit).is_file() for unit in units)
    listed = told["services/index.html"]["itemListElement"]
    with (public / "data/services.csv").open(encoding="utf-8", newline="") as table:
        services = list(csv.DictReader(table))
    assert [service["@id"] for service in listed] == [f"{BASE}id/service/{row['id']}" for row in services]
    assert [s.get("availableChannel", {}).get("serviceUrl", "") for s in listed] == [row["url"] for row in services]


def test_an_independent_reader_understands_every_block(public: Path) -> None:
    for path, about in blocks(public):
        # The context lies on the web; of it only the vocabulary matters here.
        local = json.dumps({**about, "@context": {"@vocab": SCHEMA}})
        graph = Graph().parse(data=local, format="json-ld")
        subject = URIRef(about["@id"]) if "@id" in about else None
        assert (subject, RDF.type, URIRef(f"{SCHEMA}{about['@type']}")) in graph, path


# Sitemap and well-known addresses


def test_the_sitemap_has_every_listed_page_with_its_last_change_and_its_twin(public: Path) -> None:
    changed = {file["path"]: file["modified"] for file in json.loads((public / "manifest.json").read_text())["files"]}
    urls = fromstring((public / "sitemap.xml").read_bytes()).findall(f"{SITEMAP}url")
    listed = {}
    for url in urls:
        place = place_of(public, url.findtext(f"{SITEMAP}loc") or "").relative_to(public).as_posix()
        listed[place] = url.findtext(f"{SITEMAP}lastmod")
        twins = {link.get("hreflang"): link.get("href") for link in url.findall(f"{XHTML}link")}
        assert set(twins) == {"de", "en", "x-default"}
        assert twins["x-default"] == twins["de"]
        assert all(place_of(public, str(address)).is_file() for address in twins.values())
    assert listed == {path: changed[path] for path, _ in heads(public)}
    assert all(validate_rfc3339(time) for time in listed.values())


def test_what_is_well_known_leads_to_what_is_there(public: Path) -> None:
    known = public / ".well-known"
    (link,) = json.loads((known / "api-catalog").read_bytes())["linkset"]
    for target in (*link["item"], *link["service-doc"]):
        assert place_of(public, target["href"]).is_file()
    graph = Graph().parse(known / "void", format="turtle")
    dumps = list(graph.objects(predicate=URIRef("http://rdfs.org/ns/void#dataDump")))
    assert len(dumps) == 3
    assert all(place_of(public, str(dump)).is_file() for dump in dumps)
    fields = dict(line.split(": ", 1) for line in (known / "security.txt").read_text().splitlines())
    assert re.match(r"(mailto|https|tel):", fields["Contact"])  # RFC 9116, 2.5.3: an IRI
    assert datetime.fromisoformat(fields["Expires"]).tzinfo  # 2.5.5: a time of RFC 3339
    assert place_of(public, fields["Canonical"]).is_file()
    robots = (public / "robots.txt").read_text().splitlines()
    assert robots[:2] == ["User-agent: *", "Allow: /"]
    assert place_of(public, robots[-1].removeprefix("Sitemap: ")).is_file()


# Feeds


def test_an_independent_reader_reads_every_feed_and_finds_its_pages(public: Path) -> None:
    feeds = sorted(public.rglob("feed*.atom"))
    assert len(feeds) > 50
    for path in feeds:
        read = feedparser.parse(path.read_bytes())
        assert (read.bozo, read.version) == (False, "atom10"), path
        assert read.entries, path
        assert read.feed.updated == max(entry.updated for entry in read.entries), path
        for link in (read.feed, *read.entries):
            assert place_of(public, link.link).is_file(), (path, link.link)
        told = json.loads(path.with_suffix(".json").read_bytes())
        assert [(entry.id, entry.title) for entry in read.entries] == [(i["id"], i["title"]) for i in told["items"]]


def test_every_json_feed_keeps_to_its_specification(public: Path) -> None:
    validator = Draft202012Validator(JSON_FEED, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for path in sorted(public.rglob("feed*.json")):
        document = json.loads(path.read_bytes())
        assert [error.message for error in validator.iter_errors(document)] == [], path
        assert place_of(public, document["feed_url"]) == path
        assert "next_url" not in document or place_of(public, document["next_url"]).is_file()


# The annual report as PDF


def reports(public: Path) -> list[Path]:
    found = sorted(public.rglob("report.pdf"))
    assert len(found) == 6
    return found


def test_the_pdf_of_every_year_says_what_its_page_says_in_that_order(public: Path) -> None:
    for path in reports(public):
        main = page(path.parent / "index.html").one("main")
        told = [node.text for node in main.all("h1", "h2", "caption", "th", "td")]
        text = letters("".join(sheet.extract_text() for sheet in pypdf.PdfReader(path).pages))
        at = 0
        for words in told:
            at = text.find(letters(words), at)
            assert at >= 0, (path, words)


def letters(text: str) -> str:
    """Return letters and digits alone: lines end in the middle of words, with a hyphen."""
    return re.sub(r"[\W_]", "", text)


def test_the_tags_of_every_pdf_follow_its_content_and_name_heads_and_language(public: Path) -> None:
    for path in reports(public):
        read = pypdf.PdfReader(io.BytesIO(path.read_bytes()))
        root = read.trailer["/Root"]
        assert root["/Lang"] == ("en" if path.relative_to(public).parts[0] == "en" else "de")
        assert root["/MarkInfo"]["/Marked"].value is True
        assert str(read.metadata and read.metadata.title)[-4:] == path.parent.name
        sheets = {sheet.indirect_reference.idnum: n for n, sheet in enumerate(read.pages) if sheet.indirect_reference}
        order = list(marks(root["/StructTreeRoot"], sheets))
        assert order == sorted(order), path
        assert len(order) == len(set(order)), path


def marks(node: Any, sheets: dict[int, int], sheet: int = 0) -> Any:
    """Yield sheet and number of each piece of marked content, in the order the tags have."""
    held = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(held, list):
        for child in held:
            yield from marks(child, sheets, sheet)
    elif isinstance(held, int):
        yield sheet, int(held)
    elif isinstance(held, dict):
        on = held.raw_get("/Pg") if "/Pg" in held else None
        sheet = sheets[on.idnum] if on is not None else sheet
        if held.get("/Type") == "/MCR":
            yield sheet, int(held["/MCID"])
        elif "/K" in held and held.get("/Type") != "/OBJR":
            yield from marks(held["/K"], sheets, sheet)
