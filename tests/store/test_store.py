import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.store import Busy, Damaged, Store

HOLD = """
import sys, time
from pathlib import Path
from flows.store import Store
with Store(Path(sys.argv[1])).lock(wait=False):
    print("held", flush=True)
    time.sleep(600)
"""


def test_there_is_one_writer_and_a_kill_frees_the_lock(tmp_path: Path):
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=f"process {holder.pid}"), Store(tmp_path).lock(wait=False):
            pass
        holder.kill()
        with Store(tmp_path).lock(wait=True):
            pass


def test_the_lock_is_free_after_use(tmp_path: Path):
    store = Store(tmp_path / "new" / "output")
    for _ in range(2):
        with store.lock(wait=False):
            pass


def test_a_release_the_journal_does_not_know_is_loud(tmp_path: Path):
    store = Store(tmp_path)
    store.releases.commit(store.releases.stage("2026-11-20"), "2026-11-20")
    store.releases.switch("2026-11-20")
    with pytest.raises(Damaged, match="2026-11-20"):
        store.recover()
    assert store.releases.exists("2026-11-20")


def test_a_lost_output_is_said(tmp_path: Path):
    store = Store(tmp_path / "output", tmp_path / "archive")
    store.journal.append([{"event": "release", "id": "2026-11-20"}])
    assert store.recover() is None


def test_runs_are_recorded_in_order_and_never_overwritten(tmp_path: Path):
    store = Store(tmp_path)
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert store.record_run(moment, {"n": 1}).name == "20261120T120000Z.json"
    assert store.record_run(moment, {"n": 2}).name == "20261120T120000Z.2.json"
    assert sorted(record["n"] for record in store.runs()) == [1, 2]


def test_an_equal_report_stays_untouched(tmp_path: Path):
    store = Store(tmp_path)
    before = store.write_report("rit", "report.html", b"a").stat()
    place = store.write_report("rit", "report.html", b"a")
    assert place == tmp_path / "reports" / "rit" / "report.html"
    assert place.stat() == before
    assert store.write_report("rit", "report.html", b"b").read_bytes() == b"b"
