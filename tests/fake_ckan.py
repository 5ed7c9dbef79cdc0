"""A small server that behaves like CKAN 2.12 in all that the publisher uses; the same tests run against a real one."""

from __future__ import annotations

import copy
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Record = dict[str, Any]
CORE = ("title", "name", "notes", "url", "version", "license_id", "owner_org", "state", "private", "extras", "tags")
LICENCES = [{"id": "dl-by-de/2.0", "url": "http://dcat-ap.de/def/licenses/dl-by-de/2.0"}]
SCHEMA = [
    "identifier",
    "uri",
    "issued",
    "modified",
    "frequency",
    "provenance",
    "dcat_type",
    "temporal_resolution",
    "access_rights",
    "version_notes",
    "theme",
    "language",
    "documentation",
    "conforms_to",
    "applicable_legislation",
]
PARTS = {
    "contact": ("uri", "name", "email", "identifier", "url"),
    "publisher": ("uri", "name", "email", "url", "type", "identifier"),
    "creator": ("uri", "name", "email", "url", "type", "identifier"),
    "temporal_coverage": ("start", "end"),
    "spatial_coverage": ("uri", "text", "geom", "bbox", "centroid"),
    "provenance_activity": ("uri", "label", "seeAlso", "dct_type", "startedAtTime", "wasAssociatedWith"),
}
FILE_SCHEMA = [
    "url",
    "name",
    "description",
    "format",
    "mimetype",
    "size",
    "hash",
    "hash_algorithm",
    "rights",
    "availability",
    "license",
    "access_url",
    "download_url",
    "issued",
    "modified",
    "temporal_resolution",
    "language",
    "documentation",
    "conforms_to",
    "applicable_legislation",
]


class RefusalError(Exception):
    """An answer that is an error, as CKAN words it."""

    def __init__(self, status: int, kind: str, **fields: object) -> None:
        self.status, self.error = status, {"__type": kind, **fields}
        super().__init__(kind)


