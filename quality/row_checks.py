"""The same checks as plain SQL: for small publications, where only the rows of changed customers need looking at.

What is asked of the same rows is counted together, in one pass over them. Where one of the rules cannot be asked, all
of that pass are asked one by one, so that it fails alone.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import duckdb

from crm_pipelines.rules.conditions import quoted
from crm_pipelines.rules.quality import CheckKind, QualityCheck
from crm_pipelines.rules.row_conditions import RowTest
from quality.comparison import least_fill_rate, least_rows, previous_fill_rate, previous_rows
from quality.failing_rows import UnknownQueryError, count_all_failing, count_rows, failing_ids, query_of
from quality.results import CheckResult, Count, error_result, result_of
from quality.row_tests import ROW_KINDS, is_within, mostly, row_tests
from quality.scope import changed_rows, rows_of, schema_in_use

UNSUPPORTED = "NotACheckOfATable"


@dataclass(frozen=True, slots=True)
class _Run:
    """The rules of one call; `counted`: what was counted in one pass, by check, where that could be done."""

    con: duckdb.DuckDBPyConnection
    copies: Mapping[str, str]
    previous: str | None
    counted: Mapping[str, Sequence[tuple[RowTest, int, int]]]


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
        run = _Run(con, copies, previous, _counted_together(con, copies, rules))
        return [_result(run, check) for check in rules]


def _counted_together(
    con: duckdb.DuckDBPyConnection, copies: Mapping[str, str], rules: Sequence[QualityCheck]
) -> dict[str, list[tuple[RowTest, int, int]]]:
    """Check -> its tests with the rows they speak of and those that fail."""
    found: dict[str, list[tuple[RowTest, int, int]]] = {}
    of_rows: defaultdict[str, list[QualityCheck]] = defaultdict(list)
    for check in rules:
        if check.kind in _COUNTED_KINDS:
            of_rows[rows_of(check, copies)[0]].append(check)
    for rows, checks in of_rows.items():
        with suppress(duckdb.Error):
            tests = [(check.id, test) for check in checks for test in _tests(check, rows_of(check, copies)[1])]
            counts = count_all_failing(con, [test for _, test in tests], rows)
            for (check_id, test), (n_checked, n_failed) in zip(tests, counts, strict=True):
                found.setdefault(check_id, []).append((test, n_checked, n_failed))
    return found


def _tests(check: QualityCheck, among: str | None) -> list[RowTest]:
    if check.kind is CheckKind.FILL_RATE_DROP:
        return [RowTest((column,), "true", f"{quoted(column)} is not null") for column in check.columns]
    return row_tests(check, among)


def _counts_of(run: _Run, check: QualityCheck) -> Sequence[tuple[RowTest, int, int]]:
    if check.id in run.counted:
        return run.counted[check.id]
    rows, among = rows_of(check, run.copies)
    return [(test, *count_all_failing(run.con, [test], rows)[0]) for test in _tests(check, among)]


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
    return [
        Count(test.columns, n_checked, n_failed, is_within(n_checked, n_failed, mostly(check)))
        for test, n_checked, n_failed in _counts_of(run, check)
    ]


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
    counts = []
    for test, n_rows, n_empty in _counts_of(run, check):
        before = previous_fill_rate(run.con, check.table, test.columns[0], run.previous)
        counts.append(Count(test.columns, n_rows, n_empty, is_within(n_rows, n_empty, least_fill_rate(check, before))))
    return counts


_COUNTS: dict[CheckKind, Callable[[_Run, QualityCheck], list[Count]]] = {
    **dict.fromkeys(ROW_KINDS, _row_counts),
    CheckKind.NO_ROWS: _no_rows,
    CheckKind.NOT_EMPTY: _not_empty,
    CheckKind.ROW_COUNT_DROP: _row_count_drop,
    CheckKind.FILL_RATE_DROP: _fill_rate_drop,
}
TABLE_KINDS = frozenset(_COUNTS)
_COUNTED_KINDS = ROW_KINDS | {CheckKind.FILL_RATE_DROP}
