"""What each point is for: taken away, exactly these points are missing, with the reason in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from flows.publish.descriptions import arrange
from flows.publish.vocabulary import AUTHORITY, DCAT, MEDIA_TYPE
from flows.serve.score.scoring import DatasetScore, score_page
from flows.serve.score.words import score_document, score_lines

DATASET, FILE, OTHER = (URIRef(f"https://a.example/{name}") for name in ("dataset", "file", "other"))
ADDRESS = URIRef("https://a.example/file.csv")
ABOUT_DATASET = {
    DCAT.keyword: Literal("a", lang="de"),
    DCAT.theme: AUTHORITY["data-theme/GOVE"],
    DCTERMS.spatial: AUTHORITY["place/DEU_MUC"],
    DCTERMS.temporal: BNode("t"),
    DCTERMS.accessRights: AUTHORITY["access-right/PUBLIC"],
    DCAT.contactPoint: BNode("c"),
    DCTERMS.publisher: URIRef("https://a.example/publisher"),
    DCTERMS.title: Literal("Titel", lang="de"),
}
ABOUT_FILE = {
    DCAT.accessURL: ADDRESS,
    DCAT.downloadURL: ADDRESS,
    DCTERMS["format"]: AUTHORITY["file-type/CSV"],
    DCAT.mediaType: MEDIA_TYPE["text/csv"],
    DCTERMS.license: URIRef("http://dcat-ap.de/def/licenses/dl-by-de/2.0"),
    DCTERMS.rights: BNode("r"),
    DCAT.byteSize: Literal("1", datatype=XSD.nonNegativeInteger),
    DCTERMS.issued: Literal("2026-01-01", datatype=XSD.date),
    DCTERMS.modified: Literal("2026-01-01", datatype=XSD.date),
}


def feed() -> Graph:
    graph = Graph()
    graph.add((DATASET, RDF.type, DCAT.Dataset))
    graph.add((DATASET, DCAT.distribution, FILE))
    for node, about in ((DATASET, ABOUT_DATASET), (FILE, ABOUT_FILE)):
        for predicate, value in about.items():
            graph.add((node, predicate, value))
    return graph


def answers(status: int | None) -> Callable[[str], int | None]:
    return lambda _url: status


def score(graph: Graph, status: int | None = 200, broken: tuple[str, ...] = ()) -> DatasetScore:
    (found,) = score_page(arrange(graph), answers(status), dict.fromkeys(broken, "It is wrong."))
    return found


def missing(found: DatasetScore) -> dict[str, int]:
    return {one.metric.name: one.points - one.metric.points for one in found.missing}


def test_all_points() -> None:
    found = score(feed())
    assert (found.points, found.rating, found.missing) == (405, "excellent", ())
    assert list(found.dimensions.values()) == [100, 100, 110, 75, 20]


@pytest.mark.parametrize(
    ("node", "predicate", "lost"),
    [
        (DATASET, DCAT.keyword, {"keywordAvailability": -30}),
        (DATASET, DCAT.theme, {"categoryAvailability": -30}),
        (DATASET, DCTERMS.spatial, {"spatialAvailability": -20}),
        (DATASET, DCTERMS.temporal, {"temporalAvailability": -20}),
        (DATASET, DCTERMS.accessRights, {"accessRightsAvailability": -10, "accessRightsVocabularyAlignment": -5}),
        (DATASET, DCAT.contactPoint, {"contactPointAvailability": -20}),
        (DATASET, DCTERMS.publisher, {"publisherAvailability": -10}),
        (FILE, DCAT.accessURL, {"accessUrlStatusCode": -50}),
        (FILE, DCAT.downloadURL, {"downloadUrlAvailability": -20, "downloadUrlStatusCode": -30}),
        (
            FILE,
            DCTERMS["format"],
            {
                "formatAvailability": -25,
                "formatMediaTypeVocabularyAlignment": -10,
                "formatMediaTypeNonProprietary": -20,
                "formatMediaTypeMachineInterpretable": -20,
            },
        ),
        (FILE, DCAT.mediaType, {"mediaTypeAvailability": -15, "formatMediaTypeVocabularyAlignment": -10}),
        (FILE, DCTERMS.license, {"licenceAvailability": -20, "knownLicence": -10}),
        (FILE, DCTERMS.rights, {"rightsAvailability": -5}),
        (FILE, DCAT.byteSize, {"byteSizeAvailability": -5}),
        (FILE, DCTERMS.issued, {"dateIssuedAvailability": -5}),
        (FILE, DCTERMS.modified, {"dateModifiedAvailability": -5}),
    ],
)
def test_a_property_that_is_missing_costs_its_points(node: URIRef, predicate: URIRef, lost: dict[str, int]) -> None:
    graph = feed()
    graph.remove((node, predicate, None))
    found = score(graph)
    assert missing(found) == lost
    assert found.points == 405 + sum(lost.values())
    assert all(one.reason for one in found.missing)


@pytest.mark.parametrize(
    ("predicate", "value", "lost"),
    [
        (DCTERMS["format"], AUTHORITY["file-type/XLSX"], {"formatMediaTypeNonProprietary": -20}),
        (DCTERMS["format"], AUTHORITY["file-type/ZIP"], {"formatMediaTypeMachineInterpretable": -20}),
        (DCTERMS.license, URIRef("https://a.example/licence"), {"knownLicence": -10}),
        (DCAT.mediaType, Literal("text/csv"), {"formatMediaTypeVocabularyAlignment": -10}),
        (
            DCTERMS["format"],
            Literal("CSV"),
            {
                "formatMediaTypeVocabularyAlignment": -10,
                "formatMediaTypeNonProprietary": -20,
                "formatMediaTypeMachineInterpretable": -20,
            },
        ),
    ],
)
def test_a_value_outside_its_list_costs_points(predicate: URIRef, value: URIRef, lost: dict[str, int]) -> None:
    graph = feed()
    graph.set((FILE, predicate, value))
    assert missing(score(graph)) == lost


@pytest.mark.parametrize("licence", ["dl-by-de/2.0", "dl-zero-de/2.0", "cc-by/4.0", "cc-zero"])
def test_licences_a_german_city_uses_are_known(licence: str) -> None:
    graph = feed()
    graph.set((FILE, DCTERMS.license, URIRef(f"http://dcat-ap.de/def/licenses/{licence}")))
    assert score(graph).points == 405


@pytest.mark.parametrize(
    ("status", "said"), [(404, "answers 404"), (405, "answers 405"), (0, "does not answer"), (None, "was not asked")]
)
def test_a_link_without_a_good_answer_costs_points_and_says_why(status: int | None, said: str) -> None:
    found = score(feed(), status)
    assert missing(found) == {"accessUrlStatusCode": -50, "downloadUrlStatusCode": -30}
    assert all(one.reason == f"{ADDRESS} {said}" for one in found.missing)


@pytest.mark.parametrize("broken", [DATASET, FILE, ABOUT_DATASET[DCTERMS.publisher]])
def test_a_broken_rule_anywhere_in_the_description_costs_compliance(broken: URIRef) -> None:
    found = score(feed(), broken=(str(broken),))
    assert missing(found) == {"dcatApCompliance": -30}
    assert found.missing[0].reason == f"{broken}: It is wrong."


def test_a_broken_rule_in_another_dataset_costs_nothing() -> None:
    graph = feed()
    graph.add((DATASET, DCTERMS.relation, OTHER))
    graph.add((OTHER, RDF.type, DCAT.Dataset))
    first, other = score_page(arrange(graph), answers(200), {str(OTHER): "It is wrong."})
    assert first.points == 405
    assert other.points == 0


def test_the_best_file_counts() -> None:
    graph = feed()
    graph.add((DATASET, DCAT.distribution, OTHER))
    graph.add((OTHER, DCAT.accessURL, URIRef("https://a.example/other.xlsx")))
    found = score(graph)
    assert (found.points, found.distribution) == (405, str(FILE))


def test_a_dataset_without_files_gets_what_it_has() -> None:
    graph = feed()
    graph.remove((DATASET, DCAT.distribution, None))
    found = score(graph)
    assert found.points == 100 + 30 + 45
    assert found.distribution == ""


def test_a_series_is_no_dataset_to_score() -> None:
    graph = Graph()
    graph.add((DATASET, RDF.type, DCAT.DatasetSeries))
    assert score_page(arrange(graph), answers(200), {}) == []


def test_the_document_says_what_is_missing_and_why() -> None:
    graph = feed()
    graph.remove((DATASET, DCTERMS.temporal, None))
    document = score_document([score(graph)])
    assert document["format"] == "offenlage-score/1"
    assert document["maximum"] == 405
    (told,) = document["datasets"]
    assert (told["points"], told["rating"], told["title"]) == (385, "excellent", "Titel")
    assert sum(told["metrics"].values()) == sum(told["dimensions"].values()) == 385
    assert told["missing"] == [{"metric": "temporalAvailability", "points": 20, "reason": "no dct:temporal"}]


def test_the_lines_explain_the_maximum_of_a_table_without_time() -> None:
    graph = feed()
    assert not any("about no time" in line for line in score_lines([score(graph)]))
    graph.remove((DATASET, DCTERMS.temporal, None))
    lines = score_lines([score(graph)])
    assert any("about no time" in line for line in lines)
    assert any("-20  temporalAvailability: no dct:temporal" in line for line in lines)
    assert lines[-1] == "1 datasets, 0 with all 405 points; 385 on average"


def test_nothing_to_score_is_said() -> None:
    assert score_lines([]) == ["no dataset in it"]