class FakeCkan:
    """One portal in memory; `tokens` maps a token to organisations it may write in and groups ("*": as sysadmin)."""

    def __init__(self, url: str = "", *, scheming: bool = True) -> None:
        self.url, self.scheming, self.search_is_out = url, scheming, False
        self.organisations: dict[str, Record] = {}
        self.groups: set[str] = set()
        self.packages: dict[str, Record] = {}
        self.tables: dict[str, Record] = {}
        self.files: dict[str, bytes] = {}
        self.activities: list[tuple[str, str]] = []
        self.tokens: dict[str, tuple[str, ...]] = {"sysadmin": ("*",)}
        self.drops: set[str] = set()
        self.lock = threading.RLock()
        self.ticks = 0

    def do(self, action: str, data: Record, token: str, uploads: Mapping[str, tuple[str, bytes]]) -> Any:
        """Do an action; raises RefusalError. Writes are one after the other, and all or nothing."""
        with self.lock:
            if action not in ACTIONS or (action == "scheming_dataset_schema_show" and not self.scheming):
                raise RefusalError(400, "Bad request")
            before = copy.deepcopy((self.packages, self.tables, self.activities))
            try:
                if action.startswith("package_revise"):
                    return self.package_revise(data, token, uploads)
                return getattr(self, action)(data, token)
            except Exception:
                self.packages, self.tables, self.activities = before
                raise

    def status_show(self, _data: Record, _token: str) -> Record:
        return {"ckan_version": "2.12.0", "site_url": self.url.rstrip("/")}

    def organization_create(self, data: Record, token: str) -> Record:
        self._may("*", token)
        made = {"id": str(uuid5(NAMESPACE_URL, data["name"])), "name": data["name"], "title": data["title"]}
        return self.organisations.setdefault(data["name"], made)

    def organization_list(self, data: Record, _token: str) -> list[Record]:
        return [found for name, found in self.organisations.items() if name in data["organizations"]]

    def organization_list_for_user(self, _data: Record, token: str) -> list[Record]:
        rights = self.tokens.get(token, ())
        return [found for name, found in self.organisations.items() if "*" in rights or name in rights]

    def scheming_dataset_schema_show(self, _data: Record, _token: str) -> Record:
        plain = [{"field_name": name} for name in (*SCHEMA, "title", "name", "notes", "url", "version")]
        tables = [
            {"field_name": name, "repeating_subfields": [{"field_name": part} for part in parts]}
            for name, parts in PARTS.items()
        ]
        return {
            "dataset_fields": [*plain, *tables],
            "resource_fields": [{"field_name": name} for name in FILE_SCHEMA],
        }

    def license_list(self, _data: Record, _token: str) -> list[Record]:
        return LICENCES

    def group_list(self, _data: Record, _token: str) -> list[str]:
        return sorted(self.groups)

    def group_list_authz(self, _data: Record, token: str) -> list[Record]:
        rights = self._rights(token)
        return [{"name": name} for name in sorted(self.groups) if "*" in rights or name in rights]

    def package_list(self, _data: Record, _token: str) -> list[str]:
        return sorted(p["name"] for p in self.packages.values() if p["state"] == "active")

    def package_search(self, data: Record, token: str) -> Record:
        if self.search_is_out:
            raise RefusalError(500, "Search Error")
        wanted = re.search(r"organization:(\S+)", data.get("fq", ""))
        states = ("active", "draft") if data.get("include_drafts") and self._rights(token) else ("active",)
        found = [
            self._shown(p)
            for p in self.packages.values()
            if p["state"] in states and (not wanted or p["organization"]["name"] == wanted[1])
        ]
        start = data.get("start", 0)
        return {"count": len(found), "results": found[start : start + min(data.get("rows", 10), 1000)]}

    def package_show(self, data: Record, token: str) -> Record:
        found = self._found(data["id"])
        if found["state"] != "active" and not self._rights(token):
            raise RefusalError(403, "Authorization Error")
        return self._shown(found)

    def package_create(self, data: Record, token: str) -> Record:
        organisation = self._of_id(data.get("owner_org", ""))
        self._may(organisation["name"], token)
        for group in data.get("groups", ()):
            self._may(group["name"], token)
        if "id" in data and "*" not in self._rights(token):
            raise RefusalError(409, "Validation Error", id=["may not be set"])
        if data.get("id") in self.packages:
            raise RefusalError(409, "Validation Error", id=["exists"])
        made = {"id": data.get("id") or str(uuid5(NAMESPACE_URL, f"{data['name']}{self.ticks}")), "state": "active"}
        self.packages[made["id"]] = made
        state = data.get("state", "active") if "*" in self._rights(token) else "active"
        self._store(made, {**data, "resources": data.get("resources", []), "state": state})
        self.activities.append((made["id"], "new package"))
        return self._shown(made)

    def package_revise(self, data: Record, token: str, uploads: Mapping[str, tuple[str, bytes]]) -> Record:
        package = self._found(data["match"]["id"])
        self._may(package["organization"]["name"], token)
        stale = [key for key, text in data["match"].items() if package.get(key) != text]
        if stale:
            raise RefusalError(409, "Validation Error", match=stale)
        revised = copy.deepcopy(package)
        for path in data.get("filter", ()):
            _cut(revised, path.removeprefix("-"))
        _merge(revised, data.get("update", {}))
        for resource in data.get("update__resources__extend", ()):
            revised["resources"].append(dict(resource))
        for key, update in data.items():
            if key.startswith("update__resources__") and key != "update__resources__extend":
                _merge(_resource(revised, key), update)
        for key, (name, content) in uploads.items():
            resource = _resource(revised, key.removesuffix("__upload"))
            resource |= {"url": name.lower(), "url_type": "upload", "size": len(content)}
            self.files[resource["id"]] = content
        before = self._shown(package)
        self._store(package, revised)
        if self._compared(before) != self._compared(self._shown(package)):
            self.activities.append((package["id"], "changed package"))
        return {"package": self._shown(package)}

    def package_patch(self, data: Record, token: str) -> Any:
        """Patch as an editor does in the tests: what is named is put in the place of what was there."""
        changed = {key: text for key, text in data.items() if key != "id"}
        revision = {"match": {"id": self._found(data["id"])["id"]}, "filter": [f"-{key}" for key in changed]}
        return self.package_revise({**revision, "update": changed}, token, {})["package"]

    def package_delete(self, data: Record, token: str) -> None:
        self._may("*", token)
        self._found(data["id"])["state"] = "deleted"

    def dataset_purge(self, data: Record, token: str) -> None:
        self._may("*", token)
        self.packages.pop(self._found(data["id"])["id"])

    def package_activity_list(self, data: Record, _token: str) -> list[Record]:
        return [{"activity_type": kind} for package, kind in reversed(self.activities) if package == data["id"]]

    def datastore_info(self, data: Record, _token: str) -> Record:
        return {"fields": self._table(data["id"])["fields"]}

    def datastore_create(self, data: Record, token: str) -> Record:
        resource = self._file(data["resource_id"], token)
        table = self.tables.setdefault(data["resource_id"], {"fields": data["fields"], "rows": {}, "keys": []})
        table["keys"] = data.get("primary_key", table["keys"])
        if not resource.get("datastore_active"):
            resource["datastore_active"] = True
            self._touch(self._package_of(data["resource_id"]))
        return {}

    def datastore_upsert(self, data: Record, token: str) -> Record:
        self._file(data["resource_id"], token)
        table = self._table(data["resource_id"])
        for number, row in enumerate(data["records"]):
            key = tuple(row[name] for name in table["keys"]) or (len(table["rows"]), number)
            table["rows"][key] = row
        return {}

    def datastore_search(self, data: Record, _token: str) -> Record:
        table = self._table(data["resource_id"])
        start, rows = data.get("offset", 0), [table["rows"][key] for key in sorted(table["rows"])]
        names = data.get("fields") or [field["id"] for field in table["fields"]]
        return {"records": [{n: r.get(n) for n in names} for r in rows[start : start + data.get("limit", 100)]]}

    def datastore_records_delete(self, data: Record, token: str) -> Record:
        self._file(data["resource_id"], token)
        table = self._table(data["resource_id"])
        for key, row in list(table["rows"].items()):
            if all(row[n] in (v if isinstance(v, list) else [v]) for n, v in data["filters"].items()):
                del table["rows"][key]
        return {}

    def datastore_delete(self, data: Record, token: str) -> Record:
        self._table(data["resource_id"])
        resource = self._file(data["resource_id"], token)
        del self.tables[data["resource_id"]]
        resource["datastore_active"] = False
        self._touch(self._package_of(data["resource_id"]))
        return {}

    def _rights(self, token: str) -> tuple[str, ...]:
        return self.tokens.get(token, ())

    def _may(self, organisation: str, token: str) -> None:
        if not {"*", organisation}.intersection(self._rights(token)):
            raise RefusalError(403, "Authorization Error")
        if self.search_is_out:
            raise RefusalError(500, "Search Index Error")

    def _found(self, name_or_id: str) -> Record:
        for package in self.packages.values():
            if package["id"] == name_or_id or (package["name"] == name_or_id):
                return package
        raise RefusalError(404, "Not Found Error")

    def _of_id(self, identifier: str) -> Record:
        for found in self.organisations.values():
            if identifier in (found["id"], found["name"]):
                return found
        raise RefusalError(409, "Validation Error", owner_org=["does not exist"])

    def _package_of(self, resource: str) -> Record:
        for package in self.packages.values():
            if any(one["id"] == resource for one in package["resources"]):
                return package
        raise RefusalError(404, "Not Found Error")

    def _file(self, resource: str, token: str) -> Record:
        package = self._package_of(resource)
        self._may(package["organization"]["name"], token)
        return _resource(package, resource)

    def _table(self, resource: str) -> Record:
        if resource not in self.tables:
            raise RefusalError(404, "Not Found Error")
        return self.tables[resource]

    def _touch(self, package: Record) -> None:
        self.ticks += 1
        package["metadata_modified"] = (datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=self.ticks)).isoformat()

    def _store(self, package: Record, data: Record) -> None:
        """Keep what a CKAN keeps: the fields of its schema, extras, any field of a file; texts without outer spaces."""
        if not re.fullmatch("[a-z0-9_-]{2,100}", data["name"]):
            raise RefusalError(409, "Validation Error", name=["is no name"])
        for other in self.packages.values():
            if other is not package and other["name"] == data["name"] and other["state"] != "deleted":
                raise RefusalError(409, "Validation Error", name=["is taken"])
        known = {*CORE, *(SCHEMA if self.scheming else ()), *(PARTS if self.scheming else ())}
        if any(extra["key"] in known for extra in data.get("extras", ())):
            raise RefusalError(409, "Validation Error", extras=[{"key": ["is a field"]}])
        kept = {
            key: _stripped(text)
            for key, text in data.items()
            if key in known - self.drops and text not in (None, "", [])
        }
        for name, parts in PARTS.items():
            if name in kept:
                kept[name] = [{key: text for key, text in one.items() if key in parts} for one in kept[name]]
        before = self._compared(self._shown(package)) if "metadata_modified" in package else None
        identifier, modified = package["id"], package.get("metadata_modified")
        package.clear()
        package |= {"id": identifier, "metadata_modified": modified, "extras": [], "tags": [], "groups": [], **kept}
        package["organization"] = self._of_id(data["owner_org"])
        package["owner_org"] = package["organization"]["id"]
        package["groups"] = [{"name": one["name"]} for one in data.get("groups", ()) if one["name"] in self.groups]
        package["resources"] = [self._resource_of(one, identifier) for one in data["resources"]]
        package.setdefault("state", "active")
        if before != self._compared(self._shown(package)):
            self._touch(package)

    def _resource_of(self, data: Record, package: str) -> Record:
        found = {key: text for key, text in data.items() if text not in (None, "") and key != "clear_upload"}
        if "clear_upload" in data:
            found.pop("url_type", None)
        if "size" in found:
            found["size"] = int(found["size"])
        if found.get("url_type") == "upload" and "://" not in found["url"]:
            found["url"] = f"{self.url}dataset/{package}/resource/{found['id']}/download/{found['url']}"
        return {"datastore_active": False, "url_type": None, **found, "package_id": package}

    def _shown(self, package: Record) -> Record:
        shown = copy.deepcopy(package)
        shown["tags"] = sorted(({"name": tag["name"]} for tag in shown["tags"]), key=lambda tag: str(tag["name"]))
        shown["extras"] = sorted(shown["extras"], key=lambda extra: str(extra["key"]))
        return shown

    def _compared(self, shown: Record) -> Record:
        return {key: text for key, text in shown.items() if key != "metadata_modified"}


