"""What the last publication held, for the checks that compare with it; without one they have nothing to compare."""

import math

import duckdb

from crm_pipelines.rules.conditions import quoted
from crm_pipelines.rules.quality import QualityCheck

_HAS_COLUMN = """
select count(*) > 0
from information_schema.columns
where table_name = $table and ($column is null or column_name = $column)
  and (table_catalog = $previous or (table_schema = $previous and table_catalog = current_database()))
"""


def previous_rows(con: duckdb.DuckDBPyConnection, table: str, previous: str | None) -> int | None:
    """Rows of a table in the last publication.

    Args:
        con: where the candidate is open.
        table: of the candidate and the last publication.
        previous: name of the schema or attached database that holds the last publication; None: there is none.

    Returns:
        None when there is no last publication or it had no such table.
    """
    if previous is None or not _has_column(con, previous, table, None):
        return None
    [(n_rows,)] = con.execute(f"select count(*) from {quoted(previous)}.{quoted(table)}").fetchall()  # noqa: S608
    return int(n_rows)


def previous_fill_rate(con: duckdb.DuckDBPyConnection, table: str, column: str, previous: str | None) -> float | None:
    """Share 0..1 of a column's rows that had a value in the last publication; None when there is nothing to compare."""
    if previous is None or not _has_column(con, previous, table, column):
        return None
    counted = f"select count(*), count({quoted(column)}) from {quoted(previous)}.{quoted(table)}"  # noqa: S608
    [(n_rows, n_filled)] = con.execute(counted).fetchall()
    return n_filled / n_rows if n_rows else None


def least_rows(check: QualityCheck, n_previous: int | None) -> int:
    """The fewest rows that are no alarming drop."""
    return math.ceil(round((n_previous or 0) * (1 - (check.threshold or 0.0)), 9))


def least_fill_rate(check: QualityCheck, previous_rate: float | None) -> float:
    """The lowest fill rate that is no alarming drop."""
    return max(round((previous_rate or 0.0) - (check.threshold or 0.0), 12), 0.0)


def _has_column(con: duckdb.DuckDBPyConnection, previous: str, table: str, column: str | None) -> bool:
    names = {"table": table, "column": column, "previous": previous}
    [(has_column,)] = con.execute(_HAS_COLUMN, names).fetchall()
    return bool(has_column)
