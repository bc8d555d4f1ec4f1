"""Tables and views of any SQL database, read by key in short transactions and never written to.

With a cursor column (a time or a rising number) only what changed is read: from a little before the last cursor on,
because rows become visible later than their time says; rows met again are dropped by their hash. Pages go by keyset,
`(cursor, key) > (…)` spelt out, because OFFSET skips rows of a table that changes and not every database compares rows.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeAlias
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import stamina
from pydantic import BaseModel, Field, SecretStr, field_validator
from sqlalchemy import exc

from connectors.kit.cursors import Clock, CursorValue
from connectors.kit.drivers import accept_every_time, open_sqlite
from connectors.kit.keysets import Phase, Position, TableReader, TableState, Values
from connectors.kit.options import SourceOptions
from connectors.kit.rows import Place, checked, faulty, key_text, raw_json
from connectors.kit.values import json_value
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, Fault, RetriableSourceError

Condition: TypeAlias = sa.ColumnElement[bool]


class SqlTable(SourceOptions):
    """One table or view.

    Attributes:
        table: its name, with the schema before a dot where needed.
        key: the column, or columns, that identify a row.
        cursor: the column that rises when a row changes; None reads everything each time.
        where: a condition in the database's SQL, as it stands.
    """

    table: str
    key: str | list[str]
    cursor: str | None = None
    where: str | None = None

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The key columns, one or several."""
        return (self.key,) if isinstance(self.key, str) else tuple(self.key)


class SqlOptions(SqlTable):
    """A database and what to read of it.

    Attributes:
        url: of SQLAlchemy; a SQLite file is relative to the project folder.
        also: more tables, each a stream of its own; their keys begin with the table's name and `/`.
        cursor_timezone: of cursors without a zone; None is the source's.
        overlap_seconds: how far a read looks back behind the last cursor.
        safety_lag_seconds: how long a transaction may stay open; counted back from the database's clock.
        complete: read everything each time; a row that is gone is deleted.
        key_is_personal: the key says something about a person; it then stays out of bookmarks.
        attempts, retry_wait_seconds: for connections that fail or break.
    """

    url: SecretStr
    also: tuple[SqlTable, ...] = ()
    cursor_timezone: str | None = None
    overlap_seconds: int = Field(default=300, ge=0)
    safety_lag_seconds: int = Field(default=0, ge=0)
    page_size: int = Field(default=5000, ge=1)
    complete: bool = False
    key_is_personal: bool = False
    attempts: int = Field(default=3, ge=1)
    retry_wait_seconds: float = Field(default=1.0, ge=0)

    @field_validator("url")
    @classmethod
    def _is_url(cls, url: SecretStr) -> SecretStr:
        try:
            sa.make_url(url.get_secret_value())
        except exc.ArgumentError:
            raise ValueError("source.bad_url") from None  # the error repeats the password
        return url


@dataclass(frozen=True, slots=True)
class _Stream:
    """A table as the database describes it; `columns` are its names, `nullable` those that may be null."""

    name: str
    options: SqlTable
    columns: tuple[str, ...]
    nullable: frozenset[str]
    cursor: str | None

    @property
    def key(self) -> tuple[str, ...]:
        return self.options.key_columns

    @property
    def phases(self) -> tuple[Phase, ...]:
        """What there is to read; a column that cannot be null needs no look for nulls."""
        first: tuple[Phase, ...] = ("rest",) if self.cursor is None else ("cursor",)
        if self.cursor is not None and self.cursor in self.nullable:
            first = ("cursor", "rest")
        return (*first, "no_key") if self.nullable & set(self.key) else first

    def order(self, phase: Phase) -> tuple[str, ...]:
        """The columns whose values are a row's position in this phase."""
        return (self.cursor, *self.key) if phase == "cursor" and self.cursor is not None else self.key

    def query(self, phase: Phase, start: Position) -> sa.Select[Any]:
        """The rows of a phase from a position on, in order."""
        schema, _, name = self.options.table.rpartition(".")
        columns: dict[str, sa.ColumnClause[Any]] = {name: sa.column(name) for name in self.columns}
        table = sa.table(name, *columns.values(), schema=schema or None)
        keys, order = [columns[name] for name in self.key], [columns[name] for name in self.order(phase)]
        query = sa.select(table)
        if self.options.where is not None:
            query = query.where(sa.text(f"({_without_binds(self.options.where)})"))
        if phase == "no_key":
            return query.where(sa.or_(*(key.is_(None) for key in keys)))
        if phase == "rest" and self.cursor is not None:
            query = query.where(columns[self.cursor].is_(None))
        query = query.where(*(column.is_not(None) for column in order if column.name in self.nullable))
        if start.since is not None:
            query = query.where(order[0] >= _bound(start.since))
        if start.after is not None:
            query = query.where(_is_after(order, start.after))
        return query.order_by(*order)