ACTIONS = frozenset(name for name in vars(FakeCkan) if not name.startswith("_") and name != "do")


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _cut(package: Record, path: str) -> None:
    if not path.startswith("resources__"):
        package.pop(path, None) if path not in ("extras", "tags", "groups") else package.update({path: []})
        return
    identifier, _, key = path.removeprefix("resources__").partition("__")
    for resource in list(package["resources"]):
        if resource["id"] == identifier and key:
            resource.pop(key, None)
        elif resource["id"] == identifier:
            package["resources"].remove(resource)


def _merge(target: Record, update: Record) -> None:
    """Merge as package_revise does: tables into tables, lists item by item."""
    for key, value in update.items():
        if isinstance(target.get(key), list):
            target[key] = [*value, *target[key][len(value) :]]
        else:
            target[key] = value


def _resource(package: Record, key: str) -> Record:
    identifier = key.removeprefix("update__resources__")
    (found,) = [one for one in package["resources"] if one["id"].startswith(identifier)]
    assert isinstance(found, dict)
    return found


@contextmanager
def running_fake(*, scheming: bool = True) -> Iterator[FakeCkan]:
    """Run a fake portal at any free port of this machine."""
    fake = FakeCkan(scheming=scheming)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield fake
    server.shutdown()
    server.server_close()


