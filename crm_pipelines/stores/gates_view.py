"""How the gates stand: what holds the publication, who looks after it, and how far it is from letting pass.

Read from the operations file, so commands and pages say what every reader can see, and from the ledger's overrides.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import duckdb

from crm_pipelines.model.errors import Fault, StoreError
from crm_pipelines.rules.quality import CheckKind, Gate, QualityCheck, QualityRules
from crm_pipelines.stores.ledger.overrides import Override, overrides_in_force
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.runs_view import CheckEnd, read_run

# asset at which checks stand -> the gate they are part of
_GATES = {
    "quarantine": Gate.ARRIVAL,
    "standardised_records": Gate.ARRIVAL,
    "customers": Gate.GOLDEN,
    "publication": Gate.PUBLICATION,
}
_MEASURED = frozenset({CheckKind.FILL_RATE_DROP, CheckKind.MATCH_VOLUME_JUMP, CheckKind.MATCH_WEIGHT_SHIFT,
                       CheckKind.CLUSTER_SIZE_JUMP})  # fmt: skip
"""Kinds whose distance is no number of rows."""
_EXAMPLES = 5


class GateState(StrEnum):
    """What a gate does."""

    OPEN = "open"
    HELD = "held"
    NOT_REACHED = "not_reached"  # one before it held


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that is broken and blocks, or would without an override.

    Attributes:
        rule: None: the project has it no more.
        is_held: whether it holds the publication.
        change: what would have to change, as a sentence.
        examples: ids of a few rows that break it; of the key of their table.
        n_tolerated: rows that may break it; None: it is no matter of rows.
        override: of this rule, in force now.
    """

    end: CheckEnd
    rule: QualityCheck | None
    gate: Gate
    is_held: bool
    change: Fault
    examples: tuple[str, ...]
    n_tolerated: int | None
    override: Override | None

    @property
    def owner(self) -> str:
        """Who looks after it."""
        return str(self.end.message.facts.get("owner") or (self.rule.owner if self.rule else ""))


@dataclass(frozen=True, slots=True)
class GateStanding:
    """One gate in the last run that was checked."""

    gate: Gate
    state: GateState
    n_checks: int
    n_warnings: int
    broken: tuple[BrokenRule, ...]


@dataclass(frozen=True, slots=True)
class GatesView:
    """All gates.

    Attributes:
        run_id: of the last run whose checks were asked; None: there was none.
        asked_at: when it began.
        reason: why that run is not green; None: it is.
        overrides: in force now, by rule.
    """

    run_id: str | None
    asked_at: datetime | None
    reason: Fault | None
    gates: tuple[GateStanding, ...]
    overrides: Mapping[str, Override]

    @property
    def is_held(self) -> bool:
        """Whether a gate is shut."""
        return any(one.state is GateState.HELD for one in self.gates)

    @property
    def broken(self) -> tuple[BrokenRule, ...]:
        """Of all gates, what holds first."""
        found = [one for gate in self.gates for one in gate.broken]
        return tuple(sorted(found, key=lambda one: not one.is_held))


def read_gates(paths: ProjectPaths, rules: QualityRules, overrides: Sequence[Override], now: datetime) -> GatesView:
    """How the gates stand after the last run that was checked; nothing was, and all stand open.

    Raises:
        StoreError: `store.cannot_open`.
    """
    in_force = overrides_in_force(overrides, now)
    try:
        with OperationsFiles(paths).connect() as con:
            run_id = _last_checked(con)
            held = {} if run_id is None else _held_rows(con)
    except StoreError as error:
        if error.code != "store.no_operations":
            raise
        run_id, held = None, {}
    if run_id is None:
        return GatesView(
            None, None, None, tuple(GateStanding(gate, GateState.OPEN, 0, 0, ()) for gate in Gate), in_force
        )
    run = read_run(paths, run_id)
    ends = {gate: [end for end in run.checks if _GATES.get(end.gate) is gate] for gate in Gate}
    gates = list[GateStanding]()
    for gate in Gate:
        broken = tuple(
            _broken(end, gate, rules, in_force, held)
            for end in ends[gate]
            if not end.is_passed and (end.is_blocking or "override" in end.message.facts)
        )
        shut_before = any(one.state is not GateState.OPEN for one in gates)
        if any(one.is_held for one in broken):
            state = GateState.HELD
        else:
            state = GateState.NOT_REACHED if shut_before and not ends[gate] else GateState.OPEN
        n_warnings = sum(not end.is_passed and not end.is_blocking for end in ends[gate])
        gates.append(GateStanding(gate, state, len(ends[gate]), n_warnings, broken))
    return GatesView(run_id, run.summary.started_at, run.summary.reason, tuple(gates), in_force)


