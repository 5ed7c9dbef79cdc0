"""Where the published rows came from, in the words of PROV: releases, deliveries, and who handed them in.

Deliveries are named by their public ids alone; what the files were called may hold a person's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.model import Dataset
from flows.publish.naming import Config, activity_identifier, identifier, publisher_identifier
from flows.publish.statements import Statements, both, literal, moment, typed
from flows.publish.vocabulary import DCTERMS, FOAF, LANGUAGES, PROV, PUBLISHER_TYPE, RDF, RDFS, XSD

Record = Mapping[str, Any]
OF_THE_CITY = ("department", "municipal_enterprise")
"""Kinds of unit (code list organisation_type) that are of the same authority as the publisher."""


@dataclass(frozen=True)
class Known:
    """The records of deliveries and of organisations by id, in whatever dataset they stand."""

    deliveries: Mapping[str, Record]
    organisations: Mapping[str, Record]


def known_records(datasets: Sequence[Dataset]) -> Known:
    """Return what the datasets say of deliveries and of organisations."""
    return Known(records_of(datasets, "delivery"), records_of(datasets, "organisation"))


def describe_provenance(catalogue: Config, datasets: Sequence[Dataset], known: Known) -> Statements:
    """State which releases made the datasets as they are, from which deliveries, and who handed those in."""
    times = {dataset.version: dataset.data_modified for dataset in datasets}
    for version, time in sorted(times.items()):
        yield from _activity(catalogue, version, time)
    used = sorted({delivery for dataset in datasets for delivery in dataset.deliveries})
    for delivery in used:
        yield from _delivery(catalogue, delivery, known.deliveries.get(delivery, {}))
    suppliers = {known.deliveries[delivery]["organisation_id"] for delivery in used if delivery in known.deliveries}
    for supplier in sorted(suppliers - {None, catalogue["publisher"]["id"]}):
        yield from _supplier(catalogue, supplier, known.organisations.get(supplier, {}))
    for dataset in datasets:
        yield from _contributors(catalogue, dataset, known)


def records_of(datasets: Sequence[Dataset], entity: str) -> dict[str, Record]:
    """Return the records of an entity by id, from every dataset that holds any."""
    frames = [dataset.frame for dataset in datasets if dataset.entity == entity]
    return {record["id"]: record for frame in frames for record in frame.iter_rows(named=True)}


def _activity(catalogue: Config, version: str, time: str) -> Statements:
    node = activity_identifier(catalogue, version)
    yield node, RDF.type, PROV.Activity
    yield from both(node, RDFS.label, {"de": f"Veröffentlichung {version}", "en": f"Release {version}"})
    yield node, PROV.endedAtTime, moment(time)
    yield node, PROV.wasAssociatedWith, publisher_identifier(catalogue)


def _delivery(catalogue: Config, delivery: str, record: Record) -> Statements:
    node = identifier(catalogue, "delivery", delivery)
    yield node, RDF.type, PROV.Entity
    yield from both(node, RDFS.label, {"de": f"Lieferung {delivery}", "en": f"Delivery {delivery}"})
    if record.get("received_at"):
        yield node, DCTERMS.dateSubmitted, typed(record["received_at"], XSD.date)
    if record.get("organisation_id"):
        yield node, PROV.wasAttributedTo, identifier(catalogue, "organisation", record["organisation_id"])


def _supplier(catalogue: Config, supplier: str, record: Record) -> Statements:
    node = identifier(catalogue, "organisation", supplier)
    yield node, RDF.type, PROV.Agent
    if record.get("name_de"):  # an agent without a name is none to DCAT-AP
        yield node, RDF.type, FOAF.Agent
    if record.get("type") in OF_THE_CITY:
        yield node, DCTERMS.type, PUBLISHER_TYPE[catalogue["publisher"]["type"]]
    for lang in LANGUAGES:
        if record.get(f"name_{lang}"):
            yield node, FOAF.name, literal(record[f"name_{lang}"], lang)


def _contributors(catalogue: Config, dataset: Dataset, known: Known) -> Statements:
    """State who handed in what the rows were made from, in the words of DCAT-AP.de: few harvesters read PROV."""
    handed_in = [known.deliveries[delivery] for delivery in dataset.deliveries if delivery in known.deliveries]
    for supplier in sorted({record["organisation_id"] for record in handed_in if record["organisation_id"]}):
        if known.organisations.get(supplier, {}).get("name_de"):
            unit = identifier(catalogue, "organisation", supplier)
            yield identifier(catalogue, "dataset", dataset.name), DCTERMS.contributor, unit
