"""Read RDF that others wrote, or that we wrote, as descriptions."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from rdflib import XSD

from flows.publish.descriptions import BLANK, Descriptions, Value, in_order, uncollected
from flows.publish.rdf import Format

FORMATS: Mapping[Format, RdfFormat] = {
    "turtle": RdfFormat.TURTLE,
    "xml": RdfFormat.RDF_XML,
    "json-ld": RdfFormat.JSON_LD,
}
STRING = str(XSD.string)


def read_rdf(content: bytes, form: Format) -> Descriptions:
    """Return what Turtle, RDF/XML or JSON-LD says; raises ValueError, with the reason, for what is none.

    Nothing is fetched: JSON-LD has to bring its context along.
    """
    found: dict[str, dict[str, list[Value]]] = {}
    try:
        with uncollected():
            for statement in parse(content, format=FORMATS[form]):
                about = found.setdefault(_name(statement.subject), {})
                about.setdefault(statement.predicate.value, []).append(_value(statement.object))
            return in_order(found)
    except SyntaxError as error:
        raise ValueError(str(error)) from error


def _name(node: NamedNode | BlankNode | Triple) -> str:
    if isinstance(node, Triple):
        raise ValueError("a statement about a statement is no description")  # noqa: TRY004 (the content is wrong)
    return node.value if isinstance(node, NamedNode) else f"{BLANK}{node.value}"


def _value(term: NamedNode | BlankNode | Literal | Triple) -> Value:
    if not isinstance(term, Literal):
        return Value(False, _name(term))
    if term.language:
        return Value(True, term.value, term.language)
    datatype = term.datatype.value
    return Value(True, term.value, "", "" if datatype == STRING else datatype)
