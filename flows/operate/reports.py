"""Find the annual report on a year among what is published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flows.operate.published import UnknownNameError

PLACE = re.compile(r"(en/)?reports/(\d{4})/(index\.html|report\.pdf)")
MEDIA_TYPES: Mapping[str, str] = {"index.html": "text/html", "report.pdf": "application/pdf"}


def find_report(year: int, paths: Iterable[str], base_url: str) -> dict[str, Any]:
    """Return the files of the report on a year, of the `paths` of a release; raises UnknownNameError for none."""
    known = [(match, path) for path in paths if (match := PLACE.fullmatch(path))]
    files = [
        {
            "language": "en" if match[1] else "de",
            "media_type": MEDIA_TYPES[match[3]],
            "path": path,
            "url": f"{base_url}{path.removesuffix('index.html')}",
        }
        for match, path in known
        if match[2] == str(year)
    ]
    if not files:
        raise UnknownNameError("annual report", str(year), sorted({match[2] for match, _ in known}))
    return {"format": "offenlage-report/1", "year": year, "files": files}


def report_lines(found: Mapping[str, Any], public: str) -> list[str]:
    """Return what `find_report` found, a file a line: language, place on the disk, address."""
    places = [str(form.get("copied_to") or f"{public}/{form['path']}") for form in found["files"]]
    return [f"{form['language']}  {place}  {form['url']}" for form, place in zip(found["files"], places, strict=True)]
