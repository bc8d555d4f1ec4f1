"""`crm-pipelines quarantine`: rows held back, and what becomes of them; the same acts as on the pages."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.errors import ConflictError, Fault
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.project_paths import ProjectPaths

if TYPE_CHECKING:
    from crm_pipelines.stores.quarantine import HeldRow
    from crm_pipelines.stores.quarantine_desk import QuarantineDesk
    from crm_pipelines.stores.stewardship import Signature

_MOST_GROUPS = 1
_GROUPS = ("source", "reason", "n_rows", "oldest_at")
_ROWS = ("row", "source", "fault", "came_at", "said")
_CELLS = ("column", "value")
_Rows = Annotated[list[str] | None, typer.Argument(metavar="[ROW]...", help="cli.quarantine.rows", show_default=False)]
_Row = Annotated[str, typer.Argument(metavar="ROW", help="cli.quarantine.row", show_default=False)]
_Source = Annotated[str, typer.Option(help="cli.quarantine.source", show_default=False)]
_Reason = Annotated[str, typer.Option(help="cli.quarantine.reason", show_default=False)]
_Why = Annotated[str | None, typer.Option(help="cli.quarantine.why", show_default=False)]
_Steward = Annotated[str | None, typer.Option(help="cli.steward.steward", show_default=False)]
_Yes = Annotated[bool, typer.Option("--yes", help="cli.quarantine.yes")]
_Act: TypeAlias = Callable[["QuarantineDesk", "list[HeldRow]", "Signature"], int]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Rows by their ids, or all of a reason.

    Attributes:
        is_sure: carry it out; else only tell how many rows it would be.
    """

    rows: Sequence[str]
    source: str
    reason: str
    is_sure: bool


def list_(
    context: typer.Context,
    source: _Source = "",
    reason: _Reason = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="cli.quarantine.limit")] = 50,
) -> int:
    """Print what is held back, by source and reason; with one of these the rows themselves."""
    from crm_pipelines.stores.quarantine import held_groups, held_rows  # noqa: PLC0415 - DuckDB is slow to import

    with _opened(context) as (call, loaded, desk):
        paths, zone = ProjectPaths(loaded.root), ZoneInfo(loaded.project.timezone)
        system = loaded.system_named(source)
        groups = [
            one for one in held_groups(paths, _MOST_GROUPS) if system in {"", one.source} and reason in {"", one.reason}
        ]
        call.output.value("n_rows", sum(one.n_rows for one in groups))
        if not groups:
            call.output.line("quarantine.none")
            if not call.output.as_json:
                return FINE
        call.output.table("quarantine_groups", _GROUPS, [
            {
                "source": one.source,
                "reason": one.reason if call.output.as_json else Fault(_short(one.reason)),
                "n_rows": one.n_rows,
                "oldest_at": _at(one.oldest_at, zone),
            }
            for one in groups
        ])  # fmt: skip
        if source or reason:
            rows = held_rows(paths, source=system, reason=reason, after="", n_most=limit)
            _tell_rows(call, loaded, desk, rows)
    return FINE


def show(context: typer.Context, row: _Row) -> int:
    """Print a row as it was delivered, why it is held back, and what was said of it."""
    with _opened(context) as (call, loaded, desk):
        rows = _named(loaded, desk, [row])
        _tell_rows(call, loaded, desk, rows)
        for one in rows:
            _tell_cells(call, desk, one)
    return FINE


def fix(
    context: typer.Context,
    row: _Row,
    set_: Annotated[list[str], typer.Option("--set", metavar="COLUMN=VALUE", help="cli.quarantine.fix.set")],
    why: _Why = None,
    steward: _Steward = None,
) -> int:
    """Put columns of a row right; a row that would still be held back is refused with the reason."""
    with _opened(context) as (call, loaded, desk):
        signed = _signed(call, steward, why)
        found = _named(loaded, desk, [row])
        if len(found) > 1:
            raise RefusedInputError("quarantine.several_rows", row=row, n_rows=len(found))
        try:
            desk.fix(found[0], _fields(set_), signed)
        except ConflictError as error:
            raise _still_held(found[0].source_record_id, error) from None
        call.output.value("n_recorded", 1)
        call.output.line("quarantine.fixed", row=found[0].source_record_id)
    return FINE


