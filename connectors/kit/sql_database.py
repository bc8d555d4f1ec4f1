"""A database that is read: short transactions tried again, long results in parts, errors without the driver's texts."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import stamina

from connectors.kit.drivers import abandon, decode_anything
from connectors.kit.sql_engine import Limits, is_mysql
from connectors.kit.sql_errors import source_error
from crm_pipelines.model.errors import RetriableSourceError, SourceError


@dataclass(frozen=True, slots=True)
class Database:
    """A pool of connections with retries.

    Attributes:
        engine: its pool; whoever made it disposes of it.
        source: name of the source, for errors.
        limits: of time and attempts.
    """

    engine: sa.Engine
    source: str
    limits: Limits

    @property
    def dialect(self) -> str:
        """`postgresql`, `mysql`, `mariadb`, `sqlite` or another of SQLAlchemy."""
        return self.engine.dialect.name

    def now(self, zone: ZoneInfo) -> dt.datetime:
        """The database's clock; its own zone where it tells one, UTC in SQLite, MySQL and MariaDB, else `zone`."""
        is_utc = self.dialect == "sqlite" or is_mysql(self.dialect)
        moment = sa.func.utc_timestamp(6) if is_mysql(self.dialect) else sa.func.current_timestamp()
        value = self.run(sa.select(moment), "")[0][0]
        now = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
        return now if now.tzinfo is not None else now.replace(tzinfo=dt.UTC if is_utc else zone)

    def run(self, query: sa.Executable, table: str) -> Sequence[sa.Row[Any]]:
        """All rows of one query, in one short transaction that is tried again when the connection broke.

        Raises:
            RetriableSourceError: `source.unreachable`, `source.query_timeout`.
            FatalSourceError: `source.refused_login`, `source.no_such_database`, `source.no_permission`,
                `source.no_such_table`, `source.query_failed`.
        """
        for attempt in self._attempts():
            with attempt, self.translated(table):
                try:
                    return self._rows(query, is_lenient=False)
                except UnicodeDecodeError:
                    return self._rows(query, is_lenient=True)
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def inspected(self, table: str) -> sa.Inspector:
        """What describes tables, over a connection that was just made. Raises as `run`."""
        for attempt in self._attempts():
            with attempt, self.translated(table):
                return sa.inspect(self.engine)
        raise AssertionError  # pragma: no cover - as in `run`

    def stream(
        self, query: sa.Executable, table: str, size: int, *, is_lenient: bool = False
    ) -> Iterator[Sequence[sa.Row[Any]]]:
        """The rows of one query as of one moment, so many at a time, the rest left on the server.

        Only the beginning is tried again: whoever reads knows where to go on.

        Raises:
            UnicodeDecodeError: a text is none; ask again from there on with `is_lenient`. And as `run`.
        """
        connection, result = self._opened(query, table, size, is_lenient=is_lenient)
        cursor = result.cursor
        try:
            with self.translated(table, passes_on_undecodable=not is_lenient):
                while rows := result.fetchmany(size):
                    yield rows
        finally:
            abandon(cursor)
            _throw_away(connection)

    def _rows(self, query: sa.Executable, *, is_lenient: bool) -> Sequence[sa.Row[Any]]:
        """A connection that failed is thrown away: it may be out of step with its server."""
        with self.engine.connect() as connection:
            try:
                if is_lenient:
                    decode_anything(connection.connection.dbapi_connection)
                return connection.execute(query).all()
            except Exception:
                connection.invalidate()
                raise

    def _opened(
        self, query: sa.Executable, table: str, size: int, *, is_lenient: bool
    ) -> tuple[sa.Connection, sa.CursorResult[Any]]:
        for attempt in self._attempts():
            with attempt, self.translated(table):
                connection = self.engine.connect().execution_options(yield_per=size)
                try:
                    self._lift_limit(connection)
                    if is_lenient:
                        decode_anything(connection.connection.dbapi_connection)
                    return connection, connection.execute(query)
                except Exception:
                    _throw_away(connection)
                    raise
        raise AssertionError  # pragma: no cover - as in `run`

    def _lift_limit(self, connection: sa.Connection) -> None:
        """PostgreSQL limits each fetch; MySQL and MariaDB would count the reader's own time too."""
        if is_mysql(self.dialect) and self.limits.statement_seconds:
            is_mariadb = getattr(connection.dialect, "is_mariadb", False)
            name = "max_statement_time" if is_mariadb else "max_execution_time"
            connection.exec_driver_sql(f"set session {name} = 0")

    def _attempts(self) -> Any:  # the iterator of the library has no public name
        return stamina.retry_context(
            on=_is_passing,
            attempts=self.limits.attempts,
            wait_initial=self.limits.retry_wait_seconds,
            wait_jitter=0,
            timeout=None,
        )

    @contextmanager
    def translated(self, table: str, *, passes_on_undecodable: bool = False) -> Iterator[None]:
        """Errors of the driver without their texts, which may quote values."""
        try:
            yield
        except SourceError:
            raise
        except Exception as error:  # drivers raise what they like: of encodings, of authentication
            if passes_on_undecodable and isinstance(error, UnicodeDecodeError):
                raise
            name = table or self.engine.url.database or ""
            raise source_error(error, self.source, name) from None


def _throw_away(connection: sa.Connection) -> None:
    connection.invalidate()
    connection.close()


def _is_passing(error: Exception) -> bool:
    return isinstance(error, RetriableSourceError) and error.code == "source.unreachable"
