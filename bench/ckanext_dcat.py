"""The same catalogue through ckanext-dcat: read our Turtle with its parser, write what it read with its serializer.

Runs in a Python that has ckan and ckanext-dcat, and nothing of ours: python ckanext_dcat.py CASE DATASETS FOLDER. It
writes what CKAN keeps of a dataset, which is fewer statements than it read.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import flask
import flask_babel
from ckan.common import config
from ckanext.dcat.processors import RDFParser, RDFSerializer

PROFILES = ["euro_dcat_ap_3"]
SETTINGS = {
    "ckan.site_url": "http://127.0.0.1:5000",
    "ckan.locale_default": "de",
    "ckan.locales_offered": "de en",
    "ckan.plugins": "",
}


def parse(pages: list[bytes]) -> list[dict[str, object]]:
    """Return the datasets as CKAN's dictionaries."""
    found: list[dict[str, object]] = []
    for page in pages:
        parser = RDFParser(profiles=PROFILES)
        parser.parse(page.decode(), _format="turtle")
        found += parser.datasets()
    return found


def serialise(datasets: list[dict[str, object]]) -> str:
    """Return the datasets as Turtle, as the serializer writes a catalogue (whose own node needs a database)."""
    serializer = RDFSerializer(profiles=PROFILES)
    for dataset in datasets:
        serializer.graph_from_dataset(dataset)
    return str(serializer.g.serialize(format="turtle"))


def as_kept(number: int, dataset: dict[str, object]) -> dict[str, object]:
    """Return the dictionary with what CKAN itself adds when it keeps a dataset."""
    added = {"id": f"id-{number}", "name": f"name-{number}", "type": "dataset", "organization": None}
    times = {"metadata_created": "2026-03-31T08:00:00", "metadata_modified": "2026-03-31T08:00:00"}
    resources = [{**file, "id": f"id-{number}-{place}"} for place, file in enumerate(dataset["resources"])]
    return {**dataset, **added, **times, "resources": resources}


def main(case: str, _count: str, folder: str) -> None:
    """Run one case and print its seconds and the peak of its memory in MB."""
    config.update(SETTINGS)
    pages = [path.read_bytes() for path in sorted(Path(folder).glob("catalog*.ttl"))]
    app = flask.Flask("bench")
    flask_babel.Babel(app)
    with app.test_request_context():
        start = time.process_time()
        datasets = parse(pages)
        if case.startswith("write"):
            kept = [as_kept(number, dataset) for number, dataset in enumerate(datasets)]
            start = time.process_time()
            (Path(folder) / "ckanext-dcat.ttl").write_text(serialise(kept), encoding="utf-8")
        seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": memory}))


if __name__ == "__main__":
    main(*sys.argv[1:])
