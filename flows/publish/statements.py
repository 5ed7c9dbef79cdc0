"""The small statements that everything in the feed is described with: texts in two languages, times, periods."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, XSD
from rdflib.term import Node

from flows.publish.naming import Bilingual, Config, part
from flows.publish.vocabulary import AUTHORITY, DCAT, LANGUAGES

Statement = tuple[URIRef, URIRef, Node]
Statements = Iterator[Statement]


def both(node: URIRef, predicate: URIRef, texts: Bilingual) -> Statements:
    """State a text in German and in English."""
    for lang in LANGUAGES:
        yield node, predicate, _text(texts[lang], lang)


@lru_cache(maxsize=4096)
def _text(text: str, lang: str) -> Literal:
    """Return a text of a language; most are said of many files."""
    return Literal(text, lang=lang)


@lru_cache(maxsize=4096)
def moment(time: str) -> Literal:
    """Return an RFC 3339 time as it was written, so that its offset survives."""
    return Literal(time, datatype=XSD.dateTime, normalize=False)


def availability(catalogue: Config) -> URIRef:
    """Return how long the data can be counted on: an example may vanish any day, what a city publishes stays."""
    return AUTHORITY["planned-availability/EXPERIMENTAL" if catalogue["example"] else "planned-availability/AVAILABLE"]


def languages(catalogue: Config, node: URIRef) -> Statements:
    """State the languages of the catalogue, which are those of every table in it."""
    for code in catalogue["languages"]:
        yield node, DCTERMS.language, AUTHORITY[f"language/{code}"]


def period(node: URIRef, first: str, last: str) -> Statements:
    """State the first and the last day covered (ISO days)."""
    covered = part(node, "temporal")
    yield node, DCTERMS.temporal, covered
    yield covered, RDF.type, DCTERMS.PeriodOfTime
    yield covered, DCAT.startDate, Literal(first, datatype=XSD.date)
    yield covered, DCAT.endDate, Literal(last, datatype=XSD.date)


def page(node: URIRef, predicate: URIRef, place: URIRef) -> Statements:
    """State that a web page is about the node, and that it is a page."""
    yield node, predicate, place
    yield place, RDF.type, FOAF.Document
