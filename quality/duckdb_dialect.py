"""A SQLAlchemy dialect through which Great Expectations reads an open DuckDB connection.

Stock drivers fail: Great Expectations fetches after it has left the connection's block, and DuckDB drops a pending
result with the rollback that ends the block. Here every result is read when it is executed, and begin, commit,
rollback and close do nothing, because the connection and its transaction belong to whoever handed it in. So the checks
see what that connection sees, uncommitted rows and temporary tables too, and leave nothing behind that would keep the
lock of the database file. Reflection goes through `information_schema`; DuckDB has no PostgreSQL catalogue.
"""

import itertools
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import sqlalchemy
from duckdb_engine import ConnectionWrapper, CursorWrapper, Dialect, DuckDBEngineWarning
from sqlalchemy import pool, types
from sqlalchemy.dialects import registry
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint
from sqlalchemy.engine.url import URL

_DIALECT = "duckdb.shared"
_shared: dict[str, duckdb.DuckDBPyConnection] = {}
_tokens = itertools.count(1)
_COLUMNS = """
select column_name, data_type, is_nullable
from information_schema.columns
where table_name = :table and table_schema = coalesce(:schema, current_schema())
  and table_catalog in (current_database(), 'temp')
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
    """Yield a SQLAlchemy URL whose connections are `con` itself; it is worth nothing once the block is left.

    The warnings duckdb-engine gives on reflection (indices it cannot read) are silenced within the block.
    """
    token = str(next(_tokens))
    _shared[token] = con
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DuckDBEngineWarning)
            yield f"duckdb+shared:///:memory:?token={token}"
    finally:
        del _shared[token]


class EagerCursor(CursorWrapper):
    """A cursor that has read its rows by the time `execute` returns."""

    rowcount = -1

    def __init__(self, con: duckdb.DuckDBPyConnection, wrapper: "SharedConnection") -> None:
        super().__init__(con, wrapper)
        self._con = con
        self._rows: list[tuple[Any, ...]] = []
        self.description: Sequence[Any] | None = None

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        """Run the statement and read its whole result."""
        super().execute(statement, parameters, context)
        self.description = self._con.description
        self._rows = self._con.fetchall() if self.description else []

    def fetchone(self) -> tuple[Any, ...] | None:
        """Hand out the next row, or None."""
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """Hand out the next `size` rows (one by default)."""
        taken, self._rows = self._rows[: size or 1], self._rows[size or 1 :]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Hand out the rows that are left."""
        return self.fetchmany(len(self._rows))

    def close(self) -> None:
        """Forget the rows."""
        self._rows = []


class SharedConnection(ConnectionWrapper):
    """The connection handed in, deaf to everything that would end its owner's transaction or close it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        super().__init__(con)
        self._con = con

    def cursor(self) -> EagerCursor:
        """Give a cursor with its own rows."""
        return EagerCursor(self._con, self)

    def begin(self) -> None:
        """Leave the transaction to its owner."""

    def commit(self) -> None:
        """Leave the transaction to its owner."""

    def rollback(self) -> None:
        """Leave the transaction to its owner."""

    def close(self) -> None:
        """Leave the connection to its owner."""


class SharedDuckDBDialect(Dialect):
    """duckdb-engine's SQL over a shared connection, with reflection that DuckDB 2 can answer."""

    driver = "shared"
    supports_statement_cache = True

    def create_connect_args(self, url: URL) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Take the token of the shared connection from the URL."""
        return (), {"token": url.query["token"]}

    def connect(self, *_: Any, **parameters: Any) -> Any:
        """Wrap the shared connection.

        Raises:
            KeyError: the block of `shared_url` has been left.
        """
        return SharedConnection(_shared[parameters["token"]])

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


registry.register(_DIALECT, __name__, "SharedDuckDBDialect")
