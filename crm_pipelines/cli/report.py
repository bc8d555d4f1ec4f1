"""What a run came to, as readable tables: read from the operations file, so that it says what everybody else sees."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from crm_pipelines.cli.invocation import Invocation
from crm_pipelines.cli.output import Cell
from crm_pipelines.model.errors import Fault, StoreError
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.runs_view import LIVE_GAINS, LIVE_LOSSES, RECEIVED_PARTS

if TYPE_CHECKING:
    from crm_pipelines.cli.running import RunEnd

_RECEIVED = ("received", *RECEIVED_PARTS)
_LIVE = ("live_before", *LIVE_GAINS, *LIVE_LOSSES, "live_after")
_HELD = ("source", "reason", "n_rows", "position")


def print_report(call: Invocation, root: Path, run_id: str) -> None:
    """Print accounting, what was held back, failed checks and the state of the sources."""
    try:
        with Publications(ProjectPaths(root)).connect_operations() as con:
            tables = {
                name: _rows(con.execute(query, [run_id]).fetchall(), columns)
                for name, (query, columns) in _QUERIES.items()
            }
            sources = _rows(
                con.execute(_SOURCES).fetchall(), ("source", "last_success_at", "error_code", "error_facts")
            )
    except StoreError:
        return
    accounts = tables["accounts"]
    if accounts:
        call.output.table("received", ("source", *_RECEIVED), accounts)
        call.output.table("live", ("source", *_LIVE), accounts)
        call.output.line("run.accounts_close", n_sources=len(accounts))
    if tables["quarantine"]:
        call.output.table("quarantine", _HELD, _with_reasons(tables["quarantine"]))
    if tables["set_aside"]:
        call.output.table("set_aside", _HELD, _with_reasons(tables["set_aside"]))
    failed = [_check_row(row) for row in tables["checks"]]
    if failed:
        call.output.table("failed_checks", ("gate", "check", "severity", "sentence"), failed)
    broken = [row for row in sources if row["error_code"] is not None]
    if broken:
        call.output.table(
            "failed_sources",
            ("source", "sentence", "last_success_at"),
            [{**row, "sentence": _fault(row["error_code"], row["error_facts"])} for row in broken],
        )


def print_held(call: Invocation, root: Path, run_id: str) -> None:
    """Print what a run put into quarantine, and nothing else of it."""
    query, columns = _QUERIES["quarantine"]
    with Publications(ProjectPaths(root)).connect_operations() as con:
        rows = _rows(con.execute(query, [run_id]).fetchall(), columns)
    call.output.table("quarantine", _HELD, _with_reasons(rows))


_QUERIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "accounts": (
        f"""select source_system, {", ".join(_RECEIVED)}, {", ".join(name for name in _LIVE if name not in _RECEIVED)}
            from runs where run_id = ? and source_system is not null order by source_system""",  # noqa: S608
        ("source", *_RECEIVED, *(name for name in _LIVE if name not in _RECEIVED)),
    ),
    "quarantine": (
        """select source_system, reason_code, count(*), arg_min(facts, position), min(position)
           from quarantine where run_id = ? group by all order by source_system, reason_code""",
        ("source", "reason", "n_rows", "facts", "position"),
    ),
    "set_aside": (
        """select source_system, reason_code, count(*), arg_min(facts, position), min(position)
           from set_aside_records where run_id = ? group by all order by source_system, reason_code""",
        ("source", "reason", "n_rows", "facts", "position"),
    ),
    "checks": (
        """select gate, "check", severity, message_code, message_facts from quality_results
           where run_id = ? and not passed order by gate, "check" """,
        ("gate", "check", "severity", "message_code", "message_facts"),
    ),
}
_SOURCES = (
    "select source_system, cast(last_success_at as varchar), error_code, error_facts from source_status order by 1"
)


def print_reason(call: Invocation, end: "RunEnd") -> None:
    """Say why a run is not green; nothing when it is."""
    call.output.value("run", {"run_id": end.run_id, "outcome": end.outcome.value, "seconds": round(end.seconds, 1)})
    if end.reason_code is not None:
        call.output.line(end.reason_code, **json.loads(end.reason_facts or "{}"))


def _rows(found: list[tuple[object, ...]], columns: tuple[str, ...]) -> list[dict[str, Cell]]:
    return [dict(zip(columns, row, strict=True)) for row in found]  # type: ignore[arg-type] # DuckDB's rows are untyped


def _with_reasons(rows: list[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Of the rows held for one reason, the sentence is that of the first."""
    return [
        {name: row[name] for name in ("source", "n_rows", "position")} | {"reason": _fault(row["reason"], row["facts"])}
        for row in rows
    ]


def _check_row(row: dict[str, Cell]) -> dict[str, Cell]:
    return {**row, "sentence": _fault(row["message_code"], row["message_facts"])}


def _fault(code: Cell, facts: Cell) -> Fault:
    return Fault(str(code), json.loads(str(facts)) if facts is not None else {})
