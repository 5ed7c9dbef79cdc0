"""Requests and seconds of publishing to a real CKAN, first and again with nothing changed, beside ckanapi's loader.

    python -m bench.portal [--datasets 1,50,500] [--ckanapi PROGRAM]

Needs a portal that may be filled and emptied: OFFENLAGE_PORTAL_URL and OFFENLAGE_PORTAL_TOKEN, or the one of the tests
(tests/portal/up.sh). Seconds are those of the clock, as most of the time is the portal's; PROGRAM is ckanapi's command.
Both bring the same datasets with two linked files each; ckanapi's loader gets them as our first publish sends
them. Requests of both are counted by the proxy of the portal's tests, which stands between.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flows.portal.apply import Publisher
from flows.portal.client import Client
from flows.portal.mapping import Target, placed
from flows.portal.matching import cases
from flows.portal.plan import World, plan
from flows.portal.plan import creation as created
from flows.portal.reading import conventions, look, search
from flows.portal.wanted import Wanted, WantedFile, portal_uuid

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "portal"))

from between import Between, between

CATALOGUE = {"uuid_namespace": "7f2381d7-028c-51af-9961-eaad468df140", "id_base": "https://offenlage.example/"}
ORGANISATION = "offenlage-bench"
LICENCE = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
Row = tuple[str, int, int, int, float]


def main() -> None:
    """Measure and print."""
    options = _options()
    url, token = _portal()
    client = Client(url, token)
    if _is_new(client):
        client.write("organization_create", {"name": ORGANISATION, "title": "Benchmark"})
    print(f"{'':<10}{'datasets':>9}{'run':>8}{'requests':>10}{'writes':>8}{'seconds':>9}")
    try:
        for count in options.datasets:
            for name, again, requests, writes, seconds in _rows(client, count, options.ckanapi):
                run = "first" if not again else "again"
                print(f"{name:<10}{count:>9}{run:>8}{requests:>10}{writes:>8}{seconds:>9.1f}")
    finally:
        clear(client)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.portal", description="Measure publishing to a CKAN.")
    parser.add_argument("--datasets", type=_counts, default=[1, 50, 500], help="how many, such as 1,50,500")
    parser.add_argument("--ckanapi", help="ckanapi's command, to measure its bulk loader too")
    return parser.parse_args()


def _counts(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _portal() -> tuple[str, str]:
    url, token = os.environ.get("OFFENLAGE_PORTAL_URL", ""), os.environ.get("OFFENLAGE_PORTAL_TOKEN", "")
    if url and token:
        return f"{url.rstrip('/')}/", token
    run = Path(os.environ.get("TEST_PORTAL_DIR", Path(tempfile.gettempdir(), "offenlage-test-portal"))) / "run"
    return f"{(run / 'url').read_text().strip()}/", (run / "token").read_text().strip()


def _is_new(client: Client) -> bool:
    return not any(found["name"] == ORGANISATION for found in client.read("organization_list_for_user"))


def datasets(count: int) -> list[Wanted]:
    """Return datasets with two linked files each."""
    return [_dataset(number) for number in range(count)]


def _dataset(number: int) -> Wanted:
    name = f"bench-{number}"
    identifier = portal_uuid(CATALOGUE, "dataset", name)
    fields = {
        "title": f"Datensatz {number}",
        "notes": "Ein Datensatz, der nur gemessen wird. " * 5,
        "name": name,
        "identifier": identifier,
        "uri": f"{CATALOGUE['id_base']}id/dataset/{name}",
        "modified": "2026-11-20T00:00:00+00:00",
        "theme": ["http://publications.europa.eu/resource/authority/data-theme/GOVE"],
        "contact": [{"name": "Postfach", "email": "postfach@offenlage.example"}],
        "publisher": [{"uri": "https://offenlage.example/id/organisation/ORG-rit", "name": "IT-Referat"}],
    }
    files = tuple(_file(name, suffix) for suffix in ("csv", "json"))
    return Wanted(identifier, name, fields, files, tags=("München", "Verwaltung"), licence=LICENCE)


def _file(name: str, suffix: str) -> WantedFile:
    address = f"{CATALOGUE['id_base']}data/{name}.{suffix}"
    fields = {"name": f"{name}.{suffix}", "url": address, "access_url": address, "download_url": address}
    return WantedFile(
        portal_uuid(CATALOGUE, "distribution", f"{name}.{suffix}"),
        {**fields, "license": LICENCE},
        f"data/{name}.{suffix}",
    )


def _rows(client: Client, count: int, ckanapi: str | None) -> Iterator[Row]:
    with between(client.url) as proxy:
        clear(client)
        for again in (False, True):
            yield ("ours", again, *_measured(proxy, lambda: _ours(Client(proxy.url, client.token), count)))
        if ckanapi:
            clear(client)
            lines = "\n".join(json.dumps(package) for package in _packages(client, count)).encode()
            for again in (False, True):
                yield ("ckanapi", again, *_measured(proxy, lambda: _theirs(proxy.url, client.token, lines, ckanapi)))


def _measured(proxy: Between, publish: Callable[[], None]) -> tuple[int, int, float]:
    proxy.fail(0, "")
    started = time.perf_counter()
    publish()
    return len(proxy.log), len(proxy.writes), time.perf_counter() - started


def _ours(client: Client, count: int) -> None:
    known = conventions(client, ORGANISATION)
    wanted = [placed(one, known, Target()) for one in datasets(count)]
    seen = look(client, [(one.id, str(one.fields["name"])) for one in wanted], search(client, known))
    publisher = Publisher(client, World(known, Target()), lambda _path: b"")
    done = list(publisher.publish(cases(wanted, seen.packages)))
    assert not [one for one in done if one.problem]


def _theirs(url: str, token: str, lines: bytes, program: str) -> None:
    command = [program, "load", "datasets", "-r", url, "-a", token, "-p", "1", "-q"]
    # It starts workers by its bare name.
    path = os.pathsep.join((str(Path(program).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, input=lines, capture_output=True, check=False, env=environment)
    if done.returncode != 0:
        raise SystemExit(done.stderr.decode(errors="replace")[-2000:])


def _packages(client: Client, count: int) -> Iterator[dict[str, object]]:
    """Yield the datasets as our first publish sends them."""
    world = World(conventions(client, ORGANISATION), Target())
    wanted = [placed(one, world.known, world.target) for one in datasets(count)]
    yield from (created(plan(case, world), own_id=True, draft=False) for case in cases(wanted, {}))


def clear(client: Client) -> None:
    """Purge all datasets of the benchmark's organisation."""
    for identifier in search(client, conventions(client, ORGANISATION)).packages:
        client.write("dataset_purge", {"id": identifier})


if __name__ == "__main__":
    main()
