"""`crm-pipelines plan`: what the rules and the model, as they stand now, would do to the last publication."""

from typing import Annotated

import typer

from crm_pipelines.cli.invocation import invocation_of


def plan(
    context: typer.Context,
    model: Annotated[str | None, typer.Option(metavar="VERSION", help="cli.plan.model", show_default=False)] = None,
    examples: Annotated[int, typer.Option(min=0, help="cli.plan.examples")] = 3,
) -> int:
    """Walk the road on a copy without any source, compare, keep the plan."""
    from crm_pipelines.cli.plan_report import tell_plan  # noqa: PLC0415 - Dagster takes a second to import
    from crm_pipelines.cli.planning import make_plan  # noqa: PLC0415

    call = invocation_of(context)
    made = make_plan(call, call.load_project(), model, examples)
    tell_plan(call, made)
    return made.exit_code
