"""Say in plain English what is wrong with the configuration: file, key, what is expected."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

KINDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a table",
    "string": "a text",
}


class ConfigurationError(Exception):
    """The configuration cannot be used; `problems` holds every reason, one plain sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def check(where: str, instance: object, contract: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with one configuration file by its contract (JSON Schema), in order of the keys."""
    validator = Draft202012Validator(contract, format_checker=Draft202012Validator.FORMAT_CHECKER)
    errors = sorted(validator.iter_errors(instance), key=lambda error: [str(step) for step in error.absolute_path])
    said = (f"{where}: {sentence}" for error in errors for sentence in _explain(error))
    return list(dict.fromkeys(said))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known word, or ""."""
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _explain(error: ValidationError) -> Iterator[str]:
    if error.validator in ("anyOf", "oneOf") and (nearest := best_match(error.context or ())) is not None:
        yield from _explain(nearest)
        return
    place, wanted, found = ".".join(str(step) for step in error.absolute_path), _wanted(error), error.instance
    if error.validator == "additionalProperties" and wanted is False:
        known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        unknown = sorted(set(_mapping(found)) - set(known))
        yield from (f"{_join(place, key)}: is no known key{did_you_mean(key, known)}" for key in unknown)
    elif error.validator == "required":
        yield from (f"{_join(place, key)}: is missing" for key in wanted if key not in _mapping(found))
    else:
        yield f"{place or 'the whole file'}: {_expectation(error)}"


def _expectation(error: ValidationError) -> str:
    wanted, found = _wanted(error), _short(error.instance)
    if error.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        return f"expected {' or '.join(KINDS.get(kind, kind) for kind in kinds)}, found {found}"
    if error.validator == "enum":
        words = [str(word) for word in wanted]
        return f"expected one of {', '.join(words)}, found {found}{did_you_mean(str(error.instance), words)}"
    if error.validator == "pattern":
        return f"expected a text of the form {wanted}, found {found}"
    if error.validator == "format":
        return f"expected a {wanted}, found {found}"
    return error.message


def _wanted(error: ValidationError) -> Any:  # noqa: ANN401 (whatever JSON Schema allows there)
    return error.validator_value


def _mapping(found: object) -> Mapping[str, object]:
    return found if isinstance(found, Mapping) else {}


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _short(value: object) -> str:
    shown = f"'{value}'" if isinstance(value, str) else str(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
