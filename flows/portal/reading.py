"""Read what the portal is like, and what of ours is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.portal.client import Client, RefusedError, UnreachableError
from flows.portal.values import value

PAGE_ROWS = 1000
"""CKAN gives no more rows at once, whatever it is asked for."""

Package = Mapping[str, Any]


@dataclass(frozen=True)
class Conventions:
    """How this portal wants to be told things.

    `fields` and `file_fields` are the fields of its schema for datasets and files (ckanext-scheming), each with the
    names of its parts, None where it has no such schema. `licences` maps the address of a licence to its id there.
    """

    version: str
    site_url: str
    organisation: str
    organisation_id: str
    licences: Mapping[str, str]
    groups: frozenset[str]
    fields: Mapping[str, frozenset[str]] | None = None
    file_fields: Mapping[str, frozenset[str]] | None = None


@dataclass(frozen=True)
class Seen:
    """What of ours, or in our way, is on the portal.

    `packages` holds by id every dataset that was found, `complete` is False where the search is out: then only those
    are known that were asked for by name.
    """

    packages: Mapping[str, Package] = field(default_factory=dict)
    complete: bool = True


def conventions(client: Client, organisation: str) -> Conventions:
    """Ask the portal for its schema, licences, groups and our organisation; four to six requests.

    Raises RefusedError where the organisation is not there, or where the token may not write in it.
    """
    status = client.read("status_show")
    found = _organisation(client, organisation)
    schema = _schema(client)
    fields, file_fields = (_fields(schema, part) if schema else None for part in ("dataset_fields", "resource_fields"))
    return Conventions(
        version=str(status.get("ckan_version", "")),
        site_url=str(status.get("site_url") or client.url).rstrip("/"),
        organisation=organisation,
        organisation_id=str(found["id"]),
        licences={_plain(licence.get("url") or ""): str(licence["id"]) for licence in client.read("license_list")},
        groups=_groups(client),
        fields=fields,
        file_fields=file_fields,
    )


def licence_id(known: Conventions, address: str) -> str | None:
    """Return the id the portal has for the licence at an address, or None."""
    return known.licences.get(_plain(address))


def search(client: Client, known: Conventions) -> Seen:
    """Return all datasets of our organisation, private ones and drafts too; one request for each 1000.

    Where the search is out nothing is returned, and said to be incomplete.
    """
    found: dict[str, Package] = {}
    while True:
        try:
            answer = client.read(
                "package_search",
                fq=f"+organization:{known.organisation}",
                include_private=True,
                include_drafts=True,
                rows=PAGE_ROWS,
                start=len(found),
                sort="metadata_created asc, id asc",
            )
        except UnreachableError:
            return Seen(found, complete=False)
        found |= {package["id"]: package for package in answer["results"]}
        if not answer["results"] or len(found) >= answer["count"]:
            return Seen(found)


def show(client: Client, name_or_id: str) -> Package | None:
    """Return a dataset by its name or id, deleted ones too; None where there is none, or we may not see it."""
    try:
        package: Package = client.read("package_show", id=name_or_id)
    except RefusedError as refused:
        if refused.status in (403, 404):
            return None
        raise
    return package


def look(client: Client, wanted: Sequence[tuple[str, str]], seen: Seen) -> Seen:
    """Return `seen` with what else the portal has under the ids and names (`wanted`) that were not found.

    The search knows nothing deleted, so each id is asked for; a name only if the list of names has it.
    """
    packages = dict(seen.packages)
    ids = {*packages, *(value(package, "identifier") for package in packages.values())}
    missing = [pair for pair in wanted if pair[0] not in ids]
    taken = set(client.read("package_list")) if missing and seen.complete else {name for _, name in missing}
    for identifier, name in missing:
        asked = [identifier, name] if name in taken else [identifier]
        packages |= {package["id"]: package for package in _shown(client, asked)}
    return Seen(packages, seen.complete)


def _shown(client: Client, asked: Sequence[str]) -> Iterator[Package]:
    for name_or_id in asked:
        package = show(client, name_or_id)
        if package is not None:
            yield package


def _organisation(client: Client, name: str) -> Package:
    """Return our organisation, as one in which the token may make datasets; without a token as anybody sees it."""
    if client.token:
        allowed = client.read("organization_list_for_user", permission="create_dataset")
        for found in allowed:
            if found["name"] == name:
                package: Package = found
                return package
        words = f"the token may not write in the organisation {name}: it is wrong, expired or read-only, or no such"
        raise RefusedError(f"{words} organisation is there", 403)
    for found in client.read("organization_list", all_fields=True, organizations=[name]):
        if found["name"] == name:
            return dict(found)
    raise RefusedError(f"the portal has no organisation {name}", 404)


def _groups(client: Client) -> frozenset[str]:
    """Return the groups the token may put datasets into; one that it may not makes CKAN refuse the whole dataset."""
    if client.token:
        return frozenset(group["name"] for group in client.read("group_list_authz"))
    return frozenset(client.read("group_list"))


def _schema(client: Client) -> Mapping[str, Any] | None:
    try:
        schema: Mapping[str, Any] = client.read("scheming_dataset_schema_show", type="dataset")
    except RefusedError as refused:
        # An action that the portal does not know is a plain 400, a type without a schema a 404.
        if refused.status in (400, 404):
            return None
        raise
    return schema


def _fields(schema: Mapping[str, Any], part: str) -> dict[str, frozenset[str]]:
    return {
        one["field_name"]: frozenset(inner["field_name"] for inner in one.get("repeating_subfields", ()))
        for one in schema.get(part, ())
    }


def _plain(address: str) -> str:
    """Return an address without what makes no other licence of it: https, a slash at its end."""
    return address.strip().removesuffix("/").replace("https://", "http://", 1)
