"""What is looked at: which schema the names mean, and which rows of a table are under check."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

import duckdb

from crm_pipelines.rules.quality import QualityCheck
from quality.expectations.tables import checked_table
from quality.row_tests import quoted


@contextmanager
def schema_in_use(con: duckdb.DuckDBPyConnection, schema: str | None) -> Iterator[None]:
    """Let unqualified names mean the tables of a schema or an attached database, as `use` takes it, for a while."""
    if schema is None:
        yield
        return
    [(database, before)] = con.execute("select current_database(), current_schema()").fetchall()
    con.execute(f"use {quoted(schema)}")
    try:
        yield
    finally:
        con.execute(f"use {quoted(database)}.{quoted(before)}")


@contextmanager
def changed_rows(
    con: duckdb.DuckDBPyConnection, tables: Iterable[str], changed: str | None
) -> Iterator[Mapping[str, str]]:
    """Yield where the changed rows of each table lie: in temporary tables, so that each is searched for them once.

    A table that has no scope, or is not there, is left out; its checks look at the table itself.
    """
    copies: dict[str, str] = {}
    try:
        for table in sorted(set(tables)) if changed is not None else ():
            if condition := _changed_condition(table, changed or ""):
                copy = quoted(f"changed_rows_of_{table}")
                with suppress(duckdb.CatalogException, duckdb.BinderException):
                    selected = f"select * from {quoted(table)} where {condition}"  # noqa: S608 - names of the rules
                    con.execute(f"create or replace temp table {copy} as {selected}")
                    copies[table] = copy
        yield copies
    finally:
        for copy in copies.values():
            con.execute(f"drop table if exists temp.{copy}")


def rows_of(check: QualityCheck, copies: Mapping[str, str]) -> tuple[str, str | None]:
    """SQL of the rows under check, in parentheses, and the same again if they are not the whole table.

    A check that tolerates a share speaks of the whole table, however little changed.
    """
    if check.threshold is None and check.table in copies:
        rows = f"(select * from temp.{copies[check.table]})"  # noqa: S608 - names of the rules
        return rows, rows
    return f"(select * from {quoted(check.table)})", None  # noqa: S608 - names of the rules


def _changed_condition(table: str, changed: str) -> str:
    return " or ".join(
        f"{quoted(column)} in (select {key} from {quoted(changed)})"  # noqa: S608 - names of the rules
        for key, columns in checked_table(table).scope.items()
        for column in columns
    )
