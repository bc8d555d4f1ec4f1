"""What works and should still be changed at a database that is read."""

import re
from collections.abc import Iterator

import sqlalchemy as sa

from connectors.kit.sql_database import Database
from connectors.kit.sql_engine import is_mysql
from connectors.kit.sql_streams import Stream, columns_of
from connectors.kit.sql_tables import split_name
from crm_pipelines.model.errors import Fault

_SAMPLE_ROWS = 10_000
_WRITES = frozenset({"ALL PRIVILEGES", "ALL", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "DROP", "ALTER"})
_GRANT = re.compile(
    r"GRANT (?P<rights>.+?) ON (?:TABLE )?(?P<schema>\*|`(?:[^`]|``)+`)\.(?P<table>\*|`(?:[^`]|``)+`) TO "
)


def advice(database: Database, stream: Stream) -> Iterator[Fault]:
    """What to change about one table, or about the user that reads it.

    Raises:
        RetriableSourceError, FatalSourceError: as `Database.run`.
    """
    facts = {"source": database.source, "table": stream.table.name}
    if _may_write(database, stream.table.name):
        yield Fault("advice.sql_may_write", facts)
    first = stream.order("cursor" if stream.cursor is not None else "rest")[0]
    is_view = _is_view(database, stream.table.name)
    if not is_view and not stream.table.is_indexed((first,)):
        yield Fault("advice.sql_no_index", {**facts, "column": first})
    if not is_view and stream.cursor is not None and stream.cursor in stream.table.nullable:
        yield Fault("advice.sql_cursor_may_be_null", {**facts, "column": stream.cursor})
    if not stream.is_unique and _has_same_keys(database, stream):
        yield Fault("advice.sql_same_keys", {**facts, "column": " | ".join(stream.key)})


def _is_view(database: Database, table: str) -> bool:
    """Views say nothing of their indexes, and little of what may be null."""
    schema, name = split_name(table)
    inspector = database.inspected(table)
    with database.translated(table):
        views = set(inspector.get_view_names(schema=schema))
        if database.dialect == "postgresql":
            views |= set(inspector.get_materialized_view_names(schema=schema))
    return name in views


def _has_same_keys(database: Database, stream: Stream) -> bool:
    """Whether rows share a key, among the first ones: a look at all would cost as much as a read."""
    schema, name = split_name(stream.table.name)
    query = sa.select(*columns_of(stream.key)).select_from(sa.table(name, schema=schema)).limit(_SAMPLE_ROWS)
    keys = [repr(tuple(row)) for row in database.run(query, stream.table.name) if None not in row]
    return len(set(keys)) < len(keys)  # not for the database to say: it may take `a` and `A` for the same


def _may_write(database: Database, table: str) -> bool:
    if database.dialect == "postgresql":
        name = database.engine.dialect.identifier_preparer.format_table(_clause(table))
        right = sa.func.has_table_privilege(name, "insert, update, delete, truncate")
        return bool(database.run(sa.select(right), table)[0][0])
    if is_mysql(database.dialect):
        schema, name = split_name(table)
        grants = [row[0] for row in database.run(sa.text("show grants"), table)]
        return any(grants_writing(grant, schema or database.engine.url.database or "", name) for grant in grants)
    return False


def grants_writing(grant: str, schema: str, table: str) -> bool:
    """Whether a line of `show grants` lets its user change the table."""
    found = _GRANT.match(grant)
    if found is None:
        return False
    rights = {re.sub(r"\s*\(.*", "", right).strip().upper() for right in re.split(r",(?![^(]*\))", found["rights"])}
    return bool(rights & _WRITES) and _covers(found["schema"], schema) and _covers(found["table"], table)


def _covers(granted: str, name: str) -> bool:
    """Whether a name of a grant means this one; `%` and `_` in it are wildcards, unless escaped."""
    if granted == "*":
        return True
    plain = granted.strip("`").replace("``", "`")
    pattern = re.sub(
        r"\\(.)|(%)|(_)|(.)",
        lambda part: re.escape(part[1] or part[4]) if part[1] or part[4] else ".*" if part[2] else ".",
        plain,
    )
    return re.fullmatch(pattern, name, re.IGNORECASE) is not None


def _clause(table: str) -> sa.TableClause:
    schema, name = split_name(table)
    return sa.table(name, schema=schema)
