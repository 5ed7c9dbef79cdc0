"""What is to be done to one dataset, and the next single request towards it. Pure: wanted x seen -> steps.

A publisher that is cut off anywhere starts here again, from what the portal shows by then: there is no other memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from flows.portal.compare import Comparison, compare
from flows.portal.mapping import TABLE, Target
from flows.portal.matching import Case
from flows.portal.reading import Conventions, Package
from flows.portal.tables import Table
from flows.portal.values import EXTRAS, FILE, GROUP, STATE, digest, flat_dataset, read_state, value
from flows.portal.wanted import STATUS, WITHDRAWN, Wanted, WantedFile

Kind = Literal["create", "change", "withdraw", "return", "unchanged", "clash", "newer", "deleted"]
HELD: tuple[Kind, ...] = ("clash", "newer", "deleted")
"""Kinds of which nothing is written."""
ACTIVE, DELETED, DRAFT = "active", "deleted", "draft"


@dataclass(frozen=True)
class Memory:
    """What this run did to one dataset already, which the portal does not show.

    `filled` are the files whose table was filled; `wrote` holds the digests of what was written, by the id of the file
    ("" for the dataset itself) and key.
    """

    filled: frozenset[str] = frozenset()
    wrote: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class FileAction:
    """What is to be done to one file: it is `new` or there, and its bytes are to be sent (`upload`) or not."""

    wanted: WantedFile
    new: bool
    comparison: Comparison
    upload: bool


@dataclass(frozen=True)
class Action:
    """What is to be done to one dataset: field by field, file by file, table by table."""

    kind: Kind
    wanted: Wanted
    package: Package | None
    comparison: Comparison
    files: tuple[FileAction, ...] = ()
    removed: tuple[str, ...] = ()
    fill: tuple[WantedFile, ...] = ()
    drop: tuple[str, ...] = ()
    why: str = ""

    @property
    def writes(self) -> bool:
        """Tell whether the dataset itself is to be written."""
        return self.kind not in HELD and (_moved(self.comparison, self._shown, f"{EXTRAS}{STATE}") or self._files_move)

    @property
    def _shown(self) -> Mapping[str, Any]:
        return flat_dataset(self.package) if self.package else {}

    @property
    def _files_move(self) -> bool:
        shown = {resource["id"]: resource for resource in (self.package or {}).get("resources", ())}
        return any(one.new or _moved(one.comparison, shown[one.wanted.id], STATE) for one in self.files)


@dataclass(frozen=True)
class World:
    """What every dataset is planned with."""

    known: Conventions
    target: Target
    force: bool = False


def plan(case: Case, world: World, memory: Memory | None = None) -> Action:
    """Return what is to be done to a dataset, from what is wanted, what the portal shows, and nothing else."""
    done = memory or Memory()
    wanted = replace(case.wanted, fields={**case.wanted.fields, "state": ACTIVE})
    if case.clash:
        return Action("clash", wanted, case.package, _nothing(), why=case.clash)
    if case.package is None and wanted.withdrawn:
        return Action("unchanged", wanted, None, _nothing(), why="is withdrawn, and not on the portal")
    if case.package is None:
        return _creation(wanted, world)
    return _revision(wanted, case.package, world, done)


def _nothing() -> Comparison:
    return Comparison((), (), (), "")


def _creation(wanted: Wanted, world: World) -> Action:
    files = tuple(_file_action(file, None, "", world, Memory()) for file in wanted.files)
    fill = tuple(file for file in wanted.files if file.table and world.target.datastore)
    comparison = compare(wanted.fields, {}, f"{EXTRAS}{STATE}", {}, force=True)
    return Action("create", wanted, None, comparison, files, fill=fill)


def _revision(wanted: Wanted, package: Package, world: World, done: Memory) -> Action:
    shown = flat_dataset(package)
    kind = _kind(wanted, package, world)
    if kind in HELD:
        return Action(kind, wanted, package, _nothing(), why=_why(kind))
    wanted = replace(wanted, fields={**wanted.fields, **_groups_out_of_reach(shown, world.known)})
    comparison = compare(wanted.fields, shown, f"{EXTRAS}{STATE}", done.wrote.get("", {}), force=world.force)
    resources = {resource["id"]: resource for resource in package.get("resources", ())}
    added = {change.field for change in comparison.changes if change.after is not None}
    removed = tuple(
        change.field.removeprefix(FILE)
        for change in comparison.changes
        if change.field.startswith(FILE) and change.after is None
    )
    files = tuple(
        _file_action(file, resources.get(file.id), package["id"], world, done)
        for file in wanted.files
        if file.id in resources or f"{FILE}{file.id}" in added
    )
    action = Action(
        kind,
        wanted,
        package,
        comparison,
        files,
        removed,
        tuple(file for file in wanted.files if _is_to_fill(file, resources.get(file.id), world, done)),
        tuple(_to_drop(wanted, resources, removed, world)),
    )
    quiet = kind == "change" and not action.writes and not action.fill and not action.drop
    return replace(action, kind="unchanged") if quiet else action


def _groups_out_of_reach(shown: Mapping[str, Any], known: Conventions) -> dict[str, bool]:
    """Return the groups that another token put the dataset into, and this one may not: they stay."""
    ours = read_state(shown.get(f"{EXTRAS}{STATE}")) or {}
    groups = (key for key in ours if key.startswith(GROUP) and key.removeprefix(GROUP) not in known.groups)
    return {key: True for key in groups if shown.get(key)}


def _kind(wanted: Wanted, package: Package, world: World) -> Kind:
    state = read_state(flat_dataset(package).get(f"{EXTRAS}{STATE}")) or {}
    if package.get("state") == DELETED and not world.force:
        return "deleted"
    if _is_newer(wanted, package, state) and not world.force:
        return "newer"
    was_withdrawn = value(package, STATUS) == WITHDRAWN
    if wanted.withdrawn != was_withdrawn:
        return "withdraw" if wanted.withdrawn else "return"
    return "change"


def _is_newer(wanted: Wanted, package: Package, state: Mapping[str, str]) -> bool:
    """Tell whether another publisher has already brought what came after our release; times are RFC 3339."""
    key = "modified" if "modified" in wanted.fields else f"{EXTRAS}modified"
    shown, ours = str(flat_dataset(package).get(key) or ""), str(wanted.fields.get(key) or "")
    return shown > ours and state.get(key) == digest(shown)


def _why(kind: Kind) -> str:
    return {
        "deleted": "was deleted on the portal; --force brings it back",
        "newer": "the portal holds a newer release than this one; --force goes back",
    }[kind]


def _file_action(
    file: WantedFile, resource: Mapping[str, Any] | None, package_id: str, world: World, done: Memory
) -> FileAction:
    shown = resource or {}
    if shown.get("url_type") == "upload":
        # The address of an uploaded file is the portal's, nobody wrote it there.
        shown = {key: text for key, text in shown.items() if key != "url"}
    fields = {**file.fields, **_addresses(file, package_id, world), **_table_field(file, shown, world, done)}
    wrote = done.wrote.get(file.id, {})
    comparison = compare(fields, shown, STATE, wrote, force=world.force or resource is None)
    sent = resource is None or "hash" in comparison.fields or "url_type" in comparison.fields
    upload = world.target.files == "upload" and bool(file.path) and sent
    return FileAction(replace(file, fields=fields), resource is None, comparison, upload)


def _addresses(file: WantedFile, package_id: str, world: World) -> dict[str, str]:
    """Return where an uploaded file will be: CKAN keeps our names, which are lower case and plain."""
    if world.target.files == "link" or not package_id or not file.path:
        return {}
    name = file.path.rpartition("/")[2]
    place = f"{world.known.site_url}/dataset/{package_id}/resource/{file.id}/download/{name}"
    return {"access_url": place, "download_url": place}


def _table_field(file: WantedFile, shown: Mapping[str, Any], world: World, done: Memory) -> dict[str, Any]:
    """Return the field that says which rows the table holds: the new digest only once they are in it."""
    if not file.table or not world.target.datastore:
        return {}
    return {TABLE: file.table.digest if file.id in done.filled else shown.get(TABLE)}


def _is_to_fill(file: WantedFile, resource: Mapping[str, Any] | None, world: World, done: Memory) -> bool:
    if not file.table or not world.target.datastore or file.id in done.filled:
        return False
    return resource is None or resource.get(TABLE) != file.table.digest or not resource.get("datastore_active")


def _to_drop(
    wanted: Wanted, resources: Mapping[str, Mapping[str, Any]], removed: tuple[str, ...], world: World
) -> Iterator[str]:
    """Yield the files whose rows must no longer be readable: those of a withdrawn dataset, whoever filled them."""
    tables = {file.id: file.table for file in wanted.files}
    for name, resource in resources.items():
        keeps = bool(tables.get(name)) and world.target.datastore
        ours = name in tables and (wanted.withdrawn or (TABLE in resource and not keeps))
        if resource.get("datastore_active") and (ours or name in removed):
            yield name


def _moved(comparison: Comparison, shown: Mapping[str, Any], state_key: str) -> bool:
    return bool(comparison.changes) or (read_state(comparison.state) or {}) != (read_state(shown.get(state_key)) or {})


@dataclass(frozen=True)
class Step:
    """One request that changes something: an action of CKAN's, or a table to fill or drop."""

    what: Literal["create", "revise", "fill", "drop"]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    table: Table | None = None


