"""What the rows of a source look like, learned from what it delivered, and how a page differs from that.

A source tells nobody when it gains, loses, renames or retypes a column. The shape of its rows is therefore kept beside
the bookmark in the manifests of landing: per stream, each column with its JSON types and how many rows had it.
A page is held against the shape as of the last read that came to its end, so that files with different headers, read
for the first time together, are no change.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_pipelines.model.delivery import DeliveredRow, JsonValue
from crm_pipelines.stores.landed_text import ALL_TYPES, NULL, json_type

ENOUGH_ROWS = 20
"""Rows without columns of their own (JSON) must be so many before one that all of them had counts as expected, and so
many must lack it before it counts as gone: a form's optional field is no column."""


@dataclass(slots=True)
class Column:
    """One column: its JSON types but null, how many rows had it, null or not, and how many lacked it since it came."""

    types: set[str] = field(default_factory=set)
    n_rows: int = 0
    n_lacking: int = 0


@dataclass(slots=True)
class StreamSchema:
    """The rows of one stream: how many were seen, and their columns in the order in which they came."""

    n_rows: int = 0
    columns: dict[str, Column] = field(default_factory=dict)

    def add(self, names: Iterable[str], types: Iterable[str], n_rows: int) -> None:
        """Count rows that all have these columns with these types."""
        self.n_rows += n_rows
        for name, kind in zip(names, types, strict=True):
            column = self.columns.setdefault(name, Column())
            column.n_rows += n_rows
            if kind != NULL:
                column.types.add(kind)

    def merge(self, page: "StreamSchema", *, is_settled: bool, has_columns: bool) -> None:
        """Count the rows of a page.

        In a settled stream a column that comes is expected from then on, and one of a table that goes is forgotten: if
        it comes back it is new again. Before that, rows of several shapes may lie side by side.
        """
        for name, seen in page.columns.items():
            if name not in self.columns:
                self.columns[name] = Column(n_lacking=0 if is_settled else self.n_rows)
            self.columns[name].n_rows += seen.n_rows
            self.columns[name].types |= seen.types
        for name, column in list(self.columns.items()):
            n_lacking = page.n_rows - (page.columns.get(name) or Column()).n_rows
            if is_settled and has_columns and n_lacking == page.n_rows and not column.n_lacking:
                del self.columns[name]
            column.n_lacking += n_lacking
        self.n_rows += page.n_rows

    def always(self) -> frozenset[str]:
        """Columns that every row had since they came."""
        return frozenset(name for name, column in self.columns.items() if not column.n_lacking)


@dataclass(frozen=True, slots=True)
class Differences:
    """How the rows of one stream on one page differ from what was known; empty for a stream nobody knew.

    Attributes:
        new: columns nobody knew, in the order of the rows.
        missing: columns that every row had and that are gone.
        retyped: column -> (types known, types found), where a value has a type that nobody knew in that column.
    """

    new: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    retyped: Mapping[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.new or self.missing or self.retyped)

    def concern(self, row: Mapping[str, JsonValue]) -> str | None:
        """The first column in which a row differs; None for a row as they always were."""
        names = [*(name for name in self.missing if name not in row), *(name for name in self.new if name in row)]
        for name, (known, _) in self.retyped.items():
            if row.get(name) is not None and json_type(type(row[name])) not in known:
                names.append(name)
        return names[0] if names else None


class SourceSchema:
    """The shape of a source's rows, per stream.

    Attributes:
        streams: by name.
        is_settled: a read that came to its end is behind it, so that differences mean something.
    """

    def __init__(self, streams: dict[str, StreamSchema] | None = None, *, is_settled: bool = False) -> None:
        self.streams = streams or {}
        self.is_settled = is_settled

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "SourceSchema":
        """From a manifest; nothing known for an empty one."""
        streams = {
            name: StreamSchema(
                known["n_rows"],
                {
                    column: Column(set(types), n_rows, n_lacking)
                    for column, (n_rows, n_lacking, *types) in known["columns"].items()
                },
            )
            for name, known in stored.get("streams", {}).items()
        }
        return cls(streams, is_settled=bool(stored.get("is_settled")))

    def to_json(self, *, is_settled: bool) -> dict[str, JsonValue]:
        """For a manifest: names, types and counts, never a value."""
        streams: dict[str, JsonValue] = {
            name: {
                "n_rows": stream.n_rows,
                "columns": {
                    column: [found.n_rows, found.n_lacking, *sorted(found.types)]
                    for column, found in stream.columns.items()
                },
            }
            for name, stream in self.streams.items()
        }
        return {"is_settled": is_settled, "streams": streams}

    def merge(self, page: Mapping[str, StreamSchema], *, has_columns: bool) -> None:
        """Count the rows of a page; `has_columns` as in `differences`."""
        for name, seen in page.items():
            is_known = name in self.streams and self.is_settled
            stream = self.streams.setdefault(name, StreamSchema())
            stream.merge(seen, is_settled=is_known, has_columns=has_columns)

    def differences(self, page: Mapping[str, StreamSchema], *, has_columns: bool) -> dict[str, Differences]:
        """How a page differs from what is known: stream -> differences, for streams with any.

        Args:
            page: its shape.
            has_columns: the rows are of a table: each has every column, so one row tells that a column is gone.
        """
        if not self.is_settled:
            return {}
        found = {
            name: _differences(self.streams[name], seen, has_columns=has_columns)
            for name, seen in page.items()
            if name in self.streams
        }
        return {name: differences for name, differences in found.items() if differences}


def shape_of(rows: Iterable[DeliveredRow]) -> dict[str, StreamSchema]:
    """The shape of a page, per stream; rows that could not be read and deletions have none."""
    # rows of one shape are many: they are counted by shape first, and columns are looked at once a shape
    shapes = Counter(
        (row.stream, tuple(row.data), tuple(map(type, row.data.values()))) for row in rows if has_shape(row)
    )
    found: dict[str, StreamSchema] = {}
    for (stream, names, types), n_rows in shapes.items():
        found.setdefault(stream, StreamSchema()).add(names, map(json_type, types), n_rows)
    return found


def has_shape(row: DeliveredRow) -> bool:
    """Whether a row shows what rows of its stream look like."""
    return row.fault is None and not row.is_deleted


def _differences(known: StreamSchema, page: StreamSchema, *, has_columns: bool) -> Differences:
    new = tuple(name for name in page.columns if name not in known.columns)
    most = page.n_rows - 1 if has_columns else 0
    missing = [
        name
        for name in known.columns
        if name in known.always()
        and (page.columns.get(name) or Column()).n_rows <= most
        and (has_columns or min(known.columns[name].n_rows, page.n_rows) >= ENOUGH_ROWS)
    ]
    retyped = {
        name: (allowed, frozenset(column.types))
        for name, column in page.columns.items()
        if name in known.columns and column.types - (allowed := _allowed(known.columns[name].types))
    }
    return Differences(new, tuple(missing), retyped)


def _allowed(known: set[str]) -> frozenset[str]:
    """Types that are nothing new in a column; a whole number is a number, and of an empty column anything is."""
    numbers = {"integer", "number"}
    return frozenset(known | (numbers if known & numbers else set()) or ALL_TYPES)
