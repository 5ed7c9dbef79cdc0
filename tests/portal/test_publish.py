"""Publishing to a portal: what is written, what is left alone, and that a second time writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import official_shapes
import pytest
import requests
from between import between
from portal_places import THEME, Place, fake_place
from portal_releases import LAST, ORGANISATION, cut, dropped, edited, look, retitled, with_rows, withdrawn
from rdflib import RDF, Graph

from flows.portal.apply import Done
from flows.portal.client import Client, RefusedError
from flows.portal.purge import purge, purgeable
from flows.portal.release import planned, publish
from flows.publish.vocabulary import DCAT

EVERYTHING = {"files": "upload", "datastore": True}


def push(place: Place, docroot: Path, client: Client | None = None, **wishes: object) -> dict[str, Done]:
    """Publish a docroot and return what became of each dataset."""
    found = look(docroot, client or place.client(), **wishes)  # type: ignore[arg-type]
    return {done.action.wanted.name: done for done in publish(found)}


def kinds(done: dict[str, Done]) -> dict[str, str]:
    assert [one.problem for one in done.values() if one.problem] == []
    return {name: one.action.kind for name, one in done.items()}


def writes(place: Place, docroot: Path, **wishes: object) -> list[str]:
    """Publish through a proxy and return the actions it asked for that may change something."""
    with between(place.url) as proxy:
        push(place, docroot, place.client(proxy.url), **wishes)
        return proxy.writes


@pytest.mark.parametrize("wishes", [{}, {"files": "upload"}, {"datastore": True}, EVERYTHING])
def test_the_second_time_nothing_is_written(place: Place, docroot: Path, wishes: dict[str, object]) -> None:
    assert set(kinds(push(place, docroot, **wishes)).values()) == {"create"}
    before = {name: (package, place.activities(package["id"])) for name, package in place.packages().items()}
    assert writes(place, docroot, **wishes) == []
    after = {name: (package, place.activities(package["id"])) for name, package in place.packages().items()}
    assert after == before


def test_a_new_dataset_is_one_write(place: Place, docroot: Path) -> None:
    assert writes(place, docroot) == ["package_create"] * 2


def test_one_changed_value_is_one_write(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot)
    before = place.packages()
    changed = edited(docroot, tmp_path / "changed", retitled("goals", "Ziele, neu gefasst"))
    assert writes(place, changed) == ["package_revise"]
    after = place.packages()
    assert after["goals"]["title"] == "Ziele, neu gefasst"
    assert [r["id"] for r in after["goals"]["resources"]] == [r["id"] for r in before["goals"]["resources"]]
    assert after["services"] == before["services"]
    assert place.activities(after["goals"]["id"])[0] == "changed package"


def test_ids_are_those_of_the_feed_and_never_move(place: Place, docroot: Path) -> None:
    push(place, docroot)
    package = place.packages()["goals"]
    assert package["id"] == package["identifier"]
    assert len({resource["id"] for resource in package["resources"]}) == 6


def test_the_plan_says_field_by_field_what_publish_then_does(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot)
    changed = edited(docroot, tmp_path / "changed", retitled("goals", "Ziele, neu gefasst"))
    (goals, services) = planned(look(changed, place.client()))
    assert (goals.kind, services.kind) == ("change", "unchanged")
    assert {change.field for change in goals.comparison.changes} == {"title", "modified"}


def test_uploads_are_sent_once_and_again_when_the_file_changed(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot, files="upload")
    for resource in place.packages()["goals"]["resources"]:
        name = resource["url"].rpartition("/")[2]
        assert place.bytes(resource) == (docroot / "data" / name).read_bytes()
        assert resource["download_url"] == resource["url"]
    changed = with_rows(docroot, tmp_path / "rows", "goals", lambda rows: rows[:1])
    (goals, _) = planned(look(changed, place.client(), files="upload"))
    assert [one.wanted.path for one in goals.files if one.upload] == ["data/goals.csv"]
    assert writes(place, changed, files="upload") == ["package_revise"]
    (csv,) = [one for one in place.packages()["goals"]["resources"] if one["url"].endswith("goals.csv")]
    assert place.bytes(csv) == (changed / "data" / "goals.csv").read_bytes()


def test_from_links_to_uploads_and_back(place: Place, docroot: Path) -> None:
    push(place, docroot)
    links = place.state()
    push(place, docroot, files="upload")
    assert {resource["url_type"] for resource in place.packages()["goals"]["resources"]} == {"upload"}
    push(place, docroot)
    assert [r["url"] for r in place.state()["goals"]["resources"]] == [r["url"] for r in links["goals"]["resources"]]
    assert writes(place, docroot) == []


def test_the_datastore_holds_the_rows_with_their_meaning(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot, datastore=True)
    table = csv_of(place, "goals")
    count = len((docroot / "data" / "goals.jsonl").read_bytes().splitlines())
    assert len(place.rows(table) or []) == count > 2
    info = place.call("datastore_info", id=table)["fields"]
    assert next(field for field in info if field["id"] == "id")["info"]["label_en"]
    fewer = with_rows(docroot, tmp_path / "fewer", "goals", lambda rows: [{**rows[0], "title_en": "Other"}, *rows[2:]])
    push(place, fewer, datastore=True)
    rows = place.rows(table) or []
    assert (len(rows), rows[0]["title_en"]) == (count - 1, "Other")
    assert writes(place, fewer, datastore=True) == []


def csv_of(place: Place, name: str) -> str:
    return next(r["id"] for r in place.packages()[name]["resources"] if r["uri"].endswith(f"{name}.csv"))


def test_what_editors_add_stays(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot)
    package = place.packages()["goals"]
    tags = [{"name": tag["name"]} for tag in package["tags"]]
    place.call("package_patch", id=package["id"], tags=[*tags, {"name": "von der Redaktion"}])
    extras = [{"key": extra["key"], "value": extra["value"]} for extra in package["extras"]]
    place.call("package_patch", id=package["id"], extras=[*extras, {"key": "geprüft von", "value": "Redaktion"}])
    assert writes(place, docroot) == []
    push(place, edited(docroot, tmp_path / "changed", retitled("goals", "Ziele, neu gefasst")))
    after = place.packages()["goals"]
    assert after["title"] == "Ziele, neu gefasst"
    assert "von der Redaktion" in {tag["name"] for tag in after["tags"]}
    assert {"geprüft von"} <= {extra["key"] for extra in after["extras"]}


def test_drift_is_reported_kept_and_written_over_only_by_force(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot)
    place.call("package_patch", id=place.packages()["goals"]["id"], notes="Von der Redaktion gekürzt.")
    assert writes(place, docroot) == []
    (goals, _) = planned(look(docroot, place.client()))
    assert [(change.field, change.before) for change in goals.comparison.drift] == [
        ("notes", "Von der Redaktion gekürzt.")
    ]
    # What else changed is written all the same.
    changed = edited(docroot, tmp_path / "changed", retitled("goals", "Ziele, neu gefasst"))
    push(place, changed)
    goals_now = place.packages()["goals"]
    assert (goals_now["title"], goals_now["notes"]) == ("Ziele, neu gefasst", "Von der Redaktion gekürzt.")
    assert [c.field for c in planned(look(changed, place.client()))[0].comparison.drift] == ["notes"]
    found = look(changed, place.client(), force=True)
    assert kinds({done.action.wanted.name: done for done in publish(found)})["goals"] == "change"
    assert place.packages()["goals"]["notes"] != "Von der Redaktion gekürzt."
    assert writes(place, changed) == []


def test_a_name_that_is_taken_is_reported_and_never_overwritten(place: Place, docroot: Path) -> None:
    theirs = {"name": "tests-goals", "title": "Fremd", "notes": "Fremd", "owner_org": ORGANISATION}
    place.call("package_create", **theirs)
    done = push(place, docroot)
    assert kinds(done) == {"goals": "clash", "services": "create"}
    assert "tests-goals" in done["goals"].action.why
    assert place.packages()["goals"]["title"] == "Fremd"


def test_a_dataset_that_the_portal_harvests_is_left_to_the_harvester(place: Place, docroot: Path) -> None:
    push(place, docroot)
    package = place.packages()["goals"]
    extras = [{"key": extra["key"], "value": extra["value"]} for extra in package["extras"]]
    place.call("package_patch", id=package["id"], extras=[*extras, {"key": "harvest_source_id", "value": "x"}])
    assert kinds(push(place, docroot))["goals"] == "clash"


def test_withdrawn_in_the_feed_and_back_under_the_same_id(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot, **EVERYTHING)
    before, table = place.packages()["goals"], csv_of(place, "goals")
    rows = place.rows(table)
    gone = edited(docroot, tmp_path / "gone", withdrawn("goals"))
    assert kinds(push(place, gone, **EVERYTHING))["goals"] == "withdraw"
    shown = place.packages()["goals"]
    assert (shown["id"], shown["state"], len(shown["resources"])) == (before["id"], "active", 6)
    assert shown["title"].endswith("(zurückgezogen)")
    assert place.rows(table) is None
    assert place.bytes(shown["resources"][0])
    assert writes(place, gone, **EVERYTHING) == []
    back = edited(docroot, tmp_path / "back", retitled("goals", "Ziele, wieder da"), time=LAST)
    assert kinds(push(place, back, **EVERYTHING))["goals"] == "return"
    shown = place.packages()["goals"]
    assert (shown["id"], shown["title"]) == (before["id"], "Ziele, wieder da")
    assert rows
    assert place.rows(table) == rows


def test_no_longer_in_the_feed_is_withdrawn_and_can_come_back(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot, datastore=True)
    before, table = place.packages()["goals"], csv_of(place, "goals")
    gone = edited(docroot, tmp_path / "gone", dropped("goals"))
    assert kinds(push(place, gone, datastore=True)) == {"services": "unchanged", "goals": "withdraw"}
    shown = place.packages()["goals"]
    assert "(zurückgezogen)" in shown["title"]
    assert "nicht mehr veröffentlicht" in shown["notes"]
    assert [r["url"] for r in shown["resources"]] == [r["url"] for r in before["resources"]]
    assert place.rows(table) is None
    assert writes(place, gone, datastore=True) == []
    assert kinds(push(place, docroot, datastore=True))["goals"] == "return"
    assert place.packages()["goals"]["title"] == before["title"]


def test_a_file_that_is_retracted_goes_with_its_rows(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot, datastore=True)
    table = csv_of(place, "goals")

    def retract(nodes: dict[str, dict[str, list[dict[str, str]]]]) -> None:
        (node,) = [node for iri, node in nodes.items() if iri.endswith("/dataset/goals")]
        node["dcat:distribution"] = [one for one in node["dcat:distribution"] if not one["@id"].endswith("goals.csv")]

    push(place, edited(docroot, tmp_path / "less", retract), datastore=True)
    assert len(place.packages()["goals"]["resources"]) == 5
    assert place.rows(table) is None


def test_deleted_on_the_portal_stays_so_until_forced(place: Place, docroot: Path) -> None:
    push(place, docroot)
    identifier = place.packages()["goals"]["id"]
    place.call("package_delete", id=identifier)
    assert kinds(push(place, docroot))["goals"] == "deleted"
    assert "goals" not in place.packages()
    found = look(docroot, place.client(), force=True)
    assert [done.problem for done in publish(found)] == [None, None]
    assert place.packages()["goals"]["id"] == identifier


def test_an_older_release_never_goes_over_a_newer_one(place: Place, docroot: Path, tmp_path: Path) -> None:
    newer = edited(docroot, tmp_path / "newer", retitled("goals", "Ziele, neu gefasst"))
    push(place, newer)
    assert kinds(push(place, docroot))["goals"] == "newer"
    assert place.packages()["goals"]["title"] == "Ziele, neu gefasst"


def test_purge_only_what_is_withdrawn(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot, datastore=True)
    table = csv_of(place, "goals")
    (goals, _) = look(docroot, place.client()).cases
    with pytest.raises(RefusedError, match="withdraw it first"):
        purgeable(goals)
    gone = edited(docroot, tmp_path / "gone", withdrawn("goals"))
    push(place, gone, datastore=True)
    client = place.client()
    (goals, _) = look(gone, client).cases
    purge(client, purgeable(goals))
    assert "goals" not in place.packages()
    assert place.rows(table) is None
    assert kinds(push(place, gone))["goals"] == "unchanged"


@pytest.mark.parametrize("token", ["", "wrong-token-4711"])
def test_without_a_right_to_write_nothing_is_tried(place: Place, docroot: Path, token: str) -> None:
    with pytest.raises(RefusedError) as refused:
        list(publish(look(docroot, place.client(token=token))))
    assert refused.value.status == 403
    assert "4711" not in str(refused.value)
    assert place.packages() == {}


def test_two_publishers_at_once_make_one_state(place: Place, docroot: Path) -> None:
    push(place, docroot, **EVERYTHING)
    alone = place.state()
    place.clear()
    first, second = look(docroot, place.client(), **EVERYTHING), look(docroot, place.client(), **EVERYTHING)  # type: ignore[arg-type]
    assert [done.problem for found in (first, second) for done in publish(found)] == [None] * 4
    assert place.state() == alone


def race(one: Callable[[], object], other: Callable[[], object]) -> None:
    """Do both side by side, and let the first error of either show."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(one), pool.submit(other)]:
            future.result()


