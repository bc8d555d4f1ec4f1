"""What is looked at: which schema the names mean, and which rows of a table are under check."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import duckdb

from crm_pipelines.rules.conditions import quoted
from crm_pipelines.rules.quality import CheckKind, QualityCheck
from crm_pipelines.rules.row_conditions import columns_looked_at
from quality.expectations.tables import checked_table
from quality.row_tests import ROW_KINDS

_EVERY = frozenset({"*"})
_WORD = re.compile(r"\w+|\*")
_COUNT = re.compile(r"count\s*\(\s*\*\s*\)", re.IGNORECASE)


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
    con: duckdb.DuckDBPyConnection, rules: Sequence[QualityCheck], changed: str | None
) -> Iterator[Mapping[str, str]]:
    """Yield where the changed rows of each table lie: in temporary tables, so that each is searched for them once.

    Of a table whose checks name their columns, only those are there, and its key. A table that has no scope, or is not
    there, is left out; its checks look at the table itself.
    """
    copies: dict[str, str] = {}
    try:
        for table, named in sorted(_columns_asked(rules).items()) if changed is not None else ():
            if condition := _changed_condition(table, changed or ""):
                copy = quoted(f"changed_rows_of_{table}")
                with suppress(duckdb.CatalogException, duckdb.BinderException):
                    columns = _selected(con, table, named)
                    selected = f"select {columns} from {quoted(table)} where {condition}"  # noqa: S608 - names of the rules
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


def _columns_asked(rules: Sequence[QualityCheck]) -> dict[str, set[str]]:
    """Words per table of which a check looks at changed rows: its columns are among them, or `*` stands for all."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for check in rules:
        if check.threshold is None and check.kind in ROW_KINDS:
            known = checked_table(check.table)
            periods = known.open_row is not None or check.kind is CheckKind.UNIQUE_LIVE
            named[check.table].update(columns_looked_at(check), known.key, _EVERY if periods else ())
        elif check.kind is CheckKind.NO_ROWS:
            query = checked_table(check.table).queries.get(check.query or "", check.query or "")
            named[check.table].update(checked_table(check.table).key, _WORD.findall(_COUNT.sub("", query)))
    return named


def _selected(con: duckdb.DuckDBPyConnection, table: str, named: set[str]) -> str:
    """Select list of the columns named; a table may have a hundred, and reading them all takes longest."""
    if named >= _EVERY:
        return "*"
    described = con.execute(f"select column_name from (describe {quoted(table)})").fetchall()  # noqa: S608 - as above
    words = {name.lower() for name in named}
    return ", ".join(quoted(name) for (name,) in described if name.lower() in words or not _WORD.fullmatch(name))


def _changed_condition(table: str, changed: str) -> str:
    """Each column is looked through by itself: the database skips what cannot match, but not behind an `or`."""
    rows = f"select rowid from {quoted(table)} where"  # noqa: S608 - names of the rules
    found = [
        f"{rows} {quoted(column)} in (select {key} from {quoted(changed)})"  # noqa: S608 - names of the rules
        for key, columns in checked_table(table).scope.items()
        for column in columns
    ]
    return f"rowid in ({' union '.join(found)})" if found else ""
