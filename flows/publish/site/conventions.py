"""What programs look for on a website: robots.txt, sitemap.xml, and the files of .well-known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from rdflib.namespace import DCTERMS, FOAF, VOID

from flows.formats.write_json import write_document
from flows.model import PublishedFile
from flows.publish.naming import address, identifier, titled
from flows.publish.site.legal import NOT_FOUND
from flows.publish.site.rendering import File
from flows.publish.vocabulary import LANGUAGES

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
VOID_PREFIXES = {"dct": str(DCTERMS), "foaf": str(FOAF), "void": str(VOID)}
DUMPS = ("catalog.ttl", "catalog.rdf", "catalog.jsonld")
NOT_LISTED = ("id/", "versions/")
"""Pages that answer for an identifier or keep an earlier state; searched is what is current."""
SEPARATOR = " ;\n  "
MOST = 50_000
"""Addresses of a sitemap (sitemaps.org)."""


def conventions(
    files: Mapping[str, PublishedFile], catalogue: Mapping[str, Any], theme: Mapping[str, Any]
) -> Iterator[File]:
    """Yield what is found at fixed addresses; `files` are all others of the release, `catalogue` is as in `naming`."""
    yield "sitemap.xml", "application/xml", sitemap(files, catalogue)
    yield "robots.txt", "text/plain", _robots(catalogue)
    yield ".well-known/security.txt", "text/plain", security_txt(catalogue, theme["legal"]["security"])
    yield ".well-known/void", "text/turtle", _void(files, catalogue)
    yield ".well-known/api-catalog", "application/linkset+json", _api_catalogue(files, catalogue)


def sitemap(files: Mapping[str, PublishedFile], catalogue: Mapping[str, Any]) -> bytes:
    """Return the pages with the time their content last changed, and each with its other language."""
    root = Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for path in [path for path in files if _is_listed(path)][:MOST]:
        german = path.removeprefix("en/")
        entry = SubElement(root, "url")
        SubElement(entry, "loc").text = _page(catalogue, path)
        SubElement(entry, "lastmod").text = files[path].modified
        for lang, twin in (("de", german), ("en", f"en/{german}"), ("x-default", german)):
            if twin in files:
                SubElement(entry, "xhtml:link", {"rel": "alternate", "hreflang": lang, "href": _page(catalogue, twin)})
    indent(root, "")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, "unicode")}\n'.encode()


def _is_listed(path: str) -> bool:
    return path.endswith(".html") and not path.startswith(NOT_LISTED) and not path.endswith(NOT_FOUND)


def _page(catalogue: Mapping[str, Any], path: str) -> str:
    return str(address(catalogue, path.removesuffix("index.html")))


def _robots(catalogue: Mapping[str, Any]) -> bytes:
    return f"User-agent: *\nAllow: /\n\nSitemap: {address(catalogue, 'sitemap.xml')}\n".encode()


def security_txt(catalogue: Mapping[str, Any], security: Mapping[str, str]) -> bytes:
    """Return whom to tell of a security problem (RFC 9116); the day it goes stale is the configuration's."""
    lines = (
        f"Contact: {security['contact']}",
        f"Expires: {security['expires']}T00:00:00Z",
        "Preferred-Languages: de, en",
        f"Canonical: {address(catalogue, '.well-known/security.txt')}",
    )
    return ("\n".join(lines) + "\n").encode()


def _void(files: Mapping[str, PublishedFile], catalogue: Mapping[str, Any]) -> bytes:
    """Return where the linked data are (W3C note on VoID, section 7.2), in Turtle; its texts are written as in JSON."""
    title = titled(catalogue, catalogue["title"])
    statements = [
        *(f"dct:title {json.dumps(title[lang], ensure_ascii=False)}@{lang}" for lang in LANGUAGES),
        f"dct:license <{catalogue['license']}>",
        f"foaf:homepage <{catalogue['base_url']}>",
        f'void:uriSpace "{catalogue["id_base"]}id/"',
        *(f"void:dataDump <{address(catalogue, path)}>" for path in DUMPS if path in files),
    ]
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in VOID_PREFIXES.items())
    node = identifier(catalogue, "catalogue", "measures")
    return f"{prefixes}\n<{node}> a void:Dataset ;\n  {SEPARATOR.join(statements)} .\n".encode()


def _api_catalogue(files: Mapping[str, PublishedFile], catalogue: Mapping[str, Any]) -> bytes:
    """Return the list of what programs can ask for (RFC 9727, as a linkset of RFC 9264)."""
    offered = [*DUMPS, "data/datapackage.json", "feed.atom", "feed.json"]
    there = [path for path in offered if path in files]
    items = [{"href": str(address(catalogue, path)), "type": files[path].media_type} for path in there]
    described = [{"href": str(address(catalogue, "data/")), "type": "text/html"}]
    link = {"anchor": str(address(catalogue, ".well-known/api-catalog")), "item": items, "service-doc": described}
    return write_document({"linkset": [link]})
