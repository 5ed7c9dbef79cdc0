"""The pages of all identifiers a release gives out: its records, and what describes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flows.contracts import CodeList, Entity
from flows.model import Dataset, Release
from flows.publish.earlier_versions import Version, kept_versions
from flows.publish.schema_org import in_page, schema_org
from flows.publish.series import MEMBER
from flows.publish.site.identifiers import Fact, Stub, Value, identifier_stub, record_facts
from flows.publish.site.rendering import HTML, File
from flows.publish.site.words import write_day, write_number
from flows.publish.vocabulary import FILE_FORMS

# The columns that name a record, the first that an entity has.
NAMES = ("title_de", "name_de")
PAGES: Mapping[str, str] = {
    "measure": "measures/{id}/",
    "field_of_action": "fields/{id}/",
    "organisation": "departments/{id}/",
    "service": "services/#{id}",
}
"""Where the page about a record is, for the kinds that have one."""
OVERVIEW = (Value("Übersicht aller Datensätze", "index.html"),)


def identifier_stubs(
    release: Release,
    catalogue: Mapping[str, Any],
    entities: Mapping[str, Entity],
    codelists: Mapping[str, CodeList],
) -> Iterator[File]:
    """Yield a page for every record with an `id` of its own, and for everything the catalogue names.

    A record in several datasets (the whole and its year) has one page, made from the first. `catalogue` is as in
    `naming`. Raises KeyError where an entity lacks, ValueError where an id cannot be a path.
    """
    stubs = {stub.path: stub for stub in _descriptions(release, catalogue, entities)}
    records = [dataset for dataset in release.datasets if entities[dataset.entity].keys == ("id",)]
    known = {Stub(dataset.entity, name, "", "").path for dataset in records for name in dataset.frame["id"]}
    for dataset in reversed(records):
        stubs.update((stub.path, stub) for stub in _records(dataset, entities[dataset.entity], codelists, known))
    for path, stub in sorted(stubs.items()):
        yield path, HTML, identifier_stub(stub, example=catalogue["example"])


def _records(
    dataset: Dataset, entity: Entity, codelists: Mapping[str, CodeList], known: Collection[str]
) -> Iterator[Stub]:
    named = next((name for name in NAMES if name in entity and entity[name].public), None)
    links = (Value(f"Datensatz {dataset.description['title']['de']}", f"data/{dataset.name}.csv"),)
    for record in dataset.frame.select(p.name for p in entity.public).iter_rows(named=True):
        label = (record[named] if named else None) or ""
        facts = record_facts(record, entity, codelists, known)
        page = PAGES.get(entity.name, "").format(id=record["id"])
        own = (Value(f"Seite: {label or record['id']}", page), *links) if page else links
        yield Stub(entity.name, record["id"], entity.schema["x-label"]["de"], label, facts, own)


def _descriptions(release: Release, catalogue: Mapping[str, Any], entities: Mapping[str, Entity]) -> Iterator[Stub]:
    publisher, licence = catalogue["publisher"], catalogue["license"]
    terms = (Fact("Lizenz", (Value(licence, licence, external=True),)),)
    yield Stub("catalogue", "measures", "Katalog", catalogue["title"]["de"], links=OVERVIEW)
    yield Stub("organisation", publisher["id"], "Organisation", publisher["name"]["de"], links=OVERVIEW)
    yield Stub("rights", "attribution", "Quellenangabe", catalogue["attribution"]["de"], facts=terms)
    yield _contact(publisher["id"], catalogue["contact"])
    for dataset in release.datasets:
        yield from _dataset(dataset, release, catalogue)
    yield from map(_kept, kept_versions(release.files))
    for name in sorted({dataset.entity for dataset in release.datasets}):
        label, version = f"Schema {entities[name].schema['x-label']['de']}", entities[name].version
        yield Stub("schema", f"{name}/{version}", "Schema", label, links=(_schema(name),))


def _schema(entity: str) -> Value:
    return Value("JSON Schema", f"schemas/{entity}.schema.json")


def _version(version: str, release: Release) -> tuple[Value, ...]:
    base = f"versions/{version}/"
    if not any(path.startswith(base) for path in release.files):
        return OVERVIEW
    return (Value(f"Daten der Veröffentlichung {version}", f"{base}index.html"),)


def _kept(version: Version) -> Stub:
    name = f"{version.dataset}/{version.release}"
    links = tuple(Value(file.path.rpartition("/")[2], file.path) for file in version.files)
    return Stub("version", name, "Fassung", f"{version.dataset} {version.release}", links=links)


def _contact(publisher: str, contact: Mapping[str, str]) -> Stub:
    mail = Value(contact["email"], f"mailto:{contact['email']}", external=True)
    page = Value(contact["url"], contact["url"], external=True)
    facts = (Fact("E-Mail", (mail,)), Fact("Webseite", (page,)))
    return Stub("contact", publisher, "Kontakt", contact["name"], facts, OVERVIEW)


def _dataset(dataset: Dataset, release: Release, catalogue: Mapping[str, Any]) -> Iterator[Stub]:
    title = dataset.description["title"]["de"]
    facts = (
        Fact("Beschreibung", (Value(dataset.description["description"]["de"]),)),
        Fact("Zeilen", (Value(write_number(dataset.frame.height, "de")),)),
        Fact("Zuletzt geändert", (Value(write_day(dataset.modified, "de")),)),
    )
    forms = ((form, f"{dataset.name}.{form.suffix}") for form in FILE_FORMS)
    files = {
        name: Value(f"{title}, {form.label['de']}", f"data/{name}")
        for form, name in forms
        if f"data/{name}" in release.files
    }
    links = tuple(files.values())
    about = in_page(schema_org(dataset, catalogue, release.files))
    page = Value("Seite des Datensatzes mit Codebuch, Fassungen und Zitat", f"data/{dataset.name}/")
    yield Stub("dataset", dataset.name, "Datensatz", title, facts, (page, *links), about=about)
    yield Stub("record", dataset.name, "Katalogeintrag", title, links=links)
    for name, link in files.items():
        yield Stub("distribution", name, "Datei", link.text, links=(link,))
    for delivery in dataset.deliveries:
        yield Stub("delivery", delivery, "Lieferung", "", links=OVERVIEW)
    yield Stub("activity", dataset.version, "Veröffentlichung", "", links=_version(dataset.version, release))
    member = MEMBER.fullmatch(dataset.name)
    if member:
        yield Stub("series", member["whole"], "Datensatzreihe", f"{member['whole']} nach Jahren", links=OVERVIEW)
