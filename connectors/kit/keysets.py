"""How far one table was read by keyset: what its bookmark holds, and how it moves on row by row."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, TypeAlias, get_args

from connectors.kit.cursors import MAX_KNOWN, Clock, CursorValue, KnownRows, cursor_json, cursor_value, row_hash
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

Phase: TypeAlias = Literal["cursor", "rest", "no_key"]
"""Rows with a cursor; rows without one (or all rows, by key); rows without a key."""
Values: TypeAlias = tuple[CursorValue, ...]


class Position(NamedTuple):
    """Where a phase goes on: strictly after a row's values, or from a cursor on, or (both None) at its beginning."""

    after: Values | None = None
    since: CursorValue | None = None


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
            Position(whole if whole and len(whole) == len(values) else None, cursor_value(stored.get("since"))),
            cursor_value(stored.get("next_since")),
            KnownRows.from_json(stored.get("known")),
            KnownRows.from_json(stored.get("known_rest")),
        )

    def as_json(self) -> dict[str, JsonValue]:
        """For a bookmark."""
        after, since = self.position
        return {
            "phase": self.phase,
            "after": [cursor_json(value) for value in after] if after is not None else None,
            "since": cursor_json(since) if since is not None else None,
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
    """

    def __init__(self, state: TableState, clock: Clock | None, *, keeps_keys: bool) -> None:
        self.state = state
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

    def take_cursor_rows(self, rows: Sequence[tuple[DeliveredRow, Values]]) -> list[DeliveredRow]:
        """The rows among these that are new; moves the state behind the last of them."""
        fresh = []
        for row, position in rows:
            digest = row_hash(row)
            self._window.append((position[0], digest))
            if digest not in self._known_before:
                fresh.append(row)
            self._pass(position[0])
        if rows:
            self._move(rows[-1][1])
        return fresh

    def take_rest_rows(self, rows: Sequence[tuple[DeliveredRow, Values]], phase: Phase) -> list[DeliveredRow]:
        """As `take_cursor_rows`, for rows without cursor; all are new in a table that has none."""
        if self._clock is None:
            if rows and phase == "rest" and self._keeps_keys:
                self.state = replace(self.state, phase=phase, position=Position(after=rows[-1][1]))
            return [row for row, _ in rows]
        hashes = [row_hash(row) for row, _ in rows]
        fresh = [row for (row, _), digest in zip(rows, hashes, strict=True) if digest not in self.state.known_rest]
        self._rest.add(hashes)
        known = KnownRows(dict(self.state.known_rest.hashes))
        known.add(hashes)
        after = rows[-1][1] if rows and self._keeps_keys and phase == "rest" else None
        self.state = replace(self.state, phase=phase, position=Position(after=after), known_rest=known)
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
        self.state = TableState(None, Position(since=self.state.next_since), None, self.state.known, rest)

    def _pass(self, cursor: CursorValue) -> None:
        """Remember the last cursor; among times, `infinity` and `n/a` do not count, though they come last."""
        is_time = self._clock is not None and self._clock.is_time(cursor)
        if is_time or not self._has_times:
            self._last = cursor
        self._has_times = self._has_times or is_time

    def _move(self, after: Values) -> None:
        """Go on strictly after the row where nothing can appear before it any more, else from the overlap on."""
        if self._clock is None:
            return
        cursor = self._last if self._last is not None else after[0]
        since = self._not_before(self._clock.look_back(cursor))
        is_strict = self._keeps_keys and self._clock.is_settled(cursor)
        position = Position(after=after) if is_strict else Position(since=since)
        known = self._known_from(since, self._known_before)
        self.state = replace(self.state, phase="cursor", position=position, known=known)

    def _not_before(self, since: CursorValue) -> CursorValue:
        """The later of this and where the read began: no read looks further back than the one before it."""
        return self._begun if self._begun is not None and is_before(since, self._begun) else since

    def _known_from(self, since: CursorValue | None, others: KnownRows) -> KnownRows:
        known = KnownRows(dict(others.hashes))
        known.add(digest for cursor, digest in self._window if since is None or not is_before(cursor, since))
        return known


def is_before(cursor: CursorValue, since: CursorValue) -> bool:
    """Whether one cursor comes before another; False for two that cannot be compared."""
    try:
        return bool(cursor < since)  # type: ignore[operator]
    except TypeError:
        return False
