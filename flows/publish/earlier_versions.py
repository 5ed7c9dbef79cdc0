"""Describe the versions of datasets that are kept, outside the feed: a harvester would take each for a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

from rdflib import Graph, URIRef

from flows.model import Dataset, PublishedFile, Release
from flows.publish.descriptions import arrange, graph_of
from flows.publish.distributions import content, licence
from flows.publish.naming import Config, activity_identifier, address, identifier, part, titled
from flows.publish.statements import Statements, both, literal, moment
from flows.publish.vocabulary import AUTHORITY, DCAT, DCTERMS, FILE_FORMS, LANGUAGES, MEDIA_TYPE, PROV, RDF

FORMS = {form.suffix: form for form in FILE_FORMS if form.suffix in ("csv", "jsonl")}


@dataclass(frozen=True)
class Version:
    """What a release kept of a dataset: the files under `versions/<release>/`."""

    dataset: str
    release: str
    files: tuple[PublishedFile, ...]


def kept_versions(files: Mapping[str, PublishedFile]) -> list[Version]:
    """Return the versions that `files` (path -> file) holds, by dataset, the oldest first."""
    found: dict[tuple[str, str, str], list[PublishedFile]] = {}
    for path in sorted(files):
        place = PurePosixPath(path)
        if len(place.parts) == 3 and place.parts[0] == "versions" and place.suffix.lstrip(".") in FORMS:
            release = place.parts[1]
            found.setdefault((place.stem, files[path].modified, release), []).append(files[path])
    return [Version(name, release, tuple(held)) for (name, _, release), held in sorted(found.items())]


def build_versions(release: Release, catalogue: Config) -> Graph:
    """Return the graph of `catalog-versions.ttl`: each dataset with all its versions, and their files.

    A version is a dcat:Resource, and never typed dcat:Dataset: what harvesters read as current is in the feed only.
    `catalogue` is as in `naming`.
    """
    return graph_of(arrange(_versions(release, catalogue)))


def _versions(release: Release, catalogue: Config) -> Statements:
    titles = {dataset.name: dataset for dataset in release.datasets}
    held: dict[str, list[Version]] = {}
    for version in kept_versions(release.files):
        held.setdefault(version.dataset, []).append(version)
        yield from _version(catalogue, version, titles.get(version.dataset))
    for versions in held.values():
        yield from _order(catalogue, versions)


def version_identifier(catalogue: Config, version: Version) -> URIRef:
    """Return the IRI of a kept version."""
    return identifier(catalogue, "version", f"{version.dataset}/{version.release}")


def _version(catalogue: Config, version: Version, dataset: Dataset | None) -> Statements:
    node = version_identifier(catalogue, version)
    yield node, RDF.type, DCAT.Resource
    yield node, RDF.type, PROV.Entity
    name = dataset.description["title"] if dataset else dict.fromkeys(LANGUAGES, version.dataset)
    title = {
        "de": f"{name['de']}, Fassung {version.release}",
        "en": f"{name['en']}, version {version.release}",
    }
    yield from both(node, DCTERMS.title, titled(catalogue, title))
    yield node, DCAT.version, literal(version.release)
    yield node, DCTERMS.issued, moment(version.files[0].modified)
    yield node, PROV.wasGeneratedBy, activity_identifier(catalogue, version.release)
    for file in version.files:
        yield from _file(catalogue, node, file)


def _file(catalogue: Config, node: URIRef, file: PublishedFile) -> Statements:
    suffix = file.path.rpartition(".")[2]
    form, held = FORMS[suffix], part(node, suffix)
    yield node, DCAT.distribution, held
    yield held, RDF.type, DCAT.Distribution
    yield held, DCAT.accessURL, address(catalogue, file.path)
    yield held, DCAT.downloadURL, address(catalogue, file.path)
    yield held, DCTERMS["format"], AUTHORITY[f"file-type/{form.file_type}"]
    yield held, DCAT.mediaType, MEDIA_TYPE[form.media_type]
    yield from licence(catalogue, held)
    # The checksum hangs on the file's own node, which is a part already.
    yield from content(held, file)


def _order(catalogue: Config, versions: Sequence[Version]) -> Statements:
    dataset = identifier(catalogue, "dataset", versions[0].dataset)
    nodes = [version_identifier(catalogue, version) for version in versions]
    yield dataset, DCAT.hasCurrentVersion, nodes[-1]
    for node in nodes:
        yield dataset, DCAT.hasVersion, node
        yield node, DCAT.isVersionOf, dataset
    for earlier, later in pairwise(nodes):
        yield later, DCAT.previousVersion, earlier
