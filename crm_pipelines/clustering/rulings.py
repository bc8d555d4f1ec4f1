"""What people have decided about two records, directly or through other records, and by which decisions."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from crm_pipelines.clustering.chains import shortest_chain
from crm_pipelines.clustering.union_find import UnionFind
from crm_pipelines.clustering.verdicts import standing, verdicts
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Judgement


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the decisions come to for two records.

    Attributes:
        judgement: MATCH or NO_MATCH when people decided, also by way of other records; None when nobody did.
        decisions: the decisions it rests on, in ledger order.
        suspended: decisions about the two without effect, each with the earlier one it contradicts.
        unsure: decisions about the two that say "unsure", which decide nothing.
    """

    judgement: Judgement | None
    decisions: tuple[Decision, ...] = ()
    suspended: tuple[tuple[Decision, Decision], ...] = ()
    unsure: tuple[Decision, ...] = ()


def ruling(decisions: Iterable[Decision], left: str, right: str) -> Ruling:
    """What is decided about two records by all decisions up to now."""
    known = list(decisions)
    closure = verdicts(known)
    suspended = tuple(pair for pair in closure.suspended if _speaks_of(pair[0], left, right))
    without_effect = {decision.decision_id for decision, _ in closure.suspended}
    holding = [decision for decision in standing(known) if decision.decision_id not in without_effect]
    unsure = tuple(
        decision
        for decision in sorted(known, key=lambda one: one.seq)
        if decision.judgement is Judgement.UNSURE and _speaks_of(decision, left, right)
    )
    judgement, found = _deciding(holding, left, right)
    return Ruling(judgement, found, suspended, unsure)


def joining(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that say "same" and hold, in ledger order."""
    known = list(decisions)
    without_effect = {decision.decision_id for decision, _ in verdicts(known).suspended}
    return [
        decision
        for decision in standing(known)
        if decision.judgement is Judgement.MATCH and decision.decision_id not in without_effect
    ]


def _deciding(holding: list[Decision], left: str, right: str) -> tuple[Judgement | None, tuple[Decision, ...]]:
    same = [decision for decision in holding if decision.judgement is Judgement.MATCH]
    chain = {link.decision_id for link in shortest_chain(left, right, (), same)}
    if chain:
        return Judgement.MATCH, tuple(decision for decision in same if decision.decision_id in chain)
    groups = UnionFind()
    for decision in same:
        groups.join((*decision.record_ids_left, *decision.record_ids_right))
    sides = {groups.find(left), groups.find(right)}
    parting = tuple(
        decision
        for decision in holding
        if decision.judgement is Judgement.NO_MATCH
        and any(
            {groups.find(one), groups.find(other)} == sides
            for one, other in product(decision.record_ids_left, decision.record_ids_right)
        )
    )
    return (Judgement.NO_MATCH, parting) if parting and len(sides) == 2 else (None, ())


def _speaks_of(decision: Decision, left: str, right: str) -> bool:
    sides = (set(decision.record_ids_left), set(decision.record_ids_right))
    return any(left in one and right in other for one, other in (sides, sides[::-1]))
