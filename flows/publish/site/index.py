"""The plain page that says what there is: in German at the root, in English under `en/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.model import Dataset, PublishedFile, Release
from flows.publish.site.rendering import HTML, Page, render, stylesheet
from flows.publish.site.words import WORDS, Lang
from flows.publish.vocabulary import FILE_FORMS

PATHS: Mapping[Lang, str] = {"de": "index.html", "en": "en/index.html"}
OTHER: Mapping[Lang, Lang] = {"de": "en", "en": "de"}
FEEDS: Mapping[str, Mapping[Lang, str]] = {
    "catalog.ttl": {"de": "Katalog nach DCAT-AP.de, Turtle", "en": "DCAT-AP.de catalogue, Turtle"},
    "catalog.rdf": {"de": "Katalog nach DCAT-AP.de, RDF/XML", "en": "DCAT-AP.de catalogue, RDF/XML"},
    "catalog.jsonld": {"de": "Katalog nach DCAT-AP.de, JSON-LD", "en": "DCAT-AP.de catalogue, JSON-LD"},
    "catalog-versions.ttl": {"de": "Frühere Fassungen, Turtle", "en": "Earlier versions, Turtle"},
    "data/datapackage.json": {"de": "Data Package, JSON", "en": "Data Package, JSON"},
    "feed.atom": {"de": "Änderungen, Atom", "en": "Changes, Atom"},
    "feed.json": {"de": "Änderungen, JSON Feed", "en": "Changes, JSON Feed"},
}
METADATA_SUFFIX = "csv-metadata.json"


@dataclass(frozen=True)
class Link:
    """One file a page offers: where it is, what it is called, how large it is."""

    path: str
    label: str
    media_type: str
    bytes: int


def index_pages(release: Release, catalogue: Mapping[str, Any]) -> Iterator[Page]:
    """Yield the index page in German and English, and the style sheet; arguments as for `index_page`."""
    for lang, path in PATHS.items():
        yield path, HTML, index_page(release, catalogue, lang)
    yield stylesheet()


def index_page(release: Release, catalogue: Mapping[str, Any], lang: Lang) -> bytes:
    """Return the page that lists every dataset with its files, the feeds, the licence and whom to ask.

    Only files of the release are linked. `catalogue` is as in `naming`; in example mode the page says that it is
    reconstructed and no search engine lists it.
    """
    other = OTHER[lang]
    return render(
        "index.html",
        PATHS[lang],
        lang,
        example=catalogue["example"],
        title=catalogue["title"][lang],
        description=catalogue["description"][lang],
        release=release,
        rows=[_row(dataset, release.files, lang) for dataset in release.datasets],
        feeds=[_link(release.files[path], label[lang]) for path, label in FEEDS.items() if path in release.files],
        licence=catalogue["license"],
        attribution=catalogue["attribution"][lang],
        publisher=catalogue["publisher"]["name"][lang],
        contact=catalogue["contact"],
        other=other,
        other_page=PATHS[other],
    )


def _row(dataset: Dataset, files: Mapping[str, PublishedFile], lang: Lang) -> dict[str, Any]:
    labels = {form.suffix: form.label[lang] for form in FILE_FORMS} | {METADATA_SUFFIX: WORDS[lang]["columns"]}
    offered = {f"data/{dataset.name}.{suffix}": label for suffix, label in labels.items()}
    return {
        "name": dataset.name,
        "title": dataset.description["title"][lang],
        "description": dataset.description["description"][lang],
        "rows": dataset.frame.height,
        "files": [_link(files[path], label) for path, label in offered.items() if path in files],
    }


def _link(file: PublishedFile, label: str) -> Link:
    return Link(file.path, label, file.media_type, file.bytes)
