"""`crm-pipelines gates`: what holds the publication and what would have to change; override a rule, take that back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from crm_pipelines.cli.exit_codes import FINE, HELD
from crm_pipelines.cli.invocation import Invocation, invocation_of
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.refusals import RefusedInputError
from crm_pipelines.messages.rule_words import owner_named, rule_described
from crm_pipelines.model.errors import ConflictError, Fault

if TYPE_CHECKING:
    from crm_pipelines.rules.load import LoadedProject
    from crm_pipelines.stores.gates_view import BrokenRule, GatesView
    from crm_pipelines.stores.ledger.ledger import Ledger
    from crm_pipelines.stores.ledger.overrides import Override

_GATES = ("gate_name", "gate_state", "n_checks", "n_holding", "n_overridden", "n_warnings")
_OVERRIDES = ("check", "limit", "ends_at", "steward", "reason", "override_id")


@dataclass(frozen=True, slots=True)
class _Desk:
    """One call: the project, its ledger, and how the gates stand now."""

    call: Invocation
    loaded: "LoadedProject"
    ledger: "Ledger"
    view: "GatesView"
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """Of the times that are shown."""
        return ZoneInfo(self.loaded.project.timezone)


def show(context: typer.Context) -> int:
    """Tell how each gate stands, what holds it and what is overridden."""
    with _opened(invocation_of(context)) as desk:
        print_gates(desk.call, desk.view, desk.zone)
        return HELD if desk.view.is_held else FINE


def override(  # noqa: PLR0913, PLR0917 - one parameter per option
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="cli.gates.override.rule", show_default=False)],
    reason: Annotated[str, typer.Option(help="cli.gates.override.reason", show_default=False)],
    until: Annotated[str, typer.Option(metavar="DATE", help="cli.gates.override.until", show_default=False)],
    up_to: Annotated[str, typer.Option(metavar="N|P%", help="cli.gates.override.up_to", show_default=False)] = "",
    steward: Annotated[str | None, typer.Option(help="cli.steward.steward", show_default=False)] = None,
) -> int:
    """Answer for a broken rule: the next run lets it pass, so far and so long."""
    from crm_pipelines.cli.stewarding import signature  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.gate_overrides import OverrideWish, override_wished  # noqa: PLC0415 - as above

    with _opened(invocation_of(context)) as desk:
        name = signature(desk.call, steward, reason).steward
        wish = OverrideWish(rule, name, reason, until, up_to)
        made = _recorded(desk, override_wished(wish, desk.loaded.rules.quality, desk.view, desk.zone, desk.now))
        desk.call.output.value("override_id", made.override_id)
        facts: dict[str, Cell] = {"check": made.check, "ends_at": _shown(made.ends_at, desk.zone)}
        facts["limit"] = desk.call.output.words("limit", limit_of(made))
        desk.call.output.line("gates.overridden", **facts, steward=made.steward, override_id=made.override_id)
    return FINE


def withdraw(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE|ID", help="cli.gates.withdraw.rule", show_default=False)],
    reason: Annotated[str, typer.Option(help="cli.gates.withdraw.reason", show_default=False)],
    steward: Annotated[str | None, typer.Option(help="cli.steward.steward", show_default=False)] = None,
) -> int:
    """End an override now; the next run holds again what is broken."""
    from crm_pipelines.cli.stewarding import signature  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.gate_overrides import withdrawal_wished  # noqa: PLC0415 - as above

    with _opened(invocation_of(context)) as desk:
        name = signature(desk.call, steward, reason).steward
        made = _recorded(desk, withdrawal_wished(rule, name, reason, desk.view.overrides, desk.now))
        desk.call.output.value("override_id", made.override_id)
        desk.call.output.line("gates.withdrawn", check=made.check)
    return FINE


COMMANDS = {"show": show, "override": override, "withdraw": withdraw}


def print_gates(call: Invocation, view: "GatesView", zone: ZoneInfo) -> None:
    """Print the gates, what breaks them, and the overrides in force."""
    output = call.output
    output.value("run_id", view.run_id)
    output.value("is_held", view.is_held)
    if view.run_id is None:
        output.line("gates.never_asked")
    gates: list[dict[str, Cell]] = [
        {
            "gate_name": one.gate.value,
            "gate_state": one.state.value,
            "n_checks": one.n_checks,
            "n_holding": sum(rule.is_held for rule in one.broken),
            "n_overridden": sum(not rule.is_held for rule in one.broken),
            "n_warnings": one.n_warnings,
        }
        for one in view.gates
    ]
    output.table("gates", _GATES, gates)
    if output.as_json:
        output.table("gate_failures", (), [_broken_row(call, one) for one in view.broken])
    else:
        _tell_broken(call, view.broken)
    if view.overrides or output.as_json:
        output.table("overrides", _OVERRIDES, [_override_row(one, zone) for one in view.overrides.values()])
    if view.is_held:
        output.line("gates.held", n_rules=sum(one.is_held for one in view.broken))
    elif view.run_id is not None:
        output.line("gates.open")


def limit_of(override: "Override") -> Fault:
    """Up to how much an override covers."""
    if override.most_failed is not None:
        return Fault("gates.limit.rows", {"n_rows": override.most_failed})
    return Fault("gates.limit.share", {"most_share": override.most_share})


def _tell_broken(call: Invocation, broken: "Sequence[BrokenRule]") -> None:
    """Some lines for each rule; a table would be too wide for its sentences."""
    for one in broken:
        row = {name: call.output.words(name, cell) for name, cell in _broken_row(call, one).items()}
        call.output.line("gates.broken_rule", **row)
        call.output.line("gates.broken_found", **row)
        call.output.line("gates.broken_needed", **row)
        if one.examples:
            call.output.line("gates.broken_examples", **row)


def _broken_row(call: Invocation, one: "BrokenRule") -> dict[str, Cell]:
    row: dict[str, Cell] = {
        "gate_name": one.gate.value,
        "check": one.end.check,
        "asks_for": None if one.rule is None else rule_described(one.rule, call.language),
        "owner": owner_named(one.owner, call.language),
        "sentence": one.end.message,
        "needed": one.change,
        "ids": ", ".join(one.examples),
    }
    if call.output.as_json:
        row |= {"is_held": one.is_held, "n_checked": one.end.n_checked, "n_failed": one.end.n_failed}
        row |= {
            "n_tolerated": one.n_tolerated,
            "override_id": None if one.override is None else one.override.override_id,
        }
    return row


def _override_row(one: "Override", zone: ZoneInfo) -> dict[str, Cell]:
    return {
        "check": one.check,
        "limit": limit_of(one),
        "ends_at": _shown(one.ends_at, zone),
        "steward": one.steward,
        "reason": one.reason,
        "override_id": one.override_id,
    }


def _shown(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="minutes")


def _recorded(desk: _Desk, wished: Any) -> "Override":
    """Put it into the ledger.

    Raises:
        RefusedInputError: with what is wrong with the wish.
    """
    if isinstance(wished, Fault):
        raise RefusedInputError(wished.code, (), **wished.facts)
    try:
        return desk.ledger.record_override(wished)
    except ConflictError as error:
        raise RefusedInputError(error.code, (), **error.facts) from None


@contextmanager
def _opened(call: Invocation) -> Iterator[_Desk]:
    from crm_pipelines.stores.gates_view import read_gates  # noqa: PLC0415 - DuckDB is slow to import
    from crm_pipelines.stores.ledger.ledger import open_ledger  # noqa: PLC0415 - SQLAlchemy is, too
    from crm_pipelines.stores.ledger.location import located  # noqa: PLC0415
    from crm_pipelines.stores.project_paths import ProjectPaths  # noqa: PLC0415

    loaded, now = call.load_project(), datetime.now(UTC)
    with open_ledger(located(loaded.project.stores.ledger_url, loaded.root)) as ledger:
        view = read_gates(ProjectPaths(loaded.root), loaded.rules.quality, ledger.overrides(), now)
        yield _Desk(call, loaded, ledger, view, now)
