"""The official validators' verdict on a feed, offline: German 3.0, European 3.0.1, GovData's quality dashboard.

The shapes and code lists belong to others and are no part of the project; they are looked for beside the repository
(`../shared`, or the folder that OFFENLAGE_SHARED names). A test that needs them skips where they are absent:

    pytestmark = official_shapes.needed
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL
from rdflib.term import Node

SHARED = Path(os.environ.get("OFFENLAGE_SHARED") or Path(__file__).resolve().parents[2] / "shared")
STANDARDS = SHARED / "standards"
VOCABULARIES = "vocabularies/vocab-offline.ttl"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
GOVDATA = Namespace("http://govdata.de/mqa/#")

PROFILES = {
    "DCAT-AP.de 3.0": (
        "dcat-ap-3.0.0/dcat-ap-SHACL.ttl",
        "dcat-ap-de-3.0/dcat-ap-SHACL-DE.ttl",
        "dcat-ap-de-3.0/dcat-ap-de-deprecated.ttl",
        "dcat-ap-de-3.0/dcat-ap-spec-german-additions.ttl",
        "dcat-ap-de-3.0/dcat-ap-de-controlledvocabularies.ttl",
    ),
    "DCAT-AP 3.0.1": (
        "dcat-ap-3.0.1/dcat-ap-SHACL.ttl",
        "dcat-ap-3.0.1/ranges.ttl",
        "dcat-ap-3.0.1/shapes.ttl",
        "dcat-ap-3.0.1/range.ttl",
        "dcat-ap-3.0.1/mdr-vocabularies.shape.ttl",
    ),
    "GovData": ("govdata-mqa/db-shapes.ttl",),
}
# GovData's rules have severities of their own; these two fire for every file by design, to count them.
COUNTERS = {GOVDATA.count_Distributions, GOVDATA.count_Distributions_Licenses}
LENIENT = {SH.Warning, SH.Info}

needed = pytest.mark.skipif(
    not STANDARDS.is_dir(), reason=f"the official shapes are not beside the repository ({SHARED.name}/standards)"
)


def violations(graph: Graph) -> dict[str, list[str]]:
    """Return what each profile rejects, as readable lines; an empty list is a pass."""
    return {profile: sorted(_lines(graph, profile, strict=True)) for profile in PROFILES}


def as_contributor(graph: Graph, contributor: str = "landeshauptstadtMuenchen") -> Graph:
    """Return the feed as it will be once the city claims its contributor id, which an example must not.

    GovData asks of every dataset (and series) exactly one id of its list, and the list has none for examples. So an
    example passes GovData's profile in this form, and as it is misses this one statement and no other.
    """
    claimed = Graph() + graph
    for kind in (DCAT.Dataset, DCAT.DatasetSeries):
        for dataset in graph.subjects(RDF.type, kind):
            claimed.add((dataset, DCATDE.contributorID, URIRef(f"http://dcat-ap.de/def/contributors/{contributor}")))
    return claimed


def warnings(graph: Graph) -> dict[str, list[str]]:
    """Return what each profile only advises against."""
    return {profile: sorted(_lines(graph, profile, strict=False)) for profile in PROFILES}


def _lines(graph: Graph, profile: str, strict: bool) -> Iterator[str]:
    own: set[Node] = {term for s, _, o in graph for term in (s, o)}
    report = _report(graph, profile)
    # Only what the report itself names: a result inside another explains it and has no severity of its own.
    for result in report.objects(None, SH.result):
        severity, focus = report.value(result, SH.resultSeverity), report.value(result, SH.focusNode)
        if severity in COUNTERS or (severity in LENIENT) is strict or focus not in own:
            continue
        said = report.value(result, SH.resultMessage) or report.value(result, SH.sourceConstraintComponent)
        yield f"{focus} {report.value(result, SH.resultPath)} {report.value(result, SH.value)}: {said}"


def _report(graph: Graph, profile: str) -> Graph:
    # Code lists are checked by skos:inScheme in the data graph itself, so they are merged into it.
    _, report, _ = pyshacl.validate(
        graph + _read((VOCABULARIES,)),
        shacl_graph=_shapes(profile),
        inference="none",
        advanced=False,
        allow_warnings=True,
    )
    return report


@cache
def _shapes(profile: str) -> Graph:
    shapes = _read(PROFILES[profile])
    shapes.remove((None, OWL.imports, None))
    for shape, _, constraint in list(shapes.triples((None, SH.property, None))):
        if (constraint, SH.path, None) not in shapes:
            shapes.remove((shape, SH.property, constraint))
    # The European shape wants https where SPDX itself, and with it the German code list, has http: no value is both.
    shapes.remove((None, SH.pattern, Literal("^https://spdx.org/rdf/terms")))
    return shapes


@cache
def _read(paths: tuple[str, ...]) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(STANDARDS / path)
    return graph
