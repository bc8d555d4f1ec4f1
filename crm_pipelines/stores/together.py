"""Many questions answered with one word: made into decisions that stand beside each other, and taken back in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from crm_pipelines.clustering.confirmation import evidence_shown
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.model.enums import Judgement, QuestionKind
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.decided_pairs import cross_pairs, stage_sets
from crm_pipelines.stores.foresight import Foresight, Outlook
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.recorded_acts import is_undo
from crm_pipelines.stores.review_desk import QuestionState, QueuedQuestion, ReviewDesk
from crm_pipelines.stores.stewardship import Proposal, Signature, as_if_recorded, taken_back, undo

KINDS = frozenset({QuestionKind.PAIR, QuestionKind.CLUSTER})
"""What is asked of decisions is answered one by one: each answer takes the place of others."""


@dataclass(frozen=True, slots=True)
class Together:
    """Answers to many questions.

    Attributes:
        questions: those that get an answer, in the order of their names.
        decisions: one for each of them.
        not_open: ids of questions that want no answer any more, or were never such as are answered together.
        contradicting: ids of questions whose answer could not stand beside earlier decisions.
    """

    questions: tuple[QueuedQuestion, ...]
    decisions: tuple[NewDecision, ...]
    not_open: tuple[str, ...]
    contradicting: tuple[str, ...]


def answer_together(
    desk: ReviewDesk, question_ids: Sequence[str], judgement: Judgement, signed: Signature, batch: str | None = None
) -> Together:
    """Answer many questions; nothing is recorded.

    Args:
        desk: the queue and the ledger.
        question_ids: which.
        judgement: MATCH or NO_MATCH.
        signed: whose answers they are.
        batch: id of what they belong to.
    """
    asked = [one for one in desk.told(question_ids) if one.state is QuestionState.OPEN and one.kind in KINDS]
    made = _decisions(desk, asked, judgement, signed, batch)
    ledger = as_if_recorded(desk, made)
    suspended = {one.decision_id for one, _ in verdicts(ledger).suspended}
    is_standing = [one.decision_id not in suspended for one in ledger[len(ledger) - len(made) :]]
    kept = [pair for pair, stands in zip(zip(asked, made, strict=True), is_standing, strict=True) if stands]
    named = {one.question_id for one in asked}
    return Together(
        tuple(question for question, _ in kept),
        tuple(decision for _, decision in kept),
        tuple(name for name in question_ids if name not in named),
        tuple(one.question_id for one, stands in zip(asked, is_standing, strict=True) if not stands),
    )


def undo_together(desk: ReviewDesk, batch_id: str, signed: Signature) -> Proposal:
    """Take back whatever of a batch is still in force; its questions are open again.

    Raises:
        ConflictError: `batch.nothing_to_undo`; of a single answer and of an act also as `stewardship.undo`.
    """
    standing = tuple(one for one in desk.decisions if one.batch_id == batch_id and desk.is_in_force(one))
    if not standing:
        raise ConflictError("batch.nothing_to_undo", batch_id=batch_id)
    last, n_answers = standing[-1], sum(one.question_id is not None for one in standing)
    if n_answers <= 1 or is_undo(last):  # one answer or one act, recorded last: all of it, in its old order
        return undo(desk, last.decision_id, signed)
    return Proposal(tuple(taken_back(one, desk.by_id.get(one.supersedes or ""), signed) for one in standing), standing)


def outlook_together(desk: ReviewDesk, decisions: Sequence[NewDecision], foresight: Foresight) -> Outlook:
    """What many decisions would do to customers."""
    sides = chain.from_iterable((one.record_ids_left, one.record_ids_right) for one in decisions)
    return foresight.outlook(as_if_recorded(desk, decisions), set(chain.from_iterable(sides)))


def _decisions(
    desk: ReviewDesk, asked: Sequence[QueuedQuestion], judgement: Judgement, signed: Signature, batch: str | None
) -> list[NewDecision]:
    stage_sets(desk.con, {one.question_id: (one.record_ids_left, one.record_ids_right) for one in asked})
    pairs = cross_pairs(desk.con) if asked else {}
    return [
        NewDecision(
            judgement=judgement,
            record_ids_left=one.record_ids_left,
            record_ids_right=one.record_ids_right,
            steward=signed.steward,
            decided_at=signed.decided_at,
            reason=signed.reason,
            question_id=one.question_id,
            evidence=evidence_shown(one.record_ids_left, one.record_ids_right, pairs[one.question_id]),
            batch_id=batch,
        )
        for one in asked
    ]


def approved(decisions: Sequence[NewDecision], by: str) -> list[NewDecision]:
    """The same decisions with the name of the second person."""
    return [replace(one, approved_by=by) for one in decisions]