class Sql:
    """Rows of a database. `main` is the stream of the first table, the table's name that of the others."""

    options: ClassVar[type[BaseModel]] = SqlOptions
    default_mapping: ClassVar[str | None] = None

    def __init__(self, options: SqlOptions, context: SourceContext) -> None:
        self._options = options
        self._context = context
        self.key_is_personal = options.key_is_personal

    def check(self) -> tuple[Fault, ...]:
        """Connect and look up all tables and columns.

        Raises:
            FatalSourceError: `source.no_such_database`, `source.refused_login`, `source.no_driver`,
                `source.no_such_table`, `source.no_such_column`, `source.query_failed`.
            RetriableSourceError: `source.unreachable`.
        """
        with self._database() as database:
            self._streams(database)
        return ()

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """Rows that changed since the bookmark; all rows of a table without cursor and of a `complete` source.

        A complete read that was broken off starts over. Raises as `check`; nothing is handed over before all tables
        and columns were found.
        """
        stored = None if self._options.complete else (bookmark or {}).get("streams")
        states = dict(stored) if isinstance(stored, dict) else {}
        with self._database() as database:
            streams = self._streams(database)
            clock = self._clock(database)
            for stream in streams:
                state = TableState.from_json(states.get(stream.name))
                keeps_keys = not self._options.key_is_personal
                reader = TableReader(state, clock if stream.cursor is not None else None, keeps_keys=keeps_keys)
                for rows in self._read(database, stream, reader):
                    if rows:
                        states[stream.name] = reader.state.as_json()
                        yield Page(tuple(rows), {} if self._options.complete else {"streams": dict(states)})
                reader.end()
                states[stream.name] = reader.state.as_json()
        finished: Bookmark = {} if self._options.complete else {"streams": states}
        if self._options.complete or dict(bookmark or {}) != finished:
            yield Page((), finished, ends_complete_read=self._options.complete)

    def _read(self, database: "_Database", stream: _Stream, reader: TableReader) -> Iterator[list[DeliveredRow]]:
        resumed = reader.state.phase
        phases = stream.phases[stream.phases.index(resumed) :] if resumed in stream.phases else stream.phases
        number = 0
        for phase in phases:
            for page in database.batches(stream, phase, reader.start(phase), self._options.page_size):
                number += 1
                rows = [(_deliver(stream, row, Place(f"{stream.options.table} page {number}", at)), position)
                        for at, (row, position) in enumerate(page, start=1)]  # fmt: skip
                take = reader.take_cursor_rows(rows) if phase == "cursor" else reader.take_rest_rows(rows, phase)
                yield take
            if phase == "cursor":
                reader.end_cursor_phase()

    def _streams(self, database: "_Database") -> tuple[_Stream, ...]:
        tables = (self._options, *self._options.also)
        names = ("main", *(each.table for each in self._options.also))
        cursors = (None if self._options.complete else each.cursor for each in tables)
        described = (database.described(each) for each in tables)
        return tuple(
            _Stream(name, table, columns, nullable, cursor)
            for name, table, cursor, (columns, nullable) in zip(names, tables, cursors, described, strict=True)
        )

    def _clock(self, database: "_Database") -> Clock:
        zone = ZoneInfo(self._options.cursor_timezone or self._context.timezone)
        overlap = timedelta(seconds=self._options.overlap_seconds)
        return Clock(database.now(zone), zone, overlap, timedelta(seconds=self._options.safety_lag_seconds))

    @contextmanager
    def _database(self) -> Iterator["_Database"]:
        engine = _engine(sa.make_url(self._options.url.get_secret_value()), self._context)
        try:
            yield _Database(engine, self._context.name, self._options.attempts, self._options.retry_wait_seconds)
        finally:
            engine.dispose()


