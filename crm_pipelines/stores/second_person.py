"""A single answer that wants a second person: proposed by one, made into decisions when another approves it.

How much must hang on a question stands in `rules/review.yaml`. "Unsure" decides nothing and waits for nobody.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.rules.review import ReviewRules
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.ledger.batches import Batch, Batches, NewBatch, Proposer
from crm_pipelines.stores.ledger.people import Person
from crm_pipelines.stores.review_desk import QueuedQuestion, ReviewDesk
from crm_pipelines.stores.stewardship import Proposal, Signature


def needs_two(question: QueuedQuestion, judgement: Judgement, rules: ReviewRules) -> bool:
    """Whether an answer counts only with a second person."""
    return judgement is not Judgement.UNSURE and rules.needs_two(question.value)


def require_one_is_enough(question: QueuedQuestion, judgement: Judgement, rules: ReviewRules) -> None:
    """Refuse an answer where nobody can be asked to approve it.

    Raises:
        ConflictError: `stewardship.two_needed`.
    """
    if needs_two(question, judgement, rules):
        raise ConflictError("stewardship.two_needed", question_id=question.question_id, n_records=int(question.value))


def propose(  # noqa: PLR0913, PLR0917 - what is said of what, by whom, and where it is laid down
    batches: Batches,
    desk: ReviewDesk,
    question: QueuedQuestion,
    judgement: Judgement,
    signed: Signature,
    by: Person | Proposer,
    *,
    replacing: Sequence[str] = (),
    batch_id: str | None = None,
) -> str:
    """Lay an answer down for a second person; return the id of the proposal.

    Raises:
        ConflictError: as `stewardship.answer`: it could not stand; `batch.proposed_already`.
    """
    stewardship.answer(desk, question, judgement, signed, replacing)
    new = NewBatch(
        judgement=judgement,
        question_ids=(question.question_id,),
        filters={},
        reason=signed.reason or "",
        replacing=tuple(replacing),
    )
    return batches.propose(new, by, signed.decided_at, batch_id)


def proposal_of(desk: ReviewDesk, batch: Batch, now: datetime) -> Proposal:
    """The decisions of a single answer, as they would be recorded now, under its proposer's name.

    Raises:
        ConflictError: as `ReviewDesk.open_question` and `stewardship.answer`.
    """
    question = desk.open_question(batch.question_ids[0])
    signed = Signature(batch.proposed_by, now, batch.reason or None)
    found = stewardship.answer(desk, question, batch.judgement, signed, batch.replacing or ())
    return replace(found, decisions=tuple(replace(one, batch_id=batch.batch_id) for one in found.decisions))