def _last_checked(con: duckdb.DuckDBPyConnection) -> str | None:
    found = con.execute(
        """select run_id from runs where run_id in (select run_id from quality_results)
           group by run_id order by max(started_at) desc, run_id limit 1"""
    ).fetchall()
    return str(found[0][0]) if found else None


def _held_rows(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Source -> a few of its rows in quarantine, the latest delivered first."""
    found: dict[str, list[str]] = {}
    for source, row in con.execute(
        f"""select source_system, source_record_id from quarantine
            qualify row_number() over (partition by source_system order by delivered_at desc, source_record_id)
                <= {_EXAMPLES}
            order by source_system, source_record_id"""  # noqa: S608 - a number of our own
    ).fetchall():
        found.setdefault(str(source), []).append(str(row))
    return found


def _broken(
    end: CheckEnd, gate: Gate, rules: QualityRules, in_force: Mapping[str, Override], held: Mapping[str, list[str]]
) -> BrokenRule:
    facts, rule = end.message.facts, rules.checks.get(end.check)
    examples = tuple(str(facts["ids"]).split(", ")) if facts.get("ids") else ()
    if rule is not None and rule.kind is CheckKind.QUARANTINE_SHARE:
        examples = tuple(held.get(str(facts.get("source")), ()))
    tolerated, override = _tolerated(end, rule), in_force.get(end.check)
    change = _change(end, rule, tolerated)
    if not end.is_blocking:
        change = Fault("gates.change.overridden")
    elif override is not None and "error" not in facts:
        is_covered = override.covers(end.n_checked, end.n_failed)
        change = Fault("gates.change.waits") if is_covered else Fault("gates.change.beyond", {"n_failed": end.n_failed})
    return BrokenRule(end, rule, gate, end.is_blocking, change, examples, tolerated, override)


def _tolerated(end: CheckEnd, rule: QualityCheck | None) -> int | None:
    """Rows that may break the rule; None where it is no matter of rows, or each column is judged by itself."""
    facts = end.message.facts
    if rule is None or rule.kind in _MEASURED or "error" in facts:
        return None
    if rule.kind is CheckKind.QUARANTINE_SHARE:
        n_rows, budget = facts.get("n_source_rows"), facts.get("budget_share")
        return math.floor(_number(n_rows) * _number(budget) + 1e-9) if n_rows is not None else None
    if rule.threshold is not None and len(rule.columns) > 1 and rule.kind is not CheckKind.UNIQUE:
        return None
    return math.floor((rule.threshold or 0.0) * end.n_checked + 1e-9)


def _change(end: CheckEnd, rule: QualityCheck | None, tolerated: int | None) -> Fault:
    facts = end.message.facts
    if "error" in facts:
        return Fault("gates.change.mend_rule", {"check": end.check})
    if rule is not None and rule.kind is CheckKind.QUARANTINE_SHARE and tolerated is not None:
        n_held = int(_number(facts.get("n_source_held")))
        told = {"n_too_many": max(n_held - tolerated, 0), "n_held": n_held, "n_rows": facts.get("n_source_rows")}
        return Fault("gates.change.quarantine", told | {"n_tolerated": tolerated, "source": facts.get("source")})
    if tolerated is not None:
        told = {"n_too_many": max(end.n_failed - tolerated, 0), "n_failed": end.n_failed, "n_checked": end.n_checked}
        return Fault("gates.change.rows", told | {"n_tolerated": tolerated})
    if facts.get("moved_share") is not None:
        return Fault(
            "gates.change.distance", {"moved_share": facts["moved_share"], "threshold": facts.get("threshold")}
        )
    return Fault("gates.change.share", {"threshold": facts.get("threshold")})


def _number(fact: object) -> float:
    return float(fact) if isinstance(fact, int | float) else 0.0
