"""How sources stand, and accounts written as the equations that they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.operations_view import OperationsView, SourceStatus, lag
from crm_pipelines.stores.runs_view import LIVE_GAINS, LIVE_LOSSES, RECEIVED_PARTS, Accounts


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source.

    Attributes:
        state: code of its word.
        lag: how long since its last success, in the largest unit that fits; None: never.
        n_held: its rows in quarantine.
        late: why it is late; None: it is not, or nothing is expected of it.
    """

    status: SourceStatus
    state: str
    lag: Fault | None
    n_held: int
    late: Fault | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One number of an equation: its sign (empty: the first), the code of its name, the number."""

    sign: str
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class Equation:
    """`whole = part + part ...`; parts that are nothing are left out."""

    source: str | None
    whole: Term
    parts: tuple[Term, ...]


def source_lines(view: OperationsView, now: datetime) -> list[SourceLine]:
    """All sources, by name."""
    held: dict[str, int] = {}
    for reason in view.quarantined:
        held[reason.source] = held.get(reason.source, 0) + reason.n_rows
    return [
        SourceLine(
            one,
            f"cli.state.{one.state.value if one.state is not None else 'unread'}",
            None if one.last_success_at is None else lag((now - one.last_success_at).total_seconds()),
            held.get(one.source, 0),
            one.late(now),
        )
        for one in view.sources
    ]


def equations(accounts: Sequence[Accounts]) -> list[tuple[Equation, Equation]]:
    """Of each source: what it sent and what became of it; what is live now and how that came."""
    return [(received(one), live(one)) for one in accounts]


def received(accounts: Accounts) -> Equation:
    """`received = new + changed + ...`."""
    parts = [(name, "+") for name in RECEIVED_PARTS]
    return Equation(accounts.source, _term(accounts, "received", ""), _parts(accounts, parts))


def live(accounts: Accounts) -> Equation:
    """`live after = live before + new + ... - deleted - ...`."""
    parts = [*((name, "+") for name in LIVE_GAINS), *((name, "\N{MINUS SIGN}") for name in LIVE_LOSSES)]
    first = _term(accounts, "live_before", "+")
    return Equation(accounts.source, _term(accounts, "live_after", ""), (first, *_parts(accounts, parts)))


def _parts(accounts: Accounts, parts: Sequence[tuple[str, str]]) -> tuple[Term, ...]:
    return tuple(_term(accounts, name, sign) for name, sign in parts if accounts.numbers[name])


def _term(accounts: Accounts, name: str, sign: str) -> Term:
    return Term(sign, f"cli.column.{name}", accounts.numbers[name])
