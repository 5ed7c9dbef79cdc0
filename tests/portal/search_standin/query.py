"""The query languages CKAN speaks to Solr: Lucene's, and the words a person types (dismax)."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import NamedTuple

from search_standin.fields import PARTS_OF, Document, folded, has_phrase, is_text, term, values, words

Test = Callable[[Document], bool]
TOKEN = re.compile(
    r"""
      \s+
    | (?P<operator> AND\b | OR\b | NOT\b | && | \|\| )
    | (?P<sign>     [()+\-!] )
    | (?P<field>    (?: [\w*.-] | \\. )+ : (?! \s*$ ) )
    | (?P<phrase>   " (?: [^"\\] | \\. )* " ) (?: ~\d+ )? (?: \^[\d.]+ )?
    | (?P<range>    [\[{] [^\]}]* [\]}] )
    | (?P<word>     (?: [^\s()":\[\]{}^~] | \\. )+ ) (?: ~[\d.]* )? (?: \^[\d.]+ )?
    """,
    re.VERBOSE,
)
RANGE = re.compile(r"[\[{]\s*(\S+)\s+TO\s+(\S+?)\s*[\]}]$")
WILDCARD = re.compile(r"(?<!\\)[*?]")
BOOSTS = (("name", 4), ("title", 4), ("tags", 2), ("groups", 2), ("text", 1))


class QueryError(ValueError):
    """A query that Solr refuses, in words like Solr's: CKAN looks into them."""


class Token(NamedTuple):
    """A part of a query: what kind of part, and how it is written."""

    kind: str
    text: str


class Clause(NamedTuple):
    """One part of a boolean query; what is neither required nor forbidden counts where nothing is required."""

    test: Test
    required: bool
    forbidden: bool


def parse(query: str, field: str, operator: str) -> Test:
    """Return the test a query in Lucene's language puts to a document; raises QueryError.

    `field` is searched where none is named; `operator` (AND or OR) stands where none is written.
    """
    return _Parser(query, operator).whole(field)


def dismax(query: str) -> Callable[[Document], int]:
    """Return how well a document fits words a person typed; 0 is not at all.

    Of up to two words all must be there, of up to five all but one, else four of five: CKAN's setting of Solr.
    """
    parts = [(sign, words(text)) for sign, text in re.findall(r'([+-]?)("[^"]*"|\S+)', query)]
    parts = [(sign, phrase) for sign, phrase in parts if phrase]
    wanted = [phrase for sign, phrase in parts if sign != "-"]
    enough = len(wanted) if len(wanted) <= 2 else len(wanted) - 1 if len(wanted) <= 5 else len(wanted) * 4 // 5

    def score(document: Document) -> int:
        scores = [_weight(document, phrase) for phrase in wanted]
        if any(
            _weight(document, phrase) == (0 if sign == "+" else _weight(document, phrase) or -1)
            for sign, phrase in parts
            if sign
        ):
            return 0
        return max(sum(scores), 1) if sum(map(bool, scores)) >= enough else 0

    return score


def _weight(document: Document, phrase: list[str]) -> int:
    return sum(boost for field, boost in BOOSTS if any(has_phrase(value, phrase) for value in values(document, field)))


class _Parser:
    """Reads the tokens of one query from left to right."""

    def __init__(self, query: str, operator: str) -> None:
        self.query, self.operator = query, operator
        self.tokens = self._tokens()
        self.place = 0

    def whole(self, field: str) -> Test:
        test = self._clauses(field)
        if self.place != len(self.tokens):
            raise self._broken()
        return test

    def _tokens(self) -> list[Token]:
        found, place = [], 0
        while place < len(self.query):
            match = TOKEN.match(self.query, place)
            if not match:
                raise self._broken()
            if match.lastgroup:
                found.append(Token(match.lastgroup, match[match.lastgroup]))
            place = match.end()
        return found

    def _broken(self) -> QueryError:
        return QueryError(f"org.apache.solr.search.SyntaxError: Cannot parse '{self.query}'")

    def _next(self) -> Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else Token("end", "")

    def _take(self, *texts: str) -> str:
        """Step over the next token if it is an operator or a sign written like one of `texts`; return it or ""."""
        token = self._next()
        if token.kind not in ("operator", "sign") or token.text not in texts:
            return ""
        self.place += 1
        return token.text

    def _clauses(self, field: str) -> Test:
        """Read clauses up to a closing bracket; operators change their neighbours as in Solr's own parser."""
        clauses: list[Clause] = []
        while self._next() not in (Token("end", ""), Token("sign", ")")):
            joined = self._take("AND", "&&") or self._take("OR", "||")
            with_and = joined in ("AND", "&&")
            with_or = bool(joined) and not with_and
            if clauses and joined and not clauses[-1].forbidden and (with_and or self.operator == "AND"):
                clauses[-1] = clauses[-1]._replace(required=with_and)
            sign = self._take("+", "-", "!", "NOT")
            forbidden = sign in ("-", "!", "NOT")
            required = not with_or if self.operator == "AND" else with_and or sign == "+"
            clauses.append(Clause(self._clause(field), required and not forbidden, forbidden))
        if not clauses:
            raise self._broken()
        return _all_of(clauses)

    def _clause(self, field: str) -> Test:
        kind, text = self._next()
        self.place += 1
        if kind == "field":
            return self._clause(_unescaped(text[:-1]))
        if (kind, text) == ("sign", "("):
            test = self._clauses(field)
            if not self._take(")"):
                raise self._broken()
            return test
        if kind in ("phrase", "range", "word"):
            return _TESTS[kind](field, text)
        raise self._broken()


def _all_of(clauses: list[Clause]) -> Test:
    required = [clause.test for clause in clauses if clause.required]
    forbidden = [clause.test for clause in clauses if clause.forbidden]
    optional = [clause.test for clause in clauses if not clause.required and not clause.forbidden]

    def test(document: Document) -> bool:
        if not all(each(document) for each in required) or any(each(document) for each in forbidden):
            return False
        return bool(required) or not optional or any(each(document) for each in optional)

    return test


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _phrase(field: str, text: str) -> Test:
    return _equals(field, _unescaped(text[1:-1]))


def _word(field: str, text: str) -> Test:
    if field == "*":
        return lambda _document: True
    if text == "*":
        return lambda document: any(value not in (None, "") for value in values(document, field))
    if not WILDCARD.search(text):
        return _equals(field, _unescaped(text))
    if is_text(field):
        pattern = folded(_unescaped(text))
        return lambda document: any(
            fnmatchcase(word, pattern) for value in values(document, field) for word in words(value)
        )
    return lambda document: any(fnmatchcase(term(value), _unescaped(text)) for value in values(document, field))


def _equals(field: str, text: str) -> Test:
    if field in PARTS_OF:
        return lambda document: any(folded(text) in folded(value) for value in values(document, field))
    if is_text(field):
        return lambda document: any(has_phrase(value, words(text)) for value in values(document, field))
    return lambda document: any(term(value) == text for value in values(document, field))


def _range(field: str, text: str) -> Test:
    match = RANGE.match(text)
    if not match:
        raise QueryError(f"Cannot parse range {text}")
    low, high = (end.strip('"') for end in match.groups())

    def test(document: Document) -> bool:
        found = [term(value) for value in values(document, field) if value not in (None, "")]
        return any((low == "*" or value >= low) and (high == "*" or value <= high) for value in found)

    return test


_TESTS: dict[str, Callable[[str, str], Test]] = {"phrase": _phrase, "range": _range, "word": _word}
