"""How each source stands, and when it is asked again: a circuit breaker, so that a sick source is not hammered.

After a failure that may pass, the next scheduled read waits a minute, then two, four and so on up to six hours, and
longer where the source itself said so. After one that somebody must mend (a wrong password locks accounts when it is
tried every ten minutes) the wait begins at an hour and ends at a day. A success, a changed configuration and a reset
close the circuit at once; a person who starts a run is never made to wait.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crm_pipelines.model.enums import SourceState
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.warehouse import Step, Warehouse

_FIRST_WAIT = {SourceState.WAITING: timedelta(minutes=1), SourceState.NEEDS_ACTION: timedelta(hours=1)}
_LONGEST_WAIT = {SourceState.WAITING: timedelta(hours=6), SourceState.NEEDS_ACTION: timedelta(days=1)}
_MAX_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What is known of one source.

    Attributes:
        state: whether it works, may work again by itself, or needs somebody.
        last_success_at: when it last gave its rows; None: never.
        last_try_at: when it was last asked; None: never.
        n_failures: failures in a row.
        next_try_at: a scheduled run before this time leaves it alone; None: it may be asked at any time.
        error: of the last try; None when that was fine.
        notices: what changed in the shape of its rows, until a person accepts it.
        configuration: hash of what decides how it is asked; a change closes the circuit.
    """

    state: SourceState = SourceState.OK
    last_success_at: datetime | None = None
    last_try_at: datetime | None = None
    n_failures: int = 0
    next_try_at: datetime | None = None
    error: Fault | None = None
    notices: tuple[Fault, ...] = ()
    configuration: str = ""

    def waits(self, now: datetime, configuration: str) -> bool:
        """Whether a scheduled run leaves the source alone; not for the sake of a try that lies in the future."""
        if self.next_try_at is None or configuration != self.configuration:
            return False
        return now < self.next_try_at and (self.last_try_at is None or self.last_try_at <= now)

    def succeeded(self, now: datetime, configuration: str, error: Fault | None = None) -> "SourceHealth":
        """After a read that came to its end; `error`: its rows were held all the same."""
        return SourceHealth(SourceState.OK, now, now, 0, None, error, self.notices, configuration)

    def broken_off(self, now: datetime, configuration: str, reason: Fault) -> "SourceHealth":
        """After a read that was ended so that others have their turn: it works, and has not caught up."""
        return SourceHealth(SourceState.OK, self.last_success_at, now, 0, None, reason, self.notices, configuration)

    def failed(self, now: datetime, configuration: str, error: Fault, *, is_fatal: bool) -> "SourceHealth":
        """After a failure; one under a changed configuration is the first of its kind."""
        n_failures = self.n_failures + 1 if configuration == self.configuration else 1
        state = SourceState.NEEDS_ACTION if is_fatal else SourceState.WAITING
        wait = min(_FIRST_WAIT[state] * 2 ** min(n_failures - 1, _MAX_DOUBLINGS), _LONGEST_WAIT[state])
        asked = error.facts.get("retry_after_seconds")
        if isinstance(asked, int | float):
            wait = max(wait, timedelta(seconds=asked))
        return replace(
            self, state=state, last_try_at=now, n_failures=n_failures, next_try_at=now + wait, error=error,
            configuration=configuration,
        )  # fmt: skip

    def noticed(self, notices: Sequence[Fault]) -> "SourceHealth":
        """With more said of the shape of the rows, each thing once."""
        return replace(self, notices=tuple(dict((_text(found), found) for found in (*self.notices, *notices)).values()))


def health_of(warehouse: Warehouse, source: str) -> SourceHealth:
    """What is known of a source; a healthy one that was never asked when nothing is."""
    found = warehouse.connection.execute(
        """select state, last_success_at, last_try_at, n_failures, next_try_at, error_code, error_facts, notices,
                  configuration
           from source_status where source_system = ?""",
        [source],
    ).fetchall()
    if not found:
        return SourceHealth()
    state, success, tried, n_failures, next_try, code, facts, notices, configuration = found[0]
    error = None if code is None else Fault(code, json.loads(facts or "{}"))
    return SourceHealth(
        SourceState(state), success, tried, n_failures, next_try, error, read_notices(notices), configuration
    )


def write_health(step: Step, source: str, health: SourceHealth) -> None:
    """Keep what is known of a source."""
    step.con.execute("delete from source_status where source_system = ?", [source])
    step.con.execute(
        """insert into source_status by name
           select ? as source_system, ? as state, cast(? as timestamptz) as last_success_at,
                  cast(? as timestamptz) as last_try_at, ? as n_failures, cast(? as timestamptz) as next_try_at,
                  ? as error_code, ? as error_facts, ? as notices, ? as configuration, ? as run_id""",
        [
            source,
            health.state.value,
            health.last_success_at,
            health.last_try_at,
            health.n_failures,
            health.next_try_at,
            None if health.error is None else health.error.code,
            None if health.error is None else _facts(health.error.facts),
            json.dumps([[found.code, dict(found.facts)] for found in health.notices], ensure_ascii=False),
            health.configuration,
            step.run_id,
        ],
    )


def read_notices(stored: str | None) -> tuple[Fault, ...]:
    """Notices as the tables hold them: JSON, a list of code and facts."""
    return tuple(Fault(code, facts) for code, facts in json.loads(stored or "[]"))


def next_tries(warehouse: Warehouse) -> dict[str, datetime]:
    """Source -> before when a scheduled run leaves it alone; sources that may be asked are left out."""
    return dict(
        warehouse.connection.execute(
            "select source_system, next_try_at from source_status where next_try_at is not null"
        ).fetchall()
    )


def _facts(facts: Mapping[str, object]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)


def _text(fault: Fault) -> str:
    return fault.code + _facts(fault.facts)
