"""How far one table was read by keyset: what its bookmark holds, and how it moves on row by row."""

import datetime as dt
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, TypeAlias, get_args

from connectors.kit.cursors import MAX_KNOWN, Clock, CursorValue, KnownRows, cursor_json, cursor_value, in_utc, row_hash
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

Phase: TypeAlias = Literal["cursor", "rest", "no_key"]
"""Rows with a cursor; rows without one (or all rows, by key); rows without a key."""
Values: TypeAlias = tuple[CursorValue, ...]


class Position(NamedTuple):
    """Where a phase goes on: after a row's values, or from a cursor on, or (both None) at its beginning.

    With `is_inclusive` the rows at these very values come again: the database may hold more of them than were shown.
    """

    after: Values | None = None
    since: CursorValue | None = None
    is_inclusive: bool = False


@dataclass(frozen=True, slots=True)
class TableState:
    """What the bookmark of one table holds.

    Attributes:
        phase: the phase a read was broken off in; None between reads.
        position: in that phase; between reads, where the next one begins.
        next_since: where the read after this one begins, once known.
        known: rows that lie after `position` and were delivered.
        known_rest: rows without cursor that were delivered.
    """

    phase: Phase | None = None
    position: Position = Position()
    next_since: CursorValue | None = None
    known: KnownRows = field(default_factory=KnownRows)
    known_rest: KnownRows = field(default_factory=KnownRows)

    @classmethod
    def from_json(cls, stored: JsonValue) -> "TableState":
        """From a bookmark; the beginning if it holds something else."""
        if not isinstance(stored, dict):
            return cls()
        after = stored.get("after")
        values = [cursor_value(each) for each in after] if isinstance(after, list) else []
        whole = tuple(value for value in values if value is not None)
        return cls(
            next((phase for phase in get_args(Phase) if phase == stored.get("phase")), None),
            Position(
                whole if whole and len(whole) == len(values) else None,
                cursor_value(stored.get("since")),
                stored.get("is_inclusive") is True,
            ),
            cursor_value(stored.get("next_since")),
            KnownRows.from_json(stored.get("known")),
            KnownRows.from_json(stored.get("known_rest")),
        )

    def as_json(self) -> dict[str, JsonValue]:
        """For a bookmark."""
        after, since, is_inclusive = self.position
        return {
            "phase": self.phase,
            "after": [cursor_json(value) for value in after] if after is not None else None,
            "since": cursor_json(since) if since is not None else None,
            "is_inclusive": is_inclusive,
            "next_since": cursor_json(self.next_since) if self.next_since is not None else None,
            "known": self.known.as_json(),
            "known_rest": self.known_rest.as_json(),
        }