def drop(  # noqa: PLR0913, PLR0917 - one option each
    context: typer.Context, rows: _Rows = None, source: _Source = "", reason: _Reason = "", why: _Why = None,
    yes: _Yes = False, steward: _Steward = None,
) -> int:  # fmt: skip
    """Decide that rows are not to be read."""
    return _carry_out(context, _wanted(rows, source, reason, yes), (steward, why), "drop", lambda d, r, s: d.drop(r, s))


def release(  # noqa: PLR0913, PLR0917 - one option each
    context: typer.Context, rows: _Rows = None, source: _Source = "", reason: _Reason = "", why: _Why = None,
    yes: _Yes = False, steward: _Steward = None,
) -> int:  # fmt: skip
    """Let rows go on as they are, in spite of their reason, where the rules allow it."""
    wanted = _wanted(rows, source, reason, yes)
    return _carry_out(context, wanted, (steward, why), "release", lambda d, r, s: d.release(r, s))


def resubmit(  # noqa: PLR0913, PLR0917 - one option each
    context: typer.Context, rows: _Rows = None, source: _Source = "", reason: _Reason = "", why: _Why = None,
    yes: _Yes = False, steward: _Steward = None,
) -> int:  # fmt: skip
    """Have rows read again as they are; one that would be held back again is refused with its reason."""
    wanted = _wanted(rows, source, reason, yes)
    return _carry_out(context, wanted, (steward, why), "resubmit", lambda d, r, s: d.resubmit(r, s))


def undo(  # noqa: PLR0913, PLR0917 - one option each
    context: typer.Context, rows: _Rows = None, source: _Source = "", reason: _Reason = "", why: _Why = None,
    yes: _Yes = False, steward: _Steward = None,
) -> int:  # fmt: skip
    """Take back what was said of rows, also of those that are read since (named by their ids)."""
    wanted = _wanted(rows, source, reason, yes)
    if not wanted.rows:
        return _carry_out(context, wanted, (steward, why), "undo", lambda d, r, s: d.undo(r, s))
    with _opened(context) as (call, loaded, desk):
        signed = _signed(call, steward, why)
        names = [_record_named(loaded, desk, name) for name in wanted.rows]
        try:
            n_recorded = sum(desk.undo_record(name, signed) for name in dict.fromkeys(names))
        except ConflictError as error:
            raise _refused(error) from None
        _tell_end(call, "undo", n_recorded)
    return FINE


COMMANDS = {
    "list": list_, "show": show, "fix": fix, "drop": drop, "release": release, "resubmit": resubmit, "undo": undo,
}  # fmt: skip


def _wanted(rows: Sequence[str] | None, source: str, reason: str, is_sure: bool) -> _Wanted:
    """What is meant.

    Raises:
        RefusedInputError: rows and a reason together, or neither.
    """
    if bool(rows) == bool(source or reason):
        raise RefusedInputError("quarantine.rows_or_reason")
    return _Wanted(rows or (), source, reason, is_sure)


def _carry_out(
    context: typer.Context, wanted: _Wanted, said: tuple[str | None, str | None], word: str, act: _Act
) -> int:
    """Do the same with all rows that are meant; of a reason's rows only once somebody is sure."""
    with _opened(context) as (call, loaded, desk):
        signed = _signed(call, *said)
        system = loaded.system_named(wanted.source)
        try:
            rows = _named(loaded, desk, wanted.rows) if wanted.rows else desk.chosen(system, wanted.reason)
            if not wanted.rows and not wanted.is_sure:
                _tell_preview(call, loaded, desk, rows)
                return FINE
            n_recorded = act(desk, rows, signed)
        except ConflictError as error:
            raise _refused(error) from None
        _tell_end(call, word, n_recorded)
    return FINE


@contextmanager
def _opened(context: typer.Context) -> "Iterator[tuple[Invocation, LoadedProject, QuarantineDesk]]":
    from crm_pipelines.stores.ledger.ledger import open_ledger  # noqa: PLC0415 - SQLAlchemy is slow to import
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415 - as above
    from crm_pipelines.stores.quarantine_desk import QuarantineDesk  # noqa: PLC0415 - as above

    call = invocation_of(context)
    loaded = call.load_project()
    with open_ledger(located(loaded.project.stores.ledger_url, loaded.root)) as ledger:
        yield call, loaded, QuarantineDesk(loaded, ledger)


