"""Runs whose process died: found by their signature, freed with all that they held, and no living run with them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES

from assets import orphans
from assets.orphans import PROCESS_TAG, PROJECT_TAG, free_orphans, noting_refusal, orphans_sensor, refusal_of, sign_run
from assets.resources import JOB
from crm_pipelines.model.errors import Fault, StoreError

_POOL = "one_at_a_time"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    folder = tmp_path / "dagster"
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as made:
        yield made


@dg.op
def nothing() -> None:
    """A job needs a step."""


@dg.job(name=JOB)
def some_job() -> None:
    nothing()


def begun(instance: dg.DagsterInstance, tags: dict[str, str]) -> dg.DagsterRun:
    run = instance.create_run_for_job(some_job, tags=tags)
    instance.report_dagster_event(dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, some_job.name), run.run_id)
    return run


def dead_signature(instance: dg.DagsterInstance, project: Path) -> dict[str, str]:
    """What a process signed that is gone."""
    signs = "import os; from assets.orphans import _signature; print(_signature(os.getpid()))"
    done = subprocess.run([sys.executable, "-c", signs], capture_output=True, text=True, check=True)
    return {PROCESS_TAG: done.stdout.strip(), PROJECT_TAG: str(project)}


def status(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found.status


def test_a_dead_run_is_failed_and_its_slot_is_free(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    dead = begun(instance, dead_signature(instance, tmp_path))
    storage = instance.event_log_storage
    storage.set_concurrency_slots(_POOL, 1)
    assert storage.claim_concurrency_slot(_POOL, dead.run_id, "step").is_claimed
    assert free_orphans(instance, "", tmp_path) == [dead.run_id]
    assert status(instance, dead) is dg.DagsterRunStatus.FAILURE
    assert storage.get_concurrency_info(_POOL).active_slot_count == 0


def test_living_runs_and_those_of_other_projects_stay(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    mine, other = begun(instance, {}), begun(instance, dead_signature(instance, tmp_path / "other"))
    sign_run(instance, mine.run_id, tmp_path)
    assert free_orphans(instance, "", tmp_path) == []
    assert status(instance, mine) is status(instance, other) is dg.DagsterRunStatus.STARTED


def test_a_run_that_has_begun_and_never_signs_is_dead(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsigned = begun(instance, {})
    assert free_orphans(instance, "", tmp_path) == []
    monkeypatch.setattr(orphans, "_SIGNS_WITHIN", -orphans._SIGNS_WITHIN)
    assert free_orphans(instance, "", tmp_path) == [unsigned.run_id]


def test_the_sensor_lets_the_queue_go_on_and_starts_nothing(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    begun(instance, dead_signature(instance, tmp_path))
    under_way = dg.RunsFilter(statuses=IN_PROGRESS_RUN_STATUSES)  # what the daemon counts before it takes the next run
    assert len(instance.get_runs(under_way)) == 1
    tick = orphans_sensor(tmp_path).evaluate_tick(dg.build_sensor_context(instance=instance))
    assert tick.run_requests == []
    assert instance.get_runs(under_way) == []


def test_why_a_run_could_not_begin_stays_with_it(instance: dg.DagsterInstance) -> None:
    run = begun(instance, {})
    with (
        pytest.raises(StoreError),
        noting_refusal(instance, run.run_id),
    ):
        raise StoreError("store.ledger_unavailable", name="ledger", reason="OperationalError")
    facts = {"name": "ledger", "reason": "OperationalError"}
    assert refusal_of(instance, run.run_id) == Fault("store.ledger_unavailable", facts)
    assert refusal_of(instance, "unknown") is None


def test_a_run_of_somebody_elses_job_is_left_alone(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    @dg.job
    def theirs() -> None:
        nothing()

    run = instance.create_run_for_job(theirs, tags=dead_signature(instance, tmp_path))
    instance.report_dagster_event(dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, theirs.name), run.run_id)
    assert free_orphans(instance, "another", tmp_path) == []
