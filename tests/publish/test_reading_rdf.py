"""What is read from RDF is what rdflib reads from the same bytes, ours and other people's; what is none is refused."""

from __future__ import annotations

import feed_example as feed
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from flows.publish.catalogue import build_catalogue
from flows.publish.descriptions import graph_of
from flows.publish.rdf import Format, serialise
from flows.publish.reading import read_rdf

FORMS: tuple[Format, ...] = ("turtle", "xml", "json-ld")
# As others write: blank nodes, lists, relative addresses spelt out, escapes, numbers without quotes.
FOREIGN = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://a.example/d> a dcat:Dataset ; dct:title "A \\u00e4 \\"q\\"\\n"@de, 'x' ; dcat:byteSize 12 ;
  dct:hasPart ( 1.5 true "1"^^<urn:t> ) ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://a.example/%C3%A4> ] , [] .
"""


@pytest.mark.parametrize("form", FORMS)
def test_the_feed_is_read_as_rdflib_reads_it(form: Format) -> None:
    written = serialise(build_catalogue(feed.release(), feed.CATALOGUE, feed.entities()), form)
    assert isomorphic(graph_of(read_rdf(written, form)), Graph().parse(data=written, format=form))


@pytest.mark.parametrize("form", FORMS)
def test_the_feed_of_others_is_read_as_rdflib_reads_it(form: Format) -> None:
    written = Graph().parse(data=FOREIGN, format="turtle").serialize(format=form).encode()
    ours, theirs = graph_of(read_rdf(written, form)), Graph().parse(data=written, format=form)
    assert isomorphic(ours, theirs), sorted(map(str, (ours - theirs)))


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"<https://a.example/x> a ", "turtle"),
        (b"<a> <b> <c> .", "turtle"),
        (b"\xff\xfe", "turtle"),
        (b"<rdf:RDF", "xml"),
        (b"<html><body>Bad Gateway</body></html>", "xml"),
        (b"{", "json-ld"),
        (b'{"@context": "https://elsewhere.example/context", "@id": "https://a.example/x"}', "json-ld"),
    ],
)
def test_what_is_no_rdf_is_refused_with_a_reason(content: bytes, form: Format) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_rdf(content, form)