def next_step(action: Action, *, own_id: bool, uploads: bool) -> Step | None:
    """Return the next request towards what is wanted, None where nothing is left to do.

    Rows go before what tells of them changes, and come before what tells of them. `own_id`: the token may choose the
    id of a dataset; `uploads`: files are sent, so a new dataset is a draft until they are there.
    """
    if action.kind in HELD or action.kind == "unchanged":
        return None
    if action.package is None:
        return Step("create", creation(action, own_id=own_id, draft=uploads))
    if action.drop:
        return Step("drop", file=action.drop[0])
    there = {resource["id"] for resource in action.package["resources"]}
    for file in action.fill:
        if file.id in there:
            return Step("fill", file=file.id, table=file.table)
    if not action.writes:
        return None
    sent = {f"update__resources__{one.wanted.id}__upload": one.wanted.path for one in action.files if one.upload}
    return Step("revise", revision(action), sent)


def creation(action: Action, *, own_id: bool, draft: bool) -> dict[str, Any]:
    """Return the parameters of package_create: the dataset with all its files, or, as a draft, without them."""
    fields = dict(action.comparison.fields)
    if draft:
        fields = {**{key: text for key, text in fields.items() if not is_of_files(key)}, "state": DRAFT}
    state = compare(fields, {}, f"{EXTRAS}{STATE}", {}, force=True).state
    package = _unflat({**fields, f"{EXTRAS}{STATE}": state}, {})
    files = [] if draft else [_new_file(one) for one in action.files]
    return {**({"id": action.wanted.id} if own_id else {}), **package, "resources": files}


