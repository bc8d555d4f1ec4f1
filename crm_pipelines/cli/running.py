"""One walk down the road in this process, on the project's own Dagster instance, with progress."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import dagster as dg

from assets.orphans import refusal_of
from assets.resources import JOB, RunOptions
from crm_pipelines.cli.dagster_home import prepared_dagster_home
from crm_pipelines.cli.dagster_storage import open_instance
from crm_pipelines.definitions import build_definitions
from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.model.errors import CrmPipelinesError, Fault, StoreError
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.durable import obstacle
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

# Dagster keeps every event in its own storage; on the terminal the command says what it does itself.
QUIET_CONSOLE = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

WATCH_COMMAND = "crm-pipelines run --watch"
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended.

    Attributes:
        run_id: the Dagster run id.
        outcome: as in the operations file.
        reason_code: why it is not green, or None.
        reason_facts: JSON of the facts of the reason, or None.
        seconds: wall-clock time.
    """

    run_id: str
    outcome: RunOutcome
    reason_code: str | None
    reason_facts: str | None
    seconds: float


def walk(
    loaded: LoadedProject,
    options: RunOptions,
    progress: Progress,
    instance: dg.DagsterInstance | None = None,
    run_id: str | None = None,
) -> RunEnd:
    """Materialise everything once.

    Args:
        loaded: the project.
        options: how.
        progress: called with a step's name and its seconds as it ends.
        instance: where Dagster records the run; None: the project's own.
        run_id: its name, for whoever has written it down before; None: a new one.

    Raises:
        LockHeldError: another process works on the project.
        StoreError: a store cannot be opened.
    """
    paths = ProjectPaths(loaded.root)
    started = datetime.now(UTC)
    run_id = run_id or str(uuid4())
    quiet_libraries()
    with (
        RunLock(paths.lock).acquire(
            command=options.command, run_id=run_id, now=started, wait_seconds=options.wait_seconds
        ),
        _told_by_the_disk(paths),
        instance or dagster_instance(paths) as records,
    ):
        job = build_definitions(loaded, options, _stopwatch(progress)).resolve_job_def(JOB)
        job.execute_in_process(instance=records, run_id=run_id, raise_on_error=False, run_config=QUIET_CONSOLE)
        refusal = refusal_of(records, run_id)
    outcome, code, facts = last_word(paths, run_id, refusal)
    return RunEnd(run_id, outcome, code, facts, (datetime.now(UTC) - started).total_seconds())


@contextmanager
def _told_by_the_disk(paths: ProjectPaths) -> Iterator[None]:
    """Dagster keeps its records on the project's disk: when that refuses, say so in place of what its database says.

    Raises:
        StoreError: the disk is full or read-only.
    """
    try:
        yield
    except CrmPipelinesError:
        raise
    except Exception:
        found = obstacle(paths.data)
        if found is None:
            raise
        raise found from None


def _stopwatch(progress: Progress) -> Callable[[str], None]:
    """Steps run one after the other, so a step took the time since the one before it ended."""
    last = perf_counter()

    def tell(step: str) -> None:
        nonlocal last
        now = perf_counter()
        progress(step, now - last)
        last = now

    return tell


def dagster_instance(paths: ProjectPaths) -> dg.DagsterInstance:
    """The project's own Dagster instance: runs and events lie in `data/dagster`."""
    home = prepared_dagster_home(paths)
    os.environ["DAGSTER_HOME"] = str(home)
    return open_instance(home)


def last_word(
    paths: ProjectPaths, run_id: str, refusal: Fault | None = None
) -> tuple[RunOutcome, str | None, str | None]:
    """How the operations file says a run ended; a run that left no file was refused or broke before it could."""
    try:
        with Publications(paths).connect_operations() as con:
            found = con.execute(
                "select outcome, reason_code, reason_facts from runs where run_id = ? and source_system is null",
                [run_id],
            ).fetchall()
    except StoreError:
        found = []
    if not found or found[0][0] is None:
        in_the_way = obstacle(paths.data)
        reason = refusal if in_the_way is None else in_the_way.fault
        if reason is None:
            return RunOutcome.FAILED, "run.broke_off", None
        return RunOutcome.FAILED, reason.code, json.dumps(dict(reason.facts), ensure_ascii=False)
    return RunOutcome(found[0][0]), found[0][1], found[0][2]


def quiet_libraries() -> None:
    """Libraries' logs go nowhere by default: they may quote values; what happened stands in Dagster and the stores."""
    for name in ("dagster", "splink", "great_expectations", "alembic", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def log_folder(root: Path) -> Path:
    """Where the logs of a project lie."""
    return ProjectPaths(root).data / "dagster" / "storage"
