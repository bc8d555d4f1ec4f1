"""`crm-pipelines doctor`: everything that could keep a run from working, said before it."""

from typing import Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE, REFUSED, UNAVAILABLE
from crm_pipelines.cli.health import Finding, environment_findings, place_findings
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.sources import failure_code, source_rows
from crm_pipelines.model.errors import ConfigurationError, Fault
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.rules.yaml_text import Place


def doctor(
    context: typer.Context,
    effective: Annotated[bool, typer.Option("--effective", help="cli.doctor.effective")] = False,
) -> int:
    """Check the project and print what was found; with `--effective` print the rules in force instead."""
    call = invocation_of(context)
    if effective:
        return _print_effective(call)
    if not call.root.is_dir():
        raise ConfigurationError([Place(str(call.root)).fault("configuration.no_project_folder")])
    findings = environment_findings(call.root, call.environment)
    project, problems = _load(call)
    findings += problems
    places = place_findings(call.root)
    sources = source_rows(list(project.sources.values())) if project else []
    rows: list[dict[str, Cell]] = [finding.row() for finding in (*findings, *places)]
    rows += [{"check": "source", "subject": row["source"], **_state(row)} for row in sources]
    call.output.table("checks", ("check", "subject", "state", "detail"), rows)
    code = _exit_code([*findings], places, failure_code(sources))
    call.output.line("cli.doctor.fine" if code == FINE else "cli.doctor.failed", n_failed=_n_failed(rows))
    return code


def _load(call: Invocation) -> tuple[LoadedProject | None, list[Finding]]:
    try:
        project = call.load_project()
    except ConfigurationError as error:
        # the key has a row of its own
        faults = [fault for fault in error.faults if not fault.code.startswith("configuration.project_key")]
        return None, [Finding("configuration", str(fault.facts["file"]), "failed", fault) for fault in faults]
    detail = Fault("cli.doctor.configuration", {"n_sources": len(project.sources)})
    return project, [Finding("configuration", "crm_pipelines.yaml", "ok", detail)]


def _print_effective(call: Invocation) -> int:
    values = call.load_project().rules.effective
    rows: list[dict[str, Cell]] = [
        {
            "key": one.key,
            "value": ", ".join(one.value) if isinstance(one.value, tuple) else one.value,
            "from": one.origin,
        }
        for one in values
    ]
    call.output.table("rules", ("key", "value", "from"), rows)
    return FINE


def _state(row: dict[str, Cell]) -> dict[str, Cell]:
    return {"state": row["state"], "detail": row["detail"]}


def _exit_code(findings: list[Finding], places: list[Finding], sources: int) -> int:
    if any(finding.state == "failed" for finding in findings):
        return REFUSED
    return UNAVAILABLE if any(finding.state == "failed" for finding in places) else sources


def _n_failed(rows: list[dict[str, Cell]]) -> int:
    return sum(row["state"] == "failed" for row in rows)
