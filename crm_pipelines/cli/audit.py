"""`crm-pipelines audit`: who did or looked at what, and whether the log still says what it said."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from crm_pipelines.cli.exit_codes import FINE, HELD
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.refusals import RefusedInputError

_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")
_COLUMNS = ("seq", "happened_at", "person", "action", "object", "customer_id", "purpose")


def verify(
    context: typer.Context,
    kept: Annotated[str | None, typer.Option("--kept", metavar="SEQ:HASH", help="cli.audit.verify.kept")] = None,
) -> int:
    """Check every row of the audit log and of the ledger; say the first place that does not fit."""
    call = invocation_of(context)
    head = _head(kept)
    from crm_pipelines.stores.ledger.audit_check import check_audit  # noqa: PLC0415 - SQLAlchemy is slow to import
    from crm_pipelines.stores.ledger.ledger import Ledger  # noqa: PLC0415 - as above

    with _opened(call) as engine:
        report, chain = check_audit(engine, head), Ledger(engine).verify_chain()
    output = call.output
    output.value("n_rows", report.n_rows)
    output.value("head", f"{report.head[0]}:{report.head[1]}")
    output.value("fault", report.fault)
    output.value("broken_seq", report.broken_seq)
    output.value("first_broken_entry", chain.first_broken_seq)
    if report.fault is not None:
        output.line(f"audit.broken.{report.fault}", seq=report.broken_seq)
    else:
        output.line("audit.whole", n_rows=report.n_rows)
        output.line("audit.head", head=f"{report.head[0]}:{report.head[1]}")
    if chain.first_broken_seq is not None:
        output.line("audit.broken_ledger", seq=chain.first_broken_seq)
    else:
        output.line("audit.whole_ledger", n_entries=chain.n_entries)
    return FINE if report.is_whole and chain.is_whole else HELD


def list_(
    context: typer.Context,
    customer: Annotated[str | None, typer.Option(metavar="ID", help="cli.audit.list.customer")] = None,
    action: Annotated[str | None, typer.Option(help="cli.audit.list.action")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="cli.audit.list.since")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="cli.audit.list.limit")] = 50,
) -> int:
    """Show what happened, the latest first."""
    call = invocation_of(context)
    from crm_pipelines.stores.ledger.audit import Action, AuditFilter, AuditLog  # noqa: PLC0415 - SQLAlchemy is slow

    chosen = next((one for one in Action if one.value == action), None)
    if action is not None and chosen is None:
        raise RefusedInputError("audit.no_action")
    wanted = AuditFilter(action=chosen, customer_id=customer, since=_moment(since), limit=limit)
    with _opened(call) as engine:
        rows = AuditLog(engine).rows(wanted)
    call.output.table("audit", _COLUMNS, [
        {
            "seq": row.seq,
            "happened_at": row.happening.happened_at.isoformat(timespec="seconds"),
            "person": row.person,
            "action": row.happening.action.value,
            "object": " ".join(filter(None, (row.happening.object_kind, row.happening.object_id))) or None,
            "customer_id": row.happening.customer_id,
            "purpose": row.happening.purpose,
        }
        for row in rows
    ])  # fmt: skip
    return FINE


COMMANDS = {"verify": verify, "list": list_}


@contextmanager
def _opened(call: Invocation) -> Iterator[Any]:
    """The engine of the ledger's database, which only the stores know by its type."""
    from crm_pipelines.stores.ledger.engine import open_engine  # noqa: PLC0415 - SQLAlchemy is slow to import
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415 - as above

    loaded = call.load_project()
    engine = open_engine(located(loaded.project.stores.ledger_url, loaded.root))
    try:
        yield engine
    finally:
        engine.dispose()


def _head(kept: str | None) -> tuple[int, str] | None:
    if kept is None:
        return None
    found = _HEAD.fullmatch(kept.strip())
    if found is None:
        raise RefusedInputError("audit.no_head")
    return int(found[1]), found[2]


def _moment(day: str | None) -> datetime | None:
    if day is None:
        return None
    try:
        found = datetime.fromisoformat(day)
    except ValueError:
        raise RefusedInputError("identity.no_date") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
