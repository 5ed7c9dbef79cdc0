import os
from pathlib import Path

import pytest

from flows.store import Releases, Store

TIME = "2026-11-20T12:00:00+01:00"


def publish(releases: Releases, release: str, files: dict[str, tuple[bytes, str]]) -> None:
    stage = releases.stage(release)
    for path, (content, modified) in files.items():
        releases.link_or_write(stage, path, content, modified)
    releases.commit(stage, release)
    releases.switch(release)


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Store(tmp_path).releases


def test_public_is_a_relative_link_to_the_release(releases: Releases):
    assert releases.current() is None
    publish(releases, "2026-11-20", {"data/a.csv": (b"a", TIME)})
    assert os.readlink(releases.public) == "releases/2026-11-20"  # noqa: PTH115 (the text, not a path)
    assert releases.current() == "2026-11-20"
    assert (releases.public / "data/a.csv").read_bytes() == b"a"


def test_files_carry_the_time_of_their_data_and_can_be_served(releases: Releases):
    umask = os.umask(0o077)
    try:
        publish(releases, "2026-11-20", {"data/a.csv": (b"a", TIME)})
    finally:
        os.umask(umask)
    found = (releases.public / "data/a.csv").stat()
    assert found.st_mtime == 1795172400
    assert found.st_mode & 0o777 == 0o644
    assert (releases.public / "data").stat().st_mode & 0o777 == 0o755
    assert releases.public.stat().st_mode & 0o777 == 0o755


def test_unchanged_files_are_one_file(releases: Releases):
    later = "2026-11-21T12:00:00+01:00"
    publish(releases, "2026-11-20", {"same": (b"s", TIME), "new": (b"1", TIME), "touched": (b"t", TIME)})
    before = (releases.public / "same").stat()
    publish(releases, "2026-11-20.2", {"same": (b"s", TIME), "new": (b"2", TIME), "touched": (b"t", later)})
    after = (releases.public / "same").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (releases.public / "new").read_bytes() == b"2"
    assert (releases.directory("2026-11-20") / "new").read_bytes() == b"1"
    assert (releases.directory("2026-11-20") / "touched").stat().st_mtime == 1795172400
    assert (releases.public / "touched").stat().st_mtime == 1795172400 + 86400


def test_a_file_of_any_release_can_be_kept(releases: Releases):
    publish(releases, "2026-11-20", {"versions/2026-11-20/a.csv": (b"a", TIME)})
    stage = releases.stage("2026-11-21")
    releases.keep(stage, "versions/2026-11-20/a.csv", "2026-11-20")
    releases.commit(stage, "2026-11-21")
    kept = releases.directory("2026-11-21") / "versions/2026-11-20/a.csv"
    assert kept.samefile(releases.directory("2026-11-20") / "versions/2026-11-20/a.csv")


def test_a_file_system_without_hard_links_gets_copies(releases: Releases, monkeypatch: pytest.MonkeyPatch):
    publish(releases, "2026-11-20", {"a": (b"a", TIME)})

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    publish(releases, "2026-11-21", {"a": (b"a", TIME)})
    copy = (releases.public / "a").stat()
    assert (copy.st_nlink, copy.st_mtime, copy.st_mode & 0o777) == (1, 1795172400, 0o644)


def test_showing_what_is_shown_touches_nothing(releases: Releases):
    publish(releases, "2026-11-20", {"a": (b"a", TIME)})
    before = releases.public.lstat()
    releases.switch("2026-11-20")
    assert releases.public.lstat() == before


def test_a_release_is_never_changed(releases: Releases):
    publish(releases, "2026-11-20", {"a": (b"a", TIME)})
    stage = releases.stage("2026-11-20")
    with pytest.raises(FileExistsError):
        releases.commit(stage, "2026-11-20")
    releases.link_or_write(stage, "b", b"", TIME)
    with pytest.raises(FileExistsError):
        releases.link_or_write(stage, "b", b"x", TIME)


def test_a_stage_begins_empty(releases: Releases):
    releases.link_or_write(releases.stage("2026-11-20"), "a", b"", TIME)
    assert list(releases.stage("2026-11-20").iterdir()) == []


def test_what_is_not_there_cannot_be_shown(releases: Releases):
    releases.stage("2026-11-20")
    with pytest.raises(FileNotFoundError):
        releases.switch("2026-11-20")


@pytest.mark.parametrize("release", ["..", "", "2026-11-20/..", "current", "2026-11-20.", ".building-2026-11-20"])
def test_only_an_id_names_a_release(releases: Releases, release: str):
    with pytest.raises(ValueError, match="no id of a release"):
        releases.stage(release)


@pytest.mark.parametrize("path", ["../a", "/a", "data/../../a", ""])
def test_no_file_leaves_the_release(releases: Releases, path: str):
    stage = releases.stage("2026-11-20")
    with pytest.raises(ValueError, match="no name of a file below"):
        releases.link_or_write(stage, path, b"", TIME)


def test_a_time_without_offset_is_a_bug(releases: Releases):
    stage = releases.stage("2026-11-20")
    with pytest.raises(ValueError, match="offset"):
        releases.link_or_write(stage, "a", b"", "2026-11-20T12:00:00")
