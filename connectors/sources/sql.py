"""Tables and views of any SQL database, read by key in short transactions and never written to.

With a cursor column (a time or a rising number) only what changed is read: from a little before the last cursor on,
because rows become visible later than their time says; rows met again are dropped by their hash. What a cursor cannot
tell, that a row is gone, an audit of all keys finds.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from connectors.kit.cursors import Clock
from connectors.kit.keysets import Position, TableReader, TableState
from connectors.kit.sql_advice import advice
from connectors.kit.sql_audit import audit_pages
from connectors.kit.sql_database import Database
from connectors.kit.sql_engine import database_url, open_engine
from connectors.kit.sql_options import SqlOptions
from connectors.kit.sql_pages import batches, is_exact
from connectors.kit.sql_ranges import ranged
from connectors.kit.sql_rows import delivered, key_parts, with_positions
from connectors.kit.sql_streams import Stream
from connectors.kit.sql_tables import described
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Page, SourceContext
from crm_pipelines.model.errors import Fault

KEYS_A_QUERY = 500


class Sql:
    """Rows of a database. `main` is the stream of the first table, the table's name that of the others."""

    options: ClassVar[type[BaseModel]] = SqlOptions
    default_mapping: ClassVar[str | None] = None
    has_columns: ClassVar[bool] = True

    def __init__(self, options: SqlOptions, context: SourceContext) -> None:
        self._options = options
        self._context = context
        self.key_is_personal = options.key_is_personal

    def check(self) -> tuple[Fault, ...]:
        """Connect and look up all tables and columns.

        Returns:
            `advice.sql_may_write`, `advice.sql_no_index`, `advice.sql_cursor_may_be_null`, `advice.sql_same_keys`.

        Raises:
            FatalSourceError: `source.no_such_database`, `source.refused_login`, `source.no_driver`,
                `source.no_permission`, `source.no_such_table`, `source.no_such_column`, `source.query_failed`.
            RetriableSourceError: `source.unreachable`, `source.query_timeout`.
        """
        with self._database() as database:
            return tuple(each for stream in self._streams(database) for each in advice(database, stream))

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """Rows that changed since the bookmark; all rows of a table without cursor and of a `complete` source.

        When an audit is due, all keys follow, and the read shows every row there is; those of a table that this read
        began with have been shown. A complete read or an audit that was broken off starts over. Raises as `check`;
        nothing is handed over before all tables and columns were found.
        """
        stored = {} if self._options.complete else dict(bookmark or {})
        with self._database() as database:
            streams, clock = self._streams(database, is_whole=self._options.complete), self._clock(database)
            states, audited_at = _states(stored), stored.get("audited_at")
            is_audited = self._is_audit_due(audited_at, clock.now)
            shown_whole = set()
            for stream in streams:
                state = _state(states, stream)
                if state == TableState() or (stream.cursor is None and state.phase is None):
                    shown_whole.add(stream.name)
                for rows in self._read(database, stream, clock, states):
                    yield Page(tuple(rows), self._bookmark(states, audited_at))
            for stream in streams if is_audited else ():
                if stream.name not in shown_whole:
                    for rows, mentions in audit_pages(database, stream, self._options.page_size, self._options.audit):
                        yield Page(tuple(rows), self._bookmark(states, audited_at), mentions=(mentions,))
        finished = self._bookmark(states, clock.now.isoformat() if is_audited else audited_at)
        if self._options.complete or is_audited or dict(bookmark or {}) != finished:
            yield Page((), finished, ends_complete_read=self._options.complete or is_audited)

    def range_pages(self, since: dt.datetime, until: dt.datetime, bookmark: Bookmark | None) -> Iterator[Page]:
        """Rows whose cursor lies in `[since, until)`; of a cursor that knows only days, of the days these lie in.

        Raises:
            FatalSourceError: `source.no_time_cursor`: a table has no cursor, or one that is no time; and as `check`.
            RetriableSourceError: as `check`.
        """
        states = _states(dict(bookmark or {}))
        with self._database() as database:
            streams, clock = self._streams(database), self._clock(database)
            found = [(stream, ranged(database, stream, clock, since, until)) for stream in streams]
            for stream, part in found:
                if part is None or states.get(stream.name) == "read":
                    continue
                states.setdefault(stream.name, TableState(position=Position(since=part.since)).as_json())
                for rows in self._read(database, replace(stream, until=part.until), clock, states):
                    yield Page(tuple(rows), {"streams": dict(states)})
                states[stream.name] = "read"
        yield Page((), {"streams": states})

    def rows(self, keys: Sequence[str]) -> Iterator[DeliveredRow]:
        """The rows of these keys as they are now. Raises as `check`."""
        wanted = set(keys)
        with self._database() as database:
            for stream in self._streams(database):
                asked = self._keys_of(stream, keys)
                for at in range(0, len(asked), KEYS_A_QUERY):
                    parts = [key_parts(stream, key) for key in asked[at : at + KEYS_A_QUERY]]
                    query = stream.by_keys([each for each in parts if each is not None])
                    found = with_positions(stream, (), database.run(query, stream.table.name))
                    page = f"{stream.table.name} by key {at // KEYS_A_QUERY + 1}"
                    yield from (row for row in delivered(stream, found, page) if row.key in wanted)

    def _read(
        self, database: Database, stream: Stream, clock: Clock, states: dict[str, JsonValue]
    ) -> Iterator[list[DeliveredRow]]:
        """The new rows of one stream, page by page; its state moves on with each."""
        state, phases, number = _state(states, stream), stream.phases, 0
        has_clock, keeps_keys = stream.cursor is not None, not self._options.key_is_personal
        reader = TableReader(state, clock if has_clock else None, keeps_keys=keeps_keys)
        for phase in phases[phases.index(state.phase) :] if state.phase in phases else phases:
            reader.is_exact = is_exact(stream, phase)
            for page in batches(database, stream, phase, reader.start(phase), self._options.page_size):
                number += 1
                rows = delivered(stream, page, f"{stream.table.name} page {number}")
                fresh = reader.take(list(zip(rows, (position for _, position in page), strict=True)), phase)
                if fresh:
                    _keep(states, stream, reader.state)
                    yield fresh
            if phase == "cursor":
                reader.end_cursor_phase()
        reader.end()
        _keep(states, stream, reader.state)

    def _is_audit_due(self, audited_at: JsonValue, now: dt.datetime) -> bool:
        if self._options.audit_hours is None or self._options.complete:
            return False
        if not isinstance(audited_at, str):
            return True
        age = now - dt.datetime.fromisoformat(audited_at)
        return not dt.timedelta(0) <= age < dt.timedelta(hours=self._options.audit_hours)

    def _bookmark(self, states: dict[str, JsonValue], audited_at: JsonValue) -> Bookmark:
        if self._options.complete:
            return {}
        is_audited = self._options.audit_hours is not None and audited_at is not None
        return {"streams": dict(states), **({"audited_at": audited_at} if is_audited else {})}

    def _keys_of(self, stream: Stream, keys: Sequence[str]) -> list[str]:
        """The keys of one stream among those of all."""
        if stream.name != "main":
            return [key for key in keys if key.startswith(f"{stream.name}/")]
        prefixes = tuple(f"{name}/" for name in self._options.tables if name != "main")
        return [key for key in keys if not (prefixes and key.startswith(prefixes))]

    def _streams(self, database: Database, *, is_whole: bool = False) -> tuple[Stream, ...]:
        found = []
        for name, options in self._options.tables.items():
            key, cursor = options.key_columns, options.cursor
            table = described(database, options.table, key if cursor is None else (*key, cursor))
            read_by = None if is_whole else cursor
            found.append(Stream(name, table, database.dialect, key, table.columns, read_by, options.where))
        return tuple(found)

    def _clock(self, database: Database) -> Clock:
        zone = ZoneInfo(self._options.cursor_timezone or self._context.timezone)
        overlap = dt.timedelta(seconds=self._options.overlap_seconds)
        return Clock(database.now(zone), zone, overlap, dt.timedelta(seconds=self._options.safety_lag_seconds))

    @contextmanager
    def _database(self) -> Iterator[Database]:
        url = database_url(self._options.url.get_secret_value())
        engine = open_engine(url, self._context, self._options.limits)
        try:
            yield Database(engine, self._context.name, self._options.limits)
        finally:
            engine.dispose()


def _states(bookmark: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The states of all streams in a bookmark."""
    stored = bookmark.get("streams")
    return dict(stored) if isinstance(stored, dict) else {}


def _state(states: dict[str, JsonValue], stream: Stream) -> TableState:
    """How far a stream was read; the beginning where it was read by other columns, whose values mean nothing now."""
    stored = states.get(stream.name)
    read_by = stored.get("read_by") if isinstance(stored, dict) else None
    return TableState() if read_by is not None and read_by != _read_by(stream) else TableState.from_json(stored)


def _keep(states: dict[str, JsonValue], stream: Stream, state: TableState) -> None:
    states[stream.name] = {**state.as_json(), "read_by": _read_by(stream)}


def _read_by(stream: Stream) -> list[JsonValue]:
    return [stream.cursor, *stream.key]
