"""An audit of a table: every key it has, so that the keys it does not show are gone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from connectors.kit.keysets import Position
from connectors.kit.sql_database import Database
from connectors.kit.sql_pages import batches
from connectors.kit.sql_rows import RawRow, delivered, row_keys, with_positions
from connectors.kit.sql_streams import Stream
from crm_pipelines.model.delivery import DeliveredRow, Mentions

_KEYS_A_ROW = 20
"""So many keys weigh no more than a row."""


def audit_pages(
    database: Database, stream: Stream, size: int, what: Literal["keys", "rows"]
) -> Iterator[tuple[list[DeliveredRow], Mentions]]:
    """Mentions of all keys, in order of the key, and rows without a key as they are.

    Args:
        database: where.
        stream: its cursor does not count here.
        size: rows a page; of keys alone, `_KEYS_A_ROW` times as many.
        what: whole rows instead of mentions, so that changes which moved no cursor are found too.

    Raises:
        RetriableSourceError, FatalSourceError: as `sql_pages.batches`.
    """
    whole = replace(stream, cursor=None)
    keys = whole if what == "rows" else replace(whole, columns=stream.key)
    for phase in whole.phases:
        read = keys if phase == "rest" else whole
        n_rows = size if read is whole else size * _KEYS_A_ROW
        for number, rows in enumerate(batches(database, read, phase, Position(), n_rows), start=1):
            page = f"{stream.table.name} audit {phase} {number}"
            if read is whole:
                found, mentions = delivered(whole, rows, page), Mentions((), page, whole.name)
            else:
                found, mentions = _mentioned(database, whole, read, rows, page)
            if found or mentions.keys:
                yield found, mentions


def _mentioned(
    database: Database, whole: Stream, keys: Stream, rows: list[RawRow], page: str
) -> tuple[list[DeliveredRow], Mentions]:
    """Mentions of a page; rows with a blank key are known by what they hold, so that is fetched."""
    found = row_keys(keys, rows)
    shown = [key for key in found if key is not None]
    mentions = Mentions(shown, page, whole.name)
    if len(shown) == len(rows):
        return [], mentions
    blank = {repr(position): position for (_, position), key in zip(rows, found, strict=True) if key is None}
    # the database may take two blank keys for the same, and give the rows of both for either
    again: dict[str, DeliveredRow] = {}
    for position in blank.values():
        same = database.run(whole.at("rest", position), whole.table.name)
        rows_again = delivered(whole, with_positions(whole, whole.key, same), f"{page} blank")
        again |= {row.position: row for row in rows_again if row.key is None}
    return list(again.values()), mentions