def test_two_publishers_side_by_side(place: Place, docroot: Path) -> None:
    push(place, docroot)
    alone = place.state()
    place.clear()
    found = [look(docroot, place.client()) for _ in range(2)]
    race(lambda: list(publish(found[0])), lambda: list(publish(found[1])))
    assert place.state() == alone
    assert writes(place, docroot) == []


def test_an_editor_who_saves_meanwhile_loses_nothing(place: Place, docroot: Path, tmp_path: Path) -> None:
    push(place, docroot)
    changed = edited(docroot, tmp_path / "changed", retitled("goals", "Ziele, neu gefasst"))
    found = look(changed, place.client())
    place.call("package_patch", id=place.packages()["goals"]["id"], notes="Inzwischen gekürzt.")
    assert [done.problem for done in publish(found)] == [None, None]
    shown = place.packages()["goals"]
    assert (shown["title"], shown["notes"]) == ("Ziele, neu gefasst", "Inzwischen gekürzt.")


def test_the_whole_example(place: Place, published: Path, tmp_path: Path) -> None:
    names = {path.name.partition(".")[0] for path in (published / "public" / "data").glob("*.csv")}
    whole = cut(published, tmp_path / "whole", names)
    assert len(push(place, whole)) == len(names)
    assert writes(place, whole) == []