def _signed(call: Invocation, steward: str | None, why: str | None) -> "Signature":
    from crm_pipelines.cli.stewarding import signature  # noqa: PLC0415 - DuckDB is slow to import

    return signature(call, steward, why)


def _record_id(loaded: LoadedProject, written: str) -> str:
    """An id as it is stored: the source may be called by its name in the project file."""
    source, colon, key = written.partition(":")
    return f"{loaded.system_named(source)}{colon}{key}" if colon else written


def _named(loaded: LoadedProject, desk: "QuarantineDesk", written: Sequence[str]) -> "list[HeldRow]":
    """The rows in quarantine that ids speak of.

    Raises:
        RefusedInputError: `quarantine.unknown_row`, for each id of which none is there.
    """
    found = {name: desk.named(_record_id(loaded, name)) for name in written}
    missing = [Fault("quarantine.unknown_row", {"row": name}) for name, rows in found.items() if not rows]
    if missing:
        raise RefusedInputError("quarantine.unknown_rows", missing)
    return [row for rows in found.values() for row in rows]


def _record_named(loaded: LoadedProject, desk: "QuarantineDesk", written: str) -> str:
    """The source record of an id, whether its row is in quarantine or not."""
    name = _record_id(loaded, written)
    return next((row.source_record_id for row in desk.named(name)), name)


def _fields(written: Sequence[str]) -> dict[str, str | None]:
    """`column=value`; without a value the column is emptied.

    Raises:
        RefusedInputError: no `=`.
    """
    parts = [text.partition("=") for text in written]
    if not all(name and equals for name, equals, _ in parts):
        raise RefusedInputError("quarantine.no_assignment")
    return {name: value or None for name, _, value in parts}


def _still_held(row: str, error: ConflictError) -> Exception:
    return RefusedInputError("quarantine.still_held", [error.fault], row=row)


def _refused(error: ConflictError) -> Exception:
    if error.code.startswith("row."):
        return RefusedInputError("quarantine.all_refused", [error.fault])
    return RefusedInputError(error.code, (), **error.facts)


def _tell_preview(call: Invocation, loaded: LoadedProject, desk: "QuarantineDesk", rows: "list[HeldRow]") -> None:
    """What it would be, a few rows of it, and how to go on."""
    call.output.value("n_rows", len(rows))
    call.output.value("n_recorded", 0)
    _tell_rows(call, loaded, desk, rows if call.output.as_json else rows[:10])
    call.output.line("quarantine.preview", n_rows=len(rows))


def _tell_end(call: Invocation, word: str, n_recorded: int) -> None:
    call.output.value("n_recorded", n_recorded)
    call.output.line(f"quarantine.done.{word}" if n_recorded else "quarantine.done.nothing", n_rows=n_recorded)


def _tell_rows(call: Invocation, loaded: LoadedProject, desk: "QuarantineDesk", rows: "Sequence[HeldRow]") -> None:
    zone, shown = ZoneInfo(loaded.project.timezone), []
    for row in rows:
        line = desk.line(row)
        cells: dict[str, Cell] = {
            "row_id": row.row_id,
            "row": row.source_record_id,
            "source": row.source,
            "reason": row.reason,
            "fault": line.fault,
            "came_at": None
            if row.delivered_at is None
            else row.delivered_at.astimezone(zone).isoformat("T", "minutes"),
            "said": None if line.correction is None else line.correction.action,
            "steward": None if line.correction is None else line.correction.steward,
            "why": None if line.correction is None else line.correction.reason,
            "may_release": desk.may_release(row),
        }
        shown.append(cells)
    call.output.table("quarantine_rows", _ROWS, shown)


def _tell_cells(call: Invocation, desk: "QuarantineDesk", row: "HeldRow") -> None:
    from crm_pipelines.stores.quarantine_desk import columns_of  # noqa: PLC0415 - as above

    cells = columns_of(row.raw)
    call.output.value("raw", cells or row.raw)
    if cells and not call.output.as_json:
        values = [{"column": name, "value": None if value is None else str(value)} for name, value in cells.items()]
        call.output.table("quarantine_row", _CELLS, values)
    elif row.raw is not None:
        call.output.text(row.raw)
    if desk.may_release(row):
        call.output.line("quarantine.may_release")


def _short(reason: str) -> str:
    """The code of a reason in a few words."""
    return f"web.quarantine.code.{reason.replace('.', '_')}"


def _at(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat("T", "minutes")
