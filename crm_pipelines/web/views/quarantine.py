"""Quarantine as its pages show it: what is held back and what it blocks, and one row with what is wrong in it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from crm_pipelines.model.errors import Fault
from crm_pipelines.standardise.interpretation import SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores.ledger.facts import Correction
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.quarantine import HeldGroup, HeldRow, held_groups, held_rows
from crm_pipelines.stores.row_corrections import DROPPED, RowCorrections, with_fields
from crm_pipelines.web.reading_room import Look

PAGE = 50
_MOST_LOOKED_AFTER = 5_000
FIXABLE = frozenset(
    {"row.lost_characters", "row.swapped_columns", "row.individual_number", "row.nobody", "row.missing_owner",
     "row.unreadable_value", "row.tells_nothing", "row.mojibake"}
)  # fmt: skip
"""What is wrong in a row that could be read; of the others there are no columns to put right."""


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
class RowLine:
    """A row of the list; `correction`: what somebody said of it that the next run takes in, or took in."""

    row: HeldRow
    fault: Fault
    correction: Correction | None


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """A page of quarantine.

    Attributes:
        n_rows: of the rows that the list is narrowed to.
        following: address of the next page; None at the end.
    """

    groups: tuple[GroupLine, ...]
    lines: tuple[RowLine, ...]
    source: str
    reason: str
    n_rows: int
    following: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a row as delivered; `is_faulty`: it is what is wrong; `is_text`: it can be put right here."""

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
    """

    line: RowLine
    cells: tuple[Cell, ...]
    is_fixable: bool
    has_older: bool


def quarantine_view(look: Look, corrections: RowCorrections, source: str, reason: str, after: str) -> QuarantineView:
    """Work a page out.

    Args:
        look: at the publication.
        corrections: what the ledger says of rows.
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
    lines = tuple(row_line(corrections, row) for row in rows[:PAGE])
    matching = [one.n_rows for one in found if source in ("", one.source) and reason in ("", one.reason)]
    more = address(source, reason, rows[PAGE - 1].row_id) if len(rows) > PAGE else None
    return QuarantineView(groups, lines, source, reason, sum(matching), more)


def row_view(look: Look, corrections: RowCorrections, row: HeldRow) -> RowView:
    """Work one row out."""
    line = row_line(corrections, row)
    columns = _columns_of(look, row)
    cells = tuple(
        Cell(
            name,
            "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
            name in columns,
            value is None or isinstance(value, str),
        )
        for name, value in _read(row.raw).items()
    )
    is_fixable = bool(cells) and row.reason in FIXABLE
    return RowView(line, cells, is_fixable, bool(_in_use(look, [row.source_record_id])))


def row_line(corrections: RowCorrections, row: HeldRow) -> RowLine:
    """A row with its reason and what was said of it."""
    fault = Fault(row.reason, json.loads(row.facts or "{}"))
    return RowLine(row, fault, corrections.of_row(row.source_record_id, row.raw))


def still_wrong(look: Look, row: HeldRow, fields: Mapping[str, str | None], now: datetime) -> Fault | None:
    """Why a row would be held back with columns put right so; None when it can be read then."""
    found = look.loaded.sources.get(row.source)
    if found is None or row.raw is None:
        return Fault(row.reason, json.loads(row.facts or "{}"))
    meaning = SourceMeaning(
        source=row.source,
        mapping=found.mapping,
        place=Place(country=look.loaded.project.country, timezone=found.timezone),
        project_key=look.loaded.project_key,
    )
    payload = with_fields(row.raw, fields)
    for stream in found.mapping.streams:  # the row does not say of which kind it is: any that can read it will do
        version = Version(row.source_record_id, None, stream, payload, row.position or "", None, now, now)
        refused = interpret(meaning, [version]).quarantined
        if not refused:
            return None
        fault = Fault(refused[0]["reason_code"], json.loads(refused[0]["facts"]))
    return fault


def address(source: str, reason: str, after: str = "") -> str:
    """Of a list of rows in quarantine."""
    named = {"source": source, "reason": reason, "after": after}
    query = urlencode({name: value for name, value in named.items() if value})
    return f"/quarantine?{query}" if query else "/quarantine"


def is_dropped(line: RowLine) -> bool:
    """Whether somebody decided that a row is not to be read."""
    return line.row.reason == DROPPED or (line.correction is not None and line.correction.action == "drop")


def _read(raw: str | None) -> dict[str, object]:
    """A row as columns; none where it is no JSON object."""
    try:
        found = json.loads(raw or "null")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


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
