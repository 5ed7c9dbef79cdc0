"""The page of a release's permanent data: what changed in it, under addresses that never change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.model import Release
from flows.publish.site.index import Link
from flows.publish.site.rendering import HTML, File, render


def version_page(release: Release, catalogue: Mapping[str, Any]) -> File:
    """Return `versions/<release>/index.html`: the datasets this release changed, as CSV and JSON Lines.

    `release.files` must hold the files of that version. `catalogue` is as in `naming`.
    """
    base = f"versions/{release.id}/"
    files = [file for path, file in release.files.items() if path.startswith(base)]
    links: dict[str, list[Link]] = {}
    for file in files:
        dataset, _, form = file.path.removeprefix(base).partition(".")
        links.setdefault(dataset, []).append(Link(file.path, form, file.media_type, file.bytes))
    path = f"{base}index.html"
    title = catalogue["title"]["de"]
    return (
        path,
        HTML,
        render("version.html", path, "de", example=catalogue["example"], title=title, release=release, links=links),
    )
