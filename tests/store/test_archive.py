import hashlib
from pathlib import Path

import pytest

from flows.store import Damaged, Store


def test_what_is_put_is_got(tmp_path: Path):
    archive = Store(tmp_path).archive
    digest = archive.put(b"Nr.;Status\r\n")
    assert digest == hashlib.sha256(b"Nr.;Status\r\n").hexdigest()
    assert archive.get(digest) == b"Nr.;Status\r\n"
    assert archive.place(digest) == tmp_path / "archive" / "deliveries" / digest[:2] / digest


def test_the_same_bytes_are_kept_once_and_untouched(tmp_path: Path):
    archive = Store(tmp_path).archive
    place = archive.place(archive.put(b"x"))
    before = place.stat()
    archive.put(b"x")
    assert place.stat() == before


def test_the_archive_may_lie_elsewhere_and_is_not_for_everybody(tmp_path: Path):
    store = Store(tmp_path / "output", tmp_path / "kept")
    place = store.archive.place(store.archive.put(b"x"))
    assert place.is_relative_to(tmp_path / "kept")
    assert place.stat().st_mode & 0o007 == 0
    assert place.parent.stat().st_mode & 0o007 == 0


def test_what_was_never_put_is_a_key_error(tmp_path: Path):
    with pytest.raises(KeyError):
        Store(tmp_path).archive.get("0" * 64)


def test_a_changed_byte_is_noticed(tmp_path: Path):
    archive = Store(tmp_path).archive
    digest = archive.put(b"12")
    archive.place(digest).write_bytes(b"21")
    with pytest.raises(Damaged):
        archive.get(digest)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "ABC", "0" * 63, "0" * 64 + "\n"])
def test_only_a_sha256_names_a_place(tmp_path: Path, digest: str):
    with pytest.raises(ValueError, match="no sha256"):
        Store(tmp_path).archive.get(digest)


def test_the_cache_forgets_without_harm(tmp_path: Path):
    cache = Store(tmp_path).cache
    assert cache.get("fetch/a") is None
    cache.put("fetch/a", b"1")
    cache.put("fetch/a", b"2")
    assert cache.get("fetch/a") == b"2"


def test_what_a_kill_left_aside_is_no_hindrance(tmp_path: Path):
    cache = Store(tmp_path).cache
    cache.put("a", b"")
    (cache.aside / "a").write_bytes(b"half")
    cache.put("a", b"whole")
    assert cache.get("a") == b"whole"


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a/./b", "", ".", "a\\b", "a\0b"])
def test_a_name_that_leads_outside_is_a_bug(tmp_path: Path, name: str):
    store = Store(tmp_path)
    with pytest.raises(ValueError, match="no name of a file below"):
        store.cache.put(name, b"")
    with pytest.raises(ValueError, match="no name of a file below"):
        store.write_report("rit", name, b"")
