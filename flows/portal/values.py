"""Compare what we want with what the portal shows: it strips, reorders and leaves out what is empty."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

Flat = Mapping[str, Any]
"""Fields of a dataset or a file, one key each: `title`, `extras.status`, `tag.Verwaltung`, `group.gove`, `file.ID`."""

EXTRAS, TAG, GROUP, FILE = "extras.", "tag.", "group.", "file."
STATE = "offenlage_state"
"""The field in which a dataset and a file carry what we last wrote: digests, by key."""
NOTHING = "-"


def canonical(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    """Return a value in the form in which equal ones are equal; what is empty is None.

    Texts without spaces around them, numbers as texts, lists of texts in order, in tables only what is filled.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, Mapping):
        return {key: canonical(value[key]) for key in sorted(value) if canonical(value[key]) is not None} or None
    if isinstance(value, Sequence):
        found = [canonical(item) for item in value if canonical(item) is not None]
        return (sorted(found) if all(isinstance(item, str) for item in found) else found) or None
    return None


def same(one: Any, other: Any) -> bool:  # noqa: ANN401
    """Tell whether two values say the same to a portal."""
    return bool(canonical(one) == canonical(other))


def digest(value: Any) -> str:  # noqa: ANN401
    """Return a short digest of a value (32 bits: it tells two values of one field apart), `-` for nothing."""
    plain = canonical(value)
    if plain is None:
        return NOTHING
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]


def flat_dataset(package: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dataset as the portal shows it, key by key; its files only as being there."""
    lists = ("extras", "tags", "groups", "resources")
    found = {key: value for key, value in package.items() if key not in lists}
    found |= {f"{EXTRAS}{extra['key']}": extra["value"] for extra in package.get("extras", ())}
    found |= {f"{TAG}{tag['name']}": True for tag in package.get("tags", ())}
    found |= {f"{GROUP}{group['name']}": True for group in package.get("groups", ())}
    return found | {f"{FILE}{resource['id']}": True for resource in package.get("resources", ())}


def value(package: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401
    """Return a field of a dataset, wherever this portal keeps it: among its fields or its extras."""
    flat = flat_dataset(package)
    return flat.get(key) or flat.get(f"{EXTRAS}{key}")


def read_state(text: Any) -> dict[str, str] | None:  # noqa: ANN401
    """Return what we last wrote of a dataset or file, or None where nothing (readable) says so."""
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        return None
    return found


def write_state(state: Mapping[str, str]) -> str:
    """Return a state as the text that the portal keeps."""
    return json.dumps(dict(sorted(state.items())), ensure_ascii=False, separators=(",", ":"))
