"""Conditions from an operations file: every check of whatever writer, runs, sources, rows that lay too long."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from crm_pipelines.model.alerting import AlertSeverity, Condition
from crm_pipelines.model.publication_tables import OPERATIONS_TABLES
from crm_pipelines.model.warehouse_tables import create_table_sql
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.standing_conditions import Patience, standing_conditions

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
PATIENCE = Patience(2, timedelta(hours=1), timedelta(days=14))


class Told:
    """An operations file in the making."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        for table, columns in OPERATIONS_TABLES.items():
            con.execute(create_table_sql(table, columns))
        self._n_runs = 0

    def run(self, outcome: str | None, reason: str | None = None) -> None:
        """A run after those before it."""
        self._n_runs += 1
        self._con.execute(
            "insert into runs by name select ? as run_id, cast(? as timestamptz) as started_at, ? as outcome, "
            "? as reason_code",
            [f"r{self._n_runs}", NOW - timedelta(days=1) + timedelta(minutes=self._n_runs), outcome, reason],
        )

    def check(self, name: str, *, passed: bool, severity: str = "warning", gate: str = "customers") -> None:
        """How a check of the last run ended."""
        self._con.execute(
            'insert into quality_results by name select ? as run_id, ? as "check", ? as severity, ? as passed, '
            "? as gate, 'quality.unique' as message_code, ? as message_facts",
            [f"r{self._n_runs}", name, severity, passed, gate, json.dumps({"source": "erp", "owner": "Data quality"})],
        )

    def source(self, name: str, state: str, n_failures: int = 0, error: str | None = None, **more: object) -> None:
        """How a source stands."""
        columns = {"notices": "[]", "next_run_at": None, **more}
        self._con.execute(
            "insert into source_status by name select ? as source_system, ? as state, ? as n_failures, "
            "? as error_code, ? as notices, cast(? as timestamptz) as next_run_at",
            [name, state, n_failures, error, columns["notices"], columns["next_run_at"]],
        )

    def held(self, row: str, days: float, reason: str = "row.nobody") -> None:
        """A row in quarantine."""
        self._con.execute(
            "insert into quarantine by name select ? as source_record_id, 'erp' as source_system, ? as reason_code, "
            "cast(? as timestamptz) as delivered_at",
            [row, reason, NOW - timedelta(days=days)],
        )


@pytest.fixture
def paths(tmp_path: Path) -> ProjectPaths:
    return ProjectPaths(tmp_path)


@contextmanager
def writing(paths: ProjectPaths) -> Iterator[Told]:
    path = paths.published / "operations-test.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as con:
        yield Told(con)
    paths.operations.write_text(path.stem, encoding="utf-8")


def found(paths: ProjectPaths) -> dict[str, Condition]:
    """Condition by key; each once."""
    every = [one for seen in standing_conditions(paths, PATIENCE, NOW) for one in seen.conditions]
    assert len({one.key for one in every}) == len(every)
    return {one.key: one for one in every}


def test_before_the_first_run_nothing_was_looked_at(paths: ProjectPaths) -> None:
    assert standing_conditions(paths, PATIENCE, NOW) == ()
    assert OperationsFiles(paths).current() is None


def test_the_last_run_that_ended_counts(paths: ProjectPaths) -> None:
    with writing(paths) as told:
        told.run("failed", "run.step_broke")
        told.run(None)
    assert set(found(paths)) == {"run_failed:"}


def test_a_green_run_after_a_red_one_leaves_nothing(paths: ProjectPaths) -> None:
    with writing(paths) as told:
        told.run("failed", "run.step_broke")
        told.run("succeeded")
    assert found(paths) == {}


def test_a_held_run_is_told_by_the_check_that_holds_it_or_by_itself(paths: ProjectPaths) -> None:
    with writing(paths) as told:
        told.run("gate_held", "plan.other_result")
    assert set(found(paths)) == {"run_held:"}


