"""Which rows break a check: their number, and a few of their ids for whoever has to look."""

from collections.abc import Sequence

import duckdb

from crm_pipelines.rules.conditions import quoted
from crm_pipelines.rules.quality import CheckKind, QualityCheck
from crm_pipelines.rules.row_conditions import RowTest
from quality.expectations.tables import checked_table
from quality.row_tests import ROW_KINDS, row_tests

_IDS_SHOWN = 5
_ROWS = "{rows}"


class UnknownQueryError(ValueError):
    """A check names a query that the table has not, or brings SQL that does not look at `{rows}`."""


def query_of(check: QualityCheck, rows: str) -> str:
    """The query of a `no_rows` check over these rows: one shipped for the table, by name, or SQL of the project.

    Raises:
        UnknownQueryError: neither a shipped name nor SQL over `{rows}`.
    """
    written = check.query or ""
    query = checked_table(check.table).queries.get(written, written)
    if _ROWS not in query:
        raise UnknownQueryError(check.id)
    return query.replace(_ROWS, rows)


def count_rows(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    """Number of rows."""
    [(n_rows,)] = con.execute(f"select count(*) from {rows} as checked").fetchall()  # noqa: S608
    return int(n_rows)


def count_all_failing(con: duckdb.DuckDBPyConnection, tests: Sequence[RowTest], rows: str) -> list[tuple[int, int]]:
    """Of each test: rows it says something of, and those among them that break it; counted in one pass."""
    if not tests:
        return []
    told = ", ".join(
        f"({test.applies}) as a{place}, (({test.applies}) and not ({test.holds})) as f{place}"
        for place, test in enumerate(tests)
    )
    counts = ", ".join(
        f"count(*) filter (where a{place}), count(*) filter (where f{place})" for place in range(len(tests))
    )
    counted = f"select {counts} from (select {told} from {rows} as checked)"  # noqa: S608 - SQL of the rules
    [numbers] = con.execute(counted).fetchall()
    return [(int(numbers[2 * place]), int(numbers[2 * place + 1])) for place in range(len(tests))]


def failing_ids(con: duckdb.DuckDBPyConnection, check: QualityCheck, rows: str, among: str | None = None) -> str | None:
    """The first few rows that break a check, by the key of their table; None where the table has no key to show.

    Only columns of the key are shown, whatever a query of the project selects.
    """
    key = checked_table(check.table).key
    if check.kind is CheckKind.NO_ROWS:
        failing = query_of(check, rows)
    elif check.kind in ROW_KINDS:
        failing = _failing(row_tests(check, among), rows)
    else:
        return None
    shown = [quoted(name) for name in _columns(con, failing) if name in key]
    if not shown:
        return None
    some = f"select distinct {', '.join(shown)} from ({failing}) order by all limit {_IDS_SHOWN}"  # noqa: S608
    return ", ".join(" ".join(str(part) for part in row) for row in con.execute(some).fetchall())


def _columns(con: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    con.execute(f"select * from ({query}) limit 0").fetchall()  # noqa: S608 - SQL of the rules
    return [str(column[0]) for column in con.description or ()]


def _failing(tests: Sequence[RowTest], rows: str) -> str:
    broken = " or ".join(f"(({test.applies}) and not ({test.holds}))" for test in tests)
    return f"select * from {rows} as checked where {broken}"  # noqa: S608 - SQL of the rules
