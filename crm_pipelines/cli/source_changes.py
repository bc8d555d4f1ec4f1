"""What a person changes about a source beside its configuration, under the project's lock."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from crm_pipelines.model.delivery import DeliveredRow, Page
from crm_pipelines.model.enums import SourceState
from crm_pipelines.rules.load import LoadedProject, LoadedSource
from crm_pipelines.stores.landing import Landing
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.source_status import health_of, write_health
from crm_pipelines.stores.warehouse import Warehouse

_PAGE_ROWS = 5_000
_HELD_BACK = """select source_id, stream, payload, position from source_records
    where source_system = ? and fault_code = 'row.schema_changed' and not is_deleted order by source_record_id"""


def forget_bookmark(project: LoadedProject, source: LoadedSource) -> None:
    """Let the next read begin at the beginning, and the next run try it without waiting.

    Rows that come again say nothing new and change nothing.

    Raises:
        LockHeldError: a run is at work.
    """
    with _locked(project, "crm-pipelines sources reset") as (landing, warehouse, run_id):
        landing.forget_bookmark(source.name, run_id=run_id, connector=source.entry.connector)
        _close_circuit(warehouse, source.name, run_id, forgets_notices=False)


def accept_schema(project: LoadedProject, source: LoadedSource) -> int:
    """Take the shape that the rows have now for the right one; return how many rows that brings back.

    Rows that were held back for their shape land again without the fault; the next run reads them.

    Raises:
        LockHeldError: a run is at work.
    """
    name, connector = source.name, source.entry.connector
    with _locked(project, "crm-pipelines sources accept") as (landing, warehouse, run_id):
        landing.accept_schema(name, run_id=run_id, connector=connector)
        _close_circuit(warehouse, name, run_id, forgets_notices=True)
        found = [] if warehouse is None else warehouse.connection.execute(_HELD_BACK, [name]).fetchall()
        rows = [DeliveredRow(key, json.loads(payload), position, stream) for key, stream, payload, position in found]
        if rows:
            bookmark = landing.bookmark(name) or {}
            with landing.open_read(name, run_id=run_id, connector=connector, started_at=datetime.now(UTC)) as read:
                for at in range(0, len(rows), _PAGE_ROWS):
                    read.add(Page(tuple(rows[at : at + _PAGE_ROWS]), bookmark))
    return len(rows)


@contextmanager
def _locked(project: LoadedProject, command: str) -> Iterator[tuple[Landing, Warehouse | None, str]]:
    """Landing, and the warehouse where there is one: an empty one would pass for a lost one and end as a rebuild."""
    paths, run_id = ProjectPaths(project.root), str(uuid4())
    with RunLock(paths.lock).acquire(command=command, run_id=run_id, now=datetime.now(UTC), wait_seconds=0.0):
        landing = Landing(paths.landing)
        if not paths.warehouse.exists():
            yield landing, None, run_id
            return
        with Warehouse.open(paths.warehouse) as warehouse:
            yield landing, warehouse, run_id


def _close_circuit(warehouse: Warehouse | None, source: str, run_id: str, *, forgets_notices: bool) -> None:
    if warehouse is None:
        return
    health = health_of(warehouse, source)
    notices = () if forgets_notices else health.notices
    mended = replace(health, state=SourceState.OK, n_failures=0, next_try_at=None, error=None, notices=notices)
    with warehouse.step("source_status", run_id=run_id) as step:
        write_health(step, source, mended)
