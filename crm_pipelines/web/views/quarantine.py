"""Quarantine as its pages show it: what is held back and what it blocks, and one row with what is wrong in it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.quarantine import HeldGroup, HeldRow, held_groups, held_rows
from crm_pipelines.stores.quarantine_desk import FIXABLE, QuarantineDesk, RowLine, columns_of
from crm_pipelines.web.reading_room import Look

PAGE = 50
_MOST_LOOKED_AFTER = 5_000


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Rows held back for one reason.

    Attributes:
        n_older: rows of which an older version is in use.
        address: of the list of these rows.
    """

    group: HeldGroup
    n_older: int
    address: str
    is_chosen: bool

    @property
    def n_blocked(self) -> int:
        """Rows of which nothing is in use: nobody can be matched by them."""
        return self.group.n_rows - self.n_older


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """A page of quarantine.

    Attributes:
        n_rows: of the rows that the list is narrowed to.
        following: address of the next page; None at the end.
        may_release: whether the rows of the chosen reason may go on as they are.
    """

    groups: tuple[GroupLine, ...]
    lines: tuple[RowLine, ...]
    source: str
    reason: str
    n_rows: int
    following: str | None
    may_release: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a row as delivered; `is_faulty`: it is what is wrong; `is_text`: it can be put right here.

    What the row is known by cannot: with another key it would be another row.
    """

    column: str
    value: str
    is_faulty: bool
    is_text: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of quarantine.

    Attributes:
        cells: empty where the row could not be cut into columns.
        is_fixable: whether columns can be put right here.
        has_older: whether an older version of it is in use.
        may_release: whether it may go on as it is.
        expires_at: when the program drops it; None: never.
    """

    line: RowLine
    cells: tuple[Cell, ...]
    is_fixable: bool
    has_older: bool
    may_release: bool
    expires_at: datetime | None


def quarantine_view(look: Look, desk: QuarantineDesk, source: str, reason: str, after: str) -> QuarantineView:
    """Work a page out.

    Args:
        look: at the publication.
        desk: with what the ledger says of rows.
        source: what the list is narrowed to; empty: all.
        reason: code, likewise.
        after: the row that the page before ended with; empty: the first page.
    """
    paths = ProjectPaths(look.loaded.root)
    found = held_groups(paths, _MOST_LOOKED_AFTER)
    older = _in_use(look, [row for one in found for row in one.source_record_ids])
    groups = tuple(
        GroupLine(
            one,
            sum(row in older for row in one.source_record_ids),
            address(one.source, one.reason),
            (one.source, one.reason) == (source, reason),
        )
        for one in found
    )
    rows = held_rows(paths, source=source, reason=reason, after=after, n_most=PAGE + 1)
    lines = tuple(map(desk.line, rows[:PAGE]))
    matching = [one.n_rows for one in found if source in ("", one.source) and reason in ("", one.reason)]
    more = address(source, reason, rows[PAGE - 1].row_id) if len(rows) > PAGE else None
    may_release = reason in look.loaded.rules.quarantine.releasable
    return QuarantineView(groups, lines, source, reason, sum(matching), more, may_release)


def row_view(look: Look, desk: QuarantineDesk, row: HeldRow) -> RowView:
    """Work one row out."""
    line, days = desk.line(row), look.loaded.rules.quarantine.expire_after_days
    columns, key = _columns_of(look, row), row.source_record_id.partition(":")[2]
    cells = tuple(
        Cell(
            name,
            "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
            name in columns,
            value is None or (isinstance(value, str) and (value != key or name in columns)),
        )
        for name, value in columns_of(row.raw).items()
    )
    is_open = line.correction is None and not line.is_dropped
    expires_at = None if days is None or row.delivered_at is None else row.delivered_at + timedelta(days=days)
    return RowView(
        line,
        cells,
        is_fixable=bool(cells) and row.reason in FIXABLE,
        has_older=bool(_in_use(look, [row.source_record_id])),
        may_release=desk.may_release(row),
        expires_at=expires_at if is_open else None,
    )


def address(source: str, reason: str, after: str = "") -> str:
    """Of a list of rows in quarantine."""
    named = {"source": source, "reason": reason, "after": after}
    query = urlencode({name: value for name, value in named.items() if value})
    return f"/quarantine?{query}" if query else "/quarantine"


def _columns_of(look: Look, row: HeldRow) -> set[str]:
    """The columns of a source that fill the canonical field at fault."""
    found = look.loaded.sources.get(row.source)
    if found is None or row.field is None:
        return set()
    mapped = [stream.fields[row.field] for stream in found.mapping.streams.values() if row.field in stream.fields]
    return {row.field, *(column for source in mapped for column in source.columns)}


def _in_use(look: Look, source_record_ids: Collection[str]) -> set[str]:
    """Those rows of which an older version is published."""
    rows = look.con.execute(
        """select distinct source_record_id from standardised_records
           where source_record_id in (select unnest(cast($rows as varchar[]))) order by source_record_id""",
        {"rows": sorted(set(source_record_ids))},
    ).fetchall()
    return {row for (row,) in rows}
