"""What a portal gives again of what we said, property by property, as a table for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from feed_facts import Facts, texts

BEGIN, END = "<!-- made by tests/portal: begin -->\n", "<!-- made by tests/portal: end -->\n"

Pair = tuple[str, Facts, Facts]
"""A kind of node, what our feed says about one of that kind, and what the portal says about it."""


def losses(pairs: Sequence[Pair]) -> str:
    """Return as Markdown what became of every property: those always kept in a sentence, the others in a table."""
    found = outcomes(pairs)
    return "\n".join(_told(kind, found[kind]) for kind in sorted(found))


def outcomes(pairs: Sequence[Pair]) -> Mapping[str, Mapping[str, set[str]]]:
    """Return by kind of node and path all that became of it; `added` is what the portal says and our feed never."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for kind, ours, theirs in pairs:
        for path, values in ours.items():
            found[kind][path].add(_outcome(values, theirs.get(path, frozenset())))
    for kind, _, theirs in pairs:
        for path in theirs.keys() - found[kind].keys():
            found[kind][path].add("added")
    return found


def with_section(document: str, made: str) -> str:
    """Return the document with what stands between its two marks replaced."""
    before, after = document.partition(BEGIN)[0], document.partition(END)[2]
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def _outcome(values: frozenset[tuple[str, str]], remaining: frozenset[tuple[str, str]]) -> str:
    if texts(values) <= texts(remaining):
        return "kept"
    german = frozenset(value for value in values if value[1] == "de")
    if german and texts(german) == texts(remaining):
        return "German only"
    return "changed" if remaining else "lost"


def _told(kind: str, found: Mapping[str, set[str]]) -> str:
    kept = ", ".join(f"`{path}`" for path in sorted(found) if found[path] == {"kept"})
    rows = "".join(
        f"| `{path}` | {' or '.join(sorted(found[path]))} |\n" for path in sorted(found) if found[path] != {"kept"}
    )
    return f"### {kind}\n\nKept: {kept}.\n\n| property | what remains |\n|---|---|\n{rows}"
