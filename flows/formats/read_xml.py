"""Read the records of an XML document into columns named by relative paths."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from flows.formats.encoding import Decoded, decode
from flows.formats.limits import MAX_DEPTH
from flows.formats.records import Flat, check_rows, join_list, records_table
from flows.formats.refusal import Unreadable, broken, no_records, too_deep
from flows.model import Finding, Table

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f"{{{XSI}}}nil"
DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


class _Names(dict[str, str]):
    """What a tag is called: `prefix:name` with the mapping's prefixes, or `{URI}name`, so that a new namespace shows.

    Each tag is looked up once and kept: a document has millions of elements and few tags.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = {uri: prefix for prefix, uri in prefixes.items()}

    def __missing__(self, tag: str) -> str:
        uri, brace, local = tag[1:].rpartition("}")
        prefix = self._prefixes.get(uri) if brace else None
        self[tag] = tag if prefix is None else f"{prefix}:{local}".removeprefix(":")
        return self[tag]


def read_xml(data: bytes, hints: Mapping[str, Any], sheet: str = "") -> tuple[list[Table], list[Finding]]:
    """Read one XML document; each element at the path `hints["records"]` is a row, from 1.

    The path (`/m:Liste/m:Vorhaben` from the root, `m:Vorhaben` below it, `//m:Vorhaben` anywhere) and the columns use
    the prefixes of `hints["namespaces"]`, whatever the document calls them. Without a path the root's children are the
    records if they are all alike. Missing and `xsi:nil` are None, an empty element is "". Elements that repeat are
    joined by `|`, groups that repeat
    are kept as JSON text. No DTD, entity or external reference is ever followed. Findings: those of `decode`,
    `encoding_declared_wrong` (WARN). Raises Unreadable.
    """
    decoded, findings = _decode(data, sheet)
    root = _parse(decoded.text)
    names = _Names(hints.get("namespaces", {}))
    records = _find_records(root, hints.get("records"), names)
    check_rows(len(records), "records")
    return [records_table([_flatten(record, names) for record in records], sheet)], findings


def _decode(data: bytes, sheet: str) -> tuple[Decoded, list[Finding]]:
    """Decode by the declaration if it is true; bytes that are strict UTF-8 beyond ASCII are never anything else."""
    found = DECLARED.match(data)
    declared = _text_encoding(found[1].decode("ascii")) if found else ""
    by_bytes = decode(data, sheet=sheet)
    if not declared or declared == by_bytes.encoding or by_bytes.text.isascii():
        return by_bytes, list(by_bytes.findings)
    if by_bytes.encoding != "utf-8":
        by_declaration = decode(data, hint=declared, sheet=sheet)
        if all(finding.level == "FIX" for finding in by_declaration.findings):
            return by_declaration, list(by_declaration.findings)
    wrong = Finding("encoding_declared_wrong", "WARN", sheet=sheet, value=declared, expected=by_bytes.encoding)
    return by_bytes, [*by_bytes.findings, wrong]


def _text_encoding(name: str) -> str:
    """Return Python's name of a declared text encoding, or "" where there is none."""
    try:
        found = codecs.lookup(name)
        "".encode(name)
    except (LookupError, UnicodeError):
        return ""
    return found.name


def _parse(text: str) -> Element:
    try:
        root: Element = fromstring(DECLARATION.sub("", text), forbid_dtd=True)
    except DefusedXmlException as fault:
        raise Unreadable("unsafe_content", "xml: DTD") from fault
    except ParseError as fault:
        raise broken("xml", str(fault)) from fault
    except ValueError as fault:
        raise broken("xml", "characters that XML cannot hold") from fault
    return root


def _find_records(root: Element, path: str | None, names: _Names) -> list[Element]:
    if path is None:
        kinds = {child.tag for child in root}
        if len(kinds) == 1:
            return list(root)
        raise no_records(", ".join(names[tag] for tag in sorted(kinds)), "[read] records")
    records = list(_follow(root, path, names))
    if records:
        return records
    # The names as they are now show whether the namespace has changed.
    raise no_records(", ".join(dict.fromkeys(names[element.tag] for element in [root, *root])), path)


def _follow(root: Element, path: str, names: _Names) -> Iterator[Element]:
    if path.startswith("//"):
        return (element for element in root.iter() if names[element.tag] == path[2:])
    steps = path.split("/")
    found = [root]
    if not steps[0]:
        found = [root] if len(steps) > 1 and names[root.tag] == steps[1] else []
        steps = steps[2:]
    for step in steps:
        found = [child for parent in found for child in parent if names[child.tag] == step]
    return iter(found)


def _flatten(record: Element, names: _Names, depth: int = 0) -> Flat:
    flat: Flat = {}
    _add(flat, record, "", names, depth)
    return flat


def _add(flat: Flat, element: Element, path: str, names: _Names, depth: int) -> None:
    """Put the texts of an element and of all below it into `flat`, each at its path from the record."""
    if depth > MAX_DEPTH:
        raise too_deep("xml", MAX_DEPTH)
    under = f"{path}/" if path else ""
    for name, value in element.attrib.items():
        if name != NIL:
            flat[f"{under}@{names[name]}"] = value
    text = _own_text(element)
    if element.get(NIL) in ("true", "1"):
        flat[path or "."] = None
    elif len(element) == 0 or text.strip():
        flat[path or "."] = text
    for tag, children in _by_tag(element).items():
        place = f"{under}{names[tag]}"
        if len(children) == 1:
            _add(flat, children[0], place, names, depth + 1)
        else:
            flat[place] = _list_text(children, names, depth + 1)


def _by_tag(element: Element) -> dict[str, list[Element]]:
    same: dict[str, list[Element]] = {}
    for child in element:
        same.setdefault(child.tag, []).append(child)
    return same


def _list_text(elements: list[Element], names: _Names, depth: int) -> str:
    """Write elements that repeat as a list of their texts, groups with places of their own as JSON."""
    flats = [_flatten(element, names, depth) for element in elements]
    if all(set(flat) == {"."} for flat in flats):
        return join_list([flat["."] for flat in flats])
    return json.dumps(flats, ensure_ascii=False)


def _own_text(element: Element) -> str:
    """Return the text of an element without that of its children, wherever it stands between them."""
    if len(element) == 0:
        return element.text or ""
    return (element.text or "") + "".join(child.tail or "" for child in element)
