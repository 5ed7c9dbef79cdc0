"""Say what the portal is to hold: our feed in the words of CKAN, before it is known which fields this portal has.

The names are those of ckanext-dcat's schema for DCAT-AP, and of ckanext-dcatde where that one has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from flows.portal.feed import Feed
from flows.portal.tables import Table
from flows.portal.values import Flat

WITHDRAWN = "http://publications.europa.eu/resource/authority/distribution-status/WITHDRAWN"
STATUS = "status"

TEXTS = {"title": "dct:title", "notes": "dct:description", "version_notes": "adms:versionNotes"}
LITERALS = {
    "identifier": "dct:identifier",
    "version": "dcat:version",
    "issued": "dct:issued",
    "modified": "dct:modified",
    "temporal_resolution": "dcat:temporalResolution",
}
IRIS = {
    "url": "dcat:landingPage",
    "frequency": "dct:accrualPeriodicity",
    "access_rights": "dct:accessRights",
    "dcat_type": "dct:type",
    STATUS: "adms:status",
    "availability": "dcatap:availability",
    "politicalGeocodingLevelURI": "dcatde:politicalGeocodingLevelURI",
    "in_series": "dcat:inSeries",
}
LISTS = {
    "theme": "dcat:theme",
    "language": "dct:language",
    "conforms_to": "dct:conformsTo",
    "documentation": "foaf:page",
    "related_resource": "dct:relation",
    "applicable_legislation": "dcatap:applicableLegislation",
    "contributorID": "dcatde:contributorID",
}
FILE_TEXTS = {
    "name": "dct:title",
    "description": "dct:description",
    "licenseAttributionByText": "dcatde:licenseAttributionByText",
}
FILE_LITERALS = {
    "issued": "dct:issued",
    "modified": "dct:modified",
    "size": "dcat:byteSize",
    "temporal_resolution": "dcat:temporalResolution",
}
FILE_IRIS = {
    "access_url": "dcat:accessURL",
    "download_url": "dcat:downloadURL",
    "format": "dct:format",
    "mimetype": "dcat:mediaType",
    "license": "dct:license",
    "availability": "dcatap:availability",
}
FILE_LISTS = {
    "language": "dct:language",
    "conforms_to": "dct:conformsTo",
    "documentation": "foaf:page",
    "applicable_legislation": "dcatap:applicableLegislation",
}
PORTAL_TAG_LONGEST = 100


@dataclass(frozen=True)
class WantedFile:
    """One file of a dataset: its id at the portal, its fields, where it lies under the docroot, its table if any."""

    id: str
    fields: Flat
    path: str
    table: Table | None = None


@dataclass(frozen=True)
class Wanted:
    """One dataset as the portal is to hold it; `fields` holds tags as `tag.<tag>`, `keywords` nothing twice."""

    id: str
    name: str
    fields: Flat
    files: tuple[WantedFile, ...] = ()
    tags: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    licence: str = ""
    withdrawn: bool = field(default=False)


def portal_uuid(catalogue: Mapping[str, Any], kind: str, name: str) -> str:
    """Return the id of a dataset or distribution at the portal, which is its dct:identifier in the feed."""
    return str(uuid5(UUID(catalogue["uuid_namespace"]), f"{kind}/{name}"))


def wanted_datasets(
    feed: Feed, catalogue: Mapping[str, Any], prefix: str, tables: Mapping[str, Table]
) -> tuple[Wanted, ...]:
    """Return every dataset of the feed; `tables` holds by the name of a dataset what its CSV file holds as a table."""
    start = f"{catalogue['id_base']}id/dataset/"
    return tuple(_dataset(feed, catalogue, iri, prefix, tables.get(iri.removeprefix(start))) for iri in feed.datasets())


def _dataset(feed: Feed, catalogue: Mapping[str, Any], iri: str, prefix: str, table: Table | None) -> Wanted:
    name, withdrawn = iri.rpartition("/")[2], feed.iri(iri, "adms:status") == WITHDRAWN
    fields: dict[str, Any] = {
        **{key: feed.text(iri, property_) for key, property_ in {**TEXTS, **LITERALS}.items()},
        **{key: feed.iri(iri, property_) for key, property_ in IRIS.items()},
        **{key: feed.iris(iri, property_) for key, property_ in LISTS.items()},
        "uri": iri,
        "name": f"{prefix}{name}",
        "title_translated": _translated(feed, iri, "dct:title"),
        "notes_translated": _translated(feed, iri, "dct:description"),
        "provenance": feed.text(feed.iri(iri, "dct:provenance"), "rdfs:label"),
        "publisher": _agents(feed, feed.iris(iri, "dct:publisher")),
        "creator": _agents(feed, feed.iris(iri, "dct:creator")),
        "contact": [_contact(feed, contact) for contact in feed.iris(iri, "dcat:contactPoint")],
        "spatial_coverage": [{"uri": place} for place in feed.iris(iri, "dct:spatial")],
        "temporal_coverage": [_period(feed, period) for period in feed.iris(iri, "dct:temporal")],
        "provenance_activity": [_activity(feed, activity) for activity in feed.iris(iri, "prov:wasGeneratedBy")],
    }
    files = tuple(
        _file(feed, file, None if withdrawn or not file.endswith(f"/{name}.csv") else table)
        for file in feed.iris(iri, "dcat:distribution")
    )
    return Wanted(
        id=portal_uuid(catalogue, "dataset", name),
        name=name,
        fields={key: value for key, value in fields.items() if value},
        files=files,
        tags=tuple(dict.fromkeys(tag[:PORTAL_TAG_LONGEST] for tag in feed.texts(iri, "dcat:keyword"))),
        themes=tuple(theme.rpartition("/")[2].lower() for theme in feed.iris(iri, "dcat:theme")),
        licence=next((feed.iri(file, "dct:license") for file in feed.iris(iri, "dcat:distribution")), ""),
        withdrawn=withdrawn,
    )


def _file(feed: Feed, iri: str, table: Table | None) -> WantedFile:
    checksum, address = feed.iri(iri, "spdx:checksum"), feed.iri(iri, "dcat:downloadURL")
    fields: dict[str, Any] = {
        **{key: feed.text(iri, property_) for key, property_ in {**FILE_TEXTS, **FILE_LITERALS}.items()},
        **{key: feed.iri(iri, property_) for key, property_ in FILE_IRIS.items()},
        **{key: feed.iris(iri, property_) for key, property_ in FILE_LISTS.items()},
        "uri": iri,
        "url": address,
        "name_translated": _translated(feed, iri, "dct:title"),
        "description_translated": _translated(feed, iri, "dct:description"),
        "rights": feed.text(feed.iri(iri, "dct:rights"), "rdfs:label"),
        "hash": feed.text(checksum, "spdx:checksumValue"),
        "hash_algorithm": feed.iri(checksum, "spdx:algorithm"),
    }
    filled = {key: value for key, value in fields.items() if value}
    return WantedFile(feed.text(iri, "dct:identifier"), filled, f"data/{address.rpartition('/')[2]}", table)


def _translated(feed: Feed, iri: str, property_: str) -> dict[str, str]:
    found = {lang: feed.text(iri, property_, lang) for lang in ("de", "en")}
    return {lang: text for lang, text in found.items() if text}


def _agents(feed: Feed, agents: Iterable[str]) -> list[dict[str, str]]:
    return [
        _filled(
            uri=agent,
            name=feed.text(agent, "foaf:name"),
            url=feed.iri(agent, "foaf:homepage"),
            type=feed.iri(agent, "dct:type"),
        )
        for agent in agents
    ]


def _contact(feed: Feed, contact: str) -> dict[str, str]:
    email = feed.iri(contact, "vcard:hasEmail").removeprefix("mailto:")
    return _filled(uri=contact, name=feed.text(contact, "vcard:fn"), email=email, url=feed.iri(contact, "vcard:hasURL"))


def _period(feed: Feed, period: str) -> dict[str, str]:
    return _filled(start=feed.text(period, "dcat:startDate"), end=feed.text(period, "dcat:endDate"))


def _activity(feed: Feed, activity: str) -> dict[str, str]:
    return _filled(uri=activity, label=feed.text(activity, "rdfs:label"))


def _filled(**values: str) -> dict[str, str]:
    return {key: value for key, value in values.items() if value}