class TableReader:
    """Follows one read of one table: which rows are new, and what the bookmark after them is.

    Args:
        state: as the bookmark before says.
        clock: of the database; None for a table that is read whole.
        keeps_keys: keys may stand in bookmarks; without, a broken-off read goes on from a cursor instead of a row.

    Attributes:
        state: after the rows taken so far.
        is_exact: no row shares its position with one of the next page, as the database compares them.
    """

    def __init__(self, state: TableState, clock: Clock | None, *, keeps_keys: bool) -> None:
        self.state = state
        self.is_exact = True
        self._clock = clock
        self._keeps_keys = keeps_keys
        self._window: deque[tuple[CursorValue, bytes]] = deque(maxlen=MAX_KNOWN)
        self._known_before = state.known
        self._is_resumed = state.phase is not None
        self._begun = state.position.since if state.position.since is not None else state.next_since
        self._last: CursorValue | None = None
        self._has_times = clock is not None and self._begun is not None and clock.is_time(self._begun)
        self._rest = KnownRows()

    def start(self, phase: Phase) -> Position:
        """Where a phase begins."""
        if self.state.phase == phase:
            return self.state.position
        return Position(since=self.state.position.since) if phase == "cursor" else Position()

    def take(self, rows: Sequence[tuple[DeliveredRow, Values]], phase: Phase) -> list[DeliveredRow]:
        """The rows among these that are new, in a phase; moves the state behind the last of them."""
        return self._take_cursor_rows(rows) if phase == "cursor" else self._take_rest_rows(rows, phase)

    def _take_cursor_rows(self, rows: Sequence[tuple[DeliveredRow, Values]]) -> list[DeliveredRow]:
        if not rows:
            return []
        self._pass([position[0] for _, position in rows])
        since = self._next_since(rows[-1][1][0])
        self._forget_before(since)
        # only rows near the end can be met again; a first read of a table with a long past hashes hardly any
        first_near = next((at for at in range(len(rows), 0, -1) if is_before(rows[at - 1][1][0], since)), 0)
        first_hashed = 0 if self._known_before.hashes else first_near
        hashes = [row_hash(row) for row, _ in rows[first_hashed:]]
        fresh = [row for row, _ in rows[:first_hashed]]
        fresh += [row for (row, _), digest in zip(rows[first_hashed:], hashes, strict=True)
                  if digest not in self._known_before]  # fmt: skip
        near = zip(rows[first_near:], hashes[first_near - first_hashed :], strict=True)
        self._window.extend((position[0], digest) for (_, position), digest in near)
        self._move(rows[-1][1], since)
        return fresh

    def _take_rest_rows(self, rows: Sequence[tuple[DeliveredRow, Values]], phase: Phase) -> list[DeliveredRow]:
        """Of rows without cursor; all are new in a table that has none."""
        if self._clock is None:
            return self._take_whole(rows, phase)
        hashes = [row_hash(row) for row, _ in rows]
        fresh = [row for (row, _), digest in zip(rows, hashes, strict=True) if digest not in self.state.known_rest]
        self._rest.add(hashes)
        known = KnownRows(dict(self.state.known_rest.hashes))
        known.add(hashes)
        position = self._after(rows[-1][1]) if rows and self._keeps_keys and phase == "rest" else Position()
        self.state = replace(self.state, phase=phase, position=position, known_rest=known)
        return fresh

    def end_cursor_phase(self) -> None:
        """Settle where the next read begins; nothing changes where no row was met."""
        since = self._begun
        if self._clock is not None and self._last is not None:
            since = self._not_before(self._clock.look_back(self._last))
        known = self._known_from(since, self._known_before if self._is_resumed else KnownRows())
        self.state = replace(self.state, next_since=since, known=known)

    def end(self) -> None:
        """The read is over: what was known and not met again is forgotten."""
        rest = self.state.known_rest if self._is_resumed else self._rest
        known = KnownRows() if self._clock is None else self.state.known
        self.state = TableState(None, Position(since=self.state.next_since), None, known, rest)

    def _take_whole(self, rows: Sequence[tuple[DeliveredRow, Values]], phase: Phase) -> list[DeliveredRow]:
        """Of a table without cursor: all rows but those that share the place where a broken-off read goes on."""
        seen = self._known_before.hashes
        fresh = [row for row, _ in rows if not seen or row_hash(row) not in seen]
        if rows and phase == "rest" and self._keeps_keys:
            last, known = rows[-1][1], KnownRows()
            if not self.is_exact:
                known.add(row_hash(row) for row, position in rows if position == last)
            self.state = replace(self.state, phase=phase, position=self._after(last), known=known)
        return fresh

    def _after(self, values: Values) -> Position:
        return Position(after=values, is_inclusive=not self.is_exact)

    def _pass(self, cursors: Sequence[CursorValue]) -> None:
        """Remember the last cursor; among times, `infinity` and `n/a` do not count, though they come last."""
        clock = self._clock
        if clock is None:
            return
        last_time = next((cursor for cursor in reversed(cursors) if clock.is_time(cursor)), None)
        if last_time is not None:
            self._last, self._has_times = last_time, True
        elif not self._has_times:
            self._last = cursors[-1]

    def _next_since(self, cursor: CursorValue) -> CursorValue:
        """Where a read after this row would begin."""
        last = self._last if self._last is not None else cursor
        return self._not_before(last if self._clock is None else self._clock.look_back(last))

    def _move(self, after: Values, since: CursorValue) -> None:
        """Go on after the row where nothing can appear before it any more, else from the overlap on."""
        if self._clock is None:
            return
        cursor = self._last if self._last is not None else after[0]
        is_settled = self._keeps_keys and self._clock.is_settled(cursor)
        position = self._after(after) if is_settled else Position(since=since)
        known = self._known_from(since, self._known_before)
        self.state = replace(self.state, phase="cursor", position=position, known=known)

    def _not_before(self, since: CursorValue) -> CursorValue:
        """The later of this and where the read began: no read looks further back than the one before it."""
        return self._begun if self._begun is not None and is_before(since, self._begun) else since

    def _forget_before(self, since: CursorValue) -> None:
        """Rows that no later read can meet again, because it begins behind them."""
        while self._window and is_before(self._window[0][0], since):
            self._window.popleft()

    def _known_from(self, since: CursorValue | None, others: KnownRows) -> KnownRows:
        known = KnownRows(dict(others.hashes))
        known.add(digest for cursor, digest in self._window if since is None or not is_before(cursor, since))
        return known


def is_before(cursor: CursorValue, since: CursorValue) -> bool:
    """Whether one cursor comes before another; False for two that cannot be compared."""
    if isinstance(cursor, dt.datetime) and isinstance(since, dt.datetime) and cursor.tzinfo and since.tzinfo:
        cursor, since = in_utc(cursor), in_utc(since)  # two times of one zone are compared by its clock, even in autumn
    try:
        return bool(cursor < since)  # type: ignore[operator] # caught
    except TypeError:
        return False