def test_a_check_that_nobody_here_knows_is_a_condition(paths: ProjectPaths) -> None:
    with writing(paths) as told:
        told.run("gate_held", "run.gate_held")
        told.check("fine", passed=True)
        told.check("drift_of_tomorrow", passed=False)
        told.check("wall", passed=False, severity="blocking")
    conditions = found(paths)
    assert set(conditions) == {"check_failed:drift_of_tomorrow", "check_holds:wall"}
    assert conditions["check_holds:wall"].severity is AlertSeverity.CRITICAL
    assert conditions["check_failed:drift_of_tomorrow"].severity is AlertSeverity.WARNING
    assert conditions["check_holds:wall"].source == "erp"
    assert conditions["check_holds:wall"].owner == "Data quality"


def test_a_check_that_passed_since_or_left_the_rules_is_none(paths: ProjectPaths) -> None:
    with writing(paths) as told:
        told.run("succeeded")
        told.check("mended", passed=False)
        told.check("removed", passed=False)
        told.check("other_gate", passed=False, gate="publication")
        told.run("succeeded")
        told.check("mended", passed=True)
    assert set(found(paths)) == {"check_failed:other_gate"}


def test_a_short_run_keeps_only_what_failed_and_forgets_nothing(paths: ProjectPaths) -> None:
    with writing(paths) as told:
        told.run("succeeded")
        told.check("fine", passed=True)
        told.check("still", passed=False)
        told.run("gate_held", "run.gate_held")  # of decisions alone: what passed is not kept
        told.check("wall", passed=False, severity="blocking")
    assert set(found(paths)) == {"check_failed:still", "check_holds:wall"}


def test_a_run_that_published_shows_that_nothing_blocks(paths: ProjectPaths) -> None:
    with writing(paths) as told:
        told.run("gate_held", "run.gate_held")
        told.check("wall", passed=False, severity="blocking")
        told.run("succeeded")
    assert found(paths) == {}


@pytest.mark.parametrize(
    ("state", "n_failures", "error", "key", "severity"),
    [
        ("ok", 0, None, None, None),
        ("waiting", 1, "source.unreachable", None, None),
        ("waiting", 2, "source.unreachable", "source_failed:erp", AlertSeverity.WARNING),
        ("needs_action", 1, "source.refused_login", "source_failed:erp", AlertSeverity.CRITICAL),
        ("ok", 0, "source.shrunk", "source_held:erp", AlertSeverity.WARNING),
        ("ok", 0, "source.over_budget", None, None),
    ],
)
def test_a_source_is_told_when_it_needs_somebody_or_fails_again_and_again(
    paths: ProjectPaths, state: str, n_failures: int, error: str, key: str | None, severity: AlertSeverity | None
) -> None:
    with writing(paths) as told:
        told.source("erp", state, n_failures, error)
    conditions = found(paths)
    assert set(conditions) == ({key} if key else set())
    assert all(one.severity is severity for one in conditions.values())


def test_a_source_whose_planned_read_is_overdue_is_late(paths: ProjectPaths) -> None:
    with writing(paths) as told:
        told.source("erp", "ok", next_run_at=NOW - timedelta(minutes=61))
        told.source("mail", "ok", next_run_at=NOW - timedelta(minutes=59))
        told.source("form", "ok", notices=json.dumps([["source.column_new", {"column": "x"}]]))
    assert set(found(paths)) == {"source_late:erp", "source_changed:form"}


def test_rows_that_lie_too_long_are_told_by_source_and_dropped_ones_are_not(paths: ProjectPaths) -> None:
    with writing(paths) as told:
        for days in (1, 15, 20):
            told.held(f"erp:{days}", days)
        told.held("erp:9", 90, "row.dropped")
    (condition,) = found(paths).values()
    assert condition.key == "quarantine_old:erp"
    assert dict(condition.cause.facts) == {"source": "erp", "n_rows": 2, "n_days": 20}
