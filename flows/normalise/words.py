"""Words that stand for something agreed: codes, yes and no, council numbers, lists of units."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping

from flows.normalise.date_forms import plain
from flows.normalise.missing import read_mark
from flows.normalise.parsed import NOTHING, Parsed, refused

LONGEST_SENTENCE = 2000
"""Texts beyond this are no status with an explanation."""
COUNCIL_EXAMPLE = "20-26 / V 04375"

_TRUE = frozenset(("ja", "j", "x", "wahr", "true", "yes", "y", "1"))
_FALSE = frozenset(("nein", "n", "falsch", "false", "no", "0"))
_EXPLANATION = re.compile(r" ?[,;:(]| -|\. ")
_PERIODS = "08-14|14-20|20-26|26-32"
_COUNCIL = re.compile(
    r"(?:(?:sitzungs|beschluss)?vorlagen?|antrag|sv|bv)?[ -]*(?:nr\.?|nummer)?:? *"
    rf"(?P<period>{_PERIODS})? ?/? ?(?P<letter>[vafbe])? ?(?P<number>[0-9]{{1,5}})"
)
_LONG_PERIOD = re.compile(r"20([0-9]{2}) ?- ?(?:20)?([0-9]{2})(?= ?/)")
_HARD = re.compile(r"[|;,\n&]|\(?\+| / ")
_SOFT = re.compile(r" (?:und|u\.|and) ")


def parse_boolean(text: str) -> Parsed:
    """Read yes or no; a cross is yes. Finding: `unreadable_boolean`."""
    words = plain(text)
    if words in _TRUE or words in _FALSE:
        return Parsed(words in _TRUE)
    return read_mark(text) or (refused("unreadable_boolean", "ja; nein") if words else NOTHING)


def parse_council_number(text: str) -> Parsed:
    """Read the number of a council paper as `20-26 / V 04375` (domain.md 1.4).

    Findings: `resolution_number_normalised` (taken), `resolution_number_incomplete` where the council's period or the
    letter is missing (it is not guessed), `unreadable_resolution_number`.
    """
    mark = read_mark(text)
    if mark is not None:
        return mark
    words = _LONG_PERIOD.sub(r"\1-\2", plain(text))
    if not words:
        return NOTHING
    match = _COUNCIL.fullmatch(words)
    if not match:
        return refused("unreadable_resolution_number", COUNCIL_EXAMPLE)
    if not match["period"] or not match["letter"]:
        return refused("resolution_number_incomplete", COUNCIL_EXAMPLE)
    number = f"{match['period']} / {match['letter'].upper()} {match['number']:0>5}"
    return Parsed(number, rule="" if number == text.strip() else "resolution_number_normalised")


def parse_code(text: str, words: Mapping[str, str]) -> Parsed:
    """Read a supplier's word as a code; `words` maps casefolded words to codes.

    A known word followed by an explanation gives its code, the finding `status_in_sentence` and the explanation in
    `rest`. Findings without a code: `ambiguous_code` (two that differ in one cell), `symbol_as_code`, `unknown_code`,
    whose `expected` names the nearest words (deliveries.md 34 to 37).
    """
    sentence = plain(text.strip().replace("\n", "; "))
    code = words.get(sentence) or words.get(sentence.rstrip(".!:; "))
    if code:
        return Parsed(code)
    mark = read_mark(text)
    if mark is not None or not sentence:
        return mark or NOTHING
    if not any(character.isalnum() for character in sentence):
        return refused("symbol_as_code", _nearest("", words))
    if len(sentence) > LONGEST_SENTENCE:
        return refused("unknown_code", _nearest(sentence[:80], words))
    return _code_in_sentence(text, sentence, words)


def split_list(text: str, known: Collection[str] = ()) -> list[str]:
    """Split a cell that names several units, in order and without repeats (deliveries.md 38).

    "und" and "/" part only what lies between single words, as names of units hold both ("Referat für Arbeit und
    Wirtschaft", "KVR-GL/31"); what is among the casefolded `known` names stays whole.
    """
    if plain(text) in known:
        return [text.strip()]
    parts = [part.strip(" ()") for part in _HARD.split(re.sub(r"[^\S\n]+", " ", text))]
    names = [name for part in parts if part for name in _soft_split(part, known)]
    return list(dict.fromkeys(names))


def split_items(text: str) -> list[str]:
    """Split a list whose items may hold commas: only at `|`, `;` and line breaks, without repeats."""
    return list(dict.fromkeys(item.strip() for item in re.split(r"[|;\n]", text) if item.strip()))


def _code_in_sentence(text: str, sentence: str, words: Mapping[str, str]) -> Parsed:
    found = _words_in(sentence, words)
    if len({words[word] for word in found}) > 1:
        return refused("ambiguous_code", "; ".join(dict.fromkeys(found)))
    for word in found:
        following = sentence[len(word) :]
        if sentence.startswith(word) and _EXPLANATION.match(following):
            return Parsed(words[word], rule="status_in_sentence", rest=_after(word, text))
    return refused("unknown_code", _nearest(sentence, words))


def _after(word: str, text: str) -> str:
    """Return what follows the casefolded `word` in the text, as the supplier wrote it."""
    single = re.sub(r"\s+", " ", text).strip()
    end = next(n for n in range(len(single) + 1) if len(single[:n].casefold()) >= len(word))
    return single[end:].strip(" ,;:.-–—()")


def _words_in(sentence: str, words: Mapping[str, str]) -> list[str]:
    """Return the known words in the sentence in order; of overlapping ones the longest counts."""
    longest_first = sorted((word for word in words if word in sentence), key=len, reverse=True)
    if not longest_first:
        return []
    pattern = r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)"
    return re.findall(pattern, sentence)


def _nearest(sentence: str, words: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(sentence[:80], words, n=3, cutoff=0.6)
    inside = [word for word in _words_in(sentence, words) if word not in near]
    return "; ".join([*near, *inside] or list(dict.fromkeys(words.values())))


def _soft_split(part: str, known: Collection[str]) -> list[str]:
    if plain(part) in known:
        return [part]
    pieces = _SOFT.split(part)
    if any(" " in piece or piece.endswith("-") for piece in pieces):
        return [part]
    return [name for piece in pieces for name in _slash_split(piece)]


def _slash_split(piece: str) -> list[str]:
    """Split `POR/RIT`, but not the path of a subunit: `KVR-GL/31`, `S-III-S/FSV`."""
    names = piece.split("/")
    subunit = any("-" in name or not name[:1].isalpha() for name in names)
    return [piece] if subunit else names
