"""Bytes become text: by byte order mark, strict UTF-8, then evidence; never by a statistical guess."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from flows.model import Finding

LEGACY = ("cp1252", "iso8859-15", "mac_roman")
"""The 8-bit encodings of German office programs, in order of how often they come."""

UMLAUTS = frozenset("äöüÄÖÜß")
TYPOGRAPHY = frozenset("€–—„“”‚‘’…»«§°²³·•©®½¼×éèêáàâçñíóúôîëïÉÈÁÀÇ\xa0")
ASCII = bytes(range(128))
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff]")
"""Characters that no text of a department holds; tab and line ends are not among them."""


@dataclass(frozen=True)
class Decoded:
    """The text of a file, the Python name of its encoding, and what had to be decided to get there."""

    text: str
    encoding: str
    findings: tuple[Finding, ...] = ()


def decode(data: bytes, headings: Collection[str] = (), hint: str = "", sheet: str = "") -> Decoded:
    """Turn the bytes of a text file into text without its byte order mark.

    Order: byte order mark, the mapping's `hint`, strict UTF-8, then cp1252, ISO 8859-15 and MacRoman scored by known
    `headings` and umlauts (deliveries.md 1-3, 5). Findings: `encoding_normalised` (FIX, value = encoding),
    `encoding_ambiguous` (WARN) where two encodings fit equally well and read differently, `characters_lost` (ERROR)
    where bytes do not fit the declared encoding; they become U+FFFD. Raises LookupError for an unknown hint.
    """
    marked = _by_mark(data)
    if marked is not None or hint:
        start, encoding = marked or (0, hint)
        return _declared(data[start:], encoding, sheet)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _by_evidence(data, headings, sheet)


def _by_mark(data: bytes) -> tuple[int, str] | None:
    """Return the length of the byte order mark and the encoding it declares."""
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    return next(((len(mark), name) for mark, name in marks if data.startswith(mark)), None)


def _declared(data: bytes, encoding: str, sheet: str) -> Decoded:
    converted = Finding("encoding_normalised", "FIX", sheet=sheet, value=encoding, expected="utf-8")
    try:
        return Decoded(data.decode(encoding), encoding, (converted,))
    except UnicodeDecodeError as fault:
        damaged = Finding(
            "characters_lost", "ERROR", sheet=sheet, value=f"0x{data[fault.start]:02X}", expected=encoding
        )
        return Decoded(data.decode(encoding, "replace"), encoding, (converted, damaged))


def _by_evidence(data: bytes, headings: Collection[str], sheet: str) -> Decoded:
    high = Counter(data.translate(None, ASCII))
    scores = {name: _evidence(data, high, headings, name) for name in LEGACY if _fits(high, name)}
    best = max(scores, key=lambda name: scores[name])
    findings = [Finding("encoding_normalised", "FIX", sheet=sheet, value=best, expected="utf-8")]
    rivals = [name for name in scores if scores[name] == scores[best] and _reads_differently(high, name, best)]
    if rivals:
        value = ", ".join([best, *rivals])
        findings.append(Finding("encoding_ambiguous", "WARN", sheet=sheet, value=value, expected="utf-8"))
    return Decoded(data.decode(best), best, tuple(findings))


def _fits(high: Counter[int], encoding: str) -> bool:
    try:
        bytes(high).decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _evidence(data: bytes, high: Counter[int], headings: Collection[str], encoding: str) -> tuple[int, int]:
    """Count the known headings with umlauts that the bytes spell, and weigh each other character beyond ASCII."""
    spelled = (heading.encode(encoding, "ignore") for heading in headings if not heading.isascii())
    return sum(word in data for word in spelled), sum(n * _weight(bytes([b]).decode(encoding)) for b, n in high.items())


def _weight(char: str) -> int:
    if char in UMLAUTS:
        return 2
    if char in TYPOGRAPHY:
        return 1
    return -5 if CONTROL.match(char) else -1


def _reads_differently(high: Counter[int], one: str, other: str) -> bool:
    return bytes(high).decode(one) != bytes(high).decode(other)
