"""Remove a withdrawn dataset from the portal for good: rows first, then the dataset; its addresses die with it."""

from __future__ import annotations

from flows.portal.client import Client, RefusedError, UnsettledError, pause_after
from flows.portal.datastore import drop
from flows.portal.matching import Case
from flows.portal.plan import DELETED
from flows.portal.reading import Package, show
from flows.portal.values import value
from flows.portal.wanted import STATUS, WITHDRAWN

ATTEMPTS = 4


def purgeable(case: Case) -> Package:
    """Return what would be purged.

    Raises RefusedError where it is not there, not ours, or neither withdrawn nor deleted: the next run would bring a
    dataset that is published back, under an address that was dead meanwhile.
    """
    package = case.package
    if package is None or case.clash:
        raise RefusedError(f"{case.wanted.name}: {case.clash or 'is not on the portal'}", 404)
    if not case.wanted.withdrawn or (value(package, STATUS) != WITHDRAWN and package.get("state") != DELETED):
        raise RefusedError(f"{case.wanted.name}: is published; withdraw it first, and publish that", 409)
    return package


def purge(client: Client, package: Package) -> None:
    """Purge a dataset with its tables; one that is gone already is fine.

    Raises RefusedError (only a sysadmin of the portal may purge), UnreachableError and UnsettledError. CKAN leaves
    uploaded files on its disk: their addresses answer no longer, the bytes are for its operator to delete.
    """
    for number in range(1, ATTEMPTS + 1):
        try:
            for resource in package.get("resources", ()):
                if resource.get("datastore_active"):
                    drop(client, resource["id"])
            client.write("dataset_purge", {"id": package["id"]})
        except UnsettledError:
            client.pause(pause_after(number, 0.0))
        except RefusedError as refused:
            if refused.status != 404:
                raise
        if show(client, str(package["id"])) is None:
            return
    raise UnsettledError(f"{package['name']}: is still there")