@pytest.mark.portal
@official_shapes.needed
def test_the_portals_own_catalogue_keeps_the_german_shapes(real: Place, docroot: Path) -> None:
    push(real, docroot, **EVERYTHING)
    answer = requests.get(f"{real.url}catalog.ttl", timeout=60)
    graph = Graph().parse(data=answer.content, format="turtle")
    ours = {f"https://offenlage.example/id/dataset/{name}" for name in ("goals", "services")}
    assert ours <= {str(node) for node in graph.subjects(RDF.type, DCAT.Dataset)}
    # The catalogue's own node is CKAN's, which gives it neither a publisher nor a description.
    found = official_shapes.violations(graph)
    for profile in ("DCAT-AP.de 3.0", "DCAT-AP 3.0.1"):
        assert [line for line in found[profile] if "/id/dataset/" in line or "/id/distribution/" in line] == []


def test_a_portal_without_a_schema_gets_extras_in_the_legacy_form(docroot: Path, tmp_path: Path) -> None:
    with fake_place(scheming=False) as place:
        assert kinds(push(place, docroot)) == {"goals": "create", "services": "create"}
        extras = {extra["key"]: extra["value"] for extra in place.packages()["goals"]["extras"]}
        assert extras["publisher_uri"].endswith("/organisation/ORG-rit")
        assert extras["theme"].startswith('["http://publications.europa.eu/')
        assert extras["politicalGeocodingLevelURI"].endswith("/municipality")
        assert {"temporal_start", "spatial_uri", "contact_email", "identifier"} & extras.keys()
        assert writes(place, docroot) == []
        changed = edited(docroot, tmp_path / "changed", retitled("goals", "Ziele, neu gefasst"))
        assert writes(place, changed) == ["package_revise"]


