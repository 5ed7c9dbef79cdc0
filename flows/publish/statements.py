"""The small statements that everything in the feed is described with: texts in two languages, times, periods."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rdflib import URIRef

from flows.publish.descriptions import Value
from flows.publish.naming import Bilingual, Config, part
from flows.publish.vocabulary import AUTHORITY, DCAT, DCTERMS, FOAF, LANGUAGES, RDF, XSD

Statement = tuple[URIRef, URIRef, URIRef | Value]
"""A statement in rdflib's terms, but for its literals: one of rdflib's costs twenty times what a value does."""
Statements = Iterator[Statement]


def both(node: URIRef, predicate: URIRef, texts: Bilingual) -> Statements:
    """State a text in German and in English."""
    for lang in LANGUAGES:
        yield node, predicate, literal(texts[lang], lang)


@lru_cache(maxsize=4096)
def literal(text: str, lang: str = "") -> Value:
    """Return a text, of a language or of none; many are said again and again."""
    return Value(True, text, lang)


def typed(text: str, datatype: URIRef) -> Value:
    """Return a value of a datatype as it is written, so that an offset or a leading zero survives."""
    return Value(True, text, "", str(datatype))


@lru_cache(maxsize=4096)
def moment(time: str) -> Value:
    """Return an RFC 3339 time as a value."""
    return typed(time, XSD.dateTime)


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
    yield covered, DCAT.startDate, typed(first, XSD.date)
    yield covered, DCAT.endDate, typed(last, XSD.date)


def page(node: URIRef, predicate: URIRef, place: URIRef) -> Statements:
    """State that a web page is about the node, and that it is a page."""
    yield node, predicate, place
    yield place, RDF.type, FOAF.Document
