"""A real ckanext-harvest reads our feed through five releases: nothing is lost, doubled, deleted or touched in vain."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import whole_example as whole
from ckan_portal import Package, Portal
from feed_facts import facts, texts
from losses import Pair, losses, with_section
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import DCTERMS

from flows.publish.vocabulary import ADMS, DCAT
from flows.serve.server import make_server

pytestmark = pytest.mark.portal

SOURCE = "offenlage-feed"
DAY = 86_400
RETITLED, WITHDRAWN = "milestones", "contributions"
LATER_SERVICES = "mappings/departments/strategie/services/2026-11-21.csv"
DOCUMENT = whole.ROOT / "docs" / "portal-losses.md"


@dataclass(frozen=True)
class Harvest:
    """One harvest: what we served, what the job says of itself, and what the portal showed afterwards."""

    feed: Graph
    job: Mapping[str, Any]
    packages: Mapping[str, Package]

    @property
    def datasets(self) -> dict[str, str]:
        """Return the datasets of the feed with the time each was modified."""
        nodes = self.feed.subjects(RDF.type, DCAT.Dataset)
        return {str(node): str(self.feed.value(node, DCTERMS.modified)) for node in nodes}

    def moved(self, earlier: Harvest) -> set[str]:
        """Return the datasets that our feed calls modified since an earlier harvest."""
        return {uri for uri, time in self.datasets.items() if time != earlier.datasets.get(uri)}

    def touched(self, earlier: Harvest) -> set[str]:
        """Return the datasets that are not on the portal as they were after an earlier harvest."""
        both = self.packages.keys() | earlier.packages.keys()
        return {uri for uri in both if shown(self.packages.get(uri)) != shown(earlier.packages.get(uri))}


@dataclass(frozen=True)
class Story:
    """The harvests in their order, each after a release of ours except the second."""

    first: Harvest
    again: Harvest
    delivered: Harvest
    rolled_back: Harvest
    described: Harvest


def shown(package: Package | None) -> dict[str, Any] | None:
    """Return what the portal shows of a dataset; extras have no order, and one names the harvest that looked last."""
    if package is None:
        return None
    extras = {extra["key"]: extra["value"] for extra in package["extras"] if extra["key"] != "harvest_object_id"}
    return {**package, "extras": extras}


@pytest.fixture(scope="module")
def story(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    config = tmp_path_factory.mktemp("harvest")
    output = config / "output"
    for name in ("schemas", "mappings"):
        shutil.copytree(whole.ROOT / name, config / name)
    with served(output / "public") as address, portal.new_source(SOURCE, f"{address}catalog.ttl"):
        edit(config / "mappings" / "catalogue.toml", r"^base_url = \S+", f'base_url = "{address}"')

        def harvest() -> Harvest:
            job = portal.harvest(SOURCE)
            return Harvest(Graph().parse(output / "public" / "catalog.ttl"), job, portal.packages())

        def publish(day: int) -> Harvest:
            whole.run(output, config=config, at=str(int(whole.RUN_AT) + day * DAY))
            return harvest()

        first, again = publish(0), harvest()
        deliver(config)
        delivered = publish(1)
        roll_back(config, output)
        rolled_back = harvest()
        describe_anew(config)
        yield Story(first, again, delivered, rolled_back, publish(3))


@contextmanager
def served(docroot: Path) -> Iterator[str]:
    """Serve a docroot, which may come into being later, at any free port; yield its address."""
    with make_server(docroot, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def edit(path: Path, pattern: str, replacement: str) -> None:
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text, encoding="utf-8")


def deliver(config: Path) -> None:
    """Let the strategy office deliver its services again, with one value changed."""
    later = config / LATER_SERVICES
    shutil.copy(later.with_name("2024-12-31.csv"), later)
    edit(later, "Mit Termin; der Termin", "Nur mit Termin; er")


def roll_back(config: Path, output: Path) -> None:
    first = min(path.name for path in (output / "releases").iterdir())
    wanted = ["rollback", first, "--why", "the delivery was a draft"]
    command = [*whole.COMMAND, "--config", str(config), "--output", str(output), *wanted]
    environment = whole.environment(str(int(whole.RUN_AT) + 2 * DAY))
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=whole.ROOT)
    assert done.returncode == 0, done.stderr


def describe_anew(config: Path) -> None:
    """Change the title of one dataset and withdraw another."""
    datasets = config / "mappings" / "datasets"
    edit(datasets / f"{RETITLED}.toml", "^de = .*", 'de = "Meilensteine der Maßnahmen"')
    reason = '\n[withdrawn]\ndate = "2026-11-23"\nreason = {de = "Probe.", en = "Trial."}\n'
    with (datasets / f"{WITHDRAWN}.toml").open("a", encoding="utf-8") as file:
        file.write(reason)


def dataset(name: str) -> str:
    return f"https://offenlage.example/id/dataset/{name}"


def counted(**numbers: int) -> dict[str, int]:
    return {"added": 0, "updated": 0, "not modified": 0, "errored": 0, "deleted": 0, **numbers}


def test_exactly_the_datasets_of_the_feed_are_added(story: Story) -> None:
    assert story.first.job["stats"] == counted(added=len(story.first.datasets))
    assert story.first.packages.keys() == story.first.datasets.keys()
    assert len(story.first.datasets) > 20


def test_nothing_went_wrong_in_any_harvest(story: Story) -> None:
    for harvest in (story.first, story.again, story.delivered, story.rolled_back, story.described):
        assert harvest.job["status"] == "Finished"
        assert harvest.job["object_error_summary"] == harvest.job["gather_error_summary"] == []
        assert harvest.job["stats"]["errored"] == harvest.job["stats"]["deleted"] == 0


def test_a_second_harvest_changes_nothing(story: Story) -> None:
    assert story.again.job["stats"] == counted(updated=len(story.first.datasets))
    assert story.again.touched(story.first) == set()


def test_a_changed_value_changes_exactly_the_datasets_our_feed_calls_modified(story: Story) -> None:
    moved = story.delivered.moved(story.again)
    assert story.delivered.touched(story.again) == moved
    assert dataset("services") in moved
    assert len(moved) < len(story.first.datasets) / 2


def test_resources_keep_their_ids_through_every_release(story: Story) -> None:
    for uri, package in story.first.packages.items():
        ids = {resource["uri"]: resource["id"] for resource in package["resources"]}
        now = story.described.packages[uri]
        assert now["id"] == package["id"]
        assert {resource["uri"]: resource["id"] for resource in now["resources"]} == ids


def test_a_rollback_deletes_nothing_and_touches_only_what_it_takes_back(story: Story) -> None:
    assert story.rolled_back.packages.keys() == story.first.packages.keys()
    touched = story.rolled_back.touched(story.delivered)
    assert touched == story.rolled_back.moved(story.delivered)
    assert dataset("services") in touched
    for uri in touched:
        assert story.rolled_back.datasets[uri] > story.delivered.datasets[uri]


def test_a_new_title_and_a_withdrawal_change_exactly_those_two_datasets(story: Story) -> None:
    assert story.described.touched(story.rolled_back) == {dataset(RETITLED), dataset(WITHDRAWN)}
    assert story.described.packages[dataset(RETITLED)]["title"].startswith("Meilensteine der Maßnahmen")


def test_what_is_withdrawn_stays_and_says_so(story: Story) -> None:
    package = story.described.packages[dataset(WITHDRAWN)]
    assert package["state"] == "active"
    assert "(zurückgezogen)" in package["title"]
    assert package["notes"].startswith("Zurückgezogen am 2026-11-23: Probe.")
    assert len(package["resources"]) == 6
    status = story.described.feed.value(URIRef(dataset(WITHDRAWN)), ADMS.status)
    assert str(status).endswith("/WITHDRAWN")


@pytest.fixture(scope="module")
def pairs(portal: Portal, story: Story) -> list[Pair]:
    """What our feed and the portal say of each dataset and file, after the last harvest."""
    return list(_pairs(portal, story.described))


def _pairs(portal: Portal, harvest: Harvest) -> Iterator[Pair]:
    for uri, package in harvest.packages.items():
        again = portal.exported(package)
        yield "Dataset", facts(harvest.feed, URIRef(uri)), facts(again, URIRef(uri))
        for file in harvest.feed.objects(URIRef(uri), DCAT.distribution):
            yield "Distribution", facts(harvest.feed, file), facts(again, file)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        *(("Dataset", path) for path in ("dcat:distribution", "dct:identifier", "dct:issued", "dct:modified")),
        *(("Distribution", path) for path in ("dct:license", "dct:issued", "dct:modified")),
        *(
            ("Distribution", path)
            for path in ("dcat:accessURL", "dcat:downloadURL", "spdx:checksum / spdx:checksumValue")
        ),
    ],
)
def test_the_portal_gives_again(pairs: list[Pair], kind: str, path: str) -> None:
    told = [(ours[path], theirs.get(path)) for of, ours, theirs in pairs if of == kind]
    assert told
    assert [ours for ours, theirs in told if ours != theirs] == []


@pytest.mark.parametrize("kind", ["Dataset", "Distribution"])
def test_the_portal_gives_every_title_again_in_its_language(pairs: list[Pair], kind: str) -> None:
    told = [(ours["dct:title"], theirs["dct:title"]) for of, ours, theirs in pairs if of == kind]
    assert [ours for ours, theirs in told if texts(theirs) != {text for text, lang in ours if lang == "de"}] == []


def test_what_ckanext_dcat_drops_is_documented(pairs: list[Pair], request: pytest.FixtureRequest) -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    made = with_section(document, losses(pairs))
    if request.config.getoption("--update-golden"):
        DOCUMENT.write_text(made, encoding="utf-8")
        document = made
    assert document == made, "docs/portal-losses.md tells otherwise: look, then run with --update-golden"