def test_what_a_portal_keeps_otherwise_is_said_once_and_no_reason_to_write_again(docroot: Path) -> None:
    with fake_place() as place:
        assert place.fake
        place.fake.drops = {"version"}
        done = push(place, docroot)
        assert done["goals"].altered == ("version",)
        assert done["goals"].problem is None
        assert writes(place, docroot) == []


def test_a_token_that_may_not_choose_ids_makes_each_dataset_once(place: Place, docroot: Path) -> None:
    token = place.editor()
    assert kinds(push(place, docroot, place.client(token=token))) == {"goals": "create", "services": "create"}
    packages = place.packages()
    assert len(packages) == 2
    assert packages["goals"]["id"] != packages["goals"]["identifier"]
    assert writes(place, docroot) == ["package_revise"] * 2, "only the group is missing, which an editor may not use"
    assert set(kinds(push(place, docroot, place.client(token=token))).values()) == {"unchanged"}


def test_an_editor_who_was_interrupted_brings_files_and_rows_all_the_same(place: Place, docroot: Path) -> None:
    token = place.editor()
    with between(place.url) as proxy:
        client = place.client(proxy.url, token=token)
        push(place, docroot, client, **EVERYTHING)
        first = proxy.log.index("package_revise") + 1
        place.clear()
        proxy.fail(first, "token expired")
        assert push(place, docroot, client, **EVERYTHING)["goals"].problem
    begun = place.packages()["goals"]
    assert begun["resources"] == []
    kinds(push(place, docroot, place.client(token=token), **EVERYTHING))
    package = place.packages()["goals"]
    assert (package["id"], package["state"], len(package["resources"])) == (begun["id"], "active", 6)
    assert place.rows(csv_of(place, "goals"))
    assert set(kinds(push(place, docroot, place.client(token=token), **EVERYTHING)).values()) == {"unchanged"}


