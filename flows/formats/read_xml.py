"""Read the records of an XML document into columns named by relative paths."""

from __future__ import annotations

import codecs
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from flows.formats.encoding import Decoded, decode
from flows.formats.limits import MAX_DEPTH
from flows.formats.records import Flat, join_list, records_table
from flows.formats.refusal import Unreadable, broken, no_records, too_deep
from flows.model import Finding, Table

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f"{{{XSI}}}nil"
DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


@dataclass(frozen=True)
class _Names:
    """The mapping's prefixes; a namespace without one is written as `{URI}name`, so that a new one shows."""

    prefixes: Mapping[str, str]

    def short(self, tag: str) -> str:
        uri, brace, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
        if not brace:
            return tag
        prefix = next((known for known, value in self.prefixes.items() if value == uri), None)
        return tag if prefix is None else (f"{prefix}:{local}" if prefix else local)


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
        raise no_records(", ".join(names.short(tag) for tag in sorted(kinds)), "[read] records")
    records = list(_follow(root, path, names))
    if records:
        return records
    # The names as they are now show whether the namespace has changed.
    raise no_records(", ".join(dict.fromkeys(names.short(element.tag) for element in [root, *root])), path)


def _follow(root: Element, path: str, names: _Names) -> Iterator[Element]:
    if path.startswith("//"):
        return (element for element in root.iter() if names.short(element.tag) == path[2:])
    steps = path.split("/")
    found = [root]
    if not steps[0]:
        found = [root] if len(steps) > 1 and names.short(root.tag) == steps[1] else []
        steps = steps[2:]
    for step in steps:
        found = [child for parent in found for child in parent if names.short(child.tag) == step]
    return iter(found)


def _flatten(record: Element, names: _Names) -> Flat:
    return dict(_places(record, "", names, 0))


def _places(element: Element, path: str, names: _Names, depth: int) -> Iterator[tuple[str, str | None]]:
    if depth > MAX_DEPTH:
        raise too_deep("xml", MAX_DEPTH)
    under = f"{path}/" if path else ""
    for name, value in element.attrib.items():
        if name != NIL:
            yield f"{under}@{names.short(name)}", value
    text = _own_text(element)
    if element.get(NIL) in ("true", "1"):
        yield path or ".", None
    elif len(element) == 0 or text.strip():
        yield path or ".", text
    same = defaultdict(list)
    for child in element:
        same[child.tag].append(child)
    for tag, children in same.items():
        place = f"{under}{names.short(tag)}"
        if len(children) == 1:
            yield from _places(children[0], place, names, depth + 1)
        else:
            yield place, _list_text(children, names, depth + 1)


def _list_text(elements: list[Element], names: _Names, depth: int) -> str:
    """Write elements that repeat as a list of their texts, groups with places of their own as JSON."""
    flats = [dict(_places(element, "", names, depth)) for element in elements]
    if all(set(flat) == {"."} for flat in flats):
        return join_list([flat["."] for flat in flats])
    return json.dumps(flats, ensure_ascii=False)


def _own_text(element: Element) -> str:
    """Return the text of an element without that of its children, wherever it stands between them."""
    return (element.text or "") + "".join(child.tail or "" for child in element)
