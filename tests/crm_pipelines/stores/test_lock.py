import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_pipelines.model.errors import LockHeldError
from crm_pipelines.stores.lock import Holder, RunLock

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
_REPOSITORY = Path(__file__).parents[3]
_HOLDER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from crm_pipelines.stores.lock import RunLock
RunLock(Path(sys.argv[1])).acquire(command="run --watch", run_id="r1", now=datetime(2026, 4, 1, tzinfo=UTC))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "run.lock"


@pytest.fixture
def other_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_REPOSITORY,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.wait()
    child.stdout.close()


def take(path: Path, wait_seconds: float = 0) -> RunLock:
    return RunLock(path).acquire(command="run", run_id=None, now=NOW, wait_seconds=wait_seconds)


def test_a_lock_held_elsewhere_names_its_holder(path: Path, other_process: subprocess.Popen[str]) -> None:
    with pytest.raises(LockHeldError) as caught:
        take(path)
    assert caught.value.code == "lock.held"
    assert caught.value.facts == {
        "pid": other_process.pid,
        "command": "run --watch",
        "run_id": "r1",
        "since": "2026-04-01T00:00:00+00:00",
    }
    assert RunLock(path).current_holder() == Holder(**caught.value.facts)  # type: ignore[arg-type]


def test_a_killed_holder_frees_the_lock_and_is_known_by_name(path: Path, other_process: subprocess.Popen[str]) -> None:
    other_process.send_signal(signal.SIGKILL)
    with take(path, wait_seconds=20) as lock:
        assert lock.abandoned_by is not None
        assert lock.abandoned_by.run_id == "r1"
        assert lock.current_holder() == Holder(os.getpid(), "run", None, NOW.isoformat())


def test_waiting_gets_the_lock_when_it_is_released(path: Path, other_process: subprocess.Popen[str]) -> None:
    assert other_process.stdin is not None
    other_process.stdin.close()
    with take(path, wait_seconds=20) as lock:
        assert lock.is_mine()


def test_one_process_may_take_it_twice_and_frees_it_with_the_last_release(path: Path) -> None:
    outer = take(path)
    inner = take(path)
    inner.release()
    assert outer.is_mine()
    assert RunLock(path).current_holder() is not None
    outer.release()
    assert not outer.is_mine()
    assert RunLock(path).current_holder() is None
    with take(path) as again:
        assert again.abandoned_by is None


def test_a_child_that_outlives_its_parent_does_not_keep_the_lock(path: Path, tmp_path: Path) -> None:
    parent = """
import os, subprocess, sys
from datetime import datetime, UTC
from pathlib import Path
from crm_pipelines.stores.lock import RunLock
RunLock(Path(sys.argv[1])).acquire(command="run", run_id=None, now=datetime(2026, 4, 1, tzinfo=UTC))
wait = "import sys; sys.stdin.read()"
started = subprocess.Popen([sys.executable, "-c", wait], close_fds=False)
forked = os.fork()
if forked == 0:
    os.execv(sys.executable, [sys.executable, "-c", wait])
plain = os.fork()
if plain == 0:
    sys.stdin.read()
    os._exit(0)
print(started.pid, forked, plain, flush=True)
os.kill(os.getpid(), 9)
"""
    reader, writer = os.pipe()
    told = tmp_path / "children"
    try:
        with told.open("w") as stdout:
            subprocess.run(
                [sys.executable, "-c", parent, str(path)], stdin=reader, stdout=stdout, cwd=_REPOSITORY, check=False
            )
        children = [int(pid) for pid in told.read_text().split()]
        assert len(children) == 3
        for child in children:
            os.kill(child, 0)  # all three are alive, and their standard input is open until the end of this test
        with take(path, wait_seconds=5) as lock:
            assert lock.is_mine()
    finally:
        os.close(writer)
        os.close(reader)


def test_a_lock_file_that_was_deleted_locks_nobody_out(path: Path) -> None:
    with take(path):
        pass
    path.unlink()
    with take(path) as lock:
        assert lock.is_mine()
