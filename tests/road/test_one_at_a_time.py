"""One project, one writer: the second is told who the first is, and a dead one is no obstacle."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import dagster as dg

from crm_pipelines.cli.dagster_home import prepared_dagster_home
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.runner import REPOSITORY, Runner

Copy = Callable[[Path], Path]
_COMMAND = "from crm_pipelines.cli.main import main; main()"
_HOLD_IN_A_STEP = {"at": "assets.standardisation:standardise_changes", "when": "before", "do": "hold"}
_HOLD_IN_THE_FIRST_STEP = {"at": "assets.ingestion:land", "when": "before", "do": "hold"}
_POOL = "one_at_a_time"
_HOLD_WHEN_OPEN = {"at": "assets.resources:start_run", "when": "after", "do": "hold"}


def test_a_second_run_is_told_who_holds_the_lock_and_a_dead_one_is_swept(
    runner: Runner, first_day: Path, copy_of: Copy
) -> None:
    project = copy_of(first_day)
    with _instance(project) as instance:
        instance.event_log_storage.set_concurrency_slots(_POOL, 1)
    holder = _begin_and_hold(runner, project, _HOLD_IN_A_STEP)
    holder_run = _runs(project)[0].run_id
    refused = subprocess.run(
        [sys.executable, "-c", _COMMAND, "--project", str(project), "--lang", "en", "run"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert refused.returncode == 3
    for fact in (str(holder), "crm-pipelines run", holder_run):
        assert fact in refused.stderr
    assert [run.run_id for run in _runs(project)] == [holder_run]
    _kill(runner, holder)
    assert _runs(project)[0].status is dg.DagsterRunStatus.STARTED
    assert _slots_held(project) == 1  # by the dead one, as Dagster sees it

    second = _begin_and_hold(runner, project, _HOLD_WHEN_OPEN)
    _kill(runner, second)
    third = _begin_and_hold(runner, project, _HOLD_IN_THE_FIRST_STEP)
    assert _slots_held(project) == 0  # nothing waits for a slot: it was given back before the first step
    ended = runner.resume(third)
    assert ended.code == 0, ended.stderr
    statuses = [run.status for run in _runs(project)]
    assert statuses[0] is dg.DagsterRunStatus.SUCCESS
    assert statuses[2] is dg.DagsterRunStatus.FAILURE
    assert set(statuses[1:]) <= {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.STARTING}
    assert _slots_held(project) == 0
    with _instance(project) as instance:
        told = [event.message for event in instance.all_logs(_runs(project)[0].run_id)]
    assert not any("blocked by limit for pool" in message for message in told)


def _slots_held(project: Path) -> int:
    with _instance(project) as instance:
        storage = instance.event_log_storage
        return sum(storage.get_concurrency_info(key).active_slot_count for key in storage.get_concurrency_keys())


def _begin_and_hold(runner: Runner, project: Path, fault: dict[str, str]) -> int:
    pid = runner.begin(project, "--lang", "en", "run", faults=[fault], pool=_POOL)
    assert runner.until_held() == pid
    return pid


def _kill(runner: Runner, pid: int) -> None:
    assert runner.kill(pid).signal == signal.SIGKILL


def _instance(project: Path) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_config(str(prepared_dagster_home(ProjectPaths(project))))


def _runs(project: Path) -> list[dg.DagsterRun]:
    """Newest first."""
    with _instance(project) as instance:
        return list(instance.get_runs())
