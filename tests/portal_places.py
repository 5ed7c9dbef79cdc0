"""A portal as the tests of publishing see it: the fake one, always, and the real one behind --run-portal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from fake_ckan import FakeCkan, running_fake
from portal_releases import ORGANISATION

from flows.portal.client import Client

VOLATILE = {"metadata_modified", "metadata_created", "created", "last_modified", "creator_user_id", "organization"}
PATIENCE = 60.0
EDITOR, OTHER = "tests-editor", "offenlage-tests-other"
THEME = "gove"
"""A group of the portal that has the name of the theme all our datasets have."""


@dataclass
class Place:
    """Where a portal is, a sysadmin's token to it, and the pauses that publishers made."""

    url: str
    token: str = field(repr=False)
    pauses: list[float] = field(default_factory=list)
    fake: FakeCkan | None = None

    def client(self, url: str = "", token: str | None = None, patience: float = PATIENCE) -> Client:
        """Return a client that does not wait for real; `url` is that of a proxy in between."""
        used = self.token if token is None else token
        return Client(url or self.url, used, pause=self.pauses.append, timeout=(5.0, patience))

    def call(self, action: str, **parameters: object) -> Any:
        """Call an action as sysadmin and return its result."""
        return self.client().write(action, parameters)

    def editor(self) -> str:
        """Return the token of somebody who may write in the tests' organisation, and do nothing else."""
        if self.fake:
            self.fake.tokens[EDITOR] = (ORGANISATION,)
            return EDITOR
        if EDITOR not in self.call("user_list", q=EDITOR, all_fields=False):
            self.call("user_create", name=EDITOR, email=f"{EDITOR}@portal.example", password="only-for-tests")
            self.call("organization_member_create", id=ORGANISATION, username=EDITOR, role="editor")
        return str(self.call("api_token_create", user=EDITOR, name="tests")["token"])

    def other_organisation(self) -> str:
        """Return the id of an organisation that is not the tests' own."""
        known = {found["name"]: found["id"] for found in self.call("organization_list_for_user")}
        return str(known.get(OTHER) or self.call("organization_create", name=OTHER, title="Other")["id"])

    def packages(self) -> dict[str, Any]:
        """Return all datasets of the tests' organisation by their name in our feed."""
        found = self.call(
            "package_search", fq=f"+organization:{ORGANISATION}", include_private=True, include_drafts=True, rows=1000
        )
        return {package["name"].removeprefix("tests-"): package for package in found["results"]}

    def rows(self, resource: str) -> list[Any] | None:
        """Return the rows anybody can read of a table, None where there is none."""
        address = f"{self.url}api/3/action/datastore_search"
        answer = requests.post(address, json={"resource_id": resource, "limit": 1000}, timeout=PATIENCE)
        return answer.json()["result"]["records"] if answer.ok else None

    def state(self) -> dict[str, Any]:
        """Return all that the portal holds of ours and what could be doubled, without what moves by itself."""
        return {
            name: {
                **{key: value for key, value in package.items() if key not in VOLATILE},
                # CKAN gives them in no order of its own.
                "extras": sorted(package["extras"], key=lambda extra: str(extra["key"])),
                "resources": [
                    {
                        **{key: value for key, value in resource.items() if key not in VOLATILE},
                        "rows": self.rows(resource["id"]),
                        "bytes": self.bytes(resource) if resource["url_type"] == "upload" else b"",
                    }
                    for resource in package["resources"]
                ],
            }
            for name, package in self.packages().items()
        }

    def bytes(self, resource: dict[str, Any]) -> bytes:
        """Return an uploaded file as anybody gets it."""
        return requests.get(resource["url"], timeout=PATIENCE).content

    def activities(self, package: str) -> list[str]:
        """Return what the portal says was done to a dataset, the newest first."""
        return [activity["activity_type"] for activity in self.call("package_activity_list", id=package)]

    def clear(self) -> None:
        """Purge everything of the tests' organisation, and what lies deleted under the ids it had."""
        for package in self.packages().values():
            for resource in package["resources"]:
                if resource.get("datastore_active"):
                    self.call("datastore_delete", resource_id=resource["id"], force=True)
            self.call("dataset_purge", id=package["id"])


@contextmanager
def fake_place(*, scheming: bool = True) -> Iterator[Place]:
    """Run a fake portal with the tests' organisation."""
    with running_fake(scheming=scheming) as fake:
        fake.groups = {THEME}
        place = Place(fake.url, "sysadmin", fake=fake)
        place.call("organization_create", name=ORGANISATION, title="Tests")
        yield place
