"""A SQLAlchemy dialect through which Great Expectations reads an open DuckDB connection.

The published drivers fail with it: Great Expectations fetches after it has left the connection's block, and DuckDB
drops a pending result with the rollback that ends the block. Here every result is read when it is executed; begin,
commit, rollback and close do nothing, because the connection and its transaction belong to whoever handed it in. So the
checks see what that connection sees, uncommitted rows and temporary tables too, and nothing is left behind that would
keep the lock of the database file. Statements are PostgreSQL's, which DuckDB understands; its catalogue DuckDB has not,
so columns are read from `information_schema`.
"""

import itertools
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import sqlalchemy
from sqlalchemy import pool, types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint
from sqlalchemy.engine.url import URL

_shared: dict[str, duckdb.DuckDBPyConnection] = {}
_tokens = itertools.count(1)
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")
_COLUMNS = """
select column_name, data_type, is_nullable
from information_schema.columns
where table_name = :table and (
    (table_catalog = current_database() and table_schema = coalesce(:schema, current_schema()))
    or (table_catalog = 'temp' and coalesce(:schema, 'main') = 'main')
)
order by ordinal_position
"""
_TYPES: dict[str, type[types.TypeEngine[Any]]] = {
    "BOOLEAN": types.Boolean,
    "TINYINT": types.SmallInteger,
    "SMALLINT": types.SmallInteger,
    "INTEGER": types.Integer,
    "BIGINT": types.BigInteger,
    "HUGEINT": types.BigInteger,
    "UBIGINT": types.BigInteger,
    "FLOAT": types.Float,
    "DOUBLE": types.Float,
    "DATE": types.Date,
    "TIMESTAMP": types.DateTime,
    "TIMESTAMP WITH TIME ZONE": types.DateTime,
    "VARCHAR": types.String,
}


@contextmanager
def shared_url(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield a SQLAlchemy URL whose connections are `con` itself; it is worth nothing once the block is left."""
    token = str(next(_tokens))
    _shared[token] = con
    try:
        yield f"duckdb+shared:///?token={token}"
    finally:
        del _shared[token]


def condition_clause(sql: str) -> sqlalchemy.ColumnElement[bool]:
    """SQL of a condition as SQLAlchemy takes it into a statement: as it stands."""
    return sqlalchemy.literal_column(f"({sql})", sqlalchemy.Boolean)


def escape_text(sql: str) -> str:
    """SQL as it must be written where Great Expectations formats it (`{`) and SQLAlchemy looks for parameters (`:`)."""
    return _PARAMETER.sub(r"\\:", sql.replace("{", "{{").replace("}", "}}"))


class EagerCursor:
    """A cursor of the DB-API that has read its rows by the time `execute` returns."""

    rowcount = -1
    arraysize = 1

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._rows: deque[tuple[Any, ...]] = deque()
        self.description: Sequence[Any] | None = None

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run the statement and read its whole result."""
        self._con.execute(statement, parameters)
        self.description = self._con.description
        self._rows = deque(self._con.fetchall() if self.description else ())

    def fetchone(self) -> tuple[Any, ...] | None:
        """Hand out the next row, or None."""
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """Hand out the next `size` rows (one by default)."""
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Hand out the rows that are left."""
        return self.fetchmany(len(self._rows))

    def close(self) -> None:
        """Forget the rows."""
        self._rows.clear()


class SharedConnection:
    """The connection handed in, deaf to everything that would end its owner's transaction or close it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def cursor(self) -> EagerCursor:
        """Give a cursor with rows of its own."""
        return EagerCursor(self._con)

    def commit(self) -> None:
        """Leave the transaction to its owner."""

    def rollback(self) -> None:
        """Leave the transaction to its owner."""

    def close(self) -> None:
        """Leave the connection to its owner."""


class SharedDuckDBDialect(PGDialect):
    """PostgreSQL's SQL over a shared DuckDB connection."""

    name = "duckdb"
    driver = "shared"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Any:
        """The errors are DuckDB's, and so is everything else a driver's module would tell."""
        return duckdb

    def create_connect_args(self, url: URL) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Take the token of the shared connection from the URL."""
        return (), {"token": url.query["token"]}

    def connect(self, *_: Any, **parameters: Any) -> Any:
        """Wrap the shared connection.

        Raises:
            KeyError: the block of `shared_url` has been left.
        """
        return SharedConnection(_shared[parameters["token"]])

    def initialize(self, connection: sqlalchemy.Connection) -> None:
        """Ask nothing of a server: there is none, and its version would be PostgreSQL's."""
        DefaultDialect.initialize(self, connection)

    def _get_server_version_info(self, connection: sqlalchemy.Connection) -> tuple[int, ...]:
        return (14, 0)  # the PostgreSQL whose SQL DuckDB follows closely enough

    def get_default_isolation_level(self, dbapi_conn: Any) -> Any:
        """DuckDB has one level and no way to ask for it."""
        raise NotImplementedError

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        """Keep no connection: an idle one in a pool would outlive the block."""
        return pool.NullPool

    def get_columns(
        self, connection: sqlalchemy.Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[ReflectedColumn]:
        """Columns of a table or view in the current database, in their order; types unknown to us read as text."""
        rows = connection.execute(sqlalchemy.text(_COLUMNS), {"table": table_name, "schema": schema}).fetchall()
        return [
            ReflectedColumn(name=name, type=_type(kind), nullable=nullable == "YES", default=None)
            for name, kind, nullable in rows
        ]

    def get_pk_constraint(
        self, connection: sqlalchemy.Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> ReflectedPrimaryKeyConstraint:
        """None: the tables that are checked declare no primary key, their uniqueness is a check."""
        return ReflectedPrimaryKeyConstraint(constrained_columns=[], name=None)


def _type(data_type: str) -> types.TypeEngine[Any]:
    if data_type.startswith("DECIMAL"):
        return types.Numeric()
    return _TYPES.get(data_type, types.String)()


registry.register("duckdb.shared", __name__, "SharedDuckDBDialect")
