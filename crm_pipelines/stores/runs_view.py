"""What the operations file says of single runs: their accounts and how their checks ended."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import duckdb

from crm_pipelines.drift.findings import finding_of
from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.model.errors import ConflictError, Fault, StoreError
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.source_metrics import of_run

# Whatever a source sent is one of the parts; what is live afterwards is what was live before, plus and minus these.
RECEIVED_PARTS = (
    "new", "restored", "changed", "unchanged", "superseded", "activity", "set_aside", "quarantined", "suppressed",
)  # fmt: skip
LIVE_GAINS = ("new", "restored", "released")
LIVE_LOSSES = ("deleted", "erased", "newly_suppressed")
_NUMBERS = tuple(dict.fromkeys(("received", *RECEIVED_PARTS, "live_before", *LIVE_GAINS, *LIVE_LOSSES, "live_after")))


@dataclass(frozen=True, slots=True)
class Accounts:
    """What became of the rows of one source in one run, or of all sources.

    Attributes:
        source: None: all sources together.
        numbers: name of an account -> rows; the names are those of the columns of `runs`.
    """

    source: str | None
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as a whole.

    Attributes:
        ended_at: None: it was killed, or goes on.
        outcome: likewise.
        reason: why it is not green; None when it is.
        accounts: of all sources; all 0 where none was read.
    """

    run_id: str
    started_at: datetime
    ended_at: datetime | None
    outcome: RunOutcome | None
    reason: Fault | None
    accounts: Accounts

    @property
    def seconds(self) -> float | None:
        """How long it took; None: it has not ended."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class CheckEnd:
    """How a check ended in a run.

    Attributes:
        message: code and facts of its sentence.
        is_blocking: whether it holds the publication when it is broken.
    """

    gate: str
    check: str
    dimension: str
    is_blocking: bool
    is_passed: bool
    n_checked: int
    n_failed: int
    message: Fault


@dataclass(frozen=True, slots=True)
class SumLine:
    """The sum of one column in a run: of all that landed, and its parts by what became of the rows.

    Attributes:
        parts: name of an account -> sum; those that are nothing are left out.
    """

    source: str
    field: str
    received: Decimal
    parts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run with its parts: accounts by source, checks by gate; those that are broken stand first.

    Attributes:
        sums: of the numbers that sources are asked to account for.
        findings: figures that are not what the past of their source lets one expect.
    """

    summary: RunSummary
    accounts: tuple[Accounts, ...]
    checks: tuple[CheckEnd, ...]
    sums: tuple[SumLine, ...] = ()
    findings: tuple[Fault, ...] = ()


def read_runs(paths: ProjectPaths, limit: int) -> tuple[RunSummary, ...]:
    """The latest runs, the last first.

    Raises:
        StoreError: `store.no_operations`, or `store.cannot_open`.
    """
    with OperationsFiles(paths).connect() as con:
        return _summaries(con, "true", [], limit)


def read_run(paths: ProjectPaths, run_id: str) -> RunDetail:
    """One run.

    Raises:
        ConflictError: `run.unknown`: the operations file does not know it, or not any more.
        StoreError: `store.no_operations`, or `store.cannot_open`.
    """
    with OperationsFiles(paths).connect() as con:
        found = _summaries(con, "run_id = ?", [run_id], 1)
        if not found:
            raise ConflictError("run.unknown")
        numbers = ", ".join(_NUMBERS)
        rows = con.execute(
            f"select source_system, {numbers} from runs "  # noqa: S608 - names of our own
            "where run_id = ? and source_system is not null order by source_system",
            [run_id],
        ).fetchall()
        accounts = tuple(_accounts(row[0], row[1:]) for row in rows)
        tables = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
        sums = _sums(con, run_id) if "run_sums" in tables else ()
        findings = (
            [finding_of(one) for one in of_run(con, run_id) if one.is_unusual] if "source_metrics" in tables else ()
        )
        return RunDetail(found[0], accounts, _checks(con, run_id), sums, tuple(findings))


def read_checks(paths: ProjectPaths) -> tuple[datetime | None, tuple[CheckEnd, ...]]:
    """When the last run with checks began, and how they ended.

    Raises:
        StoreError: `store.no_operations`, or `store.cannot_open`.
    """
    with OperationsFiles(paths).connect() as con:
        found = con.execute(
            """select run_id, max(started_at) from runs where run_id in (select run_id from quality_results)
               group by run_id order by max(started_at) desc, run_id limit 1"""
        ).fetchall()
        return (found[0][1], _checks(con, found[0][0])) if found else (None, ())


def _summaries(
    con: duckdb.DuckDBPyConnection, condition: str, parameters: list[str], limit: int
) -> tuple[RunSummary, ...]:
    try:
        rows = con.execute(
            f"""select run_id, started_at, ended_at, outcome, reason_code, reason_facts, {", ".join(_NUMBERS)}
                from runs where source_system is null and {condition}
                order by started_at desc, run_id limit {limit}""",  # noqa: S608 - our own text
            parameters,
        ).fetchall()
    except duckdb.Error as error:
        raise StoreError("store.cannot_open", name="operations", reason=type(error).__name__) from error
    return tuple(
        RunSummary(
            run_id, started_at, ended_at, None if outcome is None else RunOutcome(outcome), _fault(code, facts),
            _accounts(None, numbers),
        )
        for run_id, started_at, ended_at, outcome, code, facts, *numbers in rows
    )  # fmt: skip


def _accounts(source: str | None, numbers: "tuple[int | None, ...] | list[int | None]") -> Accounts:
    return Accounts(source, dict(zip(_NUMBERS, (int(number or 0) for number in numbers), strict=True)))


def _checks(con: duckdb.DuckDBPyConnection, run_id: str) -> tuple[CheckEnd, ...]:
    rows = con.execute(
        """select gate, "check", dimension, severity, passed, n_checked, n_failed, message_code, message_facts
           from quality_results where run_id = ? order by passed, gate, "check" """,
        [run_id],
    ).fetchall()
    return tuple(
        CheckEnd(
            gate, check, dimension, severity == "blocking", passed, n_checked, n_failed, Fault(code, _facts(facts))
        )
        for gate, check, dimension, severity, passed, n_checked, n_failed, code, facts in rows
    )


def _sums(con: duckdb.DuckDBPyConnection, run_id: str) -> tuple[SumLine, ...]:
    found: dict[tuple[str, str], dict[str, Decimal]] = {}
    for source, field, disposition, total in con.execute(
        """select source_system, field, disposition, total from run_sums where run_id = ?
           order by source_system, field, disposition""",
        [run_id],
    ).fetchall():
        found.setdefault((source, field), {})[disposition] = total
    return tuple(
        SumLine(source, field, parts.pop("received"), {name: total for name, total in parts.items() if total})
        for (source, field), parts in found.items()
    )


def _fault(code: str | None, facts: str | None) -> Fault | None:
    return None if code is None else Fault(code, _facts(facts))


def _facts(facts: str | None) -> dict[str, str | int | float]:
    return dict(json.loads(facts)) if facts else {}
