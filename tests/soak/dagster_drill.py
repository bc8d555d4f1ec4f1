"""A run of Dagster that dies while it holds the only slot of a pool: the next one must not wait for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time

import dagster as dg

from crm_pipelines.cli.dagster_home import prepared_dagster_home
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.runner import Runner

_POOL = "soak"
_COMMAND = ("--lang", "en", "run")
_HOLD = {"at": "assets.standardisation:standardise_changes", "when": "before", "do": "hold"}


@dataclass(slots=True)
class Drill:
    """What came of it.

    Attributes:
        code: the exit code of the run after the kill.
        seconds_to_first_step: from its start to the beginning of its first step.
        seconds: from its start to its end.
        violations: what should not have been.
    """

    code: int
    seconds_to_first_step: float
    seconds: float
    violations: list[str] = field(default_factory=list)


def killed_in_a_pooled_step(runner: Runner, project: Path) -> Drill:
    """Kill a run in a step that holds a slot, then run again, both as the command line does, with Dagster's records."""
    with _instance(project) as instance:
        instance.event_log_storage.set_concurrency_slots(_POOL, 1)
    pid = runner.begin(project, *_COMMAND, faults=[_HOLD], pool=_POOL)
    runner.until_held()
    runner.kill(pid)
    with _instance(project) as instance:
        is_held = instance.event_log_storage.get_concurrency_info(_POOL).active_slot_count == 1
    began = time()
    ended = runner.run(project, *_COMMAND, pool=_POOL)
    seconds = time() - began
    with _instance(project) as instance:
        run, dead = list(instance.get_runs(limit=2))
        first = min(stats.start_time or began for stats in instance.get_run_step_stats(run.run_id))
        told = [event.message for event in instance.all_logs(run.run_id)]
    drill = Drill(ended.code, first - began, seconds)
    if not is_held:
        drill.violations.append("the killed run held no slot, so the drill proves nothing")
    if any("blocked by limit for pool" in message for message in told):
        drill.violations.append("a step waited for the slot of a dead run")
    if dead.status is not dg.DagsterRunStatus.FAILURE:
        drill.violations.append(f"the killed run is still {dead.status.value}")
    return drill


@contextmanager
def _instance(project: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(prepared_dagster_home(ProjectPaths(project)))) as instance:
        yield instance
