"""`crm-pipelines undo DECISION_ID|last|IMPORT_ID`: take a decision back, or all that came in with a file."""

from typing import Annotated

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.enums import ActKind

_LAST = "last"


def undo(
    context: typer.Context,
    decision_id: Annotated[
        str, typer.Argument(metavar="DECISION_ID|last|IMPORT_ID", help="cli.undo.id", show_default=False)
    ],
    reason: Annotated[str | None, typer.Option(help="cli.steward.reason", show_default=False)] = None,
    steward: Annotated[str | None, typer.Option(help="cli.steward.steward", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.steward.dry_run")] = False,
) -> int:
    """Record that a decision counts no more, or that what it had replaced counts again."""
    from crm_pipelines.cli.stewarding import carry_out, signature, stewarding  # noqa: PLC0415 - DuckDB is slow
    from crm_pipelines.stores import stewardship  # noqa: PLC0415
    from crm_pipelines.stores.imported import undo_import  # noqa: PLC0415
    from crm_pipelines.stores.second_person import act_of, require_one_is_enough_for  # noqa: PLC0415

    call = invocation_of(context)
    signed = signature(call, steward, reason)
    with stewarding(call) as work:
        places = work.ledger.places_of_import(decision_id)
        if places is not None:  # counts at once, as the import did
            carry_out(work, undo_import(work.desk, places, signed), is_dry=dry_run)
            return FINE
        name = decision_id
        if decision_id == _LAST:
            last = stewardship.last_to_undo(work.desk, signed.steward)
            if last is None:
                raise RefusedInputError("stewardship.nothing_to_undo", steward=signed.steward)
            name = last
        proposal = stewardship.undo(work.desk, name, signed)
        require_one_is_enough_for(act_of(work.desk, ActKind.UNDO, proposal, decision_id=name), work.loaded.rules.review)
        carry_out(work, proposal, is_dry=dry_run)
    return FINE