@dataclass(frozen=True, slots=True)
class _Database:
    """A connection pool with retries, and errors as this project has them."""

    engine: sa.Engine
    source: str
    attempts: int
    retry_wait_seconds: float

    def now(self, zone: ZoneInfo) -> datetime:
        """The database's clock; its own zone where it tells one, UTC in SQLite, else that of the cursors."""
        value = self._run(sa.select(sa.func.current_timestamp()), "")[0][0]
        now = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if now.tzinfo is not None:
            return now
        return now.replace(tzinfo=UTC if self.engine.dialect.name == "sqlite" else zone)

    def described(self, table: SqlTable) -> tuple[tuple[str, ...], frozenset[str]]:
        """Names of all columns, and of those that may be null.

        Raises:
            FatalSourceError: `source.no_such_table`, `source.no_such_column`.
        """
        schema, _, name = table.table.rpartition(".")
        with self._translated(table.table):
            columns = sa.inspect(self._connected()).get_columns(name, schema=schema or None)
        names = tuple(column["name"] for column in columns)
        wanted = (*table.key_columns, *((table.cursor,) if table.cursor is not None else ()))
        missing = next((column for column in wanted if column not in names), None)
        if missing is not None:
            raise FatalSourceError("source.no_such_column", source=self.source, table=table.table, column=missing)
        return names, frozenset(column["name"] for column in columns if column.get("nullable", True))

    def batches(self, stream: _Stream, phase: Phase, start: Position, size: int) -> Iterator[list[tuple[Any, Values]]]:
        """Rows with their positions, at most `size` at a time unless more share one position.

        The rows that share the last position of a full batch are left for the next: there may be more of them.
        """
        places = [stream.columns.index(name) for name in stream.order(phase)]
        query, limit = stream.query(phase, start), size + 1
        if phase == "no_key":
            rows = self._run(query, stream.options.table)
            for at in range(0, len(rows), size):
                yield [(row, ()) for row in rows[at : at + size]]
            return
        while True:
            found = self._run(query.limit(limit), stream.options.table)
            rows_at = [(row, tuple(row[place] for place in places)) for row in found]
            if len(found) < limit:
                yield rows_at
                return
            kept = [each for each in rows_at if each[1] != rows_at[-1][1]]
            if not kept:
                limit *= 2
                continue
            yield kept
            query, limit = stream.query(phase, Position(after=kept[-1][1])), size + 1

    def _run(self, query: sa.Select[Any], table: str) -> Sequence[sa.Row[Any]]:
        """One query in one short transaction, tried again when the connection broke."""
        with self._translated(table):
            for attempt in self._attempts():
                with attempt, self.engine.connect() as connection:
                    return connection.execute(query).all()
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def _connected(self) -> sa.Engine:
        for attempt in self._attempts():
            with attempt, self.engine.connect():
                pass
        return self.engine

    def _attempts(self) -> Any:  # noqa: ANN401 - the iterator of the library has no public name
        return stamina.retry_context(
            on=_is_passing,
            attempts=self.attempts,
            wait_initial=self.retry_wait_seconds,
            wait_jitter=0,
            timeout=None,
        )

    @contextmanager
    def _translated(self, table: str) -> Iterator[None]:
        """Errors of the driver without their texts, which may quote values."""
        try:
            yield
        except exc.NoSuchTableError:
            raise FatalSourceError("source.no_such_table", source=self.source, table=table) from None
        except exc.SQLAlchemyError as error:
            raise _source_error(error, self.source, table) from None


