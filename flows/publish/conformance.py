"""Judge a catalogue by the shapes in schemas/shapes before anybody can harvest it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyshacl
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.term import Node

from flows.publish.vocabulary import DCAT


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


def check_catalogue(graph: Graph, shapes: Graph) -> list[Violation]:
    """Return what breaks a rule of `shapes`, and every reference to a node of our own that is not described.

    SHACL Core only, without inference and without the network; the list is sorted and empty for a feed that may be
    published. Raises TypeError for shapes that are broken themselves: those are ours.
    """
    return sorted({*_against_shapes(graph, shapes), *_dangling(graph)})


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


def _dangling(graph: Graph) -> Iterator[Violation]:
    """Find identifiers of our own (those under the catalogue's `id/`) that something names and nothing describes."""
    catalogues = [str(node) for node in graph.subjects(RDF.type, DCAT.Catalog)]
    own = tuple({f"{iri.split('/id/', 1)[0]}/id/" for iri in catalogues if "/id/" in iri})
    described = set(graph.subjects())
    for subject, predicate, value in graph:
        if isinstance(value, URIRef) and str(value).startswith(own) and value not in described:
            yield Violation(
                focus=str(subject),
                path=str(predicate),
                value=str(value),
                shape="urn:offenlage:shape:described",
                message_de="Diese Kennung wird genannt, aber nirgends beschrieben.",
                message_en="This identifier is named but described nowhere.",
            )
