"""One table as a stream of rows: its phases, the queries that read them in order, and rows by their keys.

Pages go by keyset, `(cursor, key) > (…)`, because OFFSET skips rows of a table that changes. How it is written decides
whether an index serves it: PostgreSQL and SQLite look rows up by a row of values, MySQL and MariaDB by the comparison
spelt out; what others make of either is unknown, so they get it spelt out behind a plain bound.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from connectors.kit.cursors import CursorValue, undecoded
from connectors.kit.keysets import Phase, Position, Values
from connectors.kit.sql_engine import is_mysql
from connectors.kit.sql_tables import Table, split_name

Condition: TypeAlias = sa.ColumnElement[bool]
_UTC_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)\+00:00")


@dataclass(frozen=True, slots=True)
class Until:
    """The end of a range of the cursor.

    Attributes:
        cursor: the first value behind it, or the last one in it.
        is_inside: the value itself belongs to the range.
    """

    cursor: CursorValue
    is_inside: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """What is read of a table, and how.

    Attributes:
        name: `main`, or the table's name; keys of the latter begin with it.
        table: as the database describes it.
        dialect: of the database.
        key: the key columns.
        columns: those to read, in order; the key columns alone for an audit.
        cursor: its column; None to read by key.
        where: a condition of the configuration.
        until: the end of a range, for a backfill.
    """

    name: str
    table: Table
    dialect: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    cursor: str | None
    where: str | None = None
    until: Until | None = None

    @property
    def phases(self) -> tuple[Phase, ...]:
        """What there is to read; a column that cannot be null needs no look for nulls."""
        if self.until is not None:
            return ("cursor",)
        first: tuple[Phase, ...] = ("rest",) if self.cursor is None else ("cursor",)
        if self.cursor is not None and self.cursor in self.table.nullable:
            first = ("cursor", "rest")
        return (*first, "no_key") if self.table.nullable & set(self.key) else first

    @property
    def is_unique(self) -> bool:
        """Whether no two rows can share a position, as the database compares keys."""
        return self.table.is_unique(self.key)

    def order(self, phase: Phase) -> tuple[str, ...]:
        """The columns whose values are a row's position in this phase."""
        return (self.cursor, *self.key) if phase == "cursor" and self.cursor is not None else self.key

    def is_paged(self, phase: Phase) -> bool:
        """Whether the phase is read in short queries; else one query sorts it once and is read to its end.

        Without an index each short query would sort all rows that are left. SQLite locks its writers out as long as a
        query is open, and what others do is unknown: they get short ones in any case.
        """
        if phase == "no_key":
            return False
        has_streams = self.dialect == "postgresql" or is_mysql(self.dialect)
        return not has_streams or self.table.is_indexed(self.order(phase))

    def query(self, phase: Phase, start: Position) -> sa.Select[Any]:
        """The rows of a phase from a position on, in order."""
        query = self._rows()
        keys, order = columns_of(self.key), columns_of(self.order(phase))
        if phase == "no_key":
            return query.where(sa.or_(*(key.is_(None) for key in keys)))
        if phase == "rest" and self.cursor is not None:
            query = query.where(sa.column(self.cursor).is_(None))
        query = query.where(*(column.is_not(None) for column in order if column.name in self.table.nullable))
        if start.since is not None:
            query = query.where(order[0] >= self._bound(start.since))
        if start.after is not None:
            query = query.where(self._is_behind(order, start.after, is_inclusive=start.is_inclusive))
        if self.until is not None:
            end = self._bound(self.until.cursor)
            query = query.where(order[0] <= end if self.until.is_inside else order[0] < end)
        return query.order_by(*order)

    def at(self, phase: Phase, position: Values) -> sa.Select[Any]:
        """The rows whose position is this one for the database, which may take `a` and `A` for the same."""
        columns = columns_of(self.order(phase))
        return self._rows().where(
            *(column == self._bound(value) for column, value in zip(columns, position, strict=True))
        )

    def by_keys(self, keys: Sequence[Sequence[str]]) -> sa.Select[Any]:
        """The rows of these keys, given by their parts as texts; others too that the database takes for the same."""
        if len(self.key) == 1:
            values = [value for parts in keys for value in self._values(self.key[0], parts[0])]
            return self._rows().where(sa.column(self.key[0]).in_([self._bound(value) for value in values]))
        return self._rows().where(sa.or_(*(sa.and_(*map(self._is_part, self.key, parts)) for parts in keys)))

    def _rows(self) -> sa.Select[Any]:
        schema, name = split_name(self.table.name)
        query = sa.select(sa.table(name, *(sa.column(each) for each in self.columns), schema=schema))
        return query if self.where is None else query.where(sa.text(f"({_without_binds(self.where)})"))

    def _is_behind(self, columns: Sequence[sa.ColumnClause[Any]], values: Values, *, is_inclusive: bool) -> Condition:
        if self.dialect in ("postgresql", "sqlite"):
            row, bounds = sa.tuple_(*columns), sa.tuple_(*map(self._bound, values))
            return row >= bounds if is_inclusive else row > bounds
        spelt_out = self._is_after(columns, values, is_inclusive=is_inclusive)
        return spelt_out if is_mysql(self.dialect) else sa.and_(columns[0] >= self._bound(values[0]), spelt_out)

    def _is_after(self, columns: Sequence[sa.ColumnClause[Any]], values: Values, *, is_inclusive: bool) -> Condition:
        """`(a, b) > (x, y)` spelt out: `a > x or (a = x and b > y)`."""
        head, rest, bound = columns[0], columns[1:], self._bound(values[0])
        if not rest:
            return head >= bound if is_inclusive else head > bound
        return sa.or_(head > bound, sa.and_(head == bound, self._is_after(rest, values[1:], is_inclusive=is_inclusive)))

    def _bound(self, value: CursorValue) -> sa.ColumnElement[Any]:
        """A bound value without a type of its own: the database compares it as its column."""
        raw = undecoded(value) if isinstance(value, str) else None
        if raw is not None:
            return _as_text(raw, self.dialect)
        return sa.bindparam(None, value, type_=sa.types.NullType(), unique=True)

    def _is_part(self, column: str, text: str) -> Condition:
        return sa.column(column).in_([self._bound(value) for value in self._values(column, text)])

    def _values(self, column: str, text: str) -> list[CursorValue]:
        """The values of a column that were perhaps delivered as this text."""
        if column in self.table.binary:
            try:
                return [base64.b64decode(text, validate=True)]
            except binascii.Error:
                return []
        if self.dialect == "sqlite" and re.fullmatch(r"-?\d{1,18}", text):
            return [text, int(text)]  # its columns need not have a type
        utc = _UTC_TIME.fullmatch(text) if is_mysql(self.dialect) else None
        return [text if utc is None else utc[1]]  # in the session's zone, UTC; it reads no zones


def columns_of(names: Iterable[str]) -> list[sa.ColumnClause[Any]]:
    """Columns of the one table that a query is about."""
    return [sa.column(name) for name in names]


def _as_text(raw: bytes, dialect: str) -> sa.ColumnElement[Any]:
    """Bytes that are no text, as the text that the database takes them for."""
    if is_mysql(dialect):  # a literal gives way to the collation of its column; the result of a function does not
        return sa.literal_column(f"_utf8mb4 x'{raw.hex()}'")
    return sa.cast(sa.bindparam(None, raw, type_=sa.types.NullType(), unique=True), sa.Text())


def _without_binds(condition: str) -> str:
    """A condition of the configuration in which a colon is a colon."""
    return re.sub(r"(?<!:):(?=\w)", r"\:", condition)