def _handler(fake: FakeCkan) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            data, uploads = _read(self.headers.get("Content-Type", ""), body)
            try:
                result = fake.do(self.path.rpartition("/")[2], data, self.headers.get("Authorization", ""), uploads)
                self._send(200, {"success": True, "result": result})
            except RefusalError as refusal:
                self._send(refusal.status, {"success": False, "error": refusal.error})

        def do_GET(self) -> None:
            content = fake.files.get(self.path.split("/")[4], b"")
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _send(self, status: int, answer: Record) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _read(kind: str, body: bytes) -> tuple[Record, dict[str, tuple[str, bytes]]]:
    """Read a JSON body, or a form with files whose texts are JSON."""
    boundary = re.search(r"boundary=(\S+)", kind)
    if not boundary:
        return json.loads(body or b"{}"), {}
    data: Record = {}
    uploads: dict[str, tuple[str, bytes]] = {}
    for part in body.split(f"--{boundary[1]}".encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(r'name="([^"]+)"', head.decode())
        file = re.search(r'filename="([^"]+)"', head.decode())
        assert name
        if file:
            uploads[name[1]] = file[1], content.removesuffix(b"\r\n")
        else:
            data[name[1]] = json.loads(content.removesuffix(b"\r\n"))
    return data, uploads
