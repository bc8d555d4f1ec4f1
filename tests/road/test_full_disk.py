"""A disk that is full or read-only: the run ends red with a store's code, and the next one is as if nothing was."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.road.projects import copied, differences, last_run, publication
from tests.road.runner import Ended, Runner

Copy = Callable[[Path], Path]
_STORES = "crm_pipelines.stores"
_UNAVAILABLE = 3
_LEFT_BYTES = 20_000
_DISK_MB = 128


def _before(place: str, **more: Any) -> dict[str, Any]:
    return {"at": place, "when": "before", "do": "hold", **more}


# In the order of the road: when the disk is full.
PLACES = {
    "before the run": _before("assets.resources:RunLock.acquire"),
    "before landing": _before(f"{_STORES}.landing:Landing.open_read"),
    "in a step of the warehouse": _before(f"{_STORES}.warehouse:Step.finish", step="source_records"),
    "before the pairs": _before(f"{_STORES}.warehouse:Step.finish", step="scored_pairs"),
    "before the identity log": _before(f"{_STORES}.identity_log:IdentityLog.append"),
    "in the candidate": _before("assets.publication:build_candidate"),
    "before the copy for readers": _before(f"{_STORES}.published:Publications._publish"),
    "before the operations file": _before("assets.publication:write_operations_file"),
}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or not _mount(folder, f"size={_DISK_MB}m"):
        pytest.skip("only root may mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _mount(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@contextmanager
def _full(disk: Path) -> Iterator[None]:
    filler = disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(disk).free - _LEFT_BYTES))
    yield
    filler.unlink()


def test_a_full_disk_ends_the_run_and_costs_nothing(
    runner: Runner, second_day_delivered: Path, second_day: Path, small_disk: Path
) -> None:
    project = copied(second_day_delivered, small_disk / "project")
    for name, place in PLACES.items():
        pid = runner.begin(project, faults=[place])
        assert runner.until_held() == pid, name
        with _full(small_disk):
            ended = runner.resume(pid)
        assert ended.code == _UNAVAILABLE, name
        assert _code(ended) in ("store.disk_full", "store.no_space"), name
        publication(project)  # readers open something whole
    runner.walk(project)
    _require_same(project, second_day)


def test_the_command_line_says_that_the_disk_is_full(
    runner: Runner, second_day_delivered: Path, small_disk: Path
) -> None:
    project = copied(second_day_delivered, small_disk / "project")
    pid = runner.begin(project, "--lang", "en", "run", faults=[PLACES["in a step of the warehouse"]])
    assert runner.until_held() == pid
    with _full(small_disk):  # Dagster's own records lie there too
        ended = runner.resume(pid)
    assert ended.code == _UNAVAILABLE
    assert "Not enough disk space" in ended.stdout + ended.stderr


def test_a_read_only_folder_is_named_and_nothing_is_begun(
    runner: Runner, second_day_delivered: Path, second_day: Path, copy_of: Copy
) -> None:
    project = copy_of(second_day_delivered)
    with _read_only(project / "data"):
        ended = runner.run(project, "--lang", "en", "run")
    assert ended.code == _UNAVAILABLE
    assert "read-only" in ended.stderr
    assert publication(project) == publication(second_day_delivered)
    runner.walk(project)
    _require_same(project, second_day)


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """Permissions do not hold root, a read-only mount does."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    if subprocess.run(["mount", "--bind", str(folder), str(folder)], check=False, capture_output=True).returncode:
        pytest.skip("root may not mount here")
    subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
    yield
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("largest", [20_000, 2_000_000])
def test_files_that_may_not_grow_end_the_run_and_cost_nothing(
    runner: Runner, second_day_delivered: Path, second_day: Path, copy_of: Copy, largest: int
) -> None:
    project = copy_of(second_day_delivered)
    ended = runner.run(project, file_bytes=largest)
    assert ended.code == _UNAVAILABLE
    assert _code(ended).startswith(("store.", "warehouse."))
    runner.walk(project)
    _require_same(project, second_day)


def _code(ended: Ended) -> str:
    """Of the last word: before it the alerts may say that their book cannot be written either."""
    return str(json.loads(ended.stderr.splitlines()[-1])["code"])


def _require_same(project: Path, undisturbed: Path) -> None:
    assert differences(publication(undisturbed, but_clock=True), publication(project, but_clock=True)) == []
    assert last_run(project)[2] == "succeeded"
