"""The real CKAN that the tests of this directory run against: started, asked, and made to harvest."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from rdflib import Graph

HERE = Path(__file__).resolve().parent
ORGANISATION = "landeshauptstadt-muenchen"
SECONDS = 120
"""How long an answer may take: CKAN itself gives up on its search after half of that."""

Package = Mapping[str, Any]


@dataclass(frozen=True)
class Portal:
    """A running CKAN: where it is, where its files lie, and the token of a sysadmin."""

    url: str
    directory: Path
    token: str

    def call(self, action: str, **parameters: object) -> Any:
        """Call an action of the API as sysadmin and return its result; raises AssertionError with CKAN's own words."""
        address, headers = f"{self.url}/api/3/action/{action}", {"Authorization": self.token}
        answer = requests.post(address, json=parameters, headers=headers, timeout=SECONDS)
        assert answer.ok, f"{action}: {answer.status_code} {answer.text[:500]}"
        return answer.json()["result"]

    def packages(self) -> dict[str, Package]:
        """Return what anybody can find on the portal, by its `uri`."""
        address = f"{self.url}/api/3/action/package_search"
        found = requests.get(address, params={"rows": 1000}, timeout=SECONDS).json()["result"]["results"]
        return {package["uri"]: package for package in found}

    def exported(self, package: Package) -> Graph:
        """Return the dataset as the portal describes it in RDF to everybody."""
        answer = requests.get(f"{self.url}/dataset/{package['id']}.ttl", timeout=SECONDS)
        assert answer.ok, f"{answer.status_code} for {package['name']}"
        return Graph().parse(data=answer.content, format="turtle")

    def empty(self) -> None:
        """Purge everything: the portal is the tests' own, and an earlier use of it may have been cut off."""
        self._run("empty_once.py")

    @contextmanager
    def new_source(self, name: str, url: str) -> Iterator[None]:
        """Make a harvest source; it goes in the end with all it brought, as does what an earlier session left."""
        self.clear_source(name)
        source = {"name": name, "title": name, "url": url, "source_type": "dcat_rdf", "owner_org": ORGANISATION}
        self.call("harvest_source_create", **source)
        yield
        self.clear_source(name)

    def clear_source(self, name: str) -> None:
        """Purge the harvest source of this name, if there is one, and its datasets."""
        for source in self.call("package_search", fq=f"+dataset_type:harvest +name:{name}")["results"]:
            self.call("harvest_source_clear", id=source["id"])
            self.call("dataset_purge", id=source["id"])

    def harvest(self, source: str) -> dict[str, Any]:
        """Harvest a source, wait for the end, and return the job: `stats`, and what went wrong."""
        job: dict[str, Any] = json.loads(self._run("harvest_once.py", source))
        return job

    def _run(self, script: str, *arguments: str) -> str:
        """Run a script beside this one with the portal's own Python, and return what it prints."""
        command = [str(self.directory / "venv" / "bin" / "python"), str(HERE / script), *arguments]
        environment = {**os.environ, "CKAN_INI": str(self.directory / "ckan.ini")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


@contextmanager
def running_portal() -> Iterator[Portal]:
    """Bring the portal up with nothing in it, and stop it afterwards unless it ran before."""
    directory = Path(os.environ.get("TEST_PORTAL_DIR", Path(tempfile.gettempdir(), "offenlage-test-portal")))
    ran_before = _answers(directory)
    # Not captured by pipes: the servers that are started keep them open.
    subprocess.run([str(HERE / "up.sh"), str(directory)], check=True)
    try:
        portal = Portal((directory / "run" / "url").read_text().strip(), directory, _token(directory))
        portal.empty()
        yield portal
    finally:
        if not ran_before:
            subprocess.run([str(HERE / "down.sh"), str(directory)], check=True)


def _token(directory: Path) -> str:
    return (directory / "run" / "token").read_text().strip()


def _answers(directory: Path) -> bool:
    try:
        url = (directory / "run" / "url").read_text().strip()
        return requests.get(f"{url}/api/3/action/status_show", timeout=5).ok
    except (FileNotFoundError, requests.ConnectionError):
        return False
