"""`crm-pipelines sources`: what the project reads, how it stands, and what a person may do about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE, HELD, UNAVAILABLE, code_of_run
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.report import print_reason, print_report
from crm_pipelines.model.errors import ConfigurationError, CrmPipelinesError, Fault, StoreError
from crm_pipelines.rules.load import LoadedProject, LoadedSource
from crm_pipelines.rules.yaml_text import Place

if TYPE_CHECKING:
    from crm_pipelines.stores.operations_view import SourceStatus

_LIST_COLUMNS = ("source", "connector", "schedule", "timezone", "mapping", "state", "last_success_at", "next_try_at")


def list_sources(context: typer.Context) -> int:
    """Print the sources of the project, how each stood after the last run, and what changed in their rows."""
    call = invocation_of(context)
    project = call.load_project()
    known = _known_status(project)
    zone = ZoneInfo(project.project.timezone)
    rows: list[dict[str, Cell]] = [
        {
            "source": source.declared,
            "connector": source.entry.connector,
            "schedule": source.entry.schedule,
            "timezone": source.timezone,
            "mapping": source.mapping_origin,
            **_standing(known.get(source.name), zone),
        }
        for source in project.sources.values()
    ]
    if not rows:
        call.output.line("cli.sources.none")
    call.output.table("sources", _LIST_COLUMNS, rows)
    for name in project.sources:
        for notice in known[name].notices if name in known else ():
            call.output.line(notice.code, **notice.facts)
    return FINE


def check_sources(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="cli.sources.check.names", show_default=False)] = None,
) -> int:
    """Try each source without reading its rows."""
    call = invocation_of(context)
    project = call.load_project()
    rows = source_rows(_chosen(project, names or []))
    if not rows:
        call.output.line("cli.sources.none")
    call.output.table("sources", ("source", "state", "detail"), rows)
    return failure_code(rows)


def reset_sources(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(help="cli.sources.reset.names", show_default=False)],
) -> int:
    """Let the next run read the sources from the beginning, without waiting."""
    from crm_pipelines.cli.source_changes import forget_bookmark  # noqa: PLC0415 - DuckDB is slow to import

    call = invocation_of(context)
    project = call.load_project()
    for source in _chosen(project, names):
        forget_bookmark(project, source)
        call.output.line("cli.sources.reset.done", source=source.name)
    return FINE


def accept_changes(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(help="cli.sources.accept.names", show_default=False)],
) -> int:
    """Take the shape that the rows of the sources have now for the right one."""
    from crm_pipelines.cli.source_changes import accept_schema  # noqa: PLC0415 - DuckDB is slow to import

    call = invocation_of(context)
    project = call.load_project()
    for source in _chosen(project, names):
        n_released = accept_schema(project, source)
        call.output.line("cli.sources.accept.done", source=source.name, n_released=n_released)
    return FINE


def backfill_source(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="cli.sources.backfill.name", show_default=False)],
    since: Annotated[datetime, typer.Option("--from", help="cli.sources.backfill.from", show_default=False)],
    until: Annotated[datetime, typer.Option("--until", help="cli.sources.backfill.until", show_default=False)],
) -> int:
    """Read a range of time of one source again, whatever was read before; its live reads go on where they were."""
    from assets.resources import RunOptions  # noqa: PLC0415 - Dagster takes a second to import
    from crm_pipelines.cli.running import walk  # noqa: PLC0415
    from crm_pipelines.stores.landing import Backfill  # noqa: PLC0415

    call = invocation_of(context)
    project = call.load_project()
    (source,) = _chosen(project, [name])
    if since >= until:
        raise ConfigurationError([Place("--until").fault("configuration.empty_range", str(until), str(since))])
    zone = ZoneInfo(source.timezone)
    options = RunOptions(
        command="crm-pipelines sources backfill",
        wait_seconds=0.0,
        only_sources=frozenset({source.name}),
        backfills={source.name: Backfill(since.replace(tzinfo=zone), until.replace(tzinfo=zone))},
    )
    end = walk(project, options, call.progress)
    print_reason(call, end)
    print_report(call, project.root, end.run_id)
    return code_of_run(end.outcome, end.reason_code)


def source_rows(sources: Sequence[LoadedSource]) -> list[dict[str, Cell]]:
    """What came of trying the sources.

    One row per source, and one more per further advice: `source`, `state` (ok, warning, failed), `detail` (what is
    wrong or should be changed, or None).
    """
    rows: list[dict[str, Cell]] = []
    for source in sources:
        state, details = source_answer(source)
        rows += [{"source": source.name, "state": state, "detail": detail} for detail in details or (None,)]
    return rows


def source_answer(source: LoadedSource) -> tuple[str, tuple[Fault, ...]]:
    """`failed` and what keeps a source from being read; `warning` and what should be changed; or `ok`."""
    try:
        advice: tuple[Fault, ...] = source.connector(source.options, source.context).check()
    except CrmPipelinesError as error:
        return "failed", (error.fault,)
    except Exception as error:  # noqa: BLE001 - a library's own exception, whose text may hold a password
        return "failed", (Fault("cli.sources.unexpected", {"kind": type(error).__name__}),)
    return ("warning", advice) if advice else ("ok", ())


def failure_code(rows: Sequence[dict[str, Cell]]) -> int:
    """0 when all answer, 1 when some do, 3 when none does."""
    failed = {row["source"] for row in rows if row["state"] == "failed"}
    if not failed:
        return FINE
    return UNAVAILABLE if failed == {row["source"] for row in rows} else HELD


def _known_status(project: LoadedProject) -> dict[str, "SourceStatus"]:
    """What the last run said of each source; nothing before the first."""
    from crm_pipelines.stores.operations_view import read_operations  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415

    try:
        view = read_operations(ProjectPaths(project.root))
    except StoreError:
        return {}
    return {status.source: status for status in view.sources}


def _standing(status: "SourceStatus | None", zone: ZoneInfo) -> dict[str, Cell]:
    if status is None or status.state is None:
        return {"state": "unread", "last_success_at": None, "next_try_at": None}
    return {
        "state": status.state.value,
        "last_success_at": _at(status.last_success_at, zone),
        "next_try_at": _at(status.next_try_at, zone),
    }


def _at(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def _chosen(project: LoadedProject, names: Sequence[str]) -> list[LoadedSource]:
    systems = [project.system_named(name) for name in names]
    unknown = [name for name, system in zip(names, systems, strict=True) if system not in project.sources]
    if unknown:
        known = ", ".join(source.declared for source in project.sources.values())
        raise ConfigurationError(
            [Place("crm_pipelines.yaml").fault("configuration.unknown_source", name, known) for name in unknown]
        )
    return [source for name, source in project.sources.items() if not names or name in systems]


COMMANDS = {
    "list": list_sources,
    "check": check_sources,
    "reset": reset_sources,
    "accept": accept_changes,
    "backfill": backfill_source,
}
