"""Code lists and the city's reference data as SKOS concept schemes: definitions, validity, mappings, crosswalks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from rdflib import Graph, URIRef

from flows.contracts import CodeList
from flows.model import Dataset
from flows.publish.descriptions import arrange, graph_of
from flows.publish.naming import Config, codelist_identifier, identifier, iri, publisher_identifier
from flows.publish.statements import Statements, both, literal
from flows.publish.vocabulary import DCTERMS, RDF, RDFS, SKOS

Record = Mapping[str, Any]

# Lists of others that a column of a code list maps to. They give their codes no addresses, so we mirror the codes we
# name as concepts of our own and say where their meaning is laid down.
FOREIGN: Mapping[str, tuple[str, str, str]] = {
    "radar": ("Stufen des Digitalradars der Stadt", "Stages of the city's digital radar", ""),
    "iati": (
        "Aktivitätsstatus der IATI",
        "IATI activity status",
        "https://iatistandard.org/en/iati-standard/203/codelists/activitystatus/",
    ),
    "oc4ids": (
        "Projektstatus von OC4IDS",
        "OC4IDS project status",
        "https://standard.open-contracting.org/infrastructure/latest/en/reference/codelists/#projectstatus",
    ),
}
# Entities whose records are concepts: how one names the version of the strategy it belongs to, and its broader one.
TAXONOMIES: Mapping[str, str] = {
    "field_of_action": "parent_id",
    "goal": "field_id",
    "guideline": "parent_id",
    "principle": "",
}
MATCHES: Mapping[str, URIRef] = {
    "exact": SKOS.exactMatch,
    "broad": SKOS.broadMatch,
    "narrow": SKOS.narrowMatch,
    "related": SKOS.relatedMatch,
}


def codelist_graph(codelist: CodeList, catalogue: Config) -> Graph:
    """Return a code list as a concept scheme with its codes, and with the codes of others that it maps to.

    What suppliers write for a code is its hidden label. A code alone in its mapping is a close match, several that
    map to one have it as a broader match. `catalogue` is as in `naming`.
    """
    scheme = codelist_identifier(catalogue, codelist.name)
    columns = [column for column in FOREIGN if column in codelist.rows[0]]
    title = {"de": f"Codeliste „{codelist.name}“", "en": f"Code list “{codelist.name}”"}
    codes = (_code(scheme, row) for row in codelist.rows)
    mappings = (_mapping(catalogue, codelist, column) for column in columns)
    return graph_of(arrange(chain(_scheme(catalogue, scheme, title), *codes, *mappings)))


def is_taxonomy(dataset: Dataset) -> bool:
    """Tell whether the records of the dataset are concepts."""
    return dataset.entity in TAXONOMIES


def taxonomy_graph(dataset: Dataset, catalogue: Config, versions: Mapping[str, Record]) -> Graph:
    """Return a reference table as a concept scheme: its records, what is broader, since when they apply, successors.

    `versions` are the records of the strategy's versions by id: what says nothing of its own validity, and belongs to
    a version, applies from the day that was adopted.
    """
    scheme = taxonomy_identifier(catalogue, dataset)
    return graph_of(arrange(_taxonomy(scheme, dataset, catalogue, versions)))


def taxonomy_identifier(catalogue: Config, dataset: Dataset) -> URIRef:
    """Return the IRI of the concept scheme that a reference table is."""
    return identifier(catalogue, "scheme", dataset.name)


def mirrored(codelist: CodeList, column: str) -> Iterator[tuple[str, str]]:
    """Yield the name (as in its IRI) and the code of each code of others that the column maps to."""
    for code in dict.fromkeys(row[column] for row in codelist.rows if row[column]):
        yield f"{column}/{code.casefold().replace(' ', '_')}", code


def _taxonomy(scheme: URIRef, dataset: Dataset, catalogue: Config, versions: Mapping[str, Record]) -> Statements:
    yield from _scheme(catalogue, scheme, dataset.description["title"])
    yield from both(scheme, DCTERMS.description, dataset.description["description"])
    kind, broader = dataset.entity, TAXONOMIES[dataset.entity]
    for record in dataset.frame.iter_rows(named=True):
        yield from _concept(catalogue, scheme, kind, record)
        yield from _validity(catalogue, kind, record, versions)
        yield from _broader(catalogue, scheme, kind, record, broader)
        yield from _successors(catalogue, kind, record)


def _scheme(catalogue: Config, node: URIRef, title: Mapping[str, str]) -> Statements:
    yield node, RDF.type, SKOS.ConceptScheme
    yield from both(node, DCTERMS.title, title)
    yield node, DCTERMS.license, iri(catalogue["license"])
    yield node, DCTERMS.publisher, publisher_identifier(catalogue)


def _code(scheme: URIRef, row: Mapping[str, str]) -> Statements:
    node = iri(f"{scheme}/{row['code']}")
    yield from _member(scheme, node, row["code"])
    yield scheme, SKOS.hasTopConcept, node
    for lang in ("de", "en"):
        yield node, SKOS.prefLabel, literal(row[f"label_{lang}"], lang)
        if row[f"definition_{lang}"]:
            yield node, SKOS.definition, literal(row[f"definition_{lang}"], lang)
    for word in row["synonyms"].split("|"):
        if word and word != row["label_de"]:
            yield node, SKOS.hiddenLabel, literal(word, "de")


def _member(scheme: URIRef, node: URIRef, notation: str) -> Statements:
    yield node, RDF.type, SKOS.Concept
    yield node, SKOS.inScheme, scheme
    yield node, SKOS.notation, literal(notation)


def _mapping(catalogue: Config, codelist: CodeList, column: str) -> Statements:
    own = codelist_identifier(catalogue, codelist.name)
    scheme, (de, en, page) = iri(f"{own}/{column}"), FOREIGN[column]
    yield scheme, RDF.type, SKOS.ConceptScheme
    yield from both(scheme, DCTERMS.title, {"de": de, "en": en})
    if page:
        yield scheme, RDFS.seeAlso, iri(page)
    names = {code: iri(f"{own}/{name}") for name, code in mirrored(codelist, column)}
    for code, node in names.items():
        yield from _member(scheme, node, code)
        yield from both(node, SKOS.prefLabel, {"de": f"{de}: {code}", "en": f"{en}: {code}"})
    shared = Counter(row[column] for row in codelist.rows)
    for row in codelist.rows:
        if row[column]:
            match = SKOS.closeMatch if shared[row[column]] == 1 else SKOS.broadMatch
            yield iri(f"{own}/{row['code']}"), match, names[row[column]]


def _concept(catalogue: Config, scheme: URIRef, kind: str, record: Record) -> Statements:
    node = identifier(catalogue, kind, record["id"])
    yield from _member(scheme, node, record.get("notation") or record["id"])
    for lang in ("de", "en"):
        if record.get(f"title_{lang}"):
            yield node, SKOS.prefLabel, literal(record[f"title_{lang}"], lang)
    for text in (record.get("description_de"), record.get("text_de")):
        if text:
            yield node, SKOS.definition, literal(text, "de")
    for other in record.get("alternative_titles_de") or ():
        yield node, SKOS.altLabel, literal(other, "de")


def _validity(catalogue: Config, kind: str, record: Record, versions: Mapping[str, Record]) -> Statements:
    node, version = identifier(catalogue, kind, record["id"]), record.get("strategy_version_id")
    if version:
        yield node, DCTERMS.isPartOf, identifier(catalogue, "strategy_version", version)
    start, end = record.get("applies_from"), record.get("applies_to")
    if not start and not end and version and version in versions:
        start = versions[version].get("adopted_on")
    # Dates may be vague (EDTF), so the period is one text: `2021-01/2025`, `2019/..`.
    if start or end:
        yield node, DCTERMS.valid, literal(f"{start or '..'}/{end or '..'}")


def _broader(catalogue: Config, scheme: URIRef, kind: str, record: Record, column: str) -> Statements:
    node, broader = identifier(catalogue, kind, record["id"]), record.get(column) if column else None
    if not broader:
        yield scheme, SKOS.hasTopConcept, node
    elif column == "parent_id":
        yield node, SKOS.broader, identifier(catalogue, kind, broader)
    else:
        # The broader concept stands in another scheme, so it is a match.
        yield scheme, SKOS.hasTopConcept, node
        yield node, SKOS.broadMatch, identifier(catalogue, "field_of_action", broader)


def _successors(catalogue: Config, kind: str, record: Record) -> Statements:
    successors, matches = record.get("successor_ids") or (), record.get("successor_matches") or ()
    for successor, match in zip(successors, matches, strict=False):
        yield identifier(catalogue, kind, record["id"]), MATCHES[match], identifier(catalogue, kind, successor)