def _engine(url: sa.URL, context: SourceContext) -> sa.Engine:
    """The engine of a URL. SQLite is opened read-only, so that a wrong path makes no empty database.

    Raises:
        FatalSourceError: `source.no_driver`, `source.no_such_database`.
    """
    try:
        if url.get_backend_name() != "sqlite":
            return _server_engine(url)
    except (exc.NoSuchModuleError, ImportError):
        raise FatalSourceError("source.no_driver", source=context.name, found=url.drivername) from None
    path = Path(context.project_folder) / (url.database or "")
    if not path.is_file():
        raise FatalSourceError("source.no_such_database", source=context.name, found=url.database or "")
    return sa.create_engine("sqlite://", creator=lambda: open_sqlite(path), poolclass=sa.NullPool, hide_parameters=True)


def _server_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if engine.dialect.driver == "psycopg":
        sa.event.listen(engine, "connect", lambda connection, _: accept_every_time(connection))
    return engine


def _is_passing(error: Exception) -> bool:
    """Whether a connection broke or was not to be had, or the database asks to try again."""
    if not isinstance(error, exc.DBAPIError) or _is_refusal(error):
        return False
    state = str(getattr(error.orig, "sqlstate", None) or "")
    lite = getattr(error.orig, "sqlite_errorname", None)
    if lite is not None:
        return str(lite).startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_CANTOPEN"))
    if error.connection_invalidated or state.startswith(("08", "40", "53", "57P")):
        return True
    return isinstance(error, exc.OperationalError | exc.InterfaceError) and not state


def _is_refusal(error: exc.DBAPIError) -> bool:
    text = str(error.orig)
    return "authentication failed" in text or "does not exist" in text or "no pg_hba.conf" in text


def _source_error(error: exc.SQLAlchemyError, source: str, table: str) -> FatalSourceError | RetriableSourceError:
    found = type(error).__name__
    if not isinstance(error, exc.DBAPIError):
        return FatalSourceError("source.query_failed", source=source, table=table, found=found)
    state, text = str(getattr(error.orig, "sqlstate", None) or ""), str(error.orig)
    if _is_passing(error):
        return RetriableSourceError("source.unreachable", source=source, found=state or found)
    if "authentication failed" in text or "no pg_hba.conf" in text:
        return FatalSourceError("source.refused_login", source=source, found=state or found)
    if "file is not a database" in text or ("database" in text and "does not exist" in text):
        return FatalSourceError("source.no_such_database", source=source, found=state or found)
    if state == "42501":
        return FatalSourceError("source.no_permission", source=source, table=table)
    return FatalSourceError("source.query_failed", source=source, table=table, found=state or found)


def _deliver(stream: _Stream, row: Any, place: Place) -> DeliveredRow:  # noqa: ANN401 - a row of any table
    """A row as JSON; the key of a further table begins with its name."""
    data = {name: json_value(value) for name, value in zip(stream.columns, row, strict=True)}
    key = key_text([data[name] for name in stream.key])
    if key is None:
        fault = place.fault("row.missing_key", field=" | ".join(stream.key))
        return faulty(place, fault, raw_json(data), stream=stream.name)
    full = key if stream.name == "main" else f"{stream.name}/{key}"
    return checked(DeliveredRow(full, data, place.position, stream.name), place)


def _is_after(columns: Sequence[sa.ColumnClause[Any]], values: Values) -> Condition:
    """`(a, b) > (x, y)` spelt out: `a > x or (a = x and b > y)`."""
    head, rest = columns[0], columns[1:]
    if not rest:
        return head > _bound(values[0])
    return sa.or_(head > _bound(values[0]), sa.and_(head == _bound(values[0]), _is_after(rest, values[1:])))


def _bound(value: CursorValue) -> sa.BindParameter[Any]:
    """A bound value without a type of its own: the database compares it as its column."""
    return sa.bindparam(None, value, type_=sa.types.NullType(), unique=True)


def _without_binds(condition: str) -> str:
    """A condition of the configuration in which a colon is a colon."""
    return re.sub(r"(?<!:):(?=\w)", r"\:", condition)
