"""A page for every dataset: what it holds, what its columns mean, its files, how to cite and read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flows.contracts import Entity, Property
from flows.model import Dataset, PublishedFile
from flows.publish.codebooks import type_name
from flows.publish.earlier_versions import Version, kept_versions
from flows.publish.notes import version_notes
from flows.publish.schema_org import in_page, schema_org
from flows.publish.site.citation import as_bibtex, as_csl, as_ris, as_sentence, citation, citation_files
from flows.publish.site.facts import Facts
from flows.publish.site.rendering import LANGUAGES, Alternate, File, Page
from flows.publish.site.snippets import as_of, reading
from flows.publish.site.texts import words
from flows.publish.site.words import Lang, write_number
from flows.publish.vocabulary import FILE_FORMS

SAMPLE = 10
LONGEST = 80
"""Characters of a cell in the sample; a longer text is cut, and the file has all of it."""
METADATA = (("csv-metadata.json", "csvw"), ("schema-org.jsonld", "schema_org"))
CITATIONS = (("bib", "bibtex"), ("ris", "ris"), ("csl.json", "csl"))


def dataset_pages(facts: Facts) -> Iterator[Page | File]:
    """Yield a page and the files of its citation for every dataset of the release."""
    versions: dict[str, list[Version]] = {}
    for version in kept_versions(facts.release.files):
        versions.setdefault(version.dataset, []).append(version)
    for dataset in facts.release.datasets:
        yield from citation_files(dataset, facts.catalogue)
        yield _page(dataset, facts, versions.get(dataset.name, []))


def _page(dataset: Dataset, facts: Facts, versions: list[Version]) -> Page:
    entity, name = facts.entities[dataset.entity], dataset.name
    about = in_page(schema_org(dataset, facts.catalogue, facts.release.files))
    said = {lang: words(lang, facts.theme)["datasets"] for lang in LANGUAGES}

    def values(lang: Lang) -> Mapping[str, Any]:
        cited = citation(dataset, facts.catalogue, lang)
        return {
            "dataset": dataset,
            "entity": entity,
            "forms": list(_forms(dataset, facts.release.files, lang)),
            "metadata": [(f"data/{name}.{suffix}", said[lang][key]) for suffix, key in METADATA],
            "codebook": [_column(prop, facts, lang) for prop in entity.public],
            "first_schema": min((str(prop.schema.get("x-since", "")) for prop in entity.public), default=""),
            "sample": _sample(dataset, entity, lang),
            "versions": [_version(version, dataset, facts, lang) for version in reversed(versions)],
            "citation": as_sentence(cited, said[lang]),
            "citations": [
                (said[lang][key], f"data/{name}.{suffix}", write(cited))
                for (suffix, key), write in zip(CITATIONS, (as_bibtex, as_ris, as_csl), strict=True)
            ],
            "snippets": [(said[lang][s.tool], s.code) for s in reading(dataset, entity, facts.catalogue)],
            "as_of": as_of(dataset, entity, facts.catalogue),
        }

    alternates = tuple(
        Alternate(file.path, file.media_type, {lang: form.label[lang] for lang in LANGUAGES})
        for form in FILE_FORMS
        if form.follows_schema and (file := facts.release.files.get(f"data/{name}.{form.suffix}"))
    )
    return Page(
        f"data/{name}/index.html",
        "dataset.html",
        dataset.description["title"],
        dataset.description["description"],
        values,
        section="data/",
        crumbs=(("data/", {lang: words(lang, facts.theme)["base"]["data"] for lang in LANGUAGES}),),
        alternates=alternates,
        head=lambda _lang: f'<script type="application/ld+json">{about}</script>',
    )


def _forms(dataset: Dataset, files: Mapping[str, PublishedFile], lang: Lang) -> Iterator[Mapping[str, Any]]:
    for form in FILE_FORMS:
        path = f"data/{dataset.name}.{form.suffix}"
        if path in files:
            yield {"label": form.label[lang], "about": form.description[lang], "file": files[path]}


def _column(prop: Property, facts: Facts, lang: Lang) -> Mapping[str, Any]:
    codelist = facts.codelists.get(prop.codelist)
    return {
        "name": prop.name,
        "label": prop.text("label", lang),
        "definition": prop.text("definition", lang),
        "derived": prop.text("derived", lang),
        "type": _type(prop, words(lang, facts.theme)["datasets"]),
        "unit": str(prop.schema.get("x-unit", "")),
        "key": prop.key,
        "since": str(prop.schema.get("x-since", "")),
        "codelist": prop.codelist,
        "codes": [(row["code"], row[f"label_{lang}"]) for row in codelist.rows] if codelist else [],
        "refers_to": facts.datasets[prop.ref].name if prop.ref in facts.datasets else "",
    }


def _type(prop: Property, say: Mapping[str, str]) -> str:
    """Return the type of a column as people call it."""
    name = type_name(prop)
    kind = say[f"type_{name.removeprefix('list of ').replace('-', '_')}"]
    return say["list_of"].format(type=kind) if prop.is_list else kind


def _sample(dataset: Dataset, entity: Entity, lang: Lang) -> Mapping[str, Any]:
    """Return the first rows as texts; columns that are empty in all of them are left out and named."""
    rows = list(dataset.frame.head(SAMPLE).iter_rows(named=True))
    shown = [prop for prop in entity.public if any(row[prop.name] not in (None, []) for row in rows)]
    return {
        "columns": [(prop.name, prop.type in ("number", "integer")) for prop in shown],
        "rows": [[_cell(row[prop.name], lang) for prop in shown] for row in rows],
        "empty": [prop.name for prop in entity.public if prop not in shown] if rows else [],
    }


def _cell(value: Any, lang: Lang) -> str:  # noqa: ANN401 (any value of a table)
    if value is None:
        return ""
    if isinstance(value, list):
        text = " | ".join(map(str, value))
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, float):
        text = write_number(value, lang)
    else:
        text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _version(version: Version, dataset: Dataset, facts: Facts, lang: Lang) -> Mapping[str, Any]:
    events = facts.datasets.get("change_event")
    notes = (
        version_notes(dataset.frame, dataset.entity, version.release, events.frame, facts.codelists["change_class"])
        if events
        else {}
    )
    return {"release": version.release, "files": version.files, "note": notes.get(lang, "")}
