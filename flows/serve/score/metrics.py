"""The metrics of the portal's quality check as data: what is looked at, how, and what it is worth.

Source: the metric vocabulary the EU portal publishes (names, what is checked, points, negative points).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from rdflib import URIRef
from rdflib.namespace import DCTERMS

from flows.publish.descriptions import Descriptions
from flows.publish.vocabulary import AUTHORITY, DCAT, MEDIA_TYPE, PREFIXES
from flows.serve.score.lists import ACCESS_RIGHTS, FILE_TYPES, KNOWN_LICENCES, MACHINE_READABLE, NON_PROPRIETARY

Dimension = Literal["findability", "accessibility", "interoperability", "reusability", "contextuality"]
FILE_TYPE = AUTHORITY["file-type/"]
ACCESS_RIGHT = AUTHORITY["access-right/"]


@dataclass(frozen=True)
class Evidence:
    """What a judgement rests on.

    `status` gives the HTTP status an address answered HEAD with: 0 for no answer, None where it was not asked.
    `broken` says which rule of the profile the description of a dataset breaks, "" for none.
    """

    page: Descriptions
    status: Callable[[str], int | None]
    broken: Callable[[str], str]

    def texts(self, node: str, predicate: URIRef) -> list[str]:
        """Return what is said of a node."""
        return [value.text for value in self.page.get(node, {}).get(str(predicate), ())]


Judgement = Callable[[Evidence, str], str]
"""Why a dataset or distribution gets no points, in words; "" where it gets them."""


@dataclass(frozen=True)
class Metric:
    """One thing that is looked at. `points` are for what holds, `otherwise` (0 or less) for what does not."""

    name: str
    dimension: Dimension
    judge: Judgement
    points: int
    otherwise: int = 0


def _stated(predicate: URIRef) -> Judgement:
    def judge(evidence: Evidence, node: str) -> str:
        return "" if evidence.texts(node, predicate) else f"no {short(predicate)}"

    return judge


def _answered(predicate: URIRef) -> Judgement:
    """One address that answers is enough, as with everything that may be stated several times."""

    def judge(evidence: Evidence, node: str) -> str:
        urls = evidence.texts(node, predicate)
        if not urls:
            return f"no {short(predicate)}"
        answers = {url: evidence.status(url) for url in urls}
        if any(status is not None and 200 <= status < 300 for status in answers.values()):
            return ""
        return "; ".join(f"{url} {_said(status)}" for url, status in answers.items())

    return judge


def _said(status: int | None) -> str:
    if status is None:
        return "was not asked"
    return f"answers {status}" if status else "does not answer"


def _aligned(evidence: Evidence, node: str) -> str:
    formats, types = _below(evidence, node, DCTERMS["format"], FILE_TYPE), _media_types(evidence, node)
    if not FILE_TYPES & formats:
        return "dct:format is not in the EU table file-type"
    return "" if types else "dcat:mediaType is not one of IANA's"


def _in_list(codes: Iterable[str], what: str) -> Judgement:
    """The lists hold codes of the EU table only, so a media type never decides."""
    listed = frozenset(codes)

    def judge(evidence: Evidence, node: str) -> str:
        found = _below(evidence, node, DCTERMS["format"], FILE_TYPE)
        return (
            ""
            if listed & found
            else f"{', '.join(sorted(found)) or 'no dct:format'}: not in the list of {what} formats"
        )

    return judge


def _known_licence(evidence: Evidence, node: str) -> str:
    found = set(evidence.texts(node, DCTERMS.license))
    return "" if found & KNOWN_LICENCES else f"not a known licence: {', '.join(sorted(found)) or 'none stated'}"


def _known_right(evidence: Evidence, node: str) -> str:
    found = _below(evidence, node, DCTERMS.accessRights, ACCESS_RIGHT)
    return "" if found & ACCESS_RIGHTS else "dct:accessRights is not in the EU table access-right"


def _compliant(evidence: Evidence, node: str) -> str:
    return evidence.broken(node)


def _below(evidence: Evidence, node: str, predicate: URIRef, base: URIRef) -> set[str]:
    """Return how the values go on that begin with `base`."""
    return {text.removeprefix(base) for text in evidence.texts(node, predicate) if text.startswith(base)}


def _media_types(evidence: Evidence, node: str) -> set[str]:
    found = _below(evidence, node, DCAT.mediaType, URIRef(str(MEDIA_TYPE)))
    return {name for name in found if all(name.partition("/")[::2])}


def short(predicate: URIRef) -> str:
    """Return an IRI with the prefix it is usually written with."""
    for prefix, namespace in PREFIXES.items():
        if predicate.startswith(namespace):
            return f"{prefix}:{predicate.removeprefix(namespace)}"
    return str(predicate)


OF_DATASETS = (
    Metric("keywordAvailability", "findability", _stated(DCAT.keyword), 30),
    Metric("categoryAvailability", "findability", _stated(DCAT.theme), 30),
    Metric("spatialAvailability", "findability", _stated(DCTERMS.spatial), 20),
    Metric("temporalAvailability", "findability", _stated(DCTERMS.temporal), 20),
    Metric("dcatApCompliance", "interoperability", _compliant, 30),
    Metric("accessRightsAvailability", "reusability", _stated(DCTERMS.accessRights), 10),
    Metric("accessRightsVocabularyAlignment", "reusability", _known_right, 5),
    Metric("contactPointAvailability", "reusability", _stated(DCAT.contactPoint), 20),
    Metric("publisherAvailability", "reusability", _stated(DCTERMS.publisher), 10),
)
OF_DISTRIBUTIONS = (
    Metric("accessUrlStatusCode", "accessibility", _answered(DCAT.accessURL), 50),
    Metric("downloadUrlAvailability", "accessibility", _stated(DCAT.downloadURL), 20),
    Metric("downloadUrlStatusCode", "accessibility", _answered(DCAT.downloadURL), 30),
    Metric("formatAvailability", "interoperability", _stated(DCTERMS["format"]), 20, -5),
    Metric("mediaTypeAvailability", "interoperability", _stated(DCAT.mediaType), 10, -5),
    Metric("formatMediaTypeVocabularyAlignment", "interoperability", _aligned, 10),
    Metric("formatMediaTypeNonProprietary", "interoperability", _in_list(NON_PROPRIETARY, "non-proprietary"), 20),
    Metric(
        "formatMediaTypeMachineInterpretable", "interoperability", _in_list(MACHINE_READABLE, "machine-readable"), 20
    ),
    Metric("licenceAvailability", "reusability", _stated(DCTERMS.license), 20),
    Metric("knownLicence", "reusability", _known_licence, 10),
    Metric("rightsAvailability", "contextuality", _stated(DCTERMS.rights), 5),
    Metric("byteSizeAvailability", "contextuality", _stated(DCAT.byteSize), 5),
    Metric("dateIssuedAvailability", "contextuality", _stated(DCTERMS.issued), 5),
    Metric("dateModifiedAvailability", "contextuality", _stated(DCTERMS.modified), 5),
)
MAXIMUM = sum(metric.points for metric in OF_DATASETS + OF_DISTRIBUTIONS)
RATINGS = ((351, "excellent"), (221, "good"), (121, "sufficient"))


def rating(points: int) -> str:
    """Return the word for a number of points: excellent from 351, good from 221, sufficient from 121, else bad."""
    return next((word for least, word in RATINGS if points >= least), "bad")
