"""What a database says of a table or view: columns, what may be null, what is unique, what is indexed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from connectors.kit.sql_database import Database
from connectors.kit.sql_engine import is_mysql
from crm_pipelines.model.errors import FatalSourceError

# SQLAlchemy's own look-ups take longer than a read of what changed, and for views of MySQL they need the right to see
# how a view is made.
_MYSQL_COLUMNS = """
select table_name as tab, column_name as name, is_nullable = 'YES' as nullable,
    data_type in ('binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob') as is_binary
from information_schema.columns
where table_schema = coalesce(:schema, database()) and table_name = :name order by ordinal_position
"""
_MYSQL_INDEXES = """
select table_name as tab, index_name as name, column_name as col, non_unique = 0 as is_unique,
    index_name = 'PRIMARY' as is_primary, sub_part is null as is_whole
from information_schema.statistics
where table_schema = coalesce(:schema, database()) and table_name = :name order by index_name, seq_in_index
"""
_POSTGRES_COLUMNS = """
select :name as tab, attname as name, not attnotnull as nullable, atttypid = cast('bytea' as regtype) as is_binary
from pg_attribute
where attrelid = to_regclass(:quoted) and attnum > 0 and not attisdropped order by attnum
"""
# A unique index alone may compare otherwise than its columns do; the primary key and a constraint do not.
_POSTGRES_INDEXES = """
select :name as tab, indexrelid as name, attname as col, indisprimary as is_primary,
    indisprimary or exists (select from pg_constraint where conindid = indexrelid and contype = 'u') as is_unique,
    indpred is null and indisvalid and amname = 'btree' as is_whole
from pg_index
cross join lateral unnest(indkey) with ordinality as part (attribute, place)
join pg_class on pg_class.oid = indexrelid
join pg_am on pg_am.oid = relam
left join pg_attribute on attrelid = indrelid and attnum = part.attribute and attnum > 0
where indrelid = to_regclass(:quoted)
    and place <= coalesce(cast(to_jsonb(pg_index) ->> 'indnkeyatts' as integer), indnatts)
order by indexrelid, place
"""


_QUERIES = {
    "mysql": (_MYSQL_COLUMNS, _MYSQL_INDEXES),
    "mariadb": (_MYSQL_COLUMNS, _MYSQL_INDEXES),
    "postgresql": (_POSTGRES_COLUMNS, _POSTGRES_INDEXES),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view as its database describes it.

    Attributes:
        name: with its schema before a dot where it was given.
        columns: names, in order.
        nullable: names of those that may be null.
        binary: names of those that hold bytes.
        unique: sets of columns of which no two rows have the same values, as the database compares them.
        indexes: columns of each index that holds all rows, in order.
    """

    name: str
    columns: tuple[str, ...]
    nullable: frozenset[str]
    binary: frozenset[str] = frozenset()
    unique: tuple[frozenset[str], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()

    def is_unique(self, columns: Iterable[str]) -> bool:
        """Whether no two rows have the same values in these columns (nulls aside)."""
        wanted = frozenset(columns)
        return any(each <= wanted for each in self.unique)

    def is_indexed(self, columns: Sequence[str]) -> bool:
        """Whether an index begins with these columns, in this order."""
        return any(index[: len(columns)] == tuple(columns) for index in self.indexes)


def split_name(table: str) -> tuple[str | None, str]:
    """Schema (None for the default one) and name."""
    schema, _, name = table.rpartition(".")
    return schema or None, name


def described(database: Database, table: str, wanted: Iterable[str]) -> Table:
    """Look a table up.

    Args:
        database: where.
        table: its name, with the schema before a dot where needed.
        wanted: columns it must have.

    Raises:
        FatalSourceError: `source.no_such_table`, `source.no_such_column`; and as `Database.run`.
        RetriableSourceError: as `Database.run`.
    """
    asked = _QUERIES.get(database.dialect)
    found = _inspected_table(database, table) if asked is None else _asked_table(database, table, *asked)
    if not found.columns:
        raise FatalSourceError("source.no_such_table", source=database.source, table=table)
    missing = next((column for column in wanted if column not in found.columns), None)
    if missing is not None:
        raise FatalSourceError("source.no_such_column", source=database.source, table=table, column=missing)
    return found


def _asked_table(database: Database, table: str, column_query: str, index_query: str) -> Table:
    schema, name = split_name(table)
    quoted = database.engine.dialect.identifier_preparer.format_table(sa.table(name, schema=schema))
    values = {"schema": schema, "name": name, "quoted": quoted}
    columns, found = (
        _of_exactly(name, database.run(_bound(query, values), table)) for query in (column_query, index_query)
    )
    parts: dict[str, list[Any]] = {}
    for part in found:
        parts.setdefault(part.name, []).append(part)
    whole = [each for each in parts.values() if all(part.col is not None and part.is_whole for part in each)]
    # InnoDB puts the primary key behind each index
    primary = [part.col for part in found if part.is_primary and is_mysql(database.dialect)]
    return Table(
        table,
        tuple(column.name for column in columns),
        frozenset(column.name for column in columns if column.nullable),
        frozenset(column.name for column in columns if column.is_binary),
        tuple(frozenset(part.col for part in each) for each in whole if each[0].is_unique),
        tuple((*(part.col for part in each), *primary) for each in whole),
    )


def _bound(query: str, values: Mapping[str, str | None]) -> sa.TextClause:
    """A query with those of the values that it asks for."""
    return sa.text(query).bindparams(**{name: value for name, value in values.items() if f":{name}" in query})


def _of_exactly(name: str, found: Sequence[Any]) -> Sequence[Any]:
    """Where two tables differ in case only, the one that was meant; where case means nothing, the one there is."""
    return [row for row in found if row.tab == name] or found


def _inspected_table(database: Database, table: str) -> Table:
    schema, name = split_name(table)
    inspector = database.inspected(table)
    with database.translated(table):
        columns = inspector.get_columns(name, schema=schema)
        try:
            primary = tuple(inspector.get_pk_constraint(name, schema=schema)["constrained_columns"])
            constraints = inspector.get_unique_constraints(name, schema=schema)
            indexes = inspector.get_indexes(name, schema=schema)
        except (NotImplementedError, exc.NoSuchTableError):  # the dialect knows none, or none of views
            primary, constraints, indexes = (), [], []
    unique = [primary, *(tuple(each["column_names"]) for each in constraints)]
    whole = [tuple(str(column) for column in index["column_names"]) for index in indexes if _is_whole(index)]
    return Table(
        table,
        tuple(column["name"] for column in columns),
        frozenset(column["name"] for column in columns if column.get("nullable", True)),
        frozenset(column["name"] for column in columns if isinstance(column["type"], sa.LargeBinary | sa.BINARY)),
        tuple(frozenset(each) for each in unique if each),
        tuple(each for each in (*unique, *whole) if each),
    )


def _is_whole(index: Any) -> bool:  # a dictionary whose type says too little
    """Whether an index is over columns and holds every row."""
    options = index.get("dialect_options") or {}
    return None not in index["column_names"] and not any(name.endswith("_where") for name in options)
