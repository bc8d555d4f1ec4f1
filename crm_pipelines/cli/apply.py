"""`crm-pipelines apply [PLAN_ID]`: do exactly what a plan says, or nothing."""

from typing import Annotated

import typer

from crm_pipelines.cli.invocation import invocation_of


def apply(
    context: typer.Context,
    plan_id: Annotated[
        str | None, typer.Argument(metavar="[PLAN_ID]", help="cli.apply.plan_id", show_default=False)
    ] = None,
    sign_off: Annotated[
        str | None, typer.Option("--sign-off", metavar="NAME", help="cli.apply.sign_off", show_default=False)
    ] = None,
    reason: Annotated[str | None, typer.Option(help="cli.apply.reason", show_default=False)] = None,
) -> int:
    """Walk the road without any source; readers see the result only when it is the planned one."""
    from crm_pipelines.cli.applying import apply_plan  # noqa: PLC0415 - Dagster takes a second to import

    call = invocation_of(context)
    return apply_plan(call, call.load_project(), plan_id, sign_off, reason)
