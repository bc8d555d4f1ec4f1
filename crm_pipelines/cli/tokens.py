"""`crm-pipelines tokens`: the programs that may use the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.model.enums import TokenScope
from crm_pipelines.model.errors import ConflictError

if TYPE_CHECKING:
    from crm_pipelines.stores.ledger.tokens import Token, Tokens

_COLUMNS = ("token_id", "name", "scopes", "token_state", "made_by", "created_at", "last_used_at", "ends_at")
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class _Desk:
    """One call: the tokens of the project, and the zone of the times that are shown."""

    call: Invocation
    tokens: "Tokens"
    zone: ZoneInfo
    now: datetime


def create_token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="cli.tokens.create.name", show_default=False)],
    scope: Annotated[list[TokenScope], typer.Option("--scope", help="cli.tokens.create.scope", show_default=False)],
    days: Annotated[
        int | None, typer.Option(min=1, max=_MOST_DAYS, help="cli.tokens.create.days", show_default=False)
    ] = None,
    steward: Annotated[str | None, typer.Option(help="cli.steward.steward", show_default=False)] = None,
) -> int:
    """Make a token and show its text, this once."""
    from crm_pipelines.cli.stewarding import signature  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.ledger.tokens import NewToken  # noqa: PLC0415 - and so is SQLAlchemy

    with _opened(invocation_of(context)) as desk:
        signed = signature(desk.call, steward, None)
        ends_at = None if days is None else desk.now + timedelta(days=days)
        new = NewToken(name=name, made_by=signed.steward, scopes=frozenset(scope), ends_at=ends_at)
        try:
            token, text = desk.tokens.create(new, desk.now)
        except ConflictError as error:
            raise RefusedInputError(error.code, (), **error.facts) from None
        desk.call.output.line("tokens.created", name=token.name, token_id=token.token_id)
        desk.call.output.text(text)
        desk.call.output.value("token_id", token.token_id)
        desk.call.output.value("token", text)
    return FINE


def list_tokens(context: typer.Context) -> int:
    """Print every token, never its secret."""
    with _opened(invocation_of(context)) as desk:
        found = desk.tokens.all()
        if not found:
            desk.call.output.line("tokens.none")
        desk.call.output.table("tokens", _COLUMNS, [_row(one, desk) for one in found])
    return FINE


def revoke_token(
    context: typer.Context,
    token_id: Annotated[str, typer.Argument(metavar="TOKEN_ID", help="cli.tokens.revoke.id", show_default=False)],
) -> int:
    """End a token for ever."""
    with _opened(invocation_of(context)) as desk:
        try:
            token = desk.tokens.revoke(token_id, desk.now)
        except ConflictError as error:
            raise RefusedInputError(error.code, (), **error.facts) from None
        desk.call.output.value("token_id", token.token_id)
        desk.call.output.line("tokens.revoked", name=token.name, token_id=token.token_id)
    return FINE


COMMANDS = {"create": create_token, "list": list_tokens, "revoke": revoke_token}


@contextmanager
def _opened(call: Invocation) -> Iterator[_Desk]:
    from crm_pipelines.stores.ledger.engine import open_engine  # noqa: PLC0415 - SQLAlchemy is slow to import
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415 - as above
    from crm_pipelines.stores.ledger.tokens import Tokens  # noqa: PLC0415 - as above

    loaded = call.load_project()
    engine = open_engine(located(loaded.project.stores.ledger_url, loaded.root))
    try:
        yield _Desk(call, Tokens(engine), ZoneInfo(loaded.project.timezone), datetime.now(UTC))
    finally:
        engine.dispose()


def _row(token: "Token", desk: _Desk) -> dict[str, Cell]:
    def shown(moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(desk.zone).isoformat(timespec="minutes")

    return {
        "token_id": token.token_id,
        "name": token.name,
        "scopes": " ".join(sorted(token.scopes)),
        "token_state": token.state(desk.now).value,
        "made_by": token.made_by,
        "created_at": shown(token.created_at),
        "last_used_at": shown(token.used_at),
        "ends_at": shown(token.ends_at),
    }
