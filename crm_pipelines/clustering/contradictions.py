"""Which earlier decisions a decision cannot stand beside: the chain that suspends it, or would."""

from collections.abc import Iterable, Sequence

from crm_pipelines.clustering.chains import shortest_chain
from crm_pipelines.clustering.verdicts import standing, verdicts
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Judgement


def chain_against(decisions: Iterable[Decision], decision: Decision) -> tuple[Decision, ...]:
    """The earlier decisions that a decision contradicts, in ledger order; none when it holds.

    A "same" that joins what is parted rests on the "different" that parts it and on whatever "same" leads from its
    records there; a "different" on the "same" decisions that join its sides. Each of them may be the one that is wrong.

    Args:
        decisions: the whole ledger; may hold the decision itself.
        decision: one of them, or one that is yet to be made (its `seq` beyond all of them).
    """
    known = [*(one for one in decisions if one.decision_id != decision.decision_id), decision]
    suspended = {one.decision_id: earlier for one, earlier in verdicts(known).suspended}
    if decision.decision_id not in suspended:
        return ()
    holding = [one for one in standing(known) if one.seq < decision.seq and one.decision_id not in suspended]
    same = [one for one in holding if one.judgement is Judgement.MATCH]
    if decision.judgement is Judgement.MATCH:
        parting = suspended[decision.decision_id]
        named = {parting.decision_id} | _ways_to(decision, parting, same)
    else:
        named = _way(decision.record_ids_left, decision.record_ids_right, same)
    return tuple(one for one in holding if one.decision_id in named)


def _ways_to(decision: Decision, parting: Decision, same: Sequence[Decision]) -> set[str]:
    """The decisions that lead from the records of a "same" to a pair that another decision parts."""
    records = tuple(sorted({*decision.record_ids_left, *decision.record_ids_right}))
    ways = (
        (_reach(records, (left,), same), _reach(records, (right,), same))
        for left in sorted(parting.record_ids_left)
        for right in sorted(parting.record_ids_right)
    )
    return min((one | other for one, other in ways if one is not None and other is not None), key=len, default=set())


def _reach(starts: Sequence[str], ends: Sequence[str], same: Sequence[Decision]) -> set[str] | None:
    """The decisions of the shortest way between two sets; None without one."""
    if set(starts) & set(ends):
        return set()
    return _way(starts, ends, same) or None


def _way(starts: Iterable[str], ends: Iterable[str], same: Sequence[Decision]) -> set[str]:
    chains = (shortest_chain(start, end, (), same) for start in sorted(starts) for end in sorted(ends))
    best = min((chain for chain in chains if chain), key=len, default=())
    return {link.decision_id for link in best if link.decision_id is not None}
