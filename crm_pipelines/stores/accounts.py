"""Every row accounted for: per source and run, in rows as delivered, sums that must close.

    landed = received
    received = new + restored + changed + unchanged + superseded + activity + set_aside + quarantined + suppressed
    live_before + new + restored + released - deleted - erased - newly_suppressed = live_after

The left and right sides are counted from different tables, so that a lost row shows. Anything else is an error, and
the step that would have lost it is rolled back.
"""

from typing import Any

from crm_pipelines.model.errors import ContractError
from crm_pipelines.stores.landed_accounts import settle_landed
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Step

RECEIVED_TERMS = (
    "new", "restored", "changed", "unchanged", "superseded", "activity", "set_aside", "quarantined", "suppressed",
)  # fmt: skip
GAINS = ("live_before", "new", "restored", "released")
LOSSES = ("deleted", "erased", "newly_suppressed")


def settle_accounts(step: Step, *, is_rebuild: bool) -> list[dict[str, Any]]:
    """Count, check and keep the accounts of this run.

    Args:
        step: the open step, after all dispositions are settled (`live_before` and `settlements_accounted` exist).
        is_rebuild: landing was replayed; the counts are of all that ever landed.

    Returns:
        One mapping per source: the columns of `accounts`.

    Raises:
        ContractError: `accounting.open`: an identity does not close; facts source, identity, left, right.
    """
    step.temporary("accounts_now", statement("accounts"), {"run_id": step.run_id})
    columns = [row[0] for row in step.con.execute("describe accounts_now").fetchall()]
    rows = step.con.execute("select * from accounts_now order by source_system").fetchall()
    accounts = [dict(zip(columns, row, strict=True)) for row in rows]
    for account in accounts:
        check(account)
    settle_landed(step, accounts)
    step.con.execute("delete from accounts where run_id = ?", [step.run_id])
    step.con.execute(
        "insert into accounts by name select ? as run_id, ? as is_rebuild, * from accounts_now",
        [step.run_id, is_rebuild],
    )
    return accounts


def check(account: dict[str, Any]) -> None:
    """Check both identities of one source.

    Raises:
        ContractError: one does not close.
    """
    received = sum(account[term] for term in RECEIVED_TERMS)
    if account["received"] != received:
        raise ContractError(
            "accounting.open",
            source=account["source_system"],
            identity="received",
            left=account["received"],
            right=received,
        )
    live = sum(account[term] for term in GAINS) - sum(account[term] for term in LOSSES)
    if account["live_after"] != live:
        raise ContractError(
            "accounting.open", source=account["source_system"], identity="live", left=live, right=account["live_after"]
        )
