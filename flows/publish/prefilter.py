"""Tell quickly whether a page of the feed certainly keeps to our shapes; the slow and complete judge takes the others.

Each constraint becomes a test with three answers: certainly kept (True), certainly broken (False), not known (None).
Not known costs time and never truth: pyshacl then decides. What this module does not understand is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial

from rdflib import RDF, RDFS, SH, XSD, Graph
from rdflib.collection import Collection
from rdflib.term import Node

from flows.publish.descriptions import BLANK, TYPE, Descriptions, Value, value_of

Answer = bool | None
Test = Callable[["Page", Value], Answer]
"""Judges one node, the focus of a shape."""
Constraint = Callable[["Page", Value, Sequence[Value]], Answer]
"""Judges the values that a path leads to from a focus."""
Path = Callable[["Page", Value], Sequence[Value]]

IRI, TEXT, BLANK_NODE = SH.IRI, SH.Literal, SH.BlankNode
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
WITHOUT_EFFECT = {RDF.type, SH.path, SH.message, SH.severity, SH.name, SH.description, SH.order, SH.group, *TARGETS}
QUALIFIED = {SH.qualifiedValueShape, SH.qualifiedMinCount, SH.qualifiedMaxCount}


@dataclass(frozen=True)
class Page:
    """Descriptions, and the way back from a value to those that name it."""

    about: Descriptions

    @cached_property
    def backwards(self) -> Mapping[tuple[str, Value], list[Value]]:
        """Return predicate and value -> subjects."""
        found: dict[tuple[str, Value], list[Value]] = {}
        for subject, about in self.about.items():
            for predicate, values in about.items():
                for value in values:
                    found.setdefault((predicate, value), []).append(Value(False, subject))
        return found

    def values(self, focus: Value, predicate: str) -> Sequence[Value]:
        """Return what is said of a node; nothing is of a text."""
        return () if focus.is_literal else self.about.get(focus.text, {}).get(predicate, ())


def certainly_conforms(descriptions: Descriptions, shapes: Graph) -> bool:
    """Tell whether every node of the page certainly keeps to the shapes; False says only that somebody must look."""
    page = Page(descriptions)
    # A class that the page declares to be part of another would need inference.
    if any(str(RDFS.subClassOf) in about for about in descriptions.values()):
        return False
    return all(test(page, focus) is True for shape, test in _targeted(shapes) for focus in _foci(page, shapes, shape))


def _targeted(shapes: Graph) -> Iterator[tuple[Node, Test]]:
    found = {shape for target in TARGETS for shape in shapes.subjects(target)}
    yield from ((shape, _test(shapes, shape)) for shape in sorted(found, key=str))


def _foci(page: Page, shapes: Graph, shape: Node) -> Iterator[Value]:
    classes = {value_of(kind) for kind in shapes.objects(shape, SH.targetClass)}
    subjects = set(map(str, shapes.objects(shape, SH.targetSubjectsOf)))
    objects = set(map(str, shapes.objects(shape, SH.targetObjectsOf)))
    yield from map(value_of, shapes.objects(shape, SH.targetNode))
    for subject, about in page.about.items():
        if subjects & about.keys() or not classes.isdisjoint(about.get(TYPE, ())):
            yield Value(False, subject)
        for predicate in objects & about.keys():
            yield from about[predicate]


def _test(shapes: Graph, shape: Node) -> Test:
    """Return the test of a shape: all its constraints, on the values of its path or on the focus itself."""
    path = _path(shapes, shapes.value(shape, SH.path)) if (shape, SH.path, None) in shapes else _itself
    constraints = list(_constraints(shapes, shape))
    if path is None:
        return _not_known

    def test(page: Page, focus: Value) -> Answer:
        values = path(page, focus)
        return _all(constraint(page, focus, values) for constraint in constraints)

    return test


def _itself(_page: Page, focus: Value) -> Sequence[Value]:
    return (focus,)


def _not_known(*_: object) -> None:
    return None


def _all(answers: Iterable[Answer]) -> Answer:
    known: Answer = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            known = None
    return known


def _path(shapes: Graph, path: Node | None) -> Path | None:
    inverse = shapes.value(path, SH.inversePath)
    if inverse is not None:
        predicate = str(inverse)
        return lambda page, focus: page.backwards.get((predicate, focus), ())
    options = shapes.value(path, SH.alternativePath)
    if options is not None:
        names = [str(option) for option in Collection(shapes, options)]
        return lambda page, focus: list(dict.fromkeys(value for name in names for value in page.values(focus, name)))
    if path is None or next(shapes.objects(path), None) is not None:
        return None
    name = str(path)
    return lambda page, focus: page.values(focus, name)


def _constraints(shapes: Graph, shape: Node) -> Iterator[Constraint]:
    for component, parameter in shapes.predicate_objects(shape):
        if component in (SH.property, SH.node):
            yield _each(_test(shapes, parameter))
        elif component == SH["or"]:
            yield _each(_any_of([_test(shapes, option) for option in Collection(shapes, parameter)]))
        elif component in SIMPLE:
            yield SIMPLE[component](shapes, parameter)
        elif component not in WITHOUT_EFFECT | QUALIFIED:
            yield _not_known
    if (shape, SH.qualifiedValueShape, None) in shapes:
        yield _qualified(shapes, shape)


def _each(test: Test) -> Constraint:
    return lambda page, _focus, values: _all(test(page, value) for value in values)


def _any_of(tests: Sequence[Test]) -> Test:
    def test(page: Page, value: Value) -> Answer:
        answers = {test(page, value) for test in tests}
        return True if True in answers else None if None in answers else False

    return test


def _qualified(shapes: Graph, shape: Node) -> Constraint:
    inner = [_test(shapes, found) for found in shapes.objects(shape, SH.qualifiedValueShape)]
    least = [int(str(number)) for number in shapes.objects(shape, SH.qualifiedMinCount)]
    most = [int(str(number)) for number in shapes.objects(shape, SH.qualifiedMaxCount)]

    def judge(page: Page, _focus: Value, values: Sequence[Value]) -> Answer:
        answers = [_all(test(page, value) for test in inner) for value in values]
        sure, possible = answers.count(True), len(answers) - answers.count(False)
        kept = all(sure >= number for number in least) and all(possible <= number for number in most)
        return True if kept else None

    return judge


def _min_count(_: Graph, parameter: Node) -> Constraint:
    least = int(str(parameter))
    return lambda _page, _focus, values: len(values) >= least


def _max_count(_: Graph, parameter: Node) -> Constraint:
    most = int(str(parameter))
    return lambda _page, _focus, values: len(values) <= most


def _node_kind(_: Graph, parameter: Node) -> Constraint:
    allowed = KINDS.get(parameter)
    if allowed is None:
        return _not_known
    return lambda _page, _focus, values: all(_kind(value) in allowed for value in values)


def _kind(value: Value) -> Node:
    return TEXT if value.is_literal else BLANK_NODE if value.text.startswith(BLANK) else IRI


def _class(_: Graph, parameter: Node) -> Constraint:
    wanted = value_of(parameter)
    return lambda page, _focus, values: _all(wanted in page.values(value, TYPE) or None for value in values)


def _pattern(_: Graph, parameter: Node) -> Constraint:
    pattern = re.compile(str(parameter))  # the judge searches with the same engine
    return lambda _page, _focus, values: all(
        _kind(value) != BLANK_NODE and pattern.search(value.text) is not None for value in values
    )


def _min_length(_: Graph, parameter: Node) -> Constraint:
    least = int(str(parameter))
    return lambda _page, _focus, values: all(len(value.text) >= least for value in values)


def _language_in(shapes: Graph, parameter: Node) -> Constraint:
    languages = {str(language).lower() for language in Collection(shapes, parameter)}
    return lambda _page, _focus, values: _all(value.language.lower().partition("-")[0] in languages for value in values)


def _unique_lang(_: Graph, parameter: Node) -> Constraint:
    if str(parameter) != "true":
        return _not_known

    def judge(_page: Page, _focus: Value, values: Sequence[Value]) -> Answer:
        languages = [value.language.lower() for value in values if value.language]
        return len(languages) == len(set(languages))

    return judge


def _has_value(_: Graph, parameter: Node) -> Constraint:
    wanted = value_of(parameter)
    return lambda _page, _focus, values: wanted in values or None


def _in(shapes: Graph, parameter: Node) -> Constraint:
    allowed = {value_of(node) for node in Collection(shapes, parameter)}
    return lambda _page, _focus, values: allowed.issuperset(values) or None


def _datatype(_: Graph, parameter: Node) -> Constraint:
    wanted, certain = str(parameter), FORMS.get(parameter, _unreadable)
    return lambda _page, _focus, values: (
        all(_type_of(value) == wanted and certain(value.text) for value in values) or None
    )


def _type_of(value: Value) -> str:
    """Return the datatype; a text without one, and without a language, is a string (RDF 1.1)."""
    return value.datatype or (str(XSD.string) if value.is_literal and not value.language else "")


def _unreadable(_text: str) -> bool:
    return False


def _is_time(parse: Callable[[str], object], form: re.Pattern[str], text: str) -> bool:
    try:
        return form.fullmatch(text) is not None and parse(text) is not None
    except ValueError:
        return False


def _matches(form: re.Pattern[str], text: str) -> bool:
    return form.fullmatch(text) is not None


KINDS: Mapping[Node, frozenset[Node]] = {
    IRI: frozenset({IRI}),
    TEXT: frozenset({TEXT}),
    SH.BlankNodeOrIRI: frozenset({IRI, BLANK_NODE}),
}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")
FORMS: Mapping[Node, Callable[[str], bool]] = {
    XSD.string: lambda _text: True,
    XSD.date: partial(_is_time, date.fromisoformat, DAY),
    XSD.dateTime: partial(_is_time, datetime.fromisoformat, MOMENT),
    XSD.duration: partial(_matches, re.compile(r"P\d+[YMD]")),
    XSD.hexBinary: partial(_matches, re.compile(r"([0-9a-fA-F]{2})+")),
    XSD.nonNegativeInteger: partial(_matches, re.compile(r"\d+")),
}
"""What is certainly a text of the datatype; it may be another one too."""


def _not_after(_: Graph, parameter: Node) -> Constraint:
    """Compare days with days and moments with moments; anything else is not known."""
    other = str(parameter)

    def judge(page: Page, focus: Value, values: Sequence[Value]) -> Answer:
        pairs = [(value, later) for value in values for later in page.values(focus, other)]
        return all(_is_not_after(value, later) for value, later in pairs) or None

    return judge


def _is_not_after(value: Value, later: Value) -> bool:
    kind = next((kind for kind in (XSD.date, XSD.dateTime) if value.datatype == later.datatype == str(kind)), None)
    if kind is None or not (FORMS[kind](value.text) and FORMS[kind](later.text)):
        return False
    return datetime.fromisoformat(value.text) <= datetime.fromisoformat(later.text)


def _equals(_: Graph, parameter: Node) -> Constraint:
    other = str(parameter)
    return lambda page, focus, values: set(values) == set(page.values(focus, other))


SIMPLE: Mapping[Node, Callable[[Graph, Node], Constraint]] = {
    SH.minCount: _min_count,
    SH.maxCount: _max_count,
    SH.nodeKind: _node_kind,
    SH["class"]: _class,
    SH.pattern: _pattern,
    SH.minLength: _min_length,
    SH.languageIn: _language_in,
    SH.uniqueLang: _unique_lang,
    SH.hasValue: _has_value,
    SH["in"]: _in,
    SH.datatype: _datatype,
    SH.lessThanOrEquals: _not_after,
    SH.equals: _equals,
}
