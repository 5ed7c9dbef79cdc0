"""The page of the data: every dataset with its files, the catalogue, the feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.model import Dataset, PublishedFile
from flows.publish.site.facts import Facts
from flows.publish.site.rendering import File, Page
from flows.publish.site.texts import topics
from flows.publish.site.words import WORDS, Lang
from flows.publish.vocabulary import FILE_FORMS

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
PRINCIPAL, ORIGIN, REFERENCE = "principal", "origin", "reference"
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("change_event", "history_entry", "delivery", "source", "source_exception", "punctuality"), ORIGIN),
    **dict.fromkeys(("strategy", "strategy_version", "field_of_action", "goal", "principle", "guideline"), REFERENCE),
    **dict.fromkeys(("organisation", "council_resolution"), REFERENCE),
}
"""Under which heading of the page a dataset stands, by its entity; those of all others come first."""
FIRST = ("measure", "status_report", "service", "milestone", "change_event", "history_entry", "strategy")
"""Entities whose datasets lead their heading."""


@dataclass(frozen=True)
class Link:
    """One file a page offers: where it is, what it is called, how large it is."""

    path: str
    label: str
    media_type: str
    bytes: int


def data_pages(facts: Facts) -> Iterator[Page | File]:
    """Yield the page that lists every dataset with its files; only files of the release are linked."""
    release = facts.release

    def values(lang: Lang) -> Mapping[str, Any]:
        return {
            "release": release,
            "words": WORDS[lang],
            "groups": _groups(facts, lang),
            "feeds": [
                _link(release.files[path], label[lang]) for path, label in FEEDS.items() if path in release.files
            ],
        }

    title = topics()["base"]["data"]
    yield Page("data/index.html", "data.html", title, facts.catalogue["description"], values, section="data/")


def _groups(facts: Facts, lang: Lang) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the datasets by kind, in each the ones most asked for first."""
    ordered = sorted(facts.release.datasets, key=lambda d: FIRST.index(d.entity) if d.entity in FIRST else len(FIRST))
    groups: dict[str, list[dict[str, Any]]] = {kind: [] for kind in (PRINCIPAL, ORIGIN, REFERENCE)}
    for dataset in ordered:
        is_part = dataset is not facts.datasets[dataset.entity]
        groups[KINDS.get(dataset.entity, PRINCIPAL)].append(_row(dataset, is_part, facts.release.files, lang))
    return list(groups.items())


def _row(dataset: Dataset, is_part: bool, files: Mapping[str, PublishedFile], lang: Lang) -> dict[str, Any]:
    """Return what the page says of a dataset; a part of another one (`is_part`) has the same description."""
    labels = {form.suffix: form.label[lang] for form in FILE_FORMS} | {METADATA_SUFFIX: WORDS[lang]["columns"]}
    offered = {f"data/{dataset.name}.{suffix}": label for suffix, label in labels.items()}
    return {
        "name": dataset.name,
        "title": dataset.description["title"][lang],
        "description": "" if is_part else dataset.description["description"][lang],
        "rows": dataset.frame.height,
        "files": [_link(files[path], label) for path, label in offered.items() if path in files],
    }


def _link(file: PublishedFile, label: str) -> Link:
    return Link(file.path, label, file.media_type, file.bytes)
