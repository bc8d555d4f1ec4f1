"""`crm-pipelines status`: what is published, how the last run went, how each source stands, who is at work."""

from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE, HELD, UNAVAILABLE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.model.errors import ConfigurationError, Fault, StoreError
from crm_pipelines.rules.load import PROJECT_FILE
from crm_pipelines.rules.project import Project
from crm_pipelines.rules.yaml_text import Place, read_yaml

if TYPE_CHECKING:
    from crm_pipelines.stores.operations_view import LastRun, OperationsView
    from crm_pipelines.stores.project_paths import ProjectPaths


def status(context: typer.Context) -> int:
    """Read the operations file and the current publication; neither the sources nor the warehouse are touched."""
    from crm_pipelines.stores.operations_view import read_operations  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415

    call = invocation_of(context)
    if not call.root.is_dir():
        raise ConfigurationError([Place(str(call.root)).fault("configuration.no_project_folder")])
    paths, zone = ProjectPaths(call.root), _zone(call)
    _say_lock(call, paths, zone)
    _say_publication(call, paths, zone)
    try:
        view = read_operations(paths)
    except StoreError as error:
        call.output.error(error)
        return UNAVAILABLE
    _say_last_run(call, view.last_run, zone)
    _print_tables(call, view, zone)
    is_late = _say_late(call, view)
    return HELD if is_late else _exit_code(view.last_run)


def _say_late(call: Invocation, view: "OperationsView") -> bool:
    """Say which sources are late by now, also where nothing has run since; return whether any is."""
    now = datetime.now(UTC)
    late = [fault for one in view.sources if (fault := one.late(now)) is not None]
    call.output.value("late", [asdict(fault) for fault in late])
    for fault in late:
        call.output.line(fault.code, **fault.facts)
    return bool(late)


def _exit_code(last_run: "LastRun | None") -> int:
    if last_run is None:
        return UNAVAILABLE
    return FINE if last_run.outcome is RunOutcome.SUCCEEDED else HELD


def _zone(call: Invocation) -> tzinfo:
    """The zone of the project file, in which its people read times; UTC when it cannot be read."""
    try:
        written = read_yaml((call.root / PROJECT_FILE).read_bytes(), PROJECT_FILE).at(("timezone",))
        return ZoneInfo(str(written or Project().timezone))
    except (OSError, ValueError, KeyError):
        return UTC


def _say_lock(call: Invocation, paths: "ProjectPaths", zone: tzinfo) -> None:
    from crm_pipelines.stores.lock import RunLock  # noqa: PLC0415

    holder = RunLock(paths.lock).current_holder()
    call.output.value("lock", None if holder is None else asdict(holder))
    if holder is not None:
        since = holder.since and _at(datetime.fromisoformat(holder.since), zone)
        call.output.line("status.running", pid=holder.pid, command=holder.command, run_id=holder.run_id, since_at=since)


def _say_publication(call: Invocation, paths: "ProjectPaths", zone: tzinfo) -> None:
    from crm_pipelines.stores.published_versions import open_version, published_at  # noqa: PLC0415

    try:
        version, con = open_version(paths, None)
    except StoreError as error:
        call.output.value("publication", None)
        call.output.line(error.code, **error.facts)
        return
    with con:
        n_customers = con.execute("select count(*) from customers").fetchall()[0][0]
        questions = con.execute("select kind, count(*) from review_queue group by kind order by kind").fetchall()
    at = _at(published_at(paths), zone)
    call.output.value("publication", {"version": version, "published_at": at, "n_customers": n_customers})
    call.output.value("open_questions", dict(questions))
    call.output.line("status.published", version=version, published_at=at, n_customers=n_customers)
    n_questions = sum(number for _, number in questions)
    call.output.line("status.questions" if n_questions else "status.no_questions", n_questions=n_questions)


def _say_last_run(call: Invocation, last_run: "LastRun | None", zone: tzinfo) -> None:
    if last_run is None:
        call.output.value("last_run", None)
        call.output.line("status.no_run")
        return
    started_at, ended_at = _at(last_run.started_at, zone), _at(last_run.ended_at, zone)
    outcome = "unfinished" if last_run.outcome is None else last_run.outcome.value
    call.output.value(
        "last_run",
        {
            "run_id": last_run.run_id,
            "started_at": started_at,
            "ended_at": ended_at,
            "outcome": outcome,
            "reason": None if last_run.reason is None else asdict(last_run.reason),
        },
    )
    words = f"status.outcome.{outcome}"
    call.output.line(
        "status.last_run", run_id=last_run.run_id, started_at=started_at, ended_at=ended_at or started_at, outcome=words
    )
    if last_run.reason is not None:
        call.output.line(last_run.reason.code, **last_run.reason.facts)


def _print_tables(call: Invocation, view: "OperationsView", zone: tzinfo) -> None:
    from crm_pipelines.stores.operations_view import lag  # noqa: PLC0415 - DuckDB is slow to import

    now = datetime.now(UTC)
    sources: list[dict[str, Cell]] = [
        {
            "source": one.source,
            "last_success_at": _at(one.last_success_at, zone),
            "lag": None if one.last_success_at is None else lag((now - one.last_success_at).total_seconds()),
            "newest_row_at": _at(one.newest_row_at, zone),
            "next_run_at": _at(one.next_run_at, zone),
            "error": one.error,
        }
        for one in view.sources
    ]
    if not call.output.as_json:  # a program reads null, a person words
        sources = [{**row, "next_run_at": row["next_run_at"] or Fault("status.on_demand")} for row in sources]
    columns = ("source", "last_success_at", "lag", "newest_row_at", "next_run_at", "error")
    call.output.table("source_status", columns, sources)
    for one in view.sources:
        for notice in one.notices:
            call.output.line(notice.code, **notice.facts)
    held: list[dict[str, Cell]] = [
        {"source": held.source, "reason": held.reason, "n_rows": held.n_rows, "position": held.position}
        for held in view.quarantined
    ]
    if held or call.output.as_json:
        call.output.table("quarantine", ("source", "reason", "n_rows", "position"), held)


def _at(moment: datetime | None, zone: tzinfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
