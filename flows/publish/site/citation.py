"""How to cite a version of a dataset: as a sentence, BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.model import Dataset
from flows.publish.naming import Config, identifier, titled
from flows.publish.site.words import Lang

BIBTEX_SPECIAL = re.compile(r"[&%$#_{}~^\\]")
BIBTEX_WORDS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True)
class Citation:
    """What all forms say of one version of a dataset; `day` is the day it was published (ISO)."""

    key: str
    author: str
    title: str
    day: str
    version: str
    url: str
    licence: str
    lang: Lang


def citation(dataset: Dataset, catalogue: Config, lang: Lang) -> Citation:
    """Return the citation of the current version, under the address that never changes."""
    return Citation(
        key=f"{dataset.name}_{dataset.version}",
        author=catalogue["publisher"]["name"][lang],
        title=titled(catalogue, dataset.description["title"])[lang],
        day=dataset.data_modified[:10],
        version=dataset.version,
        url=str(identifier(catalogue, "version", f"{dataset.name}/{dataset.version}")),
        licence=catalogue["license"],
        lang=lang,
    )


def as_sentence(cited: Citation, words: Mapping[str, str]) -> str:
    """Return the citation as people write it; `words` are those of texts/datasets.toml."""
    return words["cite_sentence"].format(
        author=cited.author, year=cited.day[:4], title=cited.title, version=cited.version, url=cited.url
    )


def as_bibtex(cited: Citation) -> str:
    """Return an entry for BibTeX and BibLaTeX; names in double braces stay as they are."""
    fields = {
        "author": f"{{{_bibtex(cited.author)}}}",
        "title": f"{{{_bibtex(cited.title)}}}",
        "year": cited.day[:4],
        "howpublished": rf"\url{{{cited.url}}}",
        "url": cited.url,
        "note": _bibtex(f"Version {cited.version}, {cited.licence}"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{cited.key},", *lines, "}"]) + "\n"


def _bibtex(text: str) -> str:
    return BIBTEX_SPECIAL.sub(lambda found: BIBTEX_WORDS.get(found[0], f"\\{found[0]}"), text)


def as_ris(cited: Citation) -> str:
    """Return a record in RIS; its lines end as RIS asks, with CR LF."""
    fields = (
        ("TY", "DATA"),
        ("AU", f"{cited.author.replace(',', ' –')},"),
        ("TI", cited.title),
        ("PY", cited.day[:4]),
        ("DA", cited.day.replace("-", "/")),
        ("PB", cited.author),
        ("ET", cited.version),
        ("UR", cited.url),
        ("LA", cited.lang),
        ("N1", cited.licence),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields)


def as_csl(cited: Citation) -> str:
    """Return the citation as CSL-JSON, an array of one item."""
    item: Mapping[str, Any] = {
        "id": cited.key,
        "type": "dataset",
        "title": cited.title,
        "author": [{"literal": cited.author}],
        "issued": {"date-parts": [[int(part) for part in cited.day.split("-")]]},
        "publisher": cited.author,
        "version": cited.version,
        "URL": cited.url,
        "language": cited.lang,
        "note": cited.licence,
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def citation_files(dataset: Dataset, catalogue: Config) -> Iterator[tuple[str, str, bytes]]:
    """Yield the files a reference manager reads: path, media type, content."""
    cited, base = citation(dataset, catalogue, "de"), f"data/{dataset.name}"
    yield f"{base}.bib", "application/x-bibtex", as_bibtex(cited).encode()
    yield f"{base}.ris", "application/x-research-info-systems", as_ris(cited).encode()
    yield f"{base}.csl.json", "application/json", as_csl(cited).encode()
