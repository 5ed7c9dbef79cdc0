"""What is published is looked at where the public reaches it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rdflib import Graph

from flows.pipeline import shapes
from flows.serve.live import UnreachableError, check_live
from flows.serve.server import make_server
from flows.settings import Configuration, load

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def served(docroot: Path) -> Iterator[str]:
    with make_server(docroot, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def configuration(published: Path) -> Configuration:
    return load(ROOT, environ={}, output=published)


@pytest.fixture(scope="module")
def graph(configuration: Configuration) -> Graph:
    return shapes(configuration)


def test_a_good_release_has_no_problems(published: Path, configuration: Configuration, graph: Graph) -> None:
    with served(published / "public") as url:
        assert check_live(url.rstrip("/"), configuration.entities, graph) == []


def test_damage_and_loss_are_named(published: Path, configuration: Configuration, graph: Graph, tmp_path: Path) -> None:
    docroot = Path(shutil.copytree(published / "public", tmp_path / "public"))
    (docroot / "data" / "goals.csv").unlink()
    (docroot / "data" / "measures.json").write_text("[]\n")
    with served(docroot) as url:
        problems = check_live(url, configuration.entities, graph)
    assert {problem.path for problem in problems} == {"data/goals.csv", "data/measures.json"}
    texts = " ".join(problem.text for problem in problems)
    assert "cannot be read" in texts
    assert "sha256" in texts
    assert "HEAD tells 3 bytes" in texts


def test_nothing_there_is_unreachable(configuration: Configuration, graph: Graph, tmp_path: Path) -> None:
    with served(tmp_path) as url, pytest.raises(UnreachableError, match=r"manifest\.json"):
        check_live(url, configuration.entities, graph)
    with pytest.raises(UnreachableError):
        check_live(url, configuration.entities, graph)


@pytest.mark.parametrize("url", ["http://data.example/", "ftp://127.0.0.1/", "file:///etc/", "//data.example"])
def test_only_encrypted_or_local_addresses_are_asked(url: str, configuration: Configuration, graph: Graph) -> None:
    with pytest.raises(ValueError, match="https://"):
        check_live(url, configuration.entities, graph)
