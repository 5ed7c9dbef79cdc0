from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from html_page import Page as Html
from rdflib import Graph, URIRef
from site_facts import facts, without_legal

from flows.model import PublishedFile
from flows.publish.site.conventions import conventions
from flows.publish.site.legal import legal_pages
from flows.publish.site.method import as_html, method_text
from flows.publish.site.rendering import render_pages

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
TIMES = {"index.html": "2026-11-20T08:00:00+01:00", "en/index.html": "2026-11-21T08:00:00+01:00"}
NOT_LISTED = ("404.html", "id/measure/M-1/index.html", "catalog.ttl")
PATHS = ("index.html", "en/index.html", "measures/M-1/index.html", *NOT_LISTED)
FILES = {path: PublishedFile(path, "text/turtle", 1, "s", "c", TIMES.get(path, "2020-01-01")) for path in PATHS}


def told(**security: str) -> dict[str, str]:
    given = facts()
    legal = {"security": {**given.theme["legal"]["security"], **security}}
    theme = {**given.theme, "legal": {**given.theme["legal"], **legal}}
    return {path: content.decode() for path, _, content in conventions(FILES, given.catalogue, theme)}


def test_the_sitemap_lists_current_pages_with_the_time_they_changed_and_their_twins() -> None:
    urls = fromstring(told()["sitemap.xml"]).findall(f"{SITEMAP}url")
    listed = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in urls}
    base = "https://offenlage.example/"
    assert listed == {
        base: "2026-11-20T08:00:00+01:00",
        f"{base}en/": "2026-11-21T08:00:00+01:00",
        f"{base}measures/M-1/": "2020-01-01",
    }
    twins = [(link.get("hreflang"), link.get("href")) for link in urls[0].findall(f"{XHTML}link")]
    assert twins == [("de", base), ("en", f"{base}en/"), ("x-default", base)]


def test_robots_find_the_sitemap() -> None:
    assert "Sitemap: https://offenlage.example/sitemap.xml" in told()["robots.txt"].splitlines()


def test_security_txt_has_what_rfc_9116_requires_from_the_configuration() -> None:
    lines = told(contact="https://stadt.example/melden", expires="2027-03-01")[".well-known/security.txt"].splitlines()
    fields = dict(line.split(": ", 1) for line in lines)
    assert fields["Contact"] == "https://stadt.example/melden"
    assert fields["Expires"] == "2027-03-01T00:00:00Z"
    assert fields["Canonical"] == "https://offenlage.example/.well-known/security.txt"


def test_linked_data_are_found_by_their_well_known_address() -> None:
    graph = Graph().parse(data=told()[".well-known/void"], format="turtle")
    dumps = set(graph.objects(predicate=URIRef("http://rdfs.org/ns/void#dataDump")))
    assert dumps == {URIRef("https://offenlage.example/catalog.ttl")}


def test_the_catalogue_of_interfaces_is_a_linkset_of_what_is_there() -> None:
    (link,) = json.loads(told()[".well-known/api-catalog"])["linkset"]
    assert [item["href"] for item in link["item"]] == ["https://offenlage.example/catalog.ttl"]


def legal(**changed: Any) -> dict[str, str]:
    given = without_legal(facts(), **changed)
    pages = list(legal_pages(given))
    return {path: content.decode() for path, _, content in render_pages(pages, [], given.catalogue, given.theme)}


def test_easy_to_read_german_has_a_page_only_with_a_text_that_people_approved() -> None:
    assert "plain-language/index.html" not in legal()
    by = {"de": "Prüfgruppe", "en": "test readers"}
    approved = {"approved_on": "2026-05-01", "approved_by": by, "paragraphs": ["Ja."]}
    pages = legal(plain_language=approved)
    assert "<p>Ja.</p>" in pages["plain-language/index.html"]
    assert "Geprüft am 01.05.2026: Prüfgruppe." in pages["plain-language/index.html"]
    assert '<div lang="de">' in pages["en/plain-language/index.html"]


def test_the_page_for_what_is_not_there_works_at_any_address() -> None:
    page = legal()["404.html"]
    links = [str(link.get("href")) for tag in ("a", "link") for link in Html(page.encode()).attributes(tag)]
    assert links
    assert [link for link in links if not link.startswith(("/", "http", "#", "mailto:"))] == []


def test_the_accessibility_statement_says_what_is_configured() -> None:
    page = legal()["accessibility/index.html"]
    assert "teilweise vereinbar" in page
    assert "Erstellt am 20.11.2026." in page
    assert 'href="../barrier/"' in page


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_method_says_the_thresholds_in_force_in_tables_that_can_be_read(lang: Any) -> None:
    given = facts()
    page = Html(f"<main>{as_html(method_text(given.rules, lang))}</main>".encode())
    assert all(cell.get("scope") == "col" for cell in page.attributes("th"))
    regions = [div.get("aria-labelledby") for div in page.attributes("div")]
    ids = {heading.get("id") for heading in page.attributes("h2")}
    assert regions
    assert set(regions) <= ids


def test_both_languages_of_the_method_have_the_same_parts() -> None:
    parts = [[line.count("|") for line in method_text(facts().rules, lang).splitlines() if line.startswith(("|", "#"))]
             for lang in ("de", "en")]  # fmt: skip
    assert parts[0] == parts[1]


def test_a_page_that_is_shared_has_a_picture(published: Path) -> None:
    public = published / "public"
    assert 'property="og:image"' in (public / "index.html").read_text("utf-8")
    assert (public / "share" / "de" / "index.png").is_file()
