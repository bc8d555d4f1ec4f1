"""What the operations file says to whoever asks how things stand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from crm_pipelines.drift.freshness import Awaited, lateness
from crm_pipelines.model.enums import RunOutcome, SourceState
from crm_pipelines.model.errors import Fault, StoreError
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.source_status import read_notices

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class LastRun:
    """The run that began last.

    Attributes:
        ended_at: None when it was killed, or goes on.
        outcome: likewise.
        reason: why it is not green; None when it is.
    """

    run_id: str
    started_at: datetime
    ended_at: datetime | None
    outcome: RunOutcome | None
    reason: Fault | None


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a source stands.

    Attributes:
        source: its name.
        state: None for one that was never asked.
        last_success_at: None: never.
        error: of the last try; None when that was fine.
        next_try_at: scheduled runs leave it alone before; None: they do not.
        next_run_at: None for one that is read on demand only.
        notices: what changed in the shape of its rows and nobody has accepted yet.
        newest_row_at: when it last brought a row with news; None: never.
        awaited: what the project expects of it; None: nothing.
    """

    source: str
    state: SourceState | None
    last_success_at: datetime | None
    error: Fault | None
    next_try_at: datetime | None
    next_run_at: datetime | None
    notices: tuple[Fault, ...]
    newest_row_at: datetime | None = None
    awaited: Awaited | None = None

    def late(self, now: datetime) -> Fault | None:
        """Why it is late at a time, whatever ran or did not run since the file was written; None: it is not."""
        return None if self.awaited is None else lateness(self.awaited, now)


@dataclass(frozen=True, slots=True)
class HeldReason:
    """Rows of a source that are held back for one reason.

    Attributes:
        reason: with the facts of the first of the rows.
        position: where that row stood at its source.
        n_rows: how many there are.
    """

    source: str
    reason: Fault
    position: str | None
    n_rows: int


@dataclass(frozen=True, slots=True)
class OperationsView:
    """Everything at once.

    Attributes:
        last_run: None before the first.
        sources: by name.
        quarantined: what is held back, one per source and reason code, sorted.
    """

    last_run: LastRun | None
    sources: tuple[SourceStatus, ...]
    quarantined: tuple[HeldReason, ...]


def read_operations(paths: ProjectPaths) -> OperationsView:
    """Read the newest operations file.

    Raises:
        StoreError: `store.no_operations`, or `store.cannot_open`.
    """
    files = OperationsFiles(paths)
    with files.connect() as con:
        try:
            return OperationsView(_last_run(con), _sources(con), _quarantined(con))
        except (duckdb.Error, ValueError) as error:
            raise StoreError("store.cannot_open", name=paths.operations.name, reason=type(error).__name__) from error


def lag(seconds: float) -> Fault:
    """How long ago, in the largest unit that fits twice."""
    unit, name = next(
        ((size, name) for size, name in ((_DAY, "days"), (_HOUR, "hours")) if seconds >= 2 * size), (_MINUTE, "minutes")
    )
    return Fault(f"status.lag.{name}", {f"n_{name}": int(max(seconds, 0) // unit), "lag_seconds": int(seconds)})


def _last_run(con: duckdb.DuckDBPyConnection) -> LastRun | None:
    rows = con.execute(
        """select run_id, started_at, ended_at, outcome, reason_code, reason_facts from runs
           where source_system is null order by started_at desc, run_id limit 1"""
    ).fetchall()
    if not rows:
        return None
    run_id, started_at, ended_at, outcome, code, facts = rows[0]
    return LastRun(run_id, started_at, ended_at, None if outcome is None else RunOutcome(outcome), _fault(code, facts))


def _sources(con: duckdb.DuckDBPyConnection) -> tuple[SourceStatus, ...]:
    found = con.execute("select * from source_status order by source_system")
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return tuple(
        SourceStatus(
            row["source_system"],
            None if row["state"] is None else SourceState(row["state"]),
            row["last_success_at"],
            _fault(row["error_code"], row["error_facts"]),
            row["next_try_at"],
            row["next_run_at"],
            read_notices(row["notices"]),
            row.get("newest_row_at"),
            _awaited(row),
        )
        for row in rows
    )


def _awaited(row: Mapping[str, Any]) -> Awaited | None:
    """What is expected of a source; a file of an earlier version says nothing of it."""
    if row.get("timezone") is None:
        return None
    return Awaited(
        row["source_system"],
        row["last_success_at"],
        row["newest_row_at"],
        row["read_every_seconds"],
        row["row_every_seconds"],
        frozenset(int(number) for number in row["expected_weekdays"]),
        row["timezone"],
    )


def _quarantined(con: duckdb.DuckDBPyConnection) -> tuple[HeldReason, ...]:
    rows = con.execute(
        """select source_system, reason_code, arg_min(facts, position), min(position), count(*) from quarantine
           group by source_system, reason_code order by source_system, reason_code"""
    ).fetchall()
    return tuple(
        HeldReason(source, Fault(code, json.loads(facts or "{}")), position, int(n_rows))
        for source, code, facts, position, n_rows in rows
    )


def _fault(code: str | None, facts: str | None) -> Fault | None:
    return None if code is None else Fault(code, json.loads(facts) if facts is not None else {})
