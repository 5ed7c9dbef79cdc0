"""Publish a code list: as the CSV file it is, and as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from flows.contracts import CodeList
from flows.formats.write_json import write_document
from flows.publish.site.rendering import File


def codelist_files(codelist: CodeList) -> Iterator[File]:
    """Yield `codelists/<name>.csv`, byte for byte as in schemas/codelists/, and `.json` with arrays of synonyms."""
    base = f"codelists/{codelist.name}"
    yield f"{base}.csv", "text/csv", _as_csv(codelist)
    codes = [{**row, "synonyms": [w for w in row.get("synonyms", "").split("|") if w]} for row in codelist.rows]
    yield f"{base}.json", "application/json", write_document({"name": codelist.name, "codes": codes})


def _as_csv(codelist: CodeList) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(codelist.rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(codelist.rows)
    return text.getvalue().encode()
