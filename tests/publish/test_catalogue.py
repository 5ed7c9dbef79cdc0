"""The feed says what is true, the same in every serialisation, and never a thing it must not claim."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import feed_example as feed
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, PROV

from flows.contracts import CodeList, parse_entity
from flows.publish.catalogue import Format, build_catalogue, serialise
from flows.publish.vocabulary import ADMS, AUTHORITY, DCAT, DCATAP, DCATDE, FILE_FORMS, MEDIA_TYPE, SPDX

FORMS: tuple[Format, ...] = ("turtle", "xml", "json-ld")
REPOSITORY = Path(__file__).resolve().parents[2]


def node(kind: str, name: str) -> URIRef:
    return URIRef(f"{feed.ID_BASE}id/{kind}/{name}")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return build_catalogue(feed.release(), feed.CATALOGUE, feed.entities())


@pytest.fixture(scope="module")
def example() -> Graph:
    return build_catalogue(feed.release(), feed.EXAMPLE, feed.entities())


def languages(graph: Graph, subject: URIRef, predicate: URIRef) -> set[str | None]:
    return {value.language for value in graph.objects(subject, predicate) if isinstance(value, Literal)}


class TestSerialisation:
    @pytest.mark.parametrize("form", FORMS)
    def test_says_the_same_in_every_form(self, graph: Graph, form: Format) -> None:
        assert isomorphic(Graph().parse(data=serialise(graph, form), format=form), graph)

    @pytest.mark.parametrize("form", FORMS)
    def test_does_not_depend_on_the_order_of_datasets_or_statements(self, graph: Graph, form: Format) -> None:
        shuffled = replace(feed.release(), datasets=feed.release().datasets[::-1])
        again = build_catalogue(shuffled, feed.CATALOGUE, feed.entities())
        assert serialise(again, form) == serialise(graph, form)

    def test_does_not_depend_on_the_process(self, graph: Graph) -> None:
        program = (
            "import sys, feed_example as f; from flows.publish.catalogue import build_catalogue, serialise;"
            "g = build_catalogue(f.release(), f.CATALOGUE, f.entities());"
            "[sys.stdout.buffer.write(serialise(g, form)) for form in ('turtle', 'xml', 'json-ld')]"
        )
        here = os.pathsep.join([str(REPOSITORY), str(Path(__file__).parent)])
        environment = {**os.environ, "PYTHONPATH": here, "PYTHONHASHSEED": "4711"}
        ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        assert ran.stdout == b"".join(serialise(graph, form) for form in FORMS)

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
    def test_carries_any_text_unharmed(self, text: str) -> None:
        graph = Graph()
        graph.add((node("dataset", "a"), DCTERMS.title, Literal(text, lang="de")))
        graph.add((node("dataset", "a"), DCTERMS.identifier, Literal(text)))
        for form in FORMS:
            assert isomorphic(Graph().parse(data=serialise(graph, form), format=form), graph)

    def test_refuses_a_predicate_without_a_prefix(self) -> None:
        graph = Graph()
        graph.add((node("dataset", "a"), URIRef("https://foreign.example/term"), Literal("1")))
        with pytest.raises(ValueError, match=r"foreign\.example"):
            serialise(graph, "xml")


class TestNodes:
    def test_none_is_blank(self, graph: Graph) -> None:
        assert not [term for triple in graph for term in triple if isinstance(term, BNode)]

    def test_identifiers_stay_when_the_address_moves(self, graph: Graph) -> None:
        moved = build_catalogue(
            feed.release(), {**feed.CATALOGUE, "base_url": "https://anderswo.example/"}, feed.entities()
        )
        own = {s for s in graph.subjects() if str(s).startswith(feed.ID_BASE)}
        assert own == {s for s in moved.subjects() if str(s).startswith(feed.ID_BASE)}
        url = moved.value(node("distribution", "measures.csv"), DCAT.downloadURL)
        assert url == URIRef("https://anderswo.example/data/measures.csv")

    def test_the_time_of_the_run_is_nowhere(self, graph: Graph) -> None:
        later = replace(feed.release(), id="2031-01-01", time="2031-01-01T00:00:00+01:00", as_of="2030-12-31")
        assert isomorphic(build_catalogue(later, feed.CATALOGUE, feed.entities()), graph)


class TestDataset:
    measures = node("dataset", "measures")

    def test_is_listed_and_recorded(self, graph: Graph) -> None:
        catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
        record = graph.value(predicate=FOAF.primaryTopic, object=self.measures)
        assert (catalogue, DCAT.dataset, self.measures) in graph
        assert (catalogue, DCAT.record, record) in graph
        assert graph.value(record, DCTERMS.modified) == graph.value(self.measures, DCTERMS.modified)
        assert languages(graph, record, DCTERMS.title) == {"de", "en"}

    @pytest.mark.parametrize("predicate", [DCTERMS.title, DCTERMS.description, DCAT.keyword, ADMS.versionNotes])
    def test_speaks_german_and_english(self, graph: Graph, predicate: URIRef) -> None:
        assert languages(graph, self.measures, predicate) == {"de", "en"}

    @pytest.mark.parametrize(
        ("predicate", "value"),
        [
            (DCTERMS.publisher, node("organisation", "ORG-it")),
            (DCAT.contactPoint, node("contact", "ORG-it")),
            (DCAT.theme, AUTHORITY["data-theme/GOVE"]),
            (DCTERMS.spatial, AUTHORITY["place/DEU_MUC"]),
            (DCTERMS.accrualPeriodicity, AUTHORITY["frequency/ANNUAL"]),
            (DCTERMS.accessRights, AUTHORITY["access-right/PUBLIC"]),
            (DCTERMS.language, AUTHORITY["language/ENG"]),
            (DCTERMS.conformsTo, node("schema", "measure/1.0")),
            (DCATAP.availability, AUTHORITY["planned-availability/AVAILABLE"]),
            (DCATDE.contributorID, URIRef("http://dcat-ap.de/def/contributors/landeshauptstadtMuenchen")),
            (DCAT.version, Literal("2026-03-31")),
            (DCTERMS.issued, Literal("2025-01-15T09:00:00+01:00", datatype=XSD.dateTime)),
            (DCTERMS.modified, Literal("2026-03-31T08:00:00+02:00", datatype=XSD.dateTime)),
            (DCTERMS.identifier, Literal(str(uuid5(UUID(feed.CATALOGUE["uuid_namespace"]), "dataset/measures")))),
        ],
    )
    def test_states(self, graph: Graph, predicate: URIRef, value: URIRef | Literal) -> None:
        assert (self.measures, predicate, value) in graph

    def test_states_a_period_only_where_there_is_one(self, graph: Graph) -> None:
        period = graph.value(self.measures, DCTERMS.temporal)
        assert graph.value(period, DCAT.startDate) == Literal("2024-01-01", datatype=XSD.date)
        assert graph.value(period, DCAT.endDate) == Literal("2025-12-31", datatype=XSD.date)
        assert graph.value(node("dataset", "organisations"), DCTERMS.temporal) is None

    def test_states_a_type_only_where_there_is_one(self, graph: Graph) -> None:
        assert graph.value(self.measures, DCTERMS.type) is None
        assert graph.value(node("dataset", "organisations"), DCTERMS.type) == AUTHORITY["dataset-type/CODE_LIST"]

    def test_names_the_deliveries_it_was_made_of(self, graph: Graph) -> None:
        statement = graph.value(self.measures, DCTERMS.provenance)
        texts = [text for text in graph.objects(statement) if isinstance(text, Literal)]
        assert len(texts) == 2
        assert all("D-000001, D-000002" in text for text in texts)


class TestProvenance:
    measures = node("dataset", "measures")

    def test_a_release_made_the_rows_from_deliveries(self, graph: Graph) -> None:
        release = node("activity", "2026-03-31")
        assert set(graph.objects(self.measures, PROV.wasGeneratedBy)) == {release}
        assert graph.value(release, PROV.wasAssociatedWith) == node("organisation", "ORG-it")
        assert str(graph.value(release, PROV.endedAtTime)) == "2026-01-10T09:00:00+01:00"
        deliveries = {node("delivery", "D-000001"), node("delivery", "D-000002")}
        assert set(graph.objects(self.measures, PROV.wasDerivedFrom)) == deliveries

    def test_a_delivery_says_when_it_came_and_who_handed_it_in(self) -> None:
        graph = build_catalogue(feed.supplied(feed.release(("measures",))), feed.CATALOGUE, feed.entities())
        delivery, supplier = node("delivery", "D-000001"), node("organisation", "ORG-bau")
        assert graph.value(delivery, DCTERMS.dateSubmitted) == Literal("2025-12-31", datatype=XSD.date)
        assert graph.value(delivery, PROV.wasAttributedTo) == supplier
        assert set(graph.objects(supplier, FOAF.name)) == {Literal("Baureferat", lang="de")}
        assert (self.measures, DCTERMS.contributor, supplier) in graph
        assert (supplier, RDF.type, FOAF.Agent) in graph

    def test_a_supplier_nobody_describes_is_no_contributor(self, graph: Graph) -> None:
        assert (None, DCTERMS.contributor, None) not in graph


class TestWhatOnlySomeDeclare:
    law = URIRef("http://data.europa.eu/eli/dir/2019/1024/oj")

    def test_resolution_and_legislation_stand_at_dataset_and_files(self) -> None:
        release = feed.release(("measures",), ("csv",))
        (measures,) = release.datasets
        more = {"temporal_resolution": "P1Y", "legislation": [str(self.law)]}
        datasets = (replace(measures, description={**measures.description, **more}),)
        graph = build_catalogue(replace(release, datasets=datasets), feed.CATALOGUE, feed.entities())
        for subject in (node("dataset", "measures"), node("distribution", "measures.csv")):
            assert (subject, DCAT.temporalResolution, Literal("P1Y", datatype=XSD.duration)) in graph
            assert (subject, DCATAP.applicableLegislation, self.law) in graph

    def test_others_say_nothing_of_it(self, graph: Graph) -> None:
        assert (None, DCAT.temporalResolution, None) not in graph
        assert (None, DCATAP.applicableLegislation, None) not in graph

    def test_code_lists_and_tables_that_rows_refer_to_are_related(self) -> None:
        measure = {"$id": "measure/1.0", "x-label": {"de": "x", "en": "x"}, "properties": {
            "lead_id": {"type": "string", "x-ref": "organisation", "x-public": True},
            "status": {"type": "string", "x-codelist": "status", "x-public": True},
        }}  # fmt: skip
        codes = CodeList("status", ({"code": "planned", "label_de": "Geplant", "label_en": "Planned"},))
        kinds = {**feed.entities(), "measure": parse_entity(measure, {"status": codes})}
        graph = build_catalogue(feed.release(("measures", "organisations")), feed.CATALOGUE, kinds)
        related = set(graph.objects(node("dataset", "measures"), DCTERMS.relation))
        assert related == {node("codelist", "status"), node("dataset", "organisations")}


class TestDistribution:
    csv = node("distribution", "measures.csv")

    @pytest.mark.parametrize("form", FILE_FORMS, ids=lambda form: form.suffix)
    def test_describes_its_file(self, graph: Graph, form: Any) -> None:
        published = feed.release().files[f"data/measures.{form.suffix}"]
        file = node("distribution", f"measures.{form.suffix}")
        url = URIRef(f"https://abruf.example/offen/{published.path}")
        checksum = graph.value(file, SPDX.checksum)
        assert (node("dataset", "measures"), DCAT.distribution, file) in graph
        assert graph.value(file, DCAT.accessURL) == graph.value(file, DCAT.downloadURL) == url
        assert graph.value(file, DCAT.byteSize) == Literal(str(published.bytes), datatype=XSD.nonNegativeInteger)
        assert str(graph.value(checksum, SPDX.checksumValue)) == published.sha256
        assert graph.value(file, DCAT.mediaType) == MEDIA_TYPE[form.media_type]
        assert graph.value(file, DCTERMS["format"]) == AUTHORITY[f"file-type/{form.file_type}"]

    def test_was_modified_when_its_rows_were(self, graph: Graph) -> None:
        assert str(graph.value(self.csv, DCTERMS.modified)) == "2026-01-10T09:00:00+01:00"

    def test_names_licence_and_attribution(self, graph: Graph) -> None:
        assert graph.value(self.csv, DCTERMS.license) == URIRef(feed.CATALOGUE["license"])
        assert languages(graph, self.csv, DCATDE.licenseAttributionByText) == {"de", "en"}

    def test_claims_the_schema_only_where_the_file_follows_it(self, graph: Graph) -> None:
        assert graph.value(self.csv, DCTERMS.conformsTo) == node("schema", "measure/1.0")
        assert graph.value(node("distribution", "measures.xlsx"), DCTERMS.conformsTo) is None

    def test_is_not_claimed_for_a_file_that_is_not_there(self) -> None:
        release = feed.release()
        fewer = {path: file for path, file in release.files.items() if not path.endswith(".parquet")}
        graph = build_catalogue(replace(release, files=fewer), feed.CATALOGUE, feed.entities())
        assert (node("distribution", "measures.parquet"), None, None) not in graph


class TestSeries:
    series = node("series", "status_reports")
    members = (node("dataset", "status_reports_2024"), node("dataset", "status_reports_2025"))

    def test_holds_the_years_and_not_the_whole(self, graph: Graph) -> None:
        assert (self.series, RDF.type, DCAT.DatasetSeries) in graph
        assert set(graph.subjects(DCAT.inSeries, self.series)) == set(self.members)

    def test_leads_from_year_to_year_and_to_the_whole(self, graph: Graph) -> None:
        assert list(graph.subject_objects(DCAT.prev)) == [self.members[::-1]]
        for member in self.members:
            assert graph.value(member, DCTERMS.relation) == node("dataset", "status_reports")
            assert graph.value(member, DCTERMS.source) == node("dataset", "status_reports")

    def test_has_a_first_and_a_last_member(self, graph: Graph) -> None:
        assert graph.value(self.series, DCAT["first"]) == self.members[0]
        assert graph.value(self.series, DCAT["last"]) == self.members[1]

    def test_needs_the_whole(self) -> None:
        graph = build_catalogue(feed.release(("status_reports_2024",)), feed.CATALOGUE, feed.entities())
        assert (None, DCAT.inSeries, None) not in graph

    def test_changed_when_its_last_member_did(self) -> None:
        release = feed.release()
        datasets = tuple(
            replace(dataset, modified="2026-05-01T00:30:00+02:00") if dataset.name == "status_reports_2024" else dataset
            for dataset in release.datasets
        )
        graph = build_catalogue(replace(release, datasets=datasets), feed.CATALOGUE, feed.entities())
        assert str(graph.value(self.series, DCTERMS.modified)) == "2026-05-01T00:30:00+02:00"


class TestExample:
    def test_every_title_and_description_says_so_in_both_languages(self, example: Graph) -> None:
        said = {
            "de": ("aus öffentlichen Quellen rekonstruiert", "keine amtliche Veröffentlichung"),
            "en": ("reconstructed from public sources", "not an official publication"),
        }
        for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.DatasetSeries, DCAT.Distribution):
            for subject in example.subjects(RDF.type, kind):
                for predicate in (DCTERMS.title, DCTERMS.description):
                    texts = {text.language: text for text in example.objects(subject, predicate)}  # type: ignore[attr-defined]
                    assert set(texts) == {"de", "en"}
                    assert all(phrase in texts[lang] for lang in texts for phrase in said[lang])

    def test_does_not_say_it_twice(self) -> None:
        title = {
            "de": "Aus der Reihe (aus öffentlichen Quellen rekonstruiert, keine amtliche Veröffentlichung)",
            "en": "Of the series (reconstructed from public sources, not an official publication)",
        }
        graph = build_catalogue(feed.release(), {**feed.EXAMPLE, "title": title}, feed.entities())
        catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
        assert {str(text) for text in graph.objects(catalogue, DCTERMS.title)} == set(title.values())

    def test_claims_no_contributor_and_no_lasting_availability(self, example: Graph) -> None:
        assert (None, DCATDE.contributorID, None) not in example
        assert set(example.objects(None, DCATAP.availability)) == {AUTHORITY["planned-availability/EXPERIMENTAL"]}

    def test_a_city_says_nothing_of_the_kind(self, graph: Graph) -> None:
        assert not [text for text in graph.objects(None, DCTERMS.title) if "rekonstruiert" in text]


def test_a_city_without_a_contributor_id_claims_none() -> None:
    catalogue: Mapping[str, Any] = {key: value for key, value in feed.CATALOGUE.items() if key != "contributor_id"}
    graph = build_catalogue(feed.release(), catalogue, feed.entities())
    assert (None, DCATDE.contributorID, None) not in graph


def test_a_schema_that_lacks_is_a_bug_and_loud() -> None:
    with pytest.raises(KeyError):
        build_catalogue(feed.release(), feed.CATALOGUE, {})
