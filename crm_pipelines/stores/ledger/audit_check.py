"""Check the audit log: is every row the one that was written, and is none missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import sqlalchemy as sa

from crm_pipelines.stores.ledger.audit import row_hash
from crm_pipelines.stores.ledger.chain import FIRST_PREV_HASH
from crm_pipelines.stores.ledger.engine import database_errors, ledger_name
from crm_pipelines.stores.ledger.tables import audit, entries

_SLICE = 5_000


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What checking the log found.

    Attributes:
        n_rows: rows looked at.
        head: number and hash of the last one; keep them elsewhere, and a log that was cut off or written anew shows.
        broken_seq: the first place that does not fit; None when all do.
        fault: what is wrong there: `changed`, a row does not say what it said; `missing`, no row of that number;
            `inserted`, a row that the chain does not know stands there; `entry`, the entry of the ledger that the row
            tells of is gone or another; `cut`, the log no longer has the row that was kept.
    """

    n_rows: int
    head: tuple[int, str]
    broken_seq: int | None = None
    fault: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, removed or slipped in."""
        return self.fault is None


def check_audit(engine: sa.Engine, kept: tuple[int, str] | None = None, last: int | None = None) -> AuditReport:
    """Check the log from its first row to its last, or to the first place that is wrong.

    Args:
        engine: of the ledger's database.
        kept: number and hash of a row, kept elsewhere since an earlier check; the log must still have it.
        last: only so many rows at the end; None: all.

    Raises:
        StoreError: `store.ledger_unavailable`.
    """
    with database_errors(ledger_name(engine)), engine.connect() as connection:
        report = _walked(connection, last)
        if report.is_whole and kept is not None and not _has(connection, kept):
            return AuditReport(report.n_rows, report.head, kept[0], "cut")
        strange = _strange_entry(connection) if report.is_whole and last is None else None
        return report if strange is None else AuditReport(report.n_rows, report.head, strange, "entry")


def _walked(connection: sa.Connection, last: int | None) -> AuditReport:
    expected, prev_hash = _beginning(connection, last)
    n_rows = 0
    for row, following in pairwise(_rows(connection, None if last is None else expected)):
        if row is None:
            break
        fault = _fault(row, following, expected, prev_hash)
        if fault is not None:
            return AuditReport(n_rows, (expected - 1, prev_hash), *fault)
        n_rows, expected, prev_hash = n_rows + 1, expected + 1, row["hash"]
    return AuditReport(n_rows, (expected - 1, prev_hash))


def _fault(
    row: sa.RowMapping, following: sa.RowMapping | None, expected: int, prev_hash: str
) -> tuple[int, str] | None:
    seq = int(row["seq"])
    if seq != expected:
        return (expected, "missing") if seq > expected else (seq, "inserted")
    if row_hash(dict(row)) != row["hash"]:
        return seq, "changed"
    if row["prev_hash"] != prev_hash:
        # where the rows behind go on from this one, it is the one before it that is not theirs
        is_theirs = seq > 1 and following is not None and following["prev_hash"] == row["hash"]
        return (seq - 1 if is_theirs else seq), "inserted"
    return None


def _beginning(connection: sa.Connection, last: int | None) -> tuple[int, str]:
    if last is not None:
        before = sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).offset(last).limit(1)
        found = connection.execute(before).one_or_none()
        if found is not None:
            return int(found.seq) + 1, str(found.hash)
    return 1, FIRST_PREV_HASH


def _rows(connection: sa.Connection, first: int | None) -> Iterator[sa.RowMapping | None]:
    """Every row in order, in slices that fit in memory; None behind the last."""
    place = None if first is None else first - 1
    while True:
        query = sa.select(audit).order_by(audit.c.seq).limit(_SLICE)
        found = connection.execute(query if place is None else query.where(audit.c.seq > place)).mappings().all()
        yield from found
        if len(found) < _SLICE:
            break
        place = int(found[-1]["seq"])
    yield None


def _has(connection: sa.Connection, kept: tuple[int, str]) -> bool:
    query = sa.select(audit.c.seq).where(audit.c.seq == kept[0], audit.c.hash == kept[1])
    return kept == (0, FIRST_PREV_HASH) or connection.execute(query).first() is not None


def _strange_entry(connection: sa.Connection) -> int | None:
    """The first row that tells of an entry which is not in the ledger as it was."""
    told = audit.outerjoin(entries, sa.and_(entries.c.entry_id == audit.c.object_id, entries.c.hash == audit.c.digest))
    query = sa.select(sa.func.min(audit.c.seq)).select_from(told)
    found = connection.execute(query.where(audit.c.digest.is_not(None), entries.c.seq.is_(None))).scalar_one()
    return None if found is None else int(found)
