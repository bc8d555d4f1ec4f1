"""`crm-pipelines split ID RECORD...`: say that records of a customer are another one."""

from typing import Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.model.enums import ActKind


def split(  # noqa: PLR0913, PLR0917 - one parameter per option
    context: typer.Context,
    golden_id: Annotated[str, typer.Argument(metavar="ID", help="cli.split.id", show_default=False)],
    records: Annotated[list[str], typer.Argument(metavar="RECORD...", help="cli.split.records", show_default=False)],
    reason: Annotated[str | None, typer.Option(help="cli.steward.reason", show_default=False)] = None,
    steward: Annotated[str | None, typer.Option(help="cli.steward.steward", show_default=False)] = None,
    supersede: Annotated[list[str] | None, typer.Option(help="cli.steward.supersede", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.steward.dry_run")] = False,
) -> int:
    """Record "different" between the records named and the others of the customer, as published."""
    from crm_pipelines.cli.stewarding import carry_out, signature, stewarding  # noqa: PLC0415 - DuckDB is slow
    from crm_pipelines.stores import stewardship  # noqa: PLC0415
    from crm_pipelines.stores.record_names import RecordNames  # noqa: PLC0415 - imports pydantic
    from crm_pipelines.stores.second_person import act_of, require_one_is_enough_for  # noqa: PLC0415

    call = invocation_of(context)
    signed = signature(call, steward, reason)
    with stewarding(call) as work:
        (customer,) = work.subjects([golden_id])
        names = RecordNames.of(work.loaded)
        parted = [names.record_id(record) for record in records]
        proposal = stewardship.split(work.desk, customer, parted, signed, supersede or ())
        require_one_is_enough_for(act_of(work.desk, ActKind.SPLIT, proposal), work.loaded.rules.review)
        carry_out(work, proposal, is_dry=dry_run)
    return FINE