def is_of_files(key: str) -> bool:
    """Tell whether a field of a dataset waits for its files: that they are there, and that anybody may see it."""
    return key == "state" or key.startswith(FILE)


def revision(action: Action) -> dict[str, Any]:
    """Return the parameters of package_revise: only what differs, and only if nobody wrote in between.

    What is a list or a table is taken out first: CKAN would merge the new one into the old one, item by item.
    """
    package = action.package or {}
    fields = {**action.comparison.fields, f"{EXTRAS}{STATE}": action.comparison.state}
    update = _unflat(fields, package)
    gone = [f"-resources__{name}" for name in action.removed]
    cleared = [f"-{key}" for key in update if isinstance(package.get(key), list | dict) or update[key] is None]
    parameters: dict[str, Any] = {
        "match": {"id": package["id"], "metadata_modified": package["metadata_modified"]},
        "update": {key: text for key, text in update.items() if text is not None},
    }
    shown = {resource["id"]: resource for resource in package["resources"]}
    for one in action.files:
        if one.new or not _moved(one.comparison, shown[one.wanted.id], STATE):
            continue
        changed = _file_update(one, shown[one.wanted.id])
        path = f"resources__{one.wanted.id}"
        cleared += [
            f"-{path}__{key}"
            for key, text in changed.items()
            if text is None or isinstance(shown[one.wanted.id].get(key), list | dict)
        ]
        parameters[f"update__{path}"] = {key: text for key, text in changed.items() if text is not None}
    new = [_new_file(one) for one in action.files if one.new]
    if new:
        parameters["update__resources__extend"] = new
    return {**parameters, "filter": [*gone, *cleared]} if gone or cleared else parameters


def _new_file(one: FileAction) -> dict[str, Any]:
    fields = {key: text for key, text in one.comparison.fields.items() if text is not None and key != "url_type"}
    return {**fields, "id": one.wanted.id, STATE: one.comparison.state}


def _file_update(one: FileAction, shown: Mapping[str, Any]) -> dict[str, Any]:
    fields = {**one.comparison.fields, STATE: one.comparison.state}
    if "url_type" in fields and not fields["url_type"] and shown.get("url_type") == "upload":
        fields["clear_upload"] = "true"
    return fields


def _unflat(fields: Mapping[str, Any], package: Package) -> dict[str, Any]:
    """Return fields as CKAN takes them: extras, tags and groups as whole lists, with what others put there."""
    found: dict[str, Any] = {key: text for key, text in fields.items() if "." not in key}
    lists = {
        "extras": ({extra["key"]: extra["value"] for extra in package.get("extras", ())}, EXTRAS),
        "tags": ({tag["name"]: True for tag in package.get("tags", ())}, "tag."),
        "groups": ({group["name"]: True for group in package.get("groups", ())}, "group."),
    }
    for name, (there, prefix) in lists.items():
        ours = {key.removeprefix(prefix): text for key, text in fields.items() if key.startswith(prefix)}
        if ours:
            kept = {key: text for key, text in {**there, **ours}.items() if text is not None}
            found[name] = _entries(name, kept)
    return found


def _entries(name: str, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    if name == "extras":
        return [{"key": key, "value": text} for key, text in kept.items()]
    return [{"name": key} for key in kept]
