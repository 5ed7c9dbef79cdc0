"""Fill and drop tables of the portal's DataStore; each can be cut off and begun again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from flows.portal.client import Client, RefusedError
from flows.portal.tables import Table

BATCH_ROWS = 5000
PAGE_ROWS = 32_000
"""CKAN gives no more rows of a table at once, whatever it is asked for."""

Row = Mapping[str, Any]


def fill(client: Client, resource: str, table: Table, rows: Iterable[Row]) -> None:
    """Let the table of a file hold exactly these rows, under the columns of `table` with their meaning.

    Where the columns are the same, rows are put over those with their key and the others go, so that whoever reads
    meanwhile finds a table; else the table is made anew. Raises as Client.write does; to begin again is harmless.
    """
    there = _columns(client, resource)
    anew = bool(there) and (there != table.columns or not table.keys)
    if anew:
        drop(client, resource)
    made = {"resource_id": resource, "force": True, "fields": list(table.fields)}
    client.write("datastore_create", {**made, "primary_key": list(table.keys)} if table.keys else made)
    keys = set()
    for batch in _batches(rows):
        keys |= {tuple(row[key] for key in table.keys) for row in batch}
        method = "upsert" if table.keys else "insert"
        client.write(
            "datastore_upsert", {"resource_id": resource, "force": True, "method": method, "records": list(batch)}
        )
    if there and not anew:
        _remove_others(client, resource, table, keys)


def drop(client: Client, resource: str) -> None:
    """Let nobody read the rows of a file through the DataStore; none being there is fine. Raises as Client.write."""
    try:
        client.write("datastore_delete", {"resource_id": resource, "force": True})
    except RefusedError as refused:
        if refused.status != 404:
            raise


def _columns(client: Client, resource: str) -> dict[str, str]:
    """Return the columns of the table with their types, {} where there is none."""
    try:
        info = client.read("datastore_info", id=resource)
    except RefusedError as refused:
        if refused.status == 404:
            return {}
        raise
    return {field["id"]: _type(field) for field in info["fields"]}


def _type(field: Mapping[str, Any]) -> str:
    # PostgreSQL's own names for what was asked for.
    native = str(field.get("type", ""))
    return {"int4": "int", "integer": "int", "timestamp with time zone": "timestamptz", "boolean": "bool"}.get(
        native, native
    )


def _batches(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    waiting = iter(rows)
    while batch := tuple(islice(waiting, BATCH_ROWS)):
        yield batch


def _remove_others(client: Client, resource: str, table: Table, keys: set[tuple[Any, ...]]) -> None:
    """Delete the rows that have another key than all of ours."""
    wanted = {tuple(map(str, key)) for key in keys}
    gone = [key for key in _keys(client, resource, table) if tuple(map(str, key)) not in wanted]
    if len(table.keys) == 1:
        filters: list[dict[str, Any]] = [{table.keys[0]: [key[0] for key in gone]}] if gone else []
    else:
        filters = [dict(zip(table.keys, key, strict=True)) for key in gone]
    for chosen in filters:
        client.write("datastore_records_delete", {"resource_id": resource, "force": True, "filters": chosen})


def _keys(client: Client, resource: str, table: Table) -> Iterator[tuple[Any, ...]]:
    offset = 0
    while True:
        answer = client.read(
            "datastore_search",
            resource_id=resource,
            fields=list(table.keys),
            limit=PAGE_ROWS,
            offset=offset,
            sort=",".join(table.keys),
        )
        yield from (tuple(record[key] for key in table.keys) for record in answer["records"])
        offset += len(answer["records"])
        if len(answer["records"]) < PAGE_ROWS:
            return