def test_the_groups_of_the_portal_are_used_where_the_token_may(place: Place, docroot: Path) -> None:
    push(place, docroot)
    assert [group["name"] for group in place.packages()["goals"]["groups"]] == [THEME]


def test_one_dataset_that_was_moved_out_of_reach_holds_up_no_other(place: Place, docroot: Path, tmp_path: Path) -> None:
    token = place.editor()
    push(place, docroot, place.client(token=token))
    moved = place.packages()["goals"]["id"]
    place.call("package_patch", id=moved, owner_org=place.other_organisation())
    try:
        changed = edited(docroot, tmp_path / "one", retitled("goals", "Ziele, neu gefasst"))
        changed = edited(changed, tmp_path / "both", retitled("services", "Leistungen, neu gefasst"))
        done = push(place, changed, place.client(token=token))
        assert isinstance(done["goals"].problem, RefusedError)
        assert place.packages()["services"]["title"] == "Leistungen, neu gefasst"
    finally:
        place.call("dataset_purge", id=moved)


@pytest.mark.portal
def test_a_name_taken_by_what_the_token_may_not_see_is_refused_at_once(real: Place, docroot: Path) -> None:
    theirs = {"name": "tests-goals", "title": "Fremd", "notes": "Fremd", "owner_org": real.other_organisation()}
    hidden = real.call("package_create", **theirs, private=True)["id"]
    real.pauses.clear()
    try:
        done = push(real, docroot, real.client(token=real.editor()))
        assert isinstance(done["goals"].problem, RefusedError)
        assert "name" in done["goals"].problem.fields
        assert len(real.pauses) == 1
        assert real.packages().keys() == {"services"}
    finally:
        real.call("dataset_purge", id=hidden)
