"""Check the audit chain from its first entry to its last."""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from crm_pipelines.stores.ledger import tables
from crm_pipelines.stores.ledger.chain import FIRST_PREV_HASH, content_digest, entry_hash
from crm_pipelines.stores.ledger.facts import ChainReport
from crm_pipelines.stores.ledger.reading import last_seq, rows

_SLICE = 5_000


def verify(connection: sa.Connection) -> ChainReport:
    """Check numbering, hashes and, where the values still stand, their digests; stops at the first that is wrong.

    What it cannot see is an end that was cut off: keep a `seq` and its `hash` elsewhere to notice that.
    """
    expected_seq, prev_hash, n_erased = 1, FIRST_PREV_HASH, 0
    for entry, detail in _entries_with_details(connection):
        if entry["seq"] != expected_seq or entry["prev_hash"] != prev_hash or not _fits(entry, detail):
            return ChainReport(expected_seq, n_erased, expected_seq)
        n_erased += entry["salt"] is None
        expected_seq, prev_hash = expected_seq + 1, entry["hash"]
    return ChainReport(expected_seq - 1, n_erased, None)


def _fits(entry: sa.RowMapping, detail: Mapping[str, object] | None) -> bool:
    if detail is None or entry_hash(dict(entry)) != entry["hash"]:
        return False
    if entry["salt"] is None:
        return True
    return bool(content_digest(entry["salt"], {**detail, "reason": entry["reason"]}) == entry["digest"])


def _entries_with_details(
    connection: sa.Connection,
) -> Iterator[tuple[sa.RowMapping, Mapping[str, object] | None]]:
    """Every entry with the columns of its detail row (None when that is missing), in slices that fit in memory."""
    for start in range(0, last_seq(connection), _SLICE):
        found = rows(connection, None, start + _SLICE, start)
        details = {kind: _details(connection, table, start) for kind, table in tables.DETAILS.items()}
        for entry in found:
            yield entry, details.get(entry["kind"], {}).get(entry["seq"])


def _details(connection: sa.Connection, table: sa.Table, start: int) -> dict[int, Mapping[str, object]]:
    names = [column.name for column in table.c if column.name != "seq"]
    return {row["seq"]: {name: row[name] for name in names} for row in rows(connection, table, start + _SLICE, start)}
