"""Describe a dataset in the words of schema.org, for search engines that know no DCAT."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flows.model import Dataset, PublishedFile
from flows.publish.naming import Config, address, described, identifier, portal_id, titled
from flows.publish.vocabulary import FILE_FORMS, LANGUAGES


def schema_org(dataset: Dataset, catalogue: Config, files: Mapping[str, PublishedFile]) -> dict[str, Any]:
    """Return the dataset as a schema.org Dataset with a download for each of its files in `files`."""
    description = dataset.description
    publisher = {
        "@type": "Organization",
        "name": catalogue["publisher"]["name"]["de"],
        "url": catalogue["publisher"]["homepage"],
    }
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": str(identifier(catalogue, "dataset", dataset.name)),
        "name": _texts(titled(catalogue, description["title"])),
        "description": _texts(described(catalogue, description["description"])),
        "keywords": _keywords(dataset),
        "identifier": portal_id(catalogue, "dataset", dataset.name),
        "url": str(address(catalogue, f"id/dataset/{dataset.name}/")),
        "version": dataset.version,
        "dateCreated": dataset.issued,
        "datePublished": dataset.issued,
        "dateModified": dataset.modified,
        "license": catalogue["license"],
        "creditText": catalogue["attribution"]["de"],
        "isAccessibleForFree": True,
        "inLanguage": list(LANGUAGES),
        "creator": publisher,
        "publisher": publisher,
        "spatialCoverage": {"@type": "Place", "@id": catalogue["spatial"]},
        **({"temporalCoverage": "/".join(dataset.temporal)} if dataset.temporal else {}),
        "variableMeasured": list(dataset.frame.columns),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": str(identifier(catalogue, "catalogue", "measures")),
            "name": _texts(titled(catalogue, catalogue["title"])),
            "url": catalogue["base_url"],
        },
        "distribution": [
            _download(files[path], form.media_type, form.label["de"], dataset, catalogue)
            for form in FILE_FORMS
            if (path := f"data/{dataset.name}.{form.suffix}") in files
        ],
    }


def in_page(document: Mapping[str, Any]) -> str:
    """Return the document as text for a script element: no `<` can end it early."""
    return json.dumps(document, ensure_ascii=False).replace("<", "\\u003c")


def _download(file: PublishedFile, media_type: str, label: str, dataset: Dataset, catalogue: Config) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": label,
        "contentUrl": str(address(catalogue, file.path)),
        "encodingFormat": media_type,
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
        "dateModified": dataset.data_modified,
        "license": catalogue["license"],
    }


def _texts(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": lang, "@value": texts[lang]} for lang in LANGUAGES]


def _keywords(dataset: Dataset) -> list[dict[str, str]]:
    keywords = dataset.description["keywords"]
    return [{"@language": lang, "@value": word} for lang in LANGUAGES for word in keywords[lang]]
