"""What the operations file says is not as it should be, as conditions with a lasting identity.

Checks are read as they stand in `quality_results`, whoever wrote them: a new check is a new condition without a line
here. Nothing is said of what the file does not tell, so a file that cannot be read resolves nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from crm_pipelines.model.alerting import AlertSeverity, Condition, Observation
from crm_pipelines.model.enums import RunOutcome, SourceState
from crm_pipelines.model.errors import Fact, Fault, StoreError
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.source_status import read_notices

RUNS, CHECKS, SOURCES, QUARANTINE = "runs", "checks", "sources", "quarantine"
_HELD_READ = "source.shrunk"
_DROPPED = "row.dropped"

# The last word on each check: what the last whole look at its gate said, and whatever failed since. A run that
# published has shown that nothing that blocks is broken, also where it kept no results of its own.
_BROKEN_CHECKS = """
with began as (select run_id, max(started_at) as started_at from runs group by run_id),
results as (
    select quality_results.*, began.started_at
    from quality_results inner join began on began.run_id = quality_results.run_id
),
whole as (select gate, max(started_at) as started_at from results where passed group by gate),
latest as (
    select results.* from results left join whole on whole.gate = results.gate
    where results.started_at >= coalesce(whole.started_at, results.started_at)
    qualify row_number() over (partition by results."check" order by results.started_at desc, results.run_id) = 1
),
shown as (
    select max(started_at) as started_at from runs
    where source_system is null and outcome in ('succeeded', 'source_failed')
)
select "check", severity, message_code, message_facts, run_id from latest
where not passed and (severity <> 'blocking' or started_at > coalesce((select started_at from shown), '-infinity'))
order by "check"
"""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things may be wrong before they are a condition.

    Attributes:
        failures: in a row, of a source that may work again by itself.
        late: after its planned read.
        old: in quarantine.
    """

    failures: int
    late: timedelta
    old: timedelta


def standing_conditions(paths: ProjectPaths, patience: Patience, now: datetime) -> tuple[Observation, ...]:
    """What stands in the newest operations file; nothing before the first run.

    Raises:
        StoreError: `store.cannot_open`.
    """
    if OperationsFiles(paths).current() is None:
        return ()
    try:
        with OperationsFiles(paths).connect() as con:
            return (
                Observation(RUNS, tuple(_run(con))),
                Observation(CHECKS, tuple(_checks(con))),
                Observation(SOURCES, tuple(_sources(con, patience, now))),
                Observation(QUARANTINE, tuple(_old_rows(con, now - patience.old, now))),
            )
    except (duckdb.Error, ValueError) as error:
        raise StoreError("store.cannot_open", name=paths.operations.name, reason=type(error).__name__) from error


def _run(con: duckdb.DuckDBPyConnection) -> Iterator[Condition]:
    """The last run that ended, when it broke, or was held for a reason that no check tells."""
    rows = con.execute(
        """select run_id, outcome, reason_code, reason_facts,
               exists (select 1 from quality_results
                       where run_id = runs.run_id and not passed and severity = 'blocking')
           from runs where source_system is null and outcome is not null order by started_at desc, run_id limit 1"""
    ).fetchall()
    for run_id, outcome, code, facts, has_broken_check in rows:
        cause = Fault(code or "run.broke_off", _facts(facts))
        if outcome == RunOutcome.FAILED.value:
            yield Condition(code="run_failed", severity=AlertSeverity.CRITICAL, cause=cause, page=f"/runs/{run_id}")
        elif outcome == RunOutcome.GATE_HELD.value and not has_broken_check:
            yield Condition(code="run_held", severity=AlertSeverity.CRITICAL, cause=cause, page=f"/runs/{run_id}")


def _checks(con: duckdb.DuckDBPyConnection) -> Iterator[Condition]:
    for check, severity, code, facts, run_id in con.execute(_BROKEN_CHECKS).fetchall():
        told, is_blocking = _facts(facts), severity == "blocking"
        source, owner = told.get("source"), told.get("owner")
        yield Condition(
            code="check_holds" if is_blocking else "check_failed",
            subject=check,
            severity=AlertSeverity.CRITICAL if is_blocking else AlertSeverity.WARNING,
            cause=Fault(code, told),
            source=source if isinstance(source, str) else None,
            owner=owner if isinstance(owner, str) else None,
            page=f"/runs/{run_id}",
        )


def _sources(con: duckdb.DuckDBPyConnection, patience: Patience, now: datetime) -> Iterator[Condition]:
    rows = con.execute(
        """select source_system, state, n_failures, error_code, error_facts, notices, next_run_at, last_success_at
           from source_status order by source_system"""
    ).fetchall()
    for source, state, n_failures, code, facts, notices, next_run_at, last_success_at in rows:
        named = {"subject": source, "source": source, "page": "/sources"}
        is_stuck = state == SourceState.NEEDS_ACTION.value
        if code == _HELD_READ:
            yield Condition(
                code="source_held", severity=AlertSeverity.WARNING, cause=Fault(code, _facts(facts)), **named
            )
        elif is_stuck or (state == SourceState.WAITING.value and n_failures >= patience.failures):
            severity = AlertSeverity.CRITICAL if is_stuck else AlertSeverity.WARNING
            cause = Fault(code or "run.broke_off", _facts(facts))
            yield Condition(code="source_failed", severity=severity, cause=cause, **named)
        if next_run_at is not None and now - next_run_at >= patience.late:
            cause = Fault("alert.cause.source_late", _late(source, next_run_at, last_success_at, now))
            yield Condition(code="source_late", severity=AlertSeverity.WARNING, cause=cause, **named)
        for notice in read_notices(notices)[:1]:
            yield Condition(code="source_changed", severity=AlertSeverity.WARNING, cause=notice, **named)


def _late(source: str, planned: datetime, succeeded: datetime | None, now: datetime) -> dict[str, Fact]:
    return {
        "source": source,
        "planned_at": planned.isoformat(timespec="minutes"),
        "n_minutes": int((now - planned).total_seconds() // 60),
        "succeeded_at": None if succeeded is None else succeeded.isoformat(timespec="minutes"),
    }


def _old_rows(con: duckdb.DuckDBPyConnection, before: datetime, now: datetime) -> Iterator[Condition]:
    rows = con.execute(
        """select source_system, count(*), min(delivered_at) from quarantine
           where delivered_at < $before and reason_code <> $dropped group by source_system order by source_system""",
        {"before": before, "dropped": _DROPPED},
    ).fetchall()
    for source, n_rows, oldest in rows:
        facts = {"source": source, "n_rows": int(n_rows), "n_days": (now - oldest).days}
        yield Condition(
            code="quarantine_old", subject=source, source=source, severity=AlertSeverity.WARNING,
            cause=Fault("alert.cause.quarantine_old", facts), page=f"/quarantine?source={source}",
        )  # fmt: skip


def _facts(text: str | None) -> dict[str, Fact]:
    return dict(json.loads(text)) if text else {}
