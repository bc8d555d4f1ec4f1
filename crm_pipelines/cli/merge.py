"""`crm-pipelines merge ID ID...`: say that customers are one."""

from typing import Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.enums import ActKind

_AT_LEAST = 2


def merge(  # noqa: PLR0913, PLR0917 - one parameter per option
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(help="cli.merge.ids", show_default=False)],
    reason: Annotated[str | None, typer.Option(help="cli.steward.reason", show_default=False)] = None,
    steward: Annotated[str | None, typer.Option(help="cli.steward.steward", show_default=False)] = None,
    supersede: Annotated[list[str] | None, typer.Option(help="cli.steward.supersede", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.steward.dry_run")] = False,
) -> int:
    """Record "same" over the live records of the customers, as published."""
    from crm_pipelines.cli.stewarding import carry_out, signature, stewarding  # noqa: PLC0415 - DuckDB is slow
    from crm_pipelines.stores import stewardship  # noqa: PLC0415
    from crm_pipelines.stores.second_person import act_of, require_one_is_enough_for  # noqa: PLC0415

    call = invocation_of(context)
    if len(ids) < _AT_LEAST:
        raise RefusedInputError("stewardship.two_ids")
    signed = signature(call, steward, reason)
    with stewarding(call) as work:
        proposal = stewardship.merge(work.desk, work.subjects(ids), signed, supersede or ())
        require_one_is_enough_for(act_of(work.desk, ActKind.MERGE, proposal), work.loaded.rules.review)
        carry_out(work, proposal, is_dry=dry_run)
    return FINE
