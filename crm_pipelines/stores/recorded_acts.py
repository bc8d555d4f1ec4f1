"""Which decisions were recorded in one act: a change with the withdrawals that made room for it, an undo of all that.

The ledger keeps decisions one by one. Those of one act follow each other, by one hand at one time.
"""

from collections.abc import Iterable

from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.review_desk import ReviewDesk

UNDO_PREFIX = "undo-"


def is_undo(decision: Decision) -> bool:
    """Whether a decision took another back."""
    return decision.supersedes is not None and decision.decision_id.startswith(UNDO_PREFIX)


def recorded_with(desk: ReviewDesk, decision: Decision) -> list[Decision]:
    """The other decisions that are taken back with one, in ledger order; some may be in force no more.

    Of a change the withdrawals before it. Of an undo what took the rest of the same act back with it: that may stand
    behind it, because what comes back stands in its old order.
    """
    if not is_undo(decision):
        return _withdrawn_for(desk, decision)
    change = _change_of(desk, _undone_first(desk, decision))
    act = {one.decision_id for one in (*_withdrawn_for(desk, change), change)}
    others = (one for one in desk.decisions if is_undo(one) and _is_one_act(one, decision) and one != decision)
    return [one for one in others if _undone_first(desk, one).decision_id in act]


def _undone_first(desk: ReviewDesk, undo: Decision) -> Decision:
    """What was taken back, brought back, taken back again: the decision itself."""
    found = undo
    while is_undo(found):
        found = desk.by_id[found.supersedes or ""]
    return found


def _withdrawn_for(desk: ReviewDesk, change: Decision) -> list[Decision]:
    before = reversed(desk.decisions[: desk.decisions.index(change)])
    return list(reversed(_run(before, change, -1)))


def _change_of(desk: ReviewDesk, decision: Decision) -> Decision:
    """The change that a withdrawal made room for; of anything else, itself."""
    if not decision.is_withdrawal:
        return decision
    behind = desk.decisions[desk.decisions.index(decision) + 1 :]
    passed = _run(behind, decision, 1)
    last = behind[len(passed) : len(passed) + 1]
    return last[0] if last and _is_one_act(last[0], decision) and not is_undo(last[0]) else decision


def _run(decisions: Iterable[Decision], start: Decision, step: int) -> list[Decision]:
    """The withdrawals of the same act that follow each other without a gap, in the direction of `step`."""
    found: list[Decision] = []
    for one in decisions:
        is_next = one.seq == start.seq + step * (len(found) + 1)
        if not (is_next and one.is_withdrawal and not is_undo(one) and _is_one_act(one, start)):
            break
        found.append(one)
    return found


def _is_one_act(one: Decision, other: Decision) -> bool:
    return (one.steward, one.decided_at) == (other.steward, other.decided_at)
