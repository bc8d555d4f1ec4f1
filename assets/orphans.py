"""Runs that a kill left behind: marked failed, and their slots given back, by whoever takes the lock next.

Dagster cannot know that a run's process died; a step slot it held stays taken for ever and the next run waits for it.
Each run therefore signs with its process before it waits for the lock. A signed run whose process is gone is an orphan;
an unsigned one has not begun a step and holds nothing.
"""

import os
from pathlib import Path

import dagster as dg

PROCESS_TAG = "crm_pipelines/process"
PROJECT_TAG = "crm_pipelines/project"
_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def sign_run(instance: dg.DagsterInstance, run_id: str, project: Path) -> None:
    """Note which process executes a run."""
    if instance.get_run_by_id(run_id) is not None:
        instance.add_run_tags(run_id, {PROCESS_TAG: _signature(os.getpid()), PROJECT_TAG: str(project)})


def free_orphans(instance: dg.DagsterInstance, run_id: str, project: Path) -> list[str]:
    """Mark the dead runs of a project failed and free their slots; return their ids.

    Args:
        instance: where the runs are recorded.
        run_id: the run that holds the project's lock now.
        project: the project folder.
    """
    unfinished = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED, tags={PROJECT_TAG: str(project)}))
    dead = [run for run in unfinished if run.run_id != run_id and not _lives(run.tags.get(PROCESS_TAG, ""))]
    for run in dead:
        instance.report_run_failed(run, "run.orphaned")
        if instance.event_log_storage.supports_global_concurrency_limits:
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in dead]


def _lives(signature: str) -> bool:
    pid = signature.partition("@")[0]
    return pid.isdigit() and signature == _signature(int(pid))


def _signature(pid: int) -> str:
    """The process id with its start, so that a number given out again is another process; empty when there is none."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    try:
        started = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        started = "?"
    return f"{pid}@{started}"
