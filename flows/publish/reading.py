"""Read RDF that others wrote, or that we wrote, as descriptions."""

from __future__ import annotations

from xml.sax import SAXException

from rdflib import Graph
from rdflib.exceptions import Error

from flows.publish.descriptions import Descriptions, arrange, uncollected
from flows.publish.rdf import Format


def read_rdf(content: bytes, form: Format) -> Descriptions:
    """Return what Turtle, RDF/XML or JSON-LD says; raises ValueError, with the reason, for what is none."""
    try:
        with uncollected():
            return arrange(Graph().parse(data=content, format=form))
    except (SyntaxError, LookupError, TypeError, AttributeError, Error, SAXException) as error:
        raise ValueError(str(error)) from error
