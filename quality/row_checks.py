"""The same checks as plain SQL: for small publications, where only the rows of changed customers need looking at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from crm_pipelines.rules.quality import CheckKind, QualityCheck
from quality.comparison import least_fill_rate, least_rows, previous_fill_rate, previous_rows
from quality.failing_rows import UnknownQueryError, count_failing, count_rows, failing_ids, query_of
from quality.results import CheckResult, Count, error_result, result_of
from quality.row_tests import ROW_KINDS, is_within, mostly, quoted, row_tests
from quality.scope import changed_rows, rows_of, schema_in_use

UNSUPPORTED = "NotACheckOfATable"


@dataclass(frozen=True, slots=True)
class _Run:
    con: duckdb.DuckDBPyConnection
    copies: Mapping[str, str]
    previous: str | None


def run_rules_sql(
    con: duckdb.DuckDBPyConnection,
    rules: Sequence[QualityCheck],
    changed: str | None = None,
    schema: str | None = None,
    previous: str | None = None,
) -> list[CheckResult]:
    """Run checks as plain SQL.

    Args:
        con: where the tables are open; only temporary tables are written.
        rules: the checks; their order is that of the results.
        changed: name of a table or view with the columns `golden_id` and `record_id`, one row per changed customer
            or record, the other column null; None: check all rows. Checks that tolerate a share, compare with the
            last publication or count a table look at all rows all the same.
        schema: schema or attached database of the tables; None: the connection's own.
        previous: schema or attached database of the last publication; None: there is none.

    Returns:
        Exactly one result per check; one that cannot be run has failed with the code `quality.check_error`.
    """
    with schema_in_use(con, schema), changed_rows(con, rules, changed) as copies:
        run = _Run(con, copies, previous)
        return [_result(run, check) for check in rules]


def _result(run: _Run, check: QualityCheck) -> CheckResult:
    if check.kind not in _COUNTS:
        return error_result(check, UNSUPPORTED)
    try:
        counts = _COUNTS[check.kind](run, check)
        failed = not all(count.passed for count in counts)
        ids = failing_ids(run.con, check, *rows_of(check, run.copies)) if failed else None
        return result_of(check, counts, ids=ids)
    except (duckdb.Error, UnknownQueryError) as error:
        return error_result(check, type(error).__name__)


def _row_counts(run: _Run, check: QualityCheck) -> list[Count]:
    rows, among = rows_of(check, run.copies)
    counts = []
    for test in row_tests(check, among):
        n_checked, n_failed = count_failing(run.con, test, rows)
        counts.append(Count(test.columns, n_checked, n_failed, is_within(n_checked, n_failed, mostly(check))))
    return counts


def _no_rows(run: _Run, check: QualityCheck) -> list[Count]:
    rows, _ = rows_of(check, run.copies)
    n_failed = count_rows(run.con, f"({query_of(check, rows)})")
    return [Count((), count_rows(run.con, rows), n_failed, not n_failed)]


def _not_empty(run: _Run, check: QualityCheck) -> list[Count]:
    n_rows = count_rows(run.con, quoted(check.table))
    return [Count((), n_rows, 0 if n_rows else 1, n_rows > 0)]


def _row_count_drop(run: _Run, check: QualityCheck) -> list[Count]:
    n_rows = count_rows(run.con, quoted(check.table))
    n_previous = previous_rows(run.con, check.table, run.previous)
    n_gone = max((n_previous or 0) - n_rows, 0)
    return [Count((), n_previous or 0, n_gone, n_rows >= least_rows(check, n_previous))]


def _fill_rate_drop(run: _Run, check: QualityCheck) -> list[Count]:
    return [_filled(run, check, column) for column in check.columns]


def _filled(run: _Run, check: QualityCheck, column: str) -> Count:
    counted = f"select count(*), count(*) - count({quoted(column)}) from {quoted(check.table)}"  # noqa: S608
    [(n_rows, n_empty)] = run.con.execute(counted).fetchall()
    least = least_fill_rate(check, previous_fill_rate(run.con, check.table, column, run.previous))
    return Count((column,), n_rows, n_empty, is_within(n_rows, n_empty, least))


_COUNTS: dict[CheckKind, Callable[[_Run, QualityCheck], list[Count]]] = {
    **dict.fromkeys(ROW_KINDS, _row_counts),
    CheckKind.NO_ROWS: _no_rows,
    CheckKind.NOT_EMPTY: _not_empty,
    CheckKind.ROW_COUNT_DROP: _row_count_drop,
    CheckKind.FILL_RATE_DROP: _fill_rate_drop,
}
TABLE_KINDS = frozenset(_COUNTS)
