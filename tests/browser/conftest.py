"""The browser of all tests in this directory, and the release of the example as a web server gives it out."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.serve.server import make_server

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Site:
    """A served release: its address, its folder, and the bytes of each of its pages by path."""

    url: str
    folder: Path
    sizes: dict[str, int]


@pytest.fixture(scope="session")
def tools() -> tuple[str, str]:
    """Return where Chromium is, and the source of axe-core; sets both up, once, with up.sh."""
    directory = Path(os.environ.get("TEST_BROWSER_DIR") or Path(tempfile.gettempdir()) / "offenlage-test-browser")
    done = subprocess.run([HERE / "up.sh", directory], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    sys.path.insert(0, str(directory / "python"))
    return done.stdout.splitlines()[-1], (directory / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="session")
def site(published: Path) -> Iterator[Site]:
    """Serve the example's release on a free port."""
    folder = published / "public"
    with make_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(f"http://127.0.0.1:{server.server_address[1]}/", folder, sizes(folder))
        server.shutdown()


@pytest.fixture(scope="session")
def feedback(published: Path) -> Site:
    """Return what the departments of the example are told of their deliveries: files that nobody serves."""
    folder = published / "reports"
    return Site(f"{folder.as_uri()}/", folder, sizes(folder))


def sizes(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*.html")}


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
