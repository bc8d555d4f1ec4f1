"""`crm-pipelines run`: from the sources to the publication, once; with `--watch` what people decide, as it comes."""

from dataclasses import replace
from typing import Annotated

import typer

from crm_pipelines.cli.exit_codes import code_of_run
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.cli.report import print_reason, print_report
from crm_pipelines.model.errors import LockHeldError

_APPLIER_SECONDS = 60.0


def run(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.run.dry_run")] = False,
    source: Annotated[list[str] | None, typer.Option(help="cli.run.source", show_default=False)] = None,
    accept_shrink: Annotated[list[str] | None, typer.Option(help="cli.run.accept_shrink", show_default=False)] = None,
    watch: Annotated[bool, typer.Option("--watch", help="cli.run.watch")] = False,
) -> int:
    """Read the sources, match, publish."""
    call = invocation_of(context)
    if watch:
        _refuse_beside_watch({"--dry-run": dry_run, "--source": source, "--accept-shrink": accept_shrink})
        from crm_pipelines.cli.watching import watch_project  # noqa: PLC0415 - Dagster takes a second to import

        return watch_project(call)
    loaded = call.load_project()
    source, accept_shrink = ([loaded.system_named(name) for name in names or ()] for names in (source, accept_shrink))
    if dry_run:
        from crm_pipelines.cli.rehearsal import rehearse  # noqa: PLC0415 - only a rehearsal needs it

        return rehearse(call, loaded, source)
    from assets.resources import RunOptions  # noqa: PLC0415 - Dagster takes a second to import
    from crm_pipelines.cli.running import WATCH_COMMAND, walk  # noqa: PLC0415

    options = RunOptions(
        command="crm-pipelines run",
        wait_seconds=0.0,
        accept_shrink=frozenset(accept_shrink),
        only_sources=frozenset(source) if source else None,
    )
    try:
        end = walk(loaded, options, call.progress)
    except LockHeldError as error:
        if error.facts.get("command") != WATCH_COMMAND:
            raise
        # the applier is about to be done; it gives way between any two of its publications
        end = walk(loaded, replace(options, wait_seconds=_APPLIER_SECONDS), call.progress)
    print_reason(call, end)
    print_report(call, loaded.root, end.run_id)
    return code_of_run(end.outcome, end.reason_code)


def _refuse_beside_watch(options: dict[str, object]) -> None:
    given = [name for name, value in options.items() if value]
    if given:
        raise RefusedInputError("run.not_with_watch", options=", ".join(given))
