"""`crm-pipelines sources`: what the project reads, and whether it can be reached."""

from collections.abc import Sequence
from typing import Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE, HELD, UNAVAILABLE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.model.errors import ConfigurationError, CrmPipelinesError, Fault
from crm_pipelines.rules.load import LoadedProject, LoadedSource
from crm_pipelines.rules.yaml_text import Place


def list_sources(context: typer.Context) -> int:
    """Print the sources of the project."""
    call = invocation_of(context)
    project = call.load_project()
    rows: list[dict[str, Cell]] = [
        {
            "source": source.name,
            "connector": source.entry.connector,
            "schedule": source.entry.schedule,
            "timezone": source.timezone,
            "mapping": source.mapping_origin,
        }
        for source in project.sources.values()
    ]
    if not rows:
        call.output.line("cli.sources.none")
    call.output.table("sources", ("source", "connector", "schedule", "timezone", "mapping"), rows)
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


def source_rows(sources: Sequence[LoadedSource]) -> list[dict[str, Cell]]:
    """One row per source: `source`, `state` (ok, failed), `detail` (what is wrong, or None)."""
    faults = {source.name: source_fault(source) for source in sources}
    return [
        {"source": name, "state": "ok" if fault is None else "failed", "detail": fault}
        for name, fault in faults.items()
    ]


def source_fault(source: LoadedSource) -> Fault | None:
    """What keeps a source from being read; None when it answers."""
    try:
        source.connector(source.options, source.context).check()
    except CrmPipelinesError as error:
        return error.fault
    except Exception as error:  # noqa: BLE001 - a library's own exception, whose text may hold a password
        return Fault("cli.sources.unexpected", {"kind": type(error).__name__})
    return None


def failure_code(rows: Sequence[dict[str, Cell]]) -> int:
    """0 when all answer, 1 when some do, 3 when none does."""
    n_failed = sum(row["state"] == "failed" for row in rows)
    if n_failed == 0:
        return FINE
    return UNAVAILABLE if n_failed == len(rows) else HELD


def _chosen(project: LoadedProject, names: Sequence[str]) -> list[LoadedSource]:
    unknown = [name for name in names if name not in project.sources]
    if unknown:
        known = ", ".join(project.sources)
        raise ConfigurationError(
            [Place("crm_pipelines.yaml").fault("configuration.unknown_source", name, known) for name in unknown]
        )
    return [source for name, source in project.sources.items() if not names or name in names]


COMMANDS = {"list": list_sources, "check": check_sources}
