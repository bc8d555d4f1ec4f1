"""What the decisions of people demand of any partition.

Decisions are taken in ledger order. MATCH joins all records of both sides; NO_MATCH parts every record of one side from
every record of the other, also through later MATCH decisions. A decision that contradicts the closure of the earlier
ones is suspended: it has no effect, and becomes a conflict question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

from crm_pipelines.clustering.union_find import UnionFind
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Judgement


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The closure of the decisions that hold.

    Attributes:
        together: groups of records that must be one customer (two or more each), sorted.
        apart: pairs (smaller id first) that must never be one customer, those that follow through MATCH included: they
            hold also when the record between them is gone.
        suspended: decisions without effect, in ledger order, each with the earlier decision it contradicts.
    """

    together: tuple[tuple[str, ...], ...] = ()
    apart: frozenset[tuple[str, str]] = frozenset()
    suspended: tuple[tuple[Decision, Decision], ...] = ()


@dataclass(slots=True)
class _Closure:
    groups: UnionFind = field(default_factory=UnionFind)
    apart: dict[tuple[str, str], Decision] = field(default_factory=dict)
    joined_by: list[Decision] = field(default_factory=list)


def verdicts(decisions: Iterable[Decision]) -> Verdicts:
    """Fold decisions, in ledger order, into what must be together and what must be apart."""
    closure, suspended = _Closure(), []
    for decision in standing(decisions):
        earlier = _contradicted(closure, decision)
        if earlier is not None:
            suspended.append((decision, earlier))
        elif decision.judgement is Judgement.MATCH:
            closure.groups.join(_records(decision))
            closure.joined_by.append(decision)
        else:
            for pair in _cross_pairs(decision):
                closure.apart.setdefault(pair, decision)
    together = tuple(group for group in closure.groups.groups() if len(group) > 1)
    return Verdicts(together, _closed(closure), tuple(suspended))


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that say same or different and were not superseded, in ledger order."""
    in_order = sorted(decisions, key=lambda decision: decision.seq)
    superseded = {decision.supersedes for decision in in_order}
    return [
        decision
        for decision in in_order
        if decision.decision_id not in superseded and decision.judgement is not Judgement.UNSURE
    ]


def _contradicted(closure: _Closure, decision: Decision) -> Decision | None:
    """The earliest decision that this one cannot stand beside, or None."""
    find = closure.groups.find
    if decision.judgement is Judgement.NO_MATCH:
        if all(find(left) != find(right) for left, right in _cross_pairs(decision)):
            return None
        return _joined_first(closure.joined_by, _cross_pairs(decision))
    joined = {find(record) for record in _records(decision)}
    for (left, right), earlier in closure.apart.items():
        if find(left) in joined and find(right) in joined:
            return earlier
    return None


def _joined_first(joined_by: Sequence[Decision], pairs: Sequence[tuple[str, str]]) -> Decision:
    """The decision with which one of the pairs became one customer."""
    groups = UnionFind()
    for earlier in joined_by:
        groups.join(_records(earlier))
        if any(groups.find(left) == groups.find(right) for left, right in pairs):
            break
    return earlier


def _closed(closure: _Closure) -> frozenset[tuple[str, str]]:
    """Every pair that is apart because records put together with them are."""
    groups = closure.groups
    parted = {(groups.find(left), groups.find(right)) for left, right in closure.apart}
    return frozenset(
        (min(one, other), max(one, other))
        for left, right in parted
        for one, other in product(groups.group(left), groups.group(right))
    )


def _records(decision: Decision) -> Sequence[str]:
    return (*decision.record_ids_left, *decision.record_ids_right)


def _cross_pairs(decision: Decision) -> list[tuple[str, str]]:
    return [
        (min(left, right), max(left, right))
        for left, right in product(decision.record_ids_left, decision.record_ids_right)
        if left != right
    ]
