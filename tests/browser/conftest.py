"""The browser of all tests in this directory, and the releases as a web server gives them out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from page_types import FEEDBACK, GENERATED, largest

from bench.generated_city import generate, release
from flows.operate.check import check
from flows.pipeline import contents
from flows.publish.datasets import Moment
from flows.publish.release import compose
from flows.reporting import page_of
from flows.serve.server import make_server
from flows.settings import Configuration, load

HERE = Path(__file__).resolve().parent
MANY, YEARS = 110, 1
"""Measures and years of the generated city: enough that lists, changes and report go on on further pages."""
PLAIN_LANGUAGE = {
    "approved_on": "2027-01-01",
    "approved_by": {
        "de": "Niemand: dieser Text dient nur der Prüfung",
        "en": "nobody: this text is for the tests only",
    },
    "paragraphs": ["Die Stadt hat Vorhaben.", "Hier steht, wie weit sie sind."],
}


@dataclass(frozen=True)
class Site:
    """Served releases: their address, their folder, the bytes of each page by path; and what departments are told."""

    url: str
    folder: Path
    sizes: dict[str, int]
    feedback: Path

    def address(self, name: str, lang: str) -> str:
        """Return the address of the page that stands for a type in a language."""
        if name in FEEDBACK:
            return (self.feedback / lang / FEEDBACK[name].path.replace("\\", "")).as_uri()
        return self.url + largest(self.sizes, name, lang)


@pytest.fixture(scope="session")
def tools() -> tuple[str, str]:
    """Return where Chromium is, and the source of axe-core; sets both up, once, with up.sh."""
    directory = Path(os.environ.get("TEST_BROWSER_DIR") or Path(tempfile.gettempdir()) / "offenlage-test-browser")
    done = subprocess.run([HERE / "up.sh", directory], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    sys.path.insert(0, str(directory / "python"))
    return done.stdout.splitlines()[-1], (directory / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="session")
def site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the example's release on a free port, and below it that of a generated city."""
    folder = tmp_path_factory.mktemp("docroot")
    shutil.copytree(published / "public", folder, dirs_exist_ok=True)
    make_generated(folder / GENERATED)
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*.html")}
    told = tmp_path_factory.mktemp("told")
    make_feedback(published / "reports", told)
    with make_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(f"http://127.0.0.1:{server.server_address[1]}/", folder, sizes, told)
        server.shutdown()


def make_generated(folder: Path) -> None:
    """Make the release of a generated city that has a text in easy-to-read German."""
    given = load(HERE.parents[1], environ={})
    legal = {**given.theme["legal"], "plain_language": PLAIN_LANGUAGE}
    lower = {name: given.catalogue[name] + GENERATED for name in ("id_base", "base_url")}
    own = replace(given, theme={**given.theme, "legal": legal}, catalogue={**given.catalogue, **lower})

    def write(file: Any, content: bytes) -> None:
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    made = release(generate(MANY, YEARS), own, Moment("2027-01-02", "2027-01-02T08:00:00+01:00"))
    compose(made, contents(own), {}, lambda _file: None, write)


def make_feedback(reports: Path, folder: Path) -> None:
    """Write for each verdict the report of the example that says most, as the page a department gets.

    In both languages. No delivery of the example is refused as a whole; the one that is has nothing in it.
    """
    own = load(HERE.parents[1], environ={})
    documents = [json.loads(path.read_text("utf-8")) for path in sorted(reports.rglob("*.json"))]
    documents.append(refused(own))
    for verdict in ("accepted", "with_remarks", "not_accepted"):
        told = max((d for d in documents if d["verdict"] == verdict), key=lambda d: len(json.dumps(d)))
        feed = next(feed for feed in own.feeds if feed.id == told["feed"])
        for lang in ("de", "en"):
            place = folder / lang / f"{verdict}.html"
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(page_of(told, feed, own, "marked.xlsx", lang))


def refused(own: Configuration) -> dict[str, Any]:
    """Return what is told of an empty delivery."""
    feed = next(feed for feed in own.feeds if feed.id == "kult/measures")
    return dict(check([("massnahmen.csv", b"")], feed, "2026-11-20", None, own).told)


@pytest.fixture(scope="session")
def browser(tools: tuple[str, str]) -> Iterator[Any]:
    """Start Debian's Chromium; as root it has no sandbox, and it opens nothing but our own pages."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=tools[0], args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe(tools: tuple[str, str]) -> str:
    """Return the source of axe-core."""
    return tools[1]
