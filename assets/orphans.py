"""What a run's records say of its process: runs that a kill left behind are marked failed, and their slots given back.

Dagster cannot know that a run's process died: a step slot it held stays taken for ever, and its place in the queue of
runs, where there is one, as well. Each run therefore signs with its process before it waits for the lock. A signed run
whose process is gone is an orphan; so is one that has begun and does not sign. Whoever takes the lock frees them, and
under `crm-pipelines dev` a sensor, for there no run that could take the lock would ever leave the queue.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from assets.resources import DECISIONS_JOB, JOB
from crm_pipelines.model.errors import CrmPipelinesError, Fault

PROCESS_TAG = "crm_pipelines/process"
PROJECT_TAG = "crm_pipelines/project"
REFUSAL_TAG = "crm_pipelines/refusal"
SENSOR_SECONDS = 10
_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
_SIGNS_WITHIN = timedelta(minutes=5)  # a run signs as soon as it has begun; a busy machine takes its time


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
    now = datetime.now(UTC)
    unfinished = [
        found
        for job in (JOB, DECISIONS_JOB)  # never another's job
        for found in instance.get_run_records(dg.RunsFilter(statuses=_UNFINISHED, job_name=job))
    ]
    dead = [found.dagster_run for found in unfinished if _is_orphan(found, str(project), now)]
    dead = [run for run in dead if run.run_id != run_id]
    for run in dead:
        instance.report_run_failed(run, "run.orphaned")
        if instance.event_log_storage.supports_global_concurrency_limits:
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in dead]


@contextmanager
def noting_refusal(instance: dg.DagsterInstance | None, run_id: str) -> Iterator[None]:
    """Keep with the run why its stores could not be opened: such a run has no operations file that could say so."""
    try:
        yield
    except CrmPipelinesError as error:
        if instance is not None and instance.get_run_by_id(run_id) is not None:
            instance.add_run_tags(run_id, {REFUSAL_TAG: json.dumps([error.code, dict(error.facts)])})
        raise


def refusal_of(instance: dg.DagsterInstance, run_id: str) -> Fault | None:
    """Why a run could not begin; None when it could."""
    run = instance.get_run_by_id(run_id)
    noted = None if run is None else run.tags.get(REFUSAL_TAG)
    return None if noted is None else Fault(*json.loads(noted))


def orphans_sensor(project: Path) -> dg.SensorDefinition:
    """Frees what dead runs hold while the daemon runs; it never starts a run itself."""

    @dg.sensor(
        name="orphans_sensor",
        minimum_interval_seconds=SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Marks runs failed whose process died, so that the queue goes on.",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        freed = free_orphans(context.instance, "", project)
        return dg.SkipReason(f"runs freed: {len(freed)}")

    return look


def _is_orphan(found: dg.RunRecord, project: str, now: datetime) -> bool:
    tags = found.dagster_run.tags
    if PROJECT_TAG in tags:
        return tags[PROJECT_TAG] == project and not _lives(tags.get(PROCESS_TAG, ""))
    return found.start_time is not None and now - datetime.fromtimestamp(found.start_time, UTC) > _SIGNS_WITHIN


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
