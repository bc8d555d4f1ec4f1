"""How the rows of a stream are fetched: in short queries by keyset, or from one query that is read to its end."""

from collections.abc import Iterator, Sequence

from connectors.kit.keysets import Phase, Position
from connectors.kit.sql_database import Database
from connectors.kit.sql_rows import RawRow, with_positions
from connectors.kit.sql_streams import Stream
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError


def is_exact(stream: Stream, phase: Phase) -> bool:
    """Whether a page holds all rows of its last position, so that the next one begins strictly behind it."""
    return stream.is_unique or stream.is_paged(phase)


def batches(database: Database, stream: Stream, phase: Phase, start: Position, size: int) -> Iterator[list[RawRow]]:
    """Rows with their positions, at most `size` at a time unless more share one position.

    Raises:
        FatalSourceError: `source.key_without_order`, the database takes a key for greater than itself; and as
            `Database.run`.
        RetriableSourceError: as `Database.run`; the batches before are good.
    """
    if stream.is_paged(phase):
        return _in_pages(database, stream, phase, start, size)
    return _in_one_query(database, stream, phase, start, size)


def _in_pages(database: Database, stream: Stream, phase: Phase, start: Position, size: int) -> Iterator[list[RawRow]]:
    order = stream.order(phase)
    while True:
        found = database.run(stream.query(phase, start).limit(size), stream.table.name)
        rows = with_positions(stream, order, found)
        if len(found) < size:
            yield rows
            return
        last = rows[-1][1]
        if last == start.after:
            raise FatalSourceError("source.key_without_order", source=database.source, table=stream.table.name)
        if not stream.is_unique:
            rows = _with_all_ties(rows, with_positions(stream, order, _ties(database, stream, phase, rows[-1])))
        yield rows
        start = Position(after=last)


def _ties(database: Database, stream: Stream, phase: Phase, last: RawRow) -> Sequence[object]:
    return database.run(stream.at(phase, last[1]), stream.table.name)


def _with_all_ties(rows: list[RawRow], ties: list[RawRow]) -> list[RawRow]:
    """The rows of a page, and at its end all that share the last position as the database compares: `a` and `A`."""
    positions = {repr(position) for _, position in ties}
    n_kept = len(rows)
    while n_kept and repr(rows[n_kept - 1][1]) in positions:
        n_kept -= 1
    return [*rows[:n_kept], *ties] if ties else rows


def _in_one_query(
    database: Database, stream: Stream, phase: Phase, start: Position, size: int
) -> Iterator[list[RawRow]]:
    """One query as of one moment; after a broken connection another, from the last position on."""
    order, n_failures, is_lenient = () if phase == "no_key" else stream.order(phase), 0, False
    while True:
        try:
            query = stream.query(phase, start)
            for found in database.stream(query, stream.table.name, size, is_lenient=is_lenient):
                rows = with_positions(stream, order, found)
                yield rows
                start, n_failures = Position(after=rows[-1][1], is_inclusive=not stream.is_unique), 0
            return
        except UnicodeDecodeError:
            is_lenient = True
        except RetriableSourceError as error:
            n_failures += 1
            if not order or error.code != "source.unreachable" or n_failures >= database.limits.attempts:
                raise
