"""A range of time in the type, zone and spelling of a table's cursor: for a backfill."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from connectors.kit.cursors import Clock, CursorValue
from connectors.kit.sql_database import Database
from connectors.kit.sql_streams import Stream, Until, columns_of
from connectors.kit.sql_tables import split_name
from crm_pipelines.model.errors import FatalSourceError

_SAMPLES = 100


class Part(NamedTuple):
    """The first cursor of a range, and its end."""

    since: CursorValue
    until: Until


def ranged(database: Database, stream: Stream, clock: Clock, since: dt.datetime, until: dt.datetime) -> Part | None:
    """What `[since, until)` is in this table's cursor; a little more where the cursor is coarse.

    Returns:
        None when no row has a cursor.

    Raises:
        FatalSourceError: `source.no_time_cursor`; and as `Database.run`.
        RetriableSourceError: as `Database.run`.
    """
    if stream.cursor is None:
        raise FatalSourceError("source.no_time_cursor", source=database.source, table=stream.table.name)
    schema, name = split_name(stream.table.name)
    (column,) = columns_of((stream.cursor,))
    query = sa.select(column).select_from(sa.table(name, schema=schema)).where(column.is_not(None))
    found = [row[0] for row in database.run(query.order_by(column.desc()).limit(_SAMPLES), stream.table.name)]
    if not found:
        return None
    example = next((cursor for cursor in found if clock.is_time(cursor)), None)
    if example is None:
        raise FatalSourceError("source.no_time_cursor", source=database.source, table=stream.table.name)
    end = clock.like(example, until)
    return Part(clock.like(example, since), Until(end, is_inside=clock.moment(end) != until))
