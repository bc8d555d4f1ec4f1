# ruff: noqa: S608 - the statements are built from constant names; values are bound
"""The rows in quarantine, as the newest operations file has them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths

_ROW = "md5(concat_ws(chr(31), source_record_id, position, raw))"
_COLUMNS = f"{_ROW} as row_id, source_record_id, source_system, position, reason_code, facts, field, raw, delivered_at"


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row in quarantine.

    Attributes:
        row_id: names it in addresses; tells nothing of it.
        facts: of the reason, as JSON.
        field: canonical field that is at fault, or None.
        raw: as delivered; None where nothing of it could be kept.
    """

    row_id: str
    source_record_id: str
    source: str
    position: str | None
    reason: str
    facts: str | None
    field: str | None
    raw: str | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldGroup:
    """Rows of a source that are held back for one reason.

    Attributes:
        n_rows: how many.
        oldest_at: when the oldest of them came.
        source_record_ids: which; at most as many as are looked after.
    """

    source: str
    reason: str
    n_rows: int
    oldest_at: datetime | None
    source_record_ids: tuple[str, ...]


def held_groups(paths: ProjectPaths, n_most: int) -> list[HeldGroup]:
    """What is held back, by reason and source, the most rows first; nothing before the first run.

    Args:
        paths: of the project.
        n_most: ids of so many rows of each group at most.

    Raises:
        StoreError: `store.cannot_open`.
    """
    rows = _rows(
        paths,
        """select source_system, reason_code, count(*), min(delivered_at), list(source_record_id)[:$n_most]
           from quarantine group by all order by count(*) desc, source_system, reason_code""",
        {"n_most": n_most},
    )
    return [HeldGroup(source, reason, int(n), oldest, tuple(ids)) for source, reason, n, oldest, ids in rows]


def held_rows(paths: ProjectPaths, *, source: str, reason: str, after: str, n_most: int) -> list[HeldRow]:
    """Rows in quarantine, by source and id.

    Args:
        paths: of the project.
        source: only of this one; empty: of all.
        reason: likewise, by its code.
        after: `row_id` of the last row of the page before; empty: from the beginning.
        n_most: at most so many.
    """
    rows = _rows(
        paths,
        f"""with held as (select {_COLUMNS} from quarantine
                where ($source = '' or source_system = $source) and ($reason = '' or reason_code = $reason)),
            place as (select source_record_id, row_id from held where row_id = $after limit 1)
            select * from held
            where not exists (select 1 from place)
                or (source_record_id, row_id) > (select (source_record_id, row_id) from place)
            order by source_record_id, row_id limit $n_most""",
        {"source": source, "reason": reason, "after": after, "n_most": n_most},
    )
    return [HeldRow(*row) for row in rows]


def held_row(paths: ProjectPaths, row_id: str) -> HeldRow | None:
    """One row; None when it is in quarantine no more."""
    rows = _rows(paths, f"select {_COLUMNS} from quarantine where {_ROW} = $row_id limit 1", {"row_id": row_id})
    return HeldRow(*rows[0]) if rows else None


def rows_of_record(paths: ProjectPaths, name: str) -> list[HeldRow]:
    """The rows that an id names: their own id, or that of their source record, of which several may be held back."""
    query = f"select {_COLUMNS} from quarantine where source_record_id = $name or {_ROW} = $name order by all"
    return [HeldRow(*row) for row in _rows(paths, query, {"name": name})]


def rows_held_before(paths: ProjectPaths, moment: datetime, n_most: int) -> list[HeldRow]:
    """Rows that came before a time, the oldest first."""
    query = f"""select {_COLUMNS} from quarantine where delivered_at < $moment
                order by delivered_at, source_record_id, position limit $n_most"""
    return [HeldRow(*row) for row in _rows(paths, query, {"moment": moment, "n_most": n_most})]


def _rows(paths: ProjectPaths, query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    if OperationsFiles(paths).current() is None:
        return []
    try:
        with OperationsFiles(paths).connect() as con:
            return con.execute(query, values).fetchall()
    except duckdb.Error as error:
        raise StoreError("store.cannot_open", name=paths.operations.name, reason=type(error).__name__) from error
