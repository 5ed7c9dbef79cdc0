"""Judge a catalogue by the shapes in schemas/shapes before anybody can harvest it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyshacl
from rdflib import SH, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from flows.publish.descriptions import Descriptions, Value, arrange, described_as, graph_of
from flows.publish.naming import Config, contributor
from flows.publish.prefilter import certainly_conforms
from flows.publish.vocabulary import DCAT

CONTRIBUTOR = URIRef("urn:offenlage:shape:contributor")


@dataclass(frozen=True, order=True)
class Violation:
    """One statement of the feed, or the lack of one, that breaks a rule; `shape` names the rule.

    `focus` is the resource, `path` the property as an IRI ("" where the rule follows it backwards), `value` what
    stands there ("" where something is missing).
    """

    focus: str
    path: str
    value: str
    shape: str
    message_de: str
    message_en: str


def shapes_of(turtle: str, catalogue: Config) -> Graph:
    """Return our shapes (schemas/shapes) with what holds for this catalogue besides.

    A city that names a contributor id names it at every dataset: GovData's quality shapes ask for exactly one, and a
    harvester would sort a dataset without it elsewhere.
    """
    shapes = Graph().parse(data=turtle, format="turtle")
    if contributor(catalogue):
        shapes.add((CONTRIBUTOR, SH.minCount, Literal(1)))
    return shapes


def check_catalogue(graph: Graph, shapes: Graph) -> list[Violation]:
    """Return what breaks a rule of `shapes`, and every reference to a node of our own that is not described.

    SHACL Core only, without inference and without the network; the list is sorted and empty for a feed that may be
    published. Raises TypeError for shapes that are broken themselves: those are ours.
    """
    return sorted({*_against_shapes(graph, shapes), *_dangling(arrange(graph))})


def check_pages(pages: Iterable[Descriptions], shapes: Graph) -> list[Violation]:
    """Return what `check_catalogue` would return for all pages as one graph, with one page in memory at a time.

    A page that certainly keeps to the shapes is not judged again. From page to page reach only relations, which must
    lead to a dataset, and titles, which no two datasets share.
    """
    found, open_references = set[Violation](), set[Violation]()
    titles: dict[Value, str] = {}
    datasets = set[str]()
    for whole in pages:
        page, references = _set_aside(whole)
        open_references |= references
        if not certainly_conforms(page, shapes):
            found.update(_against_shapes(graph_of(page), shapes))
        found.update(_dangling(page))
        found.update(_shared_titles(_titles(page), titles))
        titles |= _titles(page)
        datasets.update(described_as(page, DCAT.Dataset))
    return sorted(found | {reference for reference in open_references if reference.value not in datasets})


def broken_nodes(page: Descriptions, shapes: Graph) -> dict[str, str]:
    """Return the nodes of a page that break a rule of `shapes`, each with what is wrong with it (English)."""
    page, _ = _set_aside(page)
    if certainly_conforms(page, shapes):
        return {}
    return {violation.focus: violation.message_en for violation in sorted(_against_shapes(graph_of(page), shapes))}


def _set_aside(page: Descriptions) -> tuple[Descriptions, set[Violation]]:
    """Return the page without relations to what it does not describe, and what each would break if nothing does."""
    related = str(DCTERMS.relation)
    lost = {reference for reference in _dangling(page) if reference.path == related}
    gone = {(reference.focus, reference.value) for reference in lost}
    rest = dict(page)
    for subject, _ in gone:
        kept = [value for value in page[subject][related] if (subject, value.text) not in gone]
        rest[subject] = {**page[subject], related: kept}
    return rest, lost


def _titles(page: Descriptions) -> dict[Value, str]:
    datasets = described_as(page, DCAT.Dataset)
    return {title: dataset for dataset in datasets for title in page[dataset].get(str(DCTERMS.title), ())}


def _shared_titles(titles: Mapping[Value, str], earlier: Mapping[Value, str]) -> Iterator[Violation]:
    for title in titles.keys() & earlier.keys():
        yield Violation(
            focus=title.text,
            path="",
            value=titles[title],
            shape="urn:offenlage:shape:titleUse",
            message_de=f"Auch {earlier[title]} heißt so.",
            message_en=f"{earlier[title]} has this title too.",
        )


def _against_shapes(graph: Graph, shapes: Graph) -> Iterator[Violation]:
    _, report, text = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False, inplace=True)
    if not isinstance(report, Graph):
        raise TypeError(f"schemas/shapes cannot be applied: {text}")
    for result in report.objects(None, SH.result):
        said = [text for text in report.objects(result, SH.resultMessage) if isinstance(text, Literal)]
        messages = {text.language: str(text) for text in said}
        yield Violation(
            focus=_text(report.value(result, SH.focusNode)),
            path=_text(report.value(result, SH.resultPath)),
            value=_text(report.value(result, SH.value)),
            shape=_text(report.value(result, SH.sourceShape)),
            message_de=messages.get("de", ""),
            message_en=messages.get("en", ""),
        )


def _text(term: Node | None) -> str:
    return str(term) if isinstance(term, URIRef | Literal) else ""


def _dangling(page: Descriptions) -> Iterator[Violation]:
    """Find identifiers of our own (those under the catalogue's `id/`) that something names and nothing describes."""
    own = tuple({f"{iri.split('/id/', 1)[0]}/id/" for iri in described_as(page, DCAT.Catalog) if "/id/" in iri})
    for subject, about in page.items():
        for predicate, values in about.items():
            for value in values:
                if not value.is_literal and value.text.startswith(own) and value.text not in page:
                    yield _undescribed(subject, predicate, value.text)


def _undescribed(subject: str, predicate: str, value: str) -> Violation:
    return Violation(
        focus=subject,
        path=predicate,
        value=value,
        shape="urn:offenlage:shape:described",
        message_de="Diese Kennung wird genannt, aber nirgends beschrieben.",
        message_en="This identifier is named but described nowhere.",
    )
