"""Find out which datasets on the portal are ours, which are in our way, and which we no longer publish. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.portal.mapping import TABLE
from flows.portal.reading import Package
from flows.portal.values import EXTRAS, STATE, flat_dataset, read_state, value
from flows.portal.wanted import STATUS, WITHDRAWN, Wanted, WantedFile, portal_uuid

# What ckanext-harvest writes into the extras of what it brings.
HARVESTED = ("harvest_source_id", "harvest_object_id")
MARK = " (zurückgezogen)"
NOTE = "Dieser Datensatz wird nicht mehr veröffentlicht. Was hier liegt, bleibt abrufbar und wird nicht mehr gepflegt. "


@dataclass(frozen=True)
class Case:
    """One dataset that is wanted, what of it is on the portal, and why it must not be touched (else "")."""

    wanted: Wanted
    package: Package | None
    clash: str = ""


def cases(wanted: Sequence[Wanted], packages: Mapping[str, Package]) -> list[Case]:
    """Pair every wanted dataset with what the portal has of it."""
    return [_case(one, packages) for one in wanted]


def former(catalogue: Mapping[str, Any], wanted: Sequence[Wanted], packages: Mapping[str, Package]) -> list[Case]:
    """Return the datasets that are ours and no longer published, as withdrawn ones.

    Ours is what carries the identifier that follows from its `uri` in our namespace.
    """
    known = {one.id for one in wanted}
    return [
        Case(withdrawn(name, identifier, package), package, _harvested(package))
        for package in packages.values()
        for name, identifier in _ours(catalogue, package)
        if identifier not in known
    ]


def withdrawn(name: str, identifier: str, package: Package) -> Wanted:
    """Return a dataset as it is, but saying in title, text and status that it is withdrawn, and without tables."""
    flat = flat_dataset(package)
    kept = {key: flat.get(key) for key in read_state(flat.get(f"{EXTRAS}{STATE}")) or {}}
    status = STATUS if STATUS in kept else f"{EXTRAS}{STATUS}"
    if kept.get(status) != WITHDRAWN:
        kept |= {status: WITHDRAWN, "title": f"{flat['title']}{MARK}", "notes": f"{NOTE}{flat.get('notes') or ''}"}
    files = tuple(_file(resource) for resource in package.get("resources", ()) if resource.get(STATE))
    return Wanted(identifier, name, kept, files, withdrawn=True)


def _file(resource: Mapping[str, Any]) -> WantedFile:
    keys = (key for key in read_state(resource[STATE]) or {} if key != TABLE)
    return WantedFile(resource["id"], {key: resource.get(key) for key in keys}, "")


def _ours(catalogue: Mapping[str, Any], package: Package) -> Iterator[tuple[str, str]]:
    start, uri = f"{catalogue['id_base']}id/dataset/", str(value(package, "uri") or "")
    name = uri.removeprefix(start)
    if name != uri and value(package, "identifier") == portal_uuid(catalogue, "dataset", name):
        yield name, str(value(package, "identifier"))


def _case(wanted: Wanted, packages: Mapping[str, Package]) -> Case:
    ours = [p for p in packages.values() if wanted.id in (p["id"], value(p, "identifier"))]
    if len(ours) > 1:
        names = ", ".join(sorted(package["name"] for package in ours))
        return Case(wanted, None, f"is there more than once: {names}")
    if ours:
        return Case(wanted, ours[0], _harvested(ours[0]))
    for package in packages.values():
        # The name of a deleted dataset is free again.
        if package["name"] == wanted.fields["name"] and package.get("state") != "deleted":
            return Case(wanted, None, f"the name {package['name']} is taken by a dataset that is not ours")
    return Case(wanted, None)


def _harvested(package: Package) -> str:
    extras = {extra["key"] for extra in package.get("extras", ())}
    return "is harvested by the portal: choose one way, push or harvest" if extras.intersection(HARVESTED) else ""
