"""Whatever would make a harvester stumble is found before the feed leaves; a good feed passes, also officially."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import feed_example as feed
import official_shapes
import pytest
from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV
from rdflib.term import Node

from flows.publish.catalogue import build_catalogue
from flows.publish.conformance import check_catalogue
from flows.publish.vocabulary import ADMS, AUTHORITY, DCAT, DCATAP, DCATDE, MEDIA_TYPE, SPDX, VCARD

SHAPES = Path(__file__).resolve().parents[2] / "schemas" / "shapes"


def node(kind: str, name: str) -> URIRef:
    return URIRef(f"{feed.ID_BASE}id/{kind}/{name}")


CATALOGUE = node("catalogue", "measures")
DATASET = node("dataset", "measures")
FILE = node("distribution", "measures.csv")
CHECKSUM = URIRef(f"{FILE}#checksum")
PERIOD = URIRef(f"{DATASET}#temporal")
RECORD = node("record", "measures")
AGENT = node("organisation", "ORG-it")
CONTACT = node("contact", "ORG-it")
SCHEMA = node("schema", "measure/1.0")
RIGHTS = node("rights", "attribution")
SERIES = node("series", "status_reports")
MEMBER = node("dataset", "status_reports_2025")
ACTIVITY = node("activity", "2026-03-31")
DELIVERY = node("delivery", "D-000001")
MISSING = node("dataset", "nowhere")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for path in sorted(SHAPES.glob("*.ttl")):
        graph.parse(path)
    return graph


def build(*names: str, example: bool = False) -> Graph:
    return build_catalogue(
        feed.release(names or tuple(feed.TITLES)), {**feed.CATALOGUE, "example": example}, feed.entities()
    )


@dataclass(frozen=True)
class Mistake:
    """A change to a good feed, and the rule (last word of its name) that has to notice."""

    what: str
    rule: str
    make: Callable[[Graph], object]


def without(subject: URIRef, predicate: URIRef, value: Node | None = None) -> Callable[[Graph], object]:
    return lambda graph: graph.remove((subject, predicate, value))


def instead(subject: URIRef, predicate: URIRef, value: Node) -> Callable[[Graph], object]:
    return lambda graph: graph.set((subject, predicate, value))


def also(subject: URIRef, predicate: URIRef, value: Node) -> Callable[[Graph], object]:
    return lambda graph: graph.add((subject, predicate, value))


def without_language(subject: URIRef, predicate: URIRef, lang: str) -> Callable[[Graph], object]:
    def make(graph: Graph) -> None:
        for value in list(graph.objects(subject, predicate)):
            if isinstance(value, Literal) and value.language == lang:
                graph.remove((subject, predicate, value))

    return make


def with_the_same(predicate: URIRef, first: URIRef, second: URIRef) -> Callable[[Graph], object]:
    def make(graph: Graph) -> None:
        value = graph.value(first, predicate)
        assert value is not None
        graph.set((second, predicate, value))

    return make


def time(text: str) -> Literal:
    return Literal(text, datatype=XSD.dateTime, normalize=False)


def no_datasets(graph: Graph) -> None:
    for subject in list(graph.objects(CATALOGUE, DCAT.dataset)):
        graph.remove((CATALOGUE, DCAT.dataset, subject))


MISTAKES = [
    Mistake("catalogue without publisher", "publisher", without(CATALOGUE, DCTERMS.publisher)),
    Mistake("catalogue without licence", "license", without(CATALOGUE, DCTERMS.license)),
    Mistake("catalogue without theme table", "themeTaxonomy", without(CATALOGUE, DCAT.themeTaxonomy)),
    Mistake("empty catalogue", "catalogDataset", no_datasets),
    Mistake("catalogue without English title", "titleEn", without_language(CATALOGUE, DCTERMS.title, "en")),
    Mistake("two catalogues", "oneCatalog", also(node("catalogue", "b"), DCAT.themeTaxonomy, AUTHORITY["data-theme"])),
    Mistake("home page as text", "homepage", instead(CATALOGUE, FOAF.homepage, Literal("https://a.example/"))),
    Mistake("record without topic", "primaryTopic", without(RECORD, FOAF.primaryTopic)),
    Mistake("record without profile", "recordProfile", without(RECORD, DCTERMS.conformsTo)),
    Mistake("dataset without record", "hasRecord", without(RECORD, FOAF.primaryTopic)),
    Mistake("record outside the catalogue", "recordInCatalog", without(CATALOGUE, DCAT.record, RECORD)),
    Mistake("agent without name", "agentName", without(AGENT, FOAF.name)),
    Mistake("publisher of no kind", "publisherType", without(AGENT, DCTERMS.type)),
    Mistake("made from nothing described", "source", also(DATASET, DCTERMS.source, MISSING)),
    Mistake("contributor not described", "contributing", also(DATASET, DCTERMS.contributor, CONTACT)),
    Mistake("agent of a kind of its own", "agentType", instead(AGENT, DCTERMS.type, Literal("Stadt"))),
    Mistake(
        "contact without a way",
        "contactWay",
        lambda g: (g.remove((CONTACT, VCARD.hasEmail, None)), g.remove((CONTACT, VCARD.hasURL, None))),
    ),
    Mistake("mail address as text", "contactMail", instead(CONTACT, VCARD.hasEmail, Literal("a@stadt.example"))),
    Mistake("mail address without mailto", "contactMail", instead(CONTACT, VCARD.hasEmail, URIRef("a@stadt.example"))),
    Mistake("mail address without host", "contactMail", instead(CONTACT, VCARD.hasEmail, URIRef("mailto:a"))),
    Mistake("contact with two names", "contactName", also(CONTACT, VCARD.fn, Literal("Zweiter Name"))),
    Mistake("schema without title", "titleDe", without(SCHEMA, DCTERMS.title)),
    Mistake("rights without wording", "labelDe", without_language(RIGHTS, RDFS.label, "de")),
    Mistake("dataset without title", "titleDe", without(DATASET, DCTERMS.title)),
    Mistake("dataset without German title", "titleDe", without_language(DATASET, DCTERMS.title, "de")),
    Mistake("title without language", "titleKind", also(DATASET, DCTERMS.title, Literal("Maßnahmen"))),
    Mistake("two German titles", "titleKind", also(DATASET, DCTERMS.title, Literal("Vorhaben", lang="de"))),
    Mistake("empty title", "titleKind", instead(DATASET, DCTERMS.title, Literal("", lang="de"))),
    Mistake(
        "dataset without English description", "descriptionEn", without_language(DATASET, DCTERMS.description, "en")
    ),
    Mistake("dataset without publisher", "publisher", without(DATASET, DCTERMS.publisher)),
    Mistake("publisher that is nobody", "publisher", instead(DATASET, DCTERMS.publisher, node("organisation", "x"))),
    Mistake("two publishers", "publisher", also(DATASET, DCTERMS.publisher, URIRef("https://anderswo.example/"))),
    Mistake("dataset without contact", "contactPoint", without(DATASET, DCAT.contactPoint)),
    Mistake("theme as text", "theme", instead(DATASET, DCAT.theme, Literal("GOVE"))),
    Mistake("theme outside the table", "theme", also(DATASET, DCAT.theme, AUTHORITY["data-theme/DIGI"])),
    Mistake("keyword with a comma", "keyword", also(DATASET, DCAT.keyword, Literal("Stadt, Land", lang="de"))),
    Mistake("keyword of one letter", "keyword", also(DATASET, DCAT.keyword, Literal("x", lang="de"))),
    Mistake("keyword of 101 letters", "keyword", also(DATASET, DCAT.keyword, Literal("x" * 101, lang="en"))),
    Mistake("keyword without language", "keyword", also(DATASET, DCAT.keyword, Literal("Stadt"))),
    Mistake("no German keyword", "keywordDe", without_language(DATASET, DCAT.keyword, "de")),
    Mistake("identifier as IRI", "identifier", instead(DATASET, DCTERMS.identifier, URIRef("https://a.example/1"))),
    Mistake("identifier that is no UUID", "identifier", instead(DATASET, DCTERMS.identifier, Literal("measures"))),
    Mistake("identifier of another dataset", "identifierUse", with_the_same(DCTERMS.identifier, DATASET, MEMBER)),
    Mistake("title of another dataset", "titleUse", also(MEMBER, DCTERMS.title, Literal("Maßnahmen", lang="de"))),
    Mistake("frequency as text", "frequency", instead(DATASET, DCTERMS.accrualPeriodicity, Literal("jährlich"))),
    Mistake("two frequencies", "frequency", also(DATASET, DCTERMS.accrualPeriodicity, AUTHORITY["frequency/DAILY"])),
    Mistake("not public", "accessRights", instead(DATASET, DCTERMS.accessRights, AUTHORITY["access-right/RESTRICTED"])),
    Mistake("place as text", "spatial", instead(DATASET, DCTERMS.spatial, Literal("München"))),
    Mistake("place as blank node", "spatial", instead(DATASET, DCTERMS.spatial, BNode("place"))),
    Mistake(
        "level outside the list", "geocodingLevel", instead(DATASET, DCATDE.politicalGeocodingLevelURI, Literal("city"))
    ),
    Mistake(
        "two contributors",
        "contributor",
        also(DATASET, DCATDE.contributorID, URIRef("http://dcat-ap.de/def/contributors/govData")),
    ),
    Mistake("contributor as text", "contributor", instead(DATASET, DCATDE.contributorID, Literal("muenchen"))),
    Mistake("language as text", "language", instead(DATASET, DCTERMS.language, Literal("de"))),
    Mistake("dataset without time of change", "modified", without(DATASET, DCTERMS.modified)),
    Mistake(
        "change on a day without time",
        "modified",
        instead(DATASET, DCTERMS.modified, Literal("2026-01-01", datatype=XSD.date)),
    ),
    Mistake("change without offset", "modified", instead(DATASET, DCTERMS.modified, time("2026-01-01T00:00:00"))),
    Mistake(
        "change at an impossible time", "modified", instead(DATASET, DCTERMS.modified, time("2026-01-01 GMT 01:51:03"))
    ),
    Mistake(
        "change before publication", "order", instead(DATASET, DCTERMS.modified, time("2001-01-01T00:00:00+01:00"))
    ),
    Mistake("availability outside the table", "availability", instead(DATASET, DCATAP.availability, Literal("stable"))),
    Mistake(
        "landing page with a blank", "landingPage", instead(DATASET, DCAT.landingPage, Literal("https://a.example/b c"))
    ),
    Mistake("dataset without version", "version", without(DATASET, DCAT.version)),
    Mistake(
        "schema that is not described", "datasetSchema", instead(DATASET, DCTERMS.conformsTo, node("schema", "x/1"))
    ),
    Mistake("dataset without file", "distribution", without(DATASET, DCAT.distribution)),
    Mistake("dataset outside the catalogue", "inCatalog", without(CATALOGUE, DCAT.dataset, DATASET)),
    Mistake("period as text", "temporal", instead(DATASET, DCTERMS.temporal, Literal("2024"))),
    Mistake(
        "period without days",
        "periodPoint",
        lambda g: (g.remove((PERIOD, DCAT.startDate, None)), g.remove((PERIOD, DCAT.endDate, None))),
    ),
    Mistake(
        "period from 31 February",
        "periodStart",
        instead(PERIOD, DCAT.startDate, Literal("2024-02-31", datatype=XSD.date)),
    ),
    Mistake(
        "period that ends before it starts",
        "periodOrder",
        instead(PERIOD, DCAT.endDate, Literal("2001-01-01", datatype=XSD.date)),
    ),
    Mistake("resolution as number", "temporalResolution", also(DATASET, DCAT.temporalResolution, Literal(3))),
    Mistake(
        "geocoding given up",
        "noPoliticalGeocoding",
        also(
            DATASET,
            DCATDE.politicalGeocodingURI,
            URIRef("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/09162000"),
        ),
    ),
    Mistake("version given up", "noVersionInfo", also(DATASET, OWL.versionInfo, Literal("1"))),
    Mistake("series without members", "seriesMember", lambda g: g.remove((None, DCAT.inSeries, SERIES))),
    Mistake("series without publisher", "publisher", without(SERIES, DCTERMS.publisher)),
    Mistake("series that is not described", "inSeries", instead(MEMBER, DCAT.inSeries, MISSING)),
    Mistake("predecessor outside the series", "previous", instead(MEMBER, DCAT.prev, DATASET)),
    Mistake("file without licence", "license", without(FILE, DCTERMS.license)),
    Mistake(
        "licence under another address",
        "license",
        instead(FILE, DCTERMS.license, URIRef("https://www.govdata.de/dl-de/by-2-0")),
    ),
    Mistake("two licences", "license", also(FILE, DCTERMS.license, URIRef("http://dcat-ap.de/def/licenses/cc-zero"))),
    Mistake("file without attribution", "attribution", without(FILE, DCATDE.licenseAttributionByText)),
    Mistake("file without access address", "accessUrl", without(FILE, DCAT.accessURL)),
    Mistake("address as text", "downloadUrl", instead(FILE, DCAT.downloadURL, Literal("https://a.example/b.csv"))),
    Mistake("address of another protocol", "downloadUrl", instead(FILE, DCAT.downloadURL, URIRef("file:///b.csv"))),
    Mistake(
        "two distributions of one file",
        "downloadUse",
        with_the_same(DCAT.downloadURL, FILE, node("distribution", "measures.json")),
    ),
    Mistake("format as text", "format", instead(FILE, DCTERMS["format"], Literal("CSV"))),
    Mistake("two formats", "format", also(FILE, DCTERMS["format"], AUTHORITY["file-type/TXT"])),
    Mistake("media type as text", "mediaType", instead(FILE, DCAT.mediaType, Literal("text/csv"))),
    Mistake(
        "media type nobody registered", "mediaType", instead(FILE, DCAT.mediaType, MEDIA_TYPE["application/x-ndjson"])
    ),
    Mistake("size as decimal", "byteSize", instead(FILE, DCAT.byteSize, Literal("12", datatype=XSD.decimal))),
    Mistake(
        "negative size",
        "byteSize",
        instead(FILE, DCAT.byteSize, Literal("-1", datatype=XSD.nonNegativeInteger, normalize=False)),
    ),
    Mistake("file without checksum", "checksum", without(FILE, SPDX.checksum)),
    Mistake("checksum as text", "checksum", instead(FILE, SPDX.checksum, Literal("0" * 64))),
    Mistake(
        "checksum too short",
        "checksumValue",
        instead(CHECKSUM, SPDX.checksumValue, Literal("00ff", datatype=XSD.hexBinary)),
    ),
    Mistake("checksum as string", "checksumValue", instead(CHECKSUM, SPDX.checksumValue, Literal("0" * 64))),
    Mistake("another algorithm", "algorithm", instead(CHECKSUM, SPDX.algorithm, SPDX.checksumAlgorithm_md5)),
    Mistake(
        "status of the older list",
        "status",
        instead(DATASET, ADMS.status, URIRef("http://purl.org/adms/status/Completed")),
    ),
    Mistake("dataset without status", "status", without(DATASET, ADMS.status)),
    Mistake(
        "status that ckanext-dcat refuses",
        "fileStatus",
        also(FILE, ADMS.status, AUTHORITY["distribution-status/COMPLETED"]),
    ),
    Mistake("file without rights", "rights", without(FILE, DCTERMS.rights)),
    Mistake("file of no dataset", "ofDataset", without(DATASET, DCAT.distribution, FILE)),
    Mistake("blank node", "Node", also(BNode("b"), RDF.type, DCTERMS.Location)),  # type: ignore[arg-type]
    Mistake("record that is not described", "catalogRecord", also(CATALOGUE, DCAT.record, node("record", "x"))),
    Mistake("description without language", "descriptionKind", also(DATASET, DCTERMS.description, Literal("Alle."))),
    Mistake("file without German description", "descriptionDe", without_language(FILE, DCTERMS.description, "de")),
    Mistake("dataset without time of publication", "issued", without(DATASET, DCTERMS.issued)),
    Mistake("no English keyword", "keywordEn", without_language(DATASET, DCAT.keyword, "en")),
    Mistake("contact page as text", "contactPage", instead(CONTACT, VCARD.hasURL, Literal("https://a.example/"))),
    Mistake("rights without English wording", "labelEn", without_language(RIGHTS, RDFS.label, "en")),
    Mistake("two notes in German", "versionNotes", also(DATASET, ADMS.versionNotes, Literal("Neu.", lang="de"))),
    Mistake("provenance as text", "provenance", instead(DATASET, DCTERMS.provenance, Literal("Verwaltung"))),
    Mistake("type of dataset as text", "datasetType", also(DATASET, DCTERMS.type, Literal("Statistik"))),
    Mistake("no CSV among the files", "hasCsv", instead(FILE, DCTERMS["format"], AUTHORITY["file-type/JSON"])),
    Mistake("two ends of a period", "periodEnd", also(PERIOD, DCAT.endDate, Literal("2025-12-30", datatype=XSD.date))),
    Mistake("schema of a file as text", "fileSchema", instead(FILE, DCTERMS.conformsTo, Literal("1.0"))),
    Mistake("legal basis given up", "noLegalBasis", also(DATASET, DCATDE.legalBasis, Literal("BayDiG"))),
    Mistake("process given up", "noQualityProcess", also(DATASET, DCATDE.qualityProcessURI, SCHEMA)),
    Mistake(
        "older availability", "noPlannedAvailability", also(DATASET, DCATDE.plannedAvailability, Literal("stable"))
    ),
    Mistake("older version link", "noHasVersion", also(DATASET, DCTERMS.hasVersion, MEMBER)),
    Mistake("dataset that nobody compiled", "creator", without(DATASET, DCTERMS.creator)),
    Mistake("law as text", "legislation", also(DATASET, DCATAP.applicableLegislation, Literal("BayDiG"))),
    Mistake("page as text", "page", instead(DATASET, FOAF.page, Literal("https://a.example/"))),
    Mistake("dataset that no release made", "generatedBy", without(DATASET, PROV.wasGeneratedBy)),
    Mistake("delivery as text", "derivedFrom", also(DATASET, PROV.wasDerivedFrom, Literal("D-000001"))),
    Mistake("related to a word", "relation", also(DATASET, DCTERMS.relation, Literal("Codeliste"))),
    Mistake("series without first member", "seriesFirst", without(SERIES, DCAT["first"])),
    Mistake("series that ends with another table", "seriesLast", instead(SERIES, DCAT["last"], DATASET)),
    Mistake("a page before the file", "oneAddress", instead(FILE, DCAT.accessURL, URIRef("https://a.example/seite"))),
    Mistake("schema of two versions", "standardVersion", also(SCHEMA, DCAT.version, Literal("2.0"))),
    Mistake("release without time", "ended", without(ACTIVITY, PROV.endedAtTime)),
    Mistake("release by nobody", "associated", without(ACTIVITY, PROV.wasAssociatedWith)),
    Mistake("delivery on a day of no calendar", "submitted", also(DELIVERY, DCTERMS.dateSubmitted, Literal("2025"))),
    Mistake("delivery by a word", "attributed", also(DELIVERY, PROV.wasAttributedTo, Literal("RIT"))),
    Mistake("rights with two wordings", "labelKind", also(RIGHTS, RDFS.label, Literal("Anders.", lang="de"))),
    Mistake("reference to nothing", "described", also(DATASET, DCTERMS.relation, MISSING)),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_every_mistake_is_noticed_by_its_rule(mistake: Mistake, shapes: Graph) -> None:
    release = feed.release(
        ("measures", "status_reports", "status_reports_2024", "status_reports_2025"), ("csv", "json")
    )
    graph = build_catalogue(release, feed.CATALOGUE, feed.entities())
    mistake.make(graph)
    found = check_catalogue(graph, shapes)
    assert mistake.rule in {violation.shape.rpartition(":")[2] for violation in found}
    assert all(violation.message_de and violation.message_en for violation in found)


def test_every_rule_has_its_mistake(shapes: Graph) -> None:
    rules = {str(rule).rpartition(":")[2] for rule in shapes.subjects(SH.path) if isinstance(rule, URIRef)}
    assert rules <= {mistake.rule for mistake in MISTAKES}


@pytest.mark.parametrize("example", [False, True], ids=["city", "example"])
def test_a_good_feed_passes(example: bool, shapes: Graph) -> None:
    assert check_catalogue(build(example=example), shapes) == []


def test_an_empty_feed_does_not_pass_as_a_catalogue(shapes: Graph) -> None:
    graph = build_catalogue(feed.release(()), feed.CATALOGUE, feed.entities())
    assert "catalogDataset" in {violation.shape.rpartition(":")[2] for violation in check_catalogue(graph, shapes)}


def test_a_violation_names_the_place_and_the_value(shapes: Graph) -> None:
    graph = build("measures")
    graph.set((FILE, DCTERMS["format"], Literal("Tabelle")))
    violation = next(found for found in check_catalogue(graph, shapes) if found.shape.endswith(":format"))
    assert (violation.focus, violation.path, violation.value) == (str(FILE), str(DCTERMS["format"]), "Tabelle")


def test_checking_changes_nothing(shapes: Graph) -> None:
    graph, rules = build("measures"), set(shapes)
    before = set(graph)
    assert check_catalogue(graph, shapes) == check_catalogue(graph, shapes)
    assert set(graph) == before
    assert set(shapes) == rules


@official_shapes.needed
class TestOfficialShapes:
    def test_accept_the_feed_of_a_city(self) -> None:
        assert official_shapes.violations(build()) == {profile: [] for profile in official_shapes.PROFILES}

    def test_accept_it_where_a_series_counts_as_a_dataset(self) -> None:
        graph = build()
        graph.add((DCAT.DatasetSeries, RDFS.subClassOf, DCAT.Dataset))
        assert official_shapes.violations(graph) == {profile: [] for profile in official_shapes.PROFILES}

    def test_advise_only_that_the_publisher_is_no_body_of_the_union(self) -> None:
        advice = official_shapes.warnings(build())
        assert {profile: len(lines) for profile, lines in advice.items()} == {
            "DCAT-AP.de 3.0": 0,
            "DCAT-AP 3.0.1": len(feed.TITLES) + 3,
            "GovData": 0,
        }
        assert all(str(AGENT) in line for line in advice["DCAT-AP 3.0.1"])

    def test_miss_only_the_contributor_in_an_example(self) -> None:
        example = build(example=True)
        found = official_shapes.violations(example)
        described = {str(node("dataset", name)) for name in feed.TITLES} | {str(SERIES)}
        assert found["DCAT-AP.de 3.0"] == found["DCAT-AP 3.0.1"] == []
        assert {line.split()[0] for line in found["GovData"]} == described
        assert {line.split()[1] for line in found["GovData"]} == {str(DCATDE.contributorID)}
        assert official_shapes.violations(official_shapes.as_contributor(example))["GovData"] == []

    @pytest.mark.parametrize(
        ("profile", "make"),
        [
            ("DCAT-AP.de 3.0", without(DATASET, DCTERMS.publisher)),
            ("DCAT-AP.de 3.0", instead(DATASET, DCAT.theme, URIRef("https://a.example/thema"))),
            ("DCAT-AP 3.0.1", without(FILE, DCAT.accessURL)),
            ("DCAT-AP 3.0.1", instead(FILE, DCAT.byteSize, Literal("12", datatype=XSD.decimal))),
            ("GovData", without(DATASET, DCAT.keyword)),
            ("GovData", instead(FILE, DCTERMS.license, URIRef("https://a.example/lizenz"))),
        ],
    )
    def test_still_bite(self, profile: str, make: Callable[[Graph], object]) -> None:
        graph = build("measures")
        make(graph)
        assert official_shapes.violations(graph)[profile]
